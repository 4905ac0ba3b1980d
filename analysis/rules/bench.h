/*
 * The bench: the judge of a trace is made of several benches, one per subject, each with its own
 * state. Each sees every event of the trace in order and tells the judge what it finds.
 *
 * Rules are named by their number. A bench says, each time a rule applied, that it held, that it did
 * not, or that nobody can know; the verdict is the judge's.
 */
#ifndef RULES_BENCH_H
#define RULES_BENCH_H

#include <stddef.h>

#include "analysis/rules.h"
#include "common/map.h"
#include "jscope/probe.h"
#include "probes/vocabulary.h"
#include "rules/scene.h"

struct jscope_judge;

/* A map of a bench, which is made, counted and given up with it. */
struct jscope__bench_table {
	size_t map_offset; /* of its struct jscope_map * in the bench */
	size_t value_size; /* bytes */
	size_t count_max;  /* entries; what passes it is counted */
	/* Take from a value what a loss of events leaves unknown; NULL: nothing. */
	void (*forget)(struct jscope_judge *judge, void *value);
};

#define JSCOPE__BENCH_TABLES 8

/* A bench is a struct whose first member is `struct jscope_judge *judge`; of the rest all is zero. */
struct jscope__bench_ops {
	size_t size;
	struct jscope__bench_table tables[JSCOPE__BENCH_TABLES]; /* up to the first of size 0 */
	/* All of these are NULL where it has no use for them. */
	int (*init)(void *bench); /* its maps are there; returns 0 or -ENOMEM */
	void (*event)(void *bench, const struct jscope_vocabulary_event *event);
	void (*notification)(void *bench, const struct jscope_notification *notification);
	/* Events were lost, and the tables have forgotten; see also jscope__judge_is_blind(). */
	void (*loss)(void *bench);
	void (*finish)(void *bench, jscope_ns end_ns);
	void (*release)(void *bench); /* what init made, or some of it; its maps are still there */
};

/* A row of tables: the map `member` of `struct bench`, of values of a type. */
#define JSCOPE__TABLE(bench, member, type, count_max, forget)                                      \
	{                                                                                          \
		offsetof(bench, member), sizeof(type), count_max, forget                           \
	}

extern const struct jscope__bench_ops jscope__bench_trace, /* R1..R3 */
	jscope__bench_stream,				   /* R4..R8, R13, R14 */
	jscope__bench_event,				   /* R9..R12, R15, R16 */
	jscope__bench_position,				   /* R17..R19, R22, R23 */
	jscope__bench_line,				   /* R20, R21 */
	jscope__bench_point,				   /* R24..R26, R28 */
	jscope__bench_signal,				   /* R30, R39, R40 */
	jscope__bench_isr,				   /* R31, R32, R38, R41 */
	jscope__bench_stage,				   /* R42 */
	jscope__bench_dpc,				   /* R33..R37 */
	jscope__bench_client,				   /* R43..R45 */
	jscope__bench_silence,				   /* R29 */
	jscope__bench_write,				   /* R46..R48 */
	jscope__bench_packet,				   /* R49..R55 */
	jscope__bench_midi,				   /* R56..R65 */
	jscope__bench_module,				   /* R66..R69 */
	jscope__bench_storage,				   /* R70..R90 */
	jscope__bench_metrics,				   /* R27, R91..R93 */
	jscope__bench_wander;				   /* R94 */

enum jscope_profile jscope__judge_profile(const struct jscope_judge *judge);

/* What the trace told of streams before the event that a bench is looking at. */
const struct jscope__scene *jscope__judge_scene(const struct jscope_judge *judge);
/* Of one stream; NULL while it has not told of it. */
const struct jscope__stream *jscope__judge_stream(const struct jscope_judge *judge, int64_t dev,
						  int64_t stream);
/* Of the stream that an ev_set notifies; NULL where no stream has its event on the list. */
const struct jscope__stream *jscope__judge_notified(const struct jscope_judge *judge,
						    const struct jscope_vocabulary_event *event);

/* What the slots of an event hold: const struct jscope_slots_ev_set *set = SLOTS(event, ev_set). */
#define SLOTS(event, name) ((const struct jscope_slots_##name *)(event)->slot)

/* The rule applied, and held. */
void jscope__judge_pass(struct jscope_judge *judge, unsigned rule);

/*
 * The rule applied, and did not hold. at_ns: JSCOPE_NS_UNKNOWN for now, when it becomes known; object:
 * whose fault it is; sentence: printf.
 */
__attribute__((format(printf, 5, 6))) void jscope__judge_violate(struct jscope_judge *judge,
								 unsigned rule, jscope_ns at_ns,
								 const char *object,
								 const char *sentence, ...);
/* The same where this violation is of another class than the rule. */
__attribute__((format(printf, 6, 7))) void
jscope__judge_violate_as(struct jscope_judge *judge, unsigned rule, enum jscope_rule_class class,
			 jscope_ns at_ns, const char *object, const char *sentence, ...);

/* The rule applied, and what it takes to judge it is not in the trace. */
void jscope__judge_abstain(struct jscope_judge *judge, unsigned rule);

/* The figure that a metric rule shows. */
__attribute__((format(printf, 3, 4))) void
jscope__judge_figure(struct jscope_judge *judge, unsigned rule, const char *text, ...);
/* The figure of one object among several, the worst one first: that is also the figure of the rule. */
__attribute__((format(printf, 4, 5))) void jscope__judge_figure_of(struct jscope_judge *judge,
								   unsigned rule,
								   const char *object,
								   const char *text, ...);
/* A table beside the last figure that was kept, borrowed from the bench. */
void jscope__judge_wander_table(struct jscope_judge *judge, unsigned rule,
				const struct jscope__wander_table *table);

/* Were events lost between two instants (or at one of their ends)? R2: then count and pairing rules
 * abstain. */
bool jscope__judge_is_blind(const struct jscope_judge *judge, jscope_ns begin_ns, jscope_ns end_ns);
/* Has nothing been lost since then? Of an instant that is UNKNOWN, never. */
bool jscope__judge_sees(const struct jscope_judge *judge, jscope_ns since_ns, jscope_ns now_ns);
/* When the last loss ended; JSCOPE_NS_UNKNOWN without any. What began before may be incomplete. */
jscope_ns jscope__judge_blind_until(const struct jscope_judge *judge);

/* What a table of a bench, other than its maps, could not take. */
void jscope__judge_refuse(struct jscope_judge *judge, uint64_t count);

/* "dev1 stream 0x2" into a buffer of 48 bytes. */
const char *jscope__judge_object(char object[48], int64_t dev, const char *kind, int64_t id);
const char *jscope__stream_name(char object[48], const struct jscope__stream *stream);
/* Of an event that names a stream, which it does first. */
const char *jscope__event_stream_name(char object[48], const struct jscope_vocabulary_event *event);

#endif
