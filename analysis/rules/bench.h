/*
 * The bench: the judge of a trace is made of several benches, one per subject, each with its own
 * state. Each sees every event of the trace in order and tells the judge what it finds.
 *
 * Rules are named by their number. A bench says, each time a rule applied, that it held, that it did
 * not, or that nobody can know; the verdict is the judge's.
 */
#ifndef RULES_BENCH_H
#define RULES_BENCH_H

#include "analysis/rules.h"
#include "common/map.h"
#include "jscope/probe.h"
#include "probes/vocabulary.h"
#include "rules/scene.h"

struct jscope_judge;

struct jscope__bench_ops {
	int (*create)(struct jscope_judge *judge, void **ret_bench);
	/* NULL where it has no use for them. */
	void (*event)(void *bench, const struct jscope_vocabulary_event *event);
	void (*notification)(void *bench, const struct jscope_notification *notification);
	void (*request)(void *bench, const struct jscope_request *request);
	/* Events were lost; the judge remembers it, see jscope__judge_is_blind(). */
	void (*loss)(void *bench, const struct jscope_loss *loss);
	void (*finish)(void *bench, jscope_ns end_ns);
	uint64_t (*refused)(const void *bench); /* NULL: nothing can be refused */
	void (*destroy)(void *bench);
};

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
	jscope__bench_metrics;				   /* R27, R91..R94 */

enum jscope_profile jscope__judge_profile(const struct jscope_judge *judge);

/* What the trace told of streams before the event that a bench is looking at. */
const struct jscope__scene *jscope__judge_scene(const struct jscope_judge *judge);

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

/* Were events lost between two instants (or at one of their ends)? R2: then count and pairing rules
 * abstain. */
bool jscope__judge_is_blind(const struct jscope_judge *judge, jscope_ns begin_ns, jscope_ns end_ns);
/* When the last loss ended; JSCOPE_NS_UNKNOWN without any. What began before may be incomplete. */
jscope_ns jscope__judge_blind_until(const struct jscope_judge *judge);

/* "dev1 stream 0x2" into a buffer of 48 bytes. */
const char *jscope__judge_object(char object[48], int64_t dev, const char *kind, int64_t id);

#endif
