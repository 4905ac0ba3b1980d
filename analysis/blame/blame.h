/* What a blame collects; blame.c fills it, its writers only read it. Inside analysis/. */
#ifndef ANALYSIS_BLAME_PRIVATE_H
#define ANALYSIS_BLAME_PRIVATE_H

#include "analysis/blame.h"
#include "clean.h"
#include "glitches.h"
#include "tail.h"
#include "worst_chains.h"

/* What a row, or a list of the worst, is about. */
enum jscope__blame_what {
	JSCOPE__BLAME_CHAINS,	/* of a stream */
	JSCOPE__BLAME_SERVICES, /* of its client: from its run until it has answered */
	JSCOPE__BLAME_REQUESTS, /* of a device */
	JSCOPE__BLAME_WHAT_COUNT
};

struct jscope__blame_row {
	enum jscope__blame_what what;
	bool is_other;		   /* of all that there is no row for */
	bool has_buffer, is_aside; /* as jscope_kind_...() say of the stream */
	char device[JSCOPE__NAME_SIZE], stream[JSCOPE__NAME_SIZE], kind[JSCOPE__NAME_SIZE];
	bool has_due, due_estimated;	      /* that decides the first of its chains */
	uint64_t late;			      /* of those put down */
	uint64_t partial, excluded;	      /* no length; a due of the other kind */
	uint64_t classes[JSCOPE_CLASS_COUNT]; /* of all notifications */
	struct jscope__glitch_tally glitches; /* of the stream, with its chains */
	struct jscope__tail tail;
};

/* Streams, their clients and devices with rows of their own, and one for all others. */
#define JSCOPE__BLAME_ROWS (JSCOPE__BLAME_WHAT_COUNT * JSCOPE_REPORT_ROWS_MAX)

struct jscope__pending;

struct jscope_blame {
	struct jscope_blame_options options;
	struct jscope_timeline_sink sink;
	struct jscope_trace_info info;
	struct jscope__holders holders;
	struct jscope__moves *moves;	    /* owned */
	struct jscope__held_requests *held; /* owned */
	struct jscope__glitches glitches;
	struct jscope__tails tails;
	struct jscope_map *row_of; /* (what, stream or device) -> number of its row */
	struct jscope__blame_row *rows[JSCOPE__BLAME_ROWS + 1]; /* owned */
	uint32_t row_count, other; /* other: its number, UINT32_MAX while there is none */
	uint64_t rows_refused;
	struct jscope__pending *pending;      /* owned: complete, and not yet put down */
	uint64_t pending_first, pending_next; /* of all, ever: those between wait */
	uint64_t change_count;		      /* of CPUs, ever */
	struct jscope__worst_chains worst[JSCOPE__BLAME_WHAT_COUNT];
	struct jscope__tail_split splits[JSCOPE__BLAME_ROWS + 1];
	struct jscope__share *shares; /* owned; after finish */
	size_t share_count;
	int error; /* -ENOMEM: it is not whole */
};

/* The shares of a row: how many, and the first of them. */
size_t jscope__blame_shares(const struct jscope_blame *blame, uint32_t row,
			    const struct jscope__share **ret_first);
/* How many of them are of the same culprit as the first, that lie behind one another. */
size_t jscope__blame_stages(const struct jscope__share *first, size_t count);

/* Where all of a chain is seen: its middle, and how far to look. */
struct jscope__blame_focus {
	jscope_ns around_ns, window_ns;
};
struct jscope__blame_focus jscope__blame_focus(const struct jscope__blame_chain *chain);

#endif
