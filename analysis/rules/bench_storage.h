/*
 * Insides of the bench of StorPort adapters, a file per noun: requests, StartIo calls, the timer, the
 * link with its pauses, and the other notifications.
 */
#ifndef RULES_BENCH_STORAGE_H
#define RULES_BENCH_STORAGE_H

#include "rules/bench.h"
#include "rules/ended.h"
#include "rules/place.h"

#define JSCOPE__ADAPTERS_MAX	  256
#define JSCOPE__REQUESTS_MAX	  65536
#define JSCOPE__COMPLETED_MAX	  16384
#define JSCOPE__STARTIO_OPEN_MAX  16
#define JSCOPE__BUS_CHANGES_LIMIT 10 /* a second */

/* A call of HwStorStartIo that has not returned. */
struct jscope__startio {
	uint64_t srb;
	struct jscope_key place;
	jscope_ns at_ns;
	bool covered; /* another one began at its place */
};

struct jscope__pause {
	bool on;
	uint8_t path;
	jscope_ns since_ns, until_ns;
};

struct jscope__adapter {
	uint32_t dev;
	bool seen;
	jscope_ns first_ns;
	bool ran; /* a request has completed */
	enum { JSCOPE__LIFE_UNKNOWN, JSCOPE__LIFE_READY, JSCOPE__LIFE_REMOVED } life;
	jscope_ns life_ns;
	/* As stor_init says. */
	uint32_t limit, channels;
	bool full_duplex;
	jscope_ns tick_ns;

	/* Requests. */
	bool tells_starts, tells_issues;
	uint32_t outstanding;
	bool over_limit;
	uint64_t completed_count;
	jscope_ns longest_ns;  /* of all that completed */
	jscope_ns detected_ns; /* ResetDetected; UNKNOWN for none */
	struct {
		bool open;
		uint8_t path;
		jscope_ns since_ns;
		struct jscope_key place;
	} reset;

	/* StartIo. */
	bool tells_entries;
	unsigned startio_count;
	struct jscope__startio startio[JSCOPE__STARTIO_OPEN_MAX];

	struct {
		enum {
			JSCOPE__TIMER_UNKNOWN,
			JSCOPE__TIMER_IDLE,
			JSCOPE__TIMER_PENDING,
			JSCOPE__TIMER_CANCELLED
		} state;
		jscope_ns changed_ns, due_ns;
		jscope_ns replaced_due_ns; /* of the request that the pending one replaced */
	} timer;

	struct {
		enum { JSCOPE__LINK_UNKNOWN, JSCOPE__LINK_IS_UP, JSCOPE__LINK_IS_DOWN } state;
		jscope_ns since_ns;
	} link;
	struct jscope__pause pause, path_pause; /* of all requests; of those of a path */

	jscope_ns bus_change_ns[JSCOPE__BUS_CHANGES_LIMIT];
	unsigned bus_change_next;
	bool ticks_known;
	uint64_t ticks;
	jscope_ns ticks_ns;
	uint32_t ticks_cpu;
	jscope_ns overrun_ns; /* UNKNOWN for none */
	uint32_t overrun_cpu;
	bool service_time_told;
};

/* A request under way. */
struct jscope__srb {
	bool entered;	    /* begin_ns is that of HwStorStartIo */
	bool returned;	    /* its HwStorStartIo has */
	jscope_ns begin_ns; /* UNKNOWN: before the trace or a loss */
	jscope_ns issue_ns;
	bool service_told;
	jscope_ns service_ns;	   /* as told */
	int path;		   /* -1 unknown */
	uint64_t completed_before; /* requests of the adapter */
};

struct jscope__storage {
	struct jscope_judge *judge;
	struct jscope_map *adapters; /* of struct jscope__adapter, by device */
	struct jscope_map *requests; /* those under way, by device and SRB */
	struct jscope__ended_set *completed;
	uint64_t overrun_count;
	jscope_ns timer_late_ns; /* largest lateness; UNKNOWN while no timer fired */
};

/* Has the adapter been initialised in the trace, with nothing lost since? */
bool jscope__storage_knows(const struct jscope__storage *storage,
			   const struct jscope__adapter *adapter, jscope_ns now_ns);
/* "dev1 adapter" */
const char *jscope__storage_object(char object[48], const struct jscope__adapter *adapter);

typedef void jscope__storage_fn(struct jscope__storage *storage, struct jscope__adapter *adapter,
				const struct jscope_vocabulary_event *event);

/* R70..R74, R76, R82, R83, R88. */
jscope__storage_fn jscope__requests_entry, jscope__requests_start, jscope__requests_issue,
	jscope__requests_service, jscope__requests_complete, jscope__requests_detected,
	jscope__requests_reset, jscope__requests_reset_done;
void jscope__requests_finish(struct jscope__storage *storage, jscope_ns end_ns);

static inline struct jscope_key jscope__srb_key(const struct jscope__adapter *adapter, int64_t srb)
{
	return (struct jscope_key){ adapter->dev, (uint64_t)srb };
}

static inline const char *jscope__srb_object(char object[48], const struct jscope__adapter *adapter,
					     int64_t srb)
{
	return jscope__judge_object(object, adapter->dev, "srb", srb);
}

static inline double jscope__ms(jscope_ns ns)
{
	return (double)ns / 1e6;
}

/*
 * When the SRB completed, so that whoever uses it now breaks a rule. NULL where nobody can know; the
 * rule abstains where that is for a loss.
 */
const struct jscope__ended *jscope__srb_ended(struct jscope__storage *storage,
					      const struct jscope__adapter *adapter,
					      const struct jscope_vocabulary_event *event,
					      int64_t srb, unsigned rule);
/* R71: the event uses an SRB that has ended. */
void jscope__srb_used(struct jscope__storage *storage, const struct jscope__adapter *adapter,
		      const struct jscope_vocabulary_event *event, int64_t srb,
		      const struct jscope__ended *ended);
/* Was it active when a reset was detected? */
bool jscope__srb_was_reset(const struct jscope__adapter *adapter,
			   const struct jscope__srb *request);
/* R76 and R83 at the completion of a request. */
void jscope__service_judge(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			   const struct jscope_vocabulary_event *event,
			   const struct jscope__srb *request);
void jscope__reset_status_judge(struct jscope__storage *storage,
				const struct jscope__adapter *adapter,
				const struct jscope_vocabulary_event *event,
				const struct jscope__srb *request);

/* R89. */
jscope__storage_fn jscope__startio_entry, jscope__startio_return;

/* R77..R79. */
jscope__storage_fn jscope__timer_request, jscope__timer_fire;
void jscope__timer_finish(struct jscope__storage *storage);

/* R80, R81. */
jscope__storage_fn jscope__link_start, jscope__link_return, jscope__link_up, jscope__link_down,
	jscope__link_pause, jscope__link_resume;

/* R75, R84, R85, R87; those of others are passed on. */
jscope__storage_fn jscope__notify_told, jscope__notify_service;

/* R90 of every event of the adapter, R86 of every event of its device. */
jscope__storage_fn jscope__life_judge, jscope__overrun_judge, jscope__life_init,
	jscope__life_remove, jscope__life_overrun;

#endif
