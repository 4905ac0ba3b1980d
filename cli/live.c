#include "live.h"

#include <sys/time.h>
#include <unistd.h>

/* The last events of a stream come this much later than they happened, by its live timer. */
#define DELAY_NS (2 * JSCOPE_NS_PER_SEC)

static struct {
	struct jscope_trace *trace; /* borrowed; NULL where none is read */
	const volatile sig_atomic_t *stop;
	const struct jscope_live_watch *watch;
	jscope_ns last_ns;
	jscope_ns heard_ns, refreshed_ns; /* on CLOCK_MONOTONIC */
	uint64_t events;
} live;

void jscope_live_await(void)
{
	signal(SIGALRM, SIG_DFL);
	alarm(JSCOPE_LIVE_ANSWER_S);
}

static void alarm_set(int flags);

/*
 * System calls go on after a tick, or output would be cut, unless the reader waits for a network
 * that does not answer: then the next tick, at once, breaks its wait.
 */
static void on_tick(int signal)
{
	static const struct itimerval soon = { .it_interval.tv_sec = 1, .it_value.tv_usec = 1000 };

	(void)signal;
	if (!live.trace || !jscope_trace_tick(live.trace, *live.stop))
		return;
	alarm_set(0);
	setitimer(ITIMER_REAL, &soon, NULL);
}

static void alarm_set(int flags)
{
	struct sigaction action = { .sa_handler = on_tick, .sa_flags = flags };

	sigaction(SIGALRM, &action, NULL);
}

void jscope_live_begin(struct jscope_trace *trace, const volatile sig_atomic_t *stop,
		       jscope_ns last_ns)
{
	static const struct itimerval each_second = { .it_interval.tv_sec = 1,
						      .it_value.tv_sec = 1 };

	live.trace = trace;
	live.stop = stop;
	live.last_ns = last_ns;
	live.heard_ns = live.refreshed_ns = jscope_ns_now();
	alarm_set(SA_RESTART);
	setitimer(ITIMER_REAL, &each_second, NULL);
}

void jscope_live_end(void)
{
	static const struct itimerval never = { 0 };

	setitimer(ITIMER_REAL, &never, NULL);
}

void jscope_live_watch(const struct jscope_live_watch *watch)
{
	live.watch = watch;
}

/* A session in which nothing happens does not come to the end of a time by itself. */
static bool is_silent(jscope_ns now_ns)
{
	return live.last_ns > 0 && now_ns - live.heard_ns > jscope_add_sat(live.last_ns, DELAY_NS);
}

bool jscope_live_progress(uint64_t events)
{
	const struct jscope_live_watch *watch = live.watch;
	jscope_ns now_ns = jscope_ns_now();

	if (events != live.events)
		live.heard_ns = now_ns;
	live.events = events;
	if (*live.stop || is_silent(now_ns))
		return true;
	if (!watch || now_ns - live.refreshed_ns < watch->period_ns)
		return false;
	live.refreshed_ns = now_ns;
	return watch->refresh(watch->state);
}
