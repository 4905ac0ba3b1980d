/* Playing a trace against a clock that oversleeps at random, jumps, and stands at extremes. */
#include "../cmocka_all.h"

#include <stdint.h>

#include "pacer.h"

/* A clock of ours: a sleep overshoots by up to overshoot_ns_max, or ends before. */
struct fake {
	jscope_ns now_ns, overshoot_ns_max;
	uint64_t random, sleeps;
	unsigned sleeps_before_stop; /* 0: never */
	bool ends_before;
};

static uint64_t draw(struct fake *fake)
{
	fake->random ^= fake->random << 13;
	fake->random ^= fake->random >> 7;
	fake->random ^= fake->random << 17;
	return fake->random;
}

static jscope_ns fake_now(void *state)
{
	return ((struct fake *)state)->now_ns;
}

static void fake_sleep_until(void *state, jscope_ns at_ns)
{
	struct fake *fake = state;

	fake->sleeps++;
	assert_true(at_ns > fake->now_ns);
	if (fake->ends_before && draw(fake) % 2)
		fake->now_ns += (at_ns - fake->now_ns + 1) / 2;
	else
		fake->now_ns = at_ns + (jscope_ns)(draw(fake) % (uint64_t)fake->overshoot_ns_max);
}

static bool fake_stop(void *state)
{
	const struct fake *fake = state;

	return fake->sleeps_before_stop && fake->sleeps >= fake->sleeps_before_stop;
}

static struct jscope_pacer pacer_of(struct fake *fake, int64_t speed_millionths)
{
	static struct jscope_pacer_clock clock;
	struct jscope_pacer pacer;

	clock = (struct jscope_pacer_clock){ fake_now, fake_sleep_until, fake };
	jscope_pacer_init(&pacer, &clock, speed_millionths);
	return pacer;
}

/* An hour of records, one per millisecond: never early, and the last no later than one overshoot. */
static void an_hour_does_not_drift(void **state)
{
	struct fake fake = { .now_ns = 77 * JSCOPE_NS_PER_SEC,
			     .overshoot_ns_max = 300 * JSCOPE_NS_PER_US,
			     .random = 1,
			     .ends_before = true };
	struct jscope_pacer pacer = pacer_of(&fake, JSCOPE_SPEED_ONE);
	const jscope_ns begin_ns = fake.now_ns, t0_ns = 5 * JSCOPE_NS_PER_SEC;

	(void)state;
	for (int64_t i = 0; i <= 3600000; i++) {
		jscope_ns at_ns = t0_ns + i * JSCOPE_NS_PER_MS, due_ns = begin_ns + at_ns - t0_ns;

		assert_true(jscope_pacer_await(&pacer, at_ns, NULL, NULL));
		assert_true(fake.now_ns >= due_ns);
		assert_true(fake.now_ns < due_ns + fake.overshoot_ns_max);
	}
	assert_true(pacer.behind_ns_max < fake.overshoot_ns_max);
	assert_true(pacer.behind_ns_max > fake.overshoot_ns_max / 2);
}

/* After a stall records come without a sleep until they have caught up, and then at their instants. */
static void a_stall_is_caught_up(void **state)
{
	struct fake fake = { .overshoot_ns_max = 1, .random = 1 };
	struct jscope_pacer pacer = pacer_of(&fake, JSCOPE_SPEED_ONE);
	uint64_t sleeps;

	(void)state;
	for (int64_t i = 0; i < 10; i++)
		jscope_pacer_await(&pacer, i * 1000, NULL, NULL);
	assert_int_equal(fake.now_ns, 9000);
	fake.now_ns += 5500;
	sleeps = fake.sleeps;
	for (int64_t i = 10; i < 15; i++)
		jscope_pacer_await(&pacer, i * 1000, NULL, NULL);
	assert_int_equal(fake.sleeps, sleeps);
	assert_int_equal(pacer.behind_ns_max, 4500);
	jscope_pacer_await(&pacer, 15000, NULL, NULL);
	assert_int_equal(fake.now_ns, 15000);
}

