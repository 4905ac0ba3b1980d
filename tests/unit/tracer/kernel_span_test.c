#include "../cmocka_all.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"
#include "scratch.h"
#include "span.h"

#define STEP_NS	 (20 * JSCOPE_NS_PER_MS)
#define SOON_NS	 (100 * JSCOPE_NS_PER_MS)
#define NEVER_NS (60 * JSCOPE_NS_PER_SEC)

/* Wait for the end, at most a minute. Returns how long it took. */
static jscope_ns wait_for_end(struct jscope__kernel_span *span)
{
	const jscope_ns begin_ns = jscope_ns_now();

	while (!span->over && jscope_ns_now() - begin_ns < NEVER_NS)
		jscope__kernel_span_wait(span, STEP_NS);
	assert_true(span->over);
	return jscope_ns_now() - begin_ns;
}

static void begin(struct jscope__kernel_span *span, const char *script, jscope_ns duration_ns)
{
	char *const argv[] = { (char *)"sh", (char *)"-c", (char *)script, NULL };

	assert_int_equal(jscope__kernel_span_begin(span), 0);
	assert_int_equal(jscope__kernel_span_start(span, script ? argv : NULL, duration_ns), 0);
}

/* A program that does not heed SIGTERM, once the file is there. */
static void begin_stubborn(struct jscope__kernel_span *span)
{
	char ready[SCRATCH_PATH_SIZE], script[2 * SCRATCH_PATH_SIZE];
	const jscope_ns begin_ns = jscope_ns_now();

	scratch_path(ready, "ready");
	snprintf(script, sizeof script, "trap '' TERM; : >'%s'; while :; do sleep 0.1; done",
		 ready);
	begin(span, script, 0);
	while (access(ready, F_OK) != 0 && jscope_ns_now() - begin_ns < NEVER_NS)
		jscope__kernel_span_wait(span, STEP_NS);
	assert_int_equal(unlink(ready), 0);
}

static void lasts_as_long_as_its_program(void **state)
{
	struct jscope__kernel_span span;

	(void)state;
	begin(&span, "sleep 0.1; exit 5", 0);
	wait_for_end(&span);
	jscope__kernel_span_end(&span);
	assert_true(WIFEXITED(span.program_status));
	assert_int_equal(WEXITSTATUS(span.program_status), 5);
	assert_false(span.interrupted);
}

static void wakes_when_the_program_ends(void **state)
{
	struct jscope__kernel_span span;
	const jscope_ns begin_ns = jscope_ns_now();

	(void)state;
	begin(&span, "sleep 0.1", 0);
	jscope__kernel_span_wait(&span, NEVER_NS);
	assert_true(jscope_ns_now() - begin_ns < NEVER_NS / 2);
	jscope__kernel_span_end(&span);
}

static void ends_in_time(void **state)
{
	struct jscope__kernel_span span;

	(void)state;
	begin(&span, NULL, SOON_NS);
	assert_true(wait_for_end(&span) >= SOON_NS - STEP_NS);
	assert_true(jscope_ns_now() >= span.begin_ns + SOON_NS);
	jscope__kernel_span_end(&span);
	assert_int_equal(span.program_status, -1);
	assert_false(span.interrupted);
}

static void ends_the_program_in_time(void **state)
{
	struct jscope__kernel_span span;

	(void)state;
	begin(&span, "exec sleep 60", SOON_NS);
	wait_for_end(&span);
	jscope__kernel_span_end(&span);
	assert_true(WIFSIGNALED(span.program_status));
	assert_int_equal(WTERMSIG(span.program_status), SIGTERM);
}

static void kills_a_program_that_stays(void **state)
{
	struct jscope__kernel_span span;
	jscope_ns begin_ns;

	(void)state;
	begin_stubborn(&span);
	begin_ns = jscope_ns_now();
	jscope__kernel_span_stop(&span);
	jscope__kernel_span_end(&span);
	assert_int_equal(WTERMSIG(span.program_status), SIGKILL);
	assert_in_range(jscope_ns_now() - begin_ns, JSCOPE_NS_PER_SEC, NEVER_NS);
}

static void each_signal_ends_it(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct jscope__kernel_span span;

	(void)state;
	for (unsigned i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		begin(&span, NULL, 0);
		kill(getpid(), signals[i]);
		wait_for_end(&span);
		assert_true(span.interrupted);
		jscope__kernel_span_end(&span);
	}
}

static void a_second_signal_kills_the_program(void **state)
{
	struct jscope__kernel_span span;
	jscope_ns begin_ns;

	(void)state;
	begin_stubborn(&span);
	begin_ns = jscope_ns_now();
	kill(getpid(), SIGTERM);
	wait_for_end(&span);
	kill(getpid(), SIGTERM);
	jscope__kernel_span_end(&span);
	assert_int_equal(WTERMSIG(span.program_status), SIGKILL);
	/* Long before it would be killed unasked, 3 s after the first. */
	assert_true(jscope_ns_now() - begin_ns < 5 * JSCOPE_NS_PER_SEC / 2);
}

static void ignored_signals_stay_ignored(void **state)
{
	struct jscope__kernel_span span;

	(void)state;
	signal(SIGHUP, SIG_IGN);
	begin(&span, NULL, SOON_NS);
	kill(getpid(), SIGHUP);
	wait_for_end(&span);
	assert_false(span.interrupted);
	jscope__kernel_span_end(&span);
	assert_ptr_equal(signal(SIGHUP, SIG_DFL), SIG_IGN);
}

static void tells_a_program_that_cannot_start(void **state)
{
	char *const argv[] = { (char *)"/etc/passwd", NULL };
	struct jscope__kernel_span span;

	(void)state;
	assert_int_equal(jscope__kernel_span_begin(&span), 0);
	assert_true(jscope__kernel_span_start(&span, argv, 0) < 0);
	assert_non_null(jscope_error_sentence(0));
	jscope_error_clear();
	jscope__kernel_span_end(&span);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lasts_as_long_as_its_program),
		cmocka_unit_test(wakes_when_the_program_ends),
		cmocka_unit_test(ends_in_time),
		cmocka_unit_test(ends_the_program_in_time),
		cmocka_unit_test(kills_a_program_that_stays),
		cmocka_unit_test(each_signal_ends_it),
		cmocka_unit_test(a_second_signal_kills_the_program),
		cmocka_unit_test(ignored_signals_stay_ignored),
		cmocka_unit_test(tells_a_program_that_cannot_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
