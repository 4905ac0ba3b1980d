/*
 * Who held which CPU lately: the last changes of each CPU, in a window of bounded memory, to be asked
 * who was there between two instants. For blame; one thread. Inside analysis/.
 *
 * A CPU keeps its last JSCOPE__CHANGES_MAX changes, all CPUs together no more than
 * JSCOPE__HOLDERS_BYTES_MAX: where that is used up windows grow no more. What lies before a window is
 * unknown, and so is what a loss of events may have changed.
 */
#ifndef ANALYSIS_HOLDERS_H
#define ANALYSIS_HOLDERS_H

#include "common/map.h"
#include "replay/timeline.h"

#define JSCOPE__CHANGES_MAX	  65536
#define JSCOPE__HOLDERS_BYTES_MAX ((size_t)64 << 20)
#define JSCOPE__HOLDERS_CPUS	  4096
#define JSCOPE__OCCUPANTS_MAX	  65536
#define JSCOPE__OCCUPANT_NAME	  32 /* room for a name, its NUL included */

/* Who can hold a CPU. Its number is its identity; 0: there are too many to tell this one apart. */
struct jscope__occupant {
	enum jscope_holder holder;
	uint32_t dev;
	uint64_t id;
	char name[JSCOPE__OCCUPANT_NAME]; /* as in the trace */
};

struct jscope__change {
	jscope_ns at_ns, begin_ns;
	uint32_t occupant; /* number */
	uint32_t told;	   /* the same, but of the thread that came where it left unseen */
	uint32_t ahead;	   /* number of the DPC that is first in the queue */
	bool is_modelled, has_ahead;
	bool left_asleep; /* the thread before it waits for something, rather than for the CPU */
	bool is_unseen;	  /* the occupant was there at the end; who was before it is not known */
};

struct jscope__changes; /* of one CPU */

#define JSCOPE__HOLDERS_LOSSES 64

struct jscope__holders {
	struct jscope_map *cpus; /* number -> owned pointer to struct jscope__changes */
	struct jscope_map *ids;	 /* (holder and device, id) -> number */
	struct jscope__occupant *occupants;
	uint32_t occupant_count, occupant_room;
	size_t bytes;
	size_t room_min; /* changes that the CPU with the shortest window keeps, once it is full */
	unsigned loss_count;
	struct jscope_loss losses[JSCOPE__HOLDERS_LOSSES]; /* the latest, two that are old as one */
	uint64_t refused; /* changes and occupants that there was no room for */
};

/* Returns 0 or -ENOMEM. finish() also takes what a failed init() left. */
int jscope__holders_init(struct jscope__holders *holders);
void jscope__holders_finish(struct jscope__holders *holders);

void jscope__holders_change(struct jscope__holders *holders,
			    const struct jscope_occupancy *occupancy);
void jscope__holders_loss(struct jscope__holders *holders, const struct jscope_loss *loss);

const struct jscope__occupant *jscope__occupant_at(const struct jscope__holders *holders,
						   uint32_t number);

/* Why nobody can be named. */
enum jscope__unknown {
	JSCOPE__KNOWN,
	JSCOPE__UNKNOWN_UNTOLD,	 /* the trace has no events that would tell */
	JSCOPE__UNKNOWN_LOST,	 /* events were lost */
	JSCOPE__UNKNOWN_EARLIER, /* nothing of that CPU was told by then */
	JSCOPE__UNKNOWN_WINDOW,	 /* it was, but longer ago than is kept */
	JSCOPE__UNKNOWN_CPU,	 /* on which CPU it was */
	JSCOPE__UNKNOWN_INSTANT, /* an instant of the chain is missing */
	JSCOPE__UNKNOWN_ORDER,	 /* it ends before it begins */
	JSCOPE__UNKNOWN_COUNT
};

/* A time on a CPU in which nothing changed. */
struct jscope__held {
	jscope_ns begin_ns, end_ns;
	enum jscope__unknown unknown;
	struct jscope__change by; /* where that is KNOWN */
};

/* From begin to end on a CPU, piece by piece. */
struct jscope__held_walk {
	const struct jscope__holders *holders;
	const struct jscope__changes *changes; /* NULL: nothing is known of the CPU */
	unsigned cpu;
	uint64_t next; /* of all changes of the CPU, ever */
	jscope_ns at_ns, end_ns;
};

void jscope__held_begin(struct jscope__held_walk *walk, const struct jscope__holders *holders,
			unsigned cpu, jscope_ns begin_ns, jscope_ns end_ns);
/* Pieces come without gap or overlap and none is empty. False behind the last one. */
bool jscope__held_next(struct jscope__held_walk *walk, struct jscope__held *ret_held);

/* Whom one looks for: who took a CPU at an instant. */
struct jscope__seek {
	jscope_ns at_ns;
	unsigned holders; /* bits 1 << JSCOPE_HOLDER_... */
	uint64_t tid;	  /* of a thread, or in whose place it runs; 0: of any */
};
/*
 * Looks on CPU `cpu` first (JSCOPE_CPU_UNKNOWN: nowhere), then on all. Returns false where there is
 * none, or one on each of several CPUs.
 */
bool jscope__holders_seek(const struct jscope__holders *holders, const struct jscope__seek *seek,
			  unsigned cpu, unsigned *ret_cpu, struct jscope__change *ret_change);

#endif