/* What stands out of order, or has no instant, waits for nothing and counts as no delay. */
static void disorder_does_not_wait(void **state)
{
	struct fake fake = { .overshoot_ns_max = 1, .random = 1 };
	struct jscope_pacer pacer = pacer_of(&fake, JSCOPE_SPEED_ONE);

	(void)state;
	jscope_pacer_await(&pacer, JSCOPE_NS_UNKNOWN, NULL, NULL);
	jscope_pacer_await(&pacer, 1000, NULL, NULL);
	jscope_pacer_await(&pacer, 3000, NULL, NULL);
	jscope_pacer_await(&pacer, 2000, NULL, NULL);
	jscope_pacer_await(&pacer, JSCOPE_NS_UNKNOWN, NULL, NULL);
	assert_int_equal(fake.now_ns, 2000);
	assert_int_equal(pacer.behind_ns_max, 0);
}

static void a_speed_stretches_time(void **state)
{
	static const struct {
		int64_t speed_millionths;
		jscope_ns at_ns, due_ns;
	} cases[] = {
		{ JSCOPE_SPEED_ONE / 10, 1000, 10000 },
		{ 10 * JSCOPE_SPEED_ONE, 1000, 100 },
		{ 10 * JSCOPE_SPEED_ONE, 1001, 101 }, /* up: never early */
		{ 3 * JSCOPE_SPEED_ONE, -1, 0 },
		{ JSCOPE_SPEED_MIN, INT64_C(1) << 62, INT64_MAX },
		{ JSCOPE_SPEED_MAX, INT64_C(1) << 62, INT64_C(4611686018428) },
		{ JSCOPE_SPEED_MAX, INT64_MAX, INT64_C(9223372036855) },
		{ JSCOPE_SPEED_MIN, INT64_MIN + 1, INT64_MIN + 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fake fake = { .overshoot_ns_max = 1, .random = 1 };
		struct jscope_pacer pacer = pacer_of(&fake, cases[i].speed_millionths);

		jscope_pacer_anchor(&pacer, 0);
		assert_int_equal(jscope_pacer_due(&pacer, cases[i].at_ns), cases[i].due_ns);
	}
}

/* The instant that is due now is the inverse, and stays in range as well. */
static void the_instant_follows_the_clock(void **state)
{
	struct fake fake = { .now_ns = 100, .overshoot_ns_max = 1, .random = 1 };
	struct jscope_pacer pacer = pacer_of(&fake, 4 * JSCOPE_SPEED_ONE);

	(void)state;
	jscope_pacer_anchor(&pacer, INT64_C(1) << 62);
	fake.now_ns += 25;
	assert_int_equal(jscope_pacer_instant(&pacer), (INT64_C(1) << 62) + 100);
	pacer.speed_millionths = JSCOPE_SPEED_MAX;
	fake.now_ns = INT64_MAX;
	assert_int_equal(jscope_pacer_instant(&pacer), INT64_MAX);
}

/* Ctrl-C: before the record is due, and without waiting for it. */
static void a_stop_ends_the_wait(void **state)
{
	struct fake fake = {
		.overshoot_ns_max = 1, .random = 1, .sleeps_before_stop = 2, .ends_before = true
	};
	struct jscope_pacer pacer = pacer_of(&fake, JSCOPE_SPEED_ONE);

	(void)state;
	assert_true(jscope_pacer_await(&pacer, 0, fake_stop, &fake));
	while (jscope_pacer_await(&pacer, pacer.latest_ns + JSCOPE_NS_PER_SEC, fake_stop, &fake))
		;
	assert_int_equal(fake.sleeps, 2);
	assert_false(jscope_pacer_await(&pacer, 0, fake_stop, &fake));
}

/* The clock of the machine itself: never early. */
static void the_clock_is_real(void **state)
{
	struct jscope_pacer pacer;
	jscope_ns begin_ns = jscope_ns_now();

	(void)state;
	jscope_pacer_init(&pacer, &jscope_pacer_monotonic, JSCOPE_SPEED_ONE);
	jscope_pacer_await(&pacer, 0, NULL, NULL);
	jscope_pacer_await(&pacer, 120 * JSCOPE_NS_PER_MS, NULL, NULL);
	assert_true(jscope_ns_now() - begin_ns >= 120 * JSCOPE_NS_PER_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_hour_does_not_drift),
		cmocka_unit_test(a_stall_is_caught_up),
		cmocka_unit_test(disorder_does_not_wait),
		cmocka_unit_test(a_speed_stretches_time),
		cmocka_unit_test(the_instant_follows_the_clock),
		cmocka_unit_test(a_stop_ends_the_wait),
		cmocka_unit_test(the_clock_is_real),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
