/*
 * libjscope-ust.so: connects the probe points of a program (jscope/probe.h) to LTTng-UST. Loaded by
 * the program itself when JSCOPE_PROVIDER names it, or preloaded.
 */
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "ust/jscope_tp.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <lttng/ust-fork.h>

#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields)                                                              \
	static void emit_##name(const void *event)                                                 \
	{                                                                                          \
		lttng_ust_do_tracepoint(jscope, name, (const struct jscope_event_##name *)event);  \
	}
#include "jscope/events.def"
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

/* `state` is the switch that LTTng-UST itself tests before each tracepoint. */
#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields) { &lttng_ust_tracepoint_jscope___##name.state, emit_##name },
static const struct jscope_probe_point points[JSCOPE_EVENT_COUNT] = {
#include "jscope/events.def"
};
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

static int layout_find(const char *layout)
{
	for (int i = 0; i < JSCOPE_EVENT_COUNT; i++)
		if (strcmp(layout, jscope_probe_layouts[i]) == 0)
			return i;
	return -1;
}

/*
 * A forked child has none of LTTng-UST's threads and would write events under the identity of its
 * parent. LTTng's own remedy is to preload a library; these handlers do the same without one.
 * LTTng-UST holds its lock from fork_begin() to the end of the others, hence one mask for all.
 */
static sigset_t fork_mask;

static void fork_begin(void)
{
	sigset_t mask;

	lttng_ust_before_fork(&mask);
	fork_mask = mask;
}

static void fork_parent(void)
{
	sigset_t mask = fork_mask;

	lttng_ust_after_fork_parent(&mask);
}

static void fork_child(void)
{
	sigset_t mask = fork_mask;

	lttng_ust_after_fork_child(&mask);
}

/* Twice would be a deadlock. */
static void fork_follow(void)
{
	static int following;
	const char *preloaded = getenv("LD_PRELOAD");

	if (following++ || (preloaded && strstr(preloaded, "lttng-ust-fork")))
		return;
	pthread_atfork(fork_begin, fork_parent, fork_child);
}

__attribute__((visibility("default"))) void
jscope_provider_attach(const struct jscope_probe_table *table)
{
	fork_follow();
	for (unsigned i = 0; i < table->count; i++) {
		int known = layout_find(table->layouts[i]);

		if (known >= 0)
			table->points[i] = points[known];
	}
}
