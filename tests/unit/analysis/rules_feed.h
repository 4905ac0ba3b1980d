/*
 * Feeds a judge with events that a test makes up, and tells what it says of a rule.
 *
 *   feed_begin(JSCOPE_PROFILE_NONE);
 *   FEED(ms(1), wrt_state, .dev = 1, .stream = 0x10, .old = 0, .new = 1);
 *   feed_end();
 *   assert_verdict(4, JSCOPE_VERDICT_PASSED);
 *
 * Fields that are not named are 0; an instant of 0 is unknown, as it is in a trace. One judge at a time.
 */
#ifndef RULES_FEED_H
#define RULES_FEED_H

#include <string.h>

#include "../cmocka_all.h"
#include "analysis/rules.h"
#include "jscope/probe.h"
#include "probes/vocabulary.h"

void feed_begin(enum jscope_profile profile);

/* Where the following events happen; 0 and 1 at the beginning. */
void feed_at(uint32_t cpu, int64_t tid);

#define FEED(at_ns, name, ...)                                                                     \
	feed_event(at_ns, JSCOPE_EVENT_##name,                                                     \
		   (const int64_t *)&(const struct jscope_slots_##name){ __VA_ARGS__ })
void feed_event(jscope_ns at_ns, unsigned id, const int64_t *slots);

/* A guid, as the slot that a reader makes of it. The text must last. */
int64_t feed_text(const char *text);

/* Events were lost between two instants. */
void feed_loss(jscope_ns begin_ns, jscope_ns end_ns);
/*
 * Of the events after feed_begin(), numbered from 0, `count` from `first` on are not in the trace; it
 * tells of the loss, from the event before to the one behind, if `told`.
 */
void feed_cut(unsigned first, unsigned count, bool told);
/* Events since feed_begin(), with those that were cut. */
unsigned feed_count(void);
void feed_notification(const struct jscope_notification *notification);

/* The trace ends, or breaks off. */
void feed_end(void);
void feed_end_partial(void);

const struct jscope_judge *feed_judge(void);
const struct jscope_rule_result *feed_result(unsigned rule);

/* Fails with the sentences of all rules that are violated. */
void assert_verdict(unsigned rule, enum jscope_verdict verdict);
/* No other rule than this is violated; 0: none is. */
void assert_only(unsigned rule);

/* As a group teardown. */
int feed_finish(void **state);

static inline jscope_ns us(int64_t us)
{
	return us * JSCOPE_NS_PER_US;
}

static inline jscope_ns ms(int64_t ms)
{
	return ms * JSCOPE_NS_PER_MS;
}

#endif
