#include "../cmocka_all.h"

#include "numbering.h"

#define PERIOD_NS 1000
#define ROUNDS	  2000

static struct jscope_notification point(unsigned epoch, uint64_t seq, jscope_ns at_ns)
{
	struct jscope_notification notification = { .seq = seq,
						    .epoch = epoch,
						    .is_numbered = true };

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		notification.at[i] = JSCOPE_NS_UNKNOWN;
	notification.at[JSCOPE_SIGNAL] = at_ns;
	return notification;
}

static void points_add(struct jscope__numbering *numbering, unsigned epoch, uint64_t first,
		       uint64_t last)
{
	for (uint64_t seq = first; seq <= last; seq++) {
		const struct jscope_notification notification =
			point(epoch, seq, (jscope_ns)(epoch * 1000 + seq) * PERIOD_NS);

		jscope__numbering_add(numbering, &notification);
	}
}

static void lose(struct jscope__numbering *numbering, uint64_t events, jscope_ns begin_ns,
		 jscope_ns end_ns)
{
	const struct jscope_loss loss = { .events = events,
					  .begin_ns = begin_ns,
					  .end_ns = end_ns };

	jscope__numbering_loss(numbering, &loss);
}

static void holes_are_as_wide_as_they_are(void **state)
{
	struct jscope__numbering numbering = { 0 };

	(void)state;
	points_add(&numbering, 0, 5, 10);
	lose(&numbering, 500, 10 * PERIOD_NS + 1, 14 * PERIOD_NS - 1);
	assert_int_equal(jscope__numbering_hidden(&numbering, 600), 500); /* an end so far */
	points_add(&numbering, 0, 14, 20);
	assert_int_equal(jscope__numbering_hidden(&numbering, 600), 3);
	assert_int_equal(jscope__numbering_hidden(&numbering, 2), 2);
	lose(&numbering, 40, 20 * PERIOD_NS + 1, 30 * PERIOD_NS);
	points_add(&numbering, 1, 1, 3);
	assert_int_equal(jscope__numbering_hidden(&numbering, 600), 43);
}

/* A loss that was told late may have begun before the first point that is known. */
static void a_loss_around_the_first_point_is_at_an_end(void **state)
{
	struct jscope__numbering numbering = { 0 };

	(void)state;
	points_add(&numbering, 0, 5, 10);
	lose(&numbering, 7, 4 * PERIOD_NS, 9 * PERIOD_NS);
	points_add(&numbering, 0, 11, 12);
	assert_int_equal(jscope__numbering_hidden(&numbering, 100), 7);
}

/* A point from before the end of a window does not prove that none followed in it. */
static void a_late_record_settles_nothing(void **state)
{
	struct jscope__numbering numbering = { 0 };

	(void)state;
	points_add(&numbering, 0, 1, 5);
	lose(&numbering, 7, 5 * PERIOD_NS + 1, 9 * PERIOD_NS);
	points_add(&numbering, 0, 6, 6);
	assert_int_equal(jscope__numbering_hidden(&numbering, 100), 7);
}

static void without_numbers_each_event_may_have_been_one(void **state)
{
	struct jscope__numbering numbering = { 0 };
	struct jscope_notification notification = point(0, 9, 9 * PERIOD_NS);

	(void)state;
	assert_int_equal(jscope__numbering_hidden(&numbering, 100), 100);
	points_add(&numbering, 0, 1, 8);
	assert_true(jscope__numbering_is_known(&numbering));
	notification.is_numbered = false;
	jscope__numbering_add(&numbering, &notification);
	assert_false(jscope__numbering_is_known(&numbering));
	assert_int_equal(jscope__numbering_hidden(&numbering, 100), 100);
}

static void a_number_told_twice_is_none(void **state)
{
	struct jscope__numbering numbering = { 0 };

	(void)state;
	points_add(&numbering, 0, 1, 8);
	points_add(&numbering, 0, 8, 8);
	assert_false(jscope__numbering_is_known(&numbering));
	points_add(&numbering, 1, 1, 2);
	assert_false(jscope__numbering_is_known(&numbering));
}

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* One epoch, of which a window is lost: whatever it held is hidden, and inside it is told exactly. */
static void window_check(uint64_t *random, unsigned epoch, struct jscope__numbering *numbering,
			 uint64_t *ret_lost)
{
	const uint64_t count = 1 + random_next(random) % 30;
	const uint64_t from = 1 + random_next(random) % count;
	const uint64_t to = from + random_next(random) % (count - from + 1);

	points_add(numbering, epoch, 1, from - 1);
	lose(numbering, to - from + 1, (jscope_ns)(epoch * 1000 + from) * PERIOD_NS,
	     (jscope_ns)(epoch * 1000 + to) * PERIOD_NS);
	points_add(numbering, epoch, to + 1, count);
	*ret_lost += to - from + 1;
}

static void hides_what_was_lost(void **state)
{
	uint64_t random = 0x9e3779b97f4a7c15;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct jscope__numbering numbering = { 0 };
		uint64_t lost = 0;

		for (unsigned epoch = 1; epoch < 5; epoch++)
			window_check(&random, epoch, &numbering, &lost);
		assert_int_equal(jscope__numbering_hidden(&numbering, UINT64_MAX),
				 numbering.begun ? lost : UINT64_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holes_are_as_wide_as_they_are),
		cmocka_unit_test(a_loss_around_the_first_point_is_at_an_end),
		cmocka_unit_test(a_late_record_settles_nothing),
		cmocka_unit_test(without_numbers_each_event_may_have_been_one),
		cmocka_unit_test(a_number_told_twice_is_none),
		cmocka_unit_test(hides_what_was_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
