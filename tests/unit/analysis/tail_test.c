/* The tail against the body: sums in one pass against sorting all chains. */
#include "../cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "tail.h"
#include "worst_chains.h"

#define CHAINS 5000

static struct jscope__tails tails;
static struct jscope__tail *rows[2];
static struct jscope__tail_split splits[2];
static struct jscope__share *shares;
static size_t share_count;

static int set_up(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		rows[i] = calloc(1, sizeof *rows[i]);
		if (!rows[i])
			return -1;
		rows[i]->row = i;
	}
	return jscope__tails_init(&tails);
}

static int tear_down(void **state)
{
	(void)state;
	jscope__tails_finish(&tails);
	free(rows[0]);
	free(rows[1]);
	free(shares);
	shares = NULL;
	return 0;
}

static uint32_t draw(void)
{
	static uint64_t random = 1;

	random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(random >> 33);
}

/* A chain of two parts: so much in the handler, and so much put down to one of three threads. */
static struct jscope__parts chain(jscope_ns handler_ns, uint32_t thread, jscope_ns wake_ns)
{
	return (struct jscope__parts){
		.count = 2,
		.part = { { JSCOPE_STAGE_HANDLER,
			    { JSCOPE__CULPRIT_ITSELF, JSCOPE__SELF_IRQ },
			    0,
			    handler_ns },
			  { JSCOPE_STAGE_WAKE, { JSCOPE__CULPRIT_THREAD, thread }, 0, wake_ns } },
		.total_ns = handler_ns + wake_ns,
	};
}

static void sum_up(void)
{
	splits[0] = jscope__tail_split(rows[0]);
	splits[1] = jscope__tail_split(rows[1]);
	assert_int_equal(jscope__tail_shares(&tails, (const struct jscope__tail *const *)rows,
					     splits, 2, &shares, &share_count),
			 0);
}

static int longer(const void *a, const void *b)
{
	const jscope_ns left = *(const jscope_ns *)a, right = *(const jscope_ns *)b;

	return (left < right) - (left > right);
}

/* A sixteenth of the octave. */
static jscope_ns class_width_ns(jscope_ns from_ns)
{
	jscope_ns width_ns = 1;

	while (32 * width_ns <= from_ns)
		width_ns *= 2;
	return width_ns;
}

/* Of random chains: counts and sums are those of as many of the longest, and nothing is missing. */
static void test_slowest(void **state)
{
	static jscope_ns totals[CHAINS];
	jscope_ns thread_ns[3] = { 0 }, all_ns = 0, slow_ns = 0, tail_ns = 0, body_ns = 0;

	(void)state;
	for (unsigned i = 0; i < CHAINS; i++) {
		const uint32_t thread = draw() % 3;
		const jscope_ns wake_ns = draw() >> draw() % 30;
		const struct jscope__parts parts = chain(draw() % 1000, thread, wake_ns);

		thread_ns[thread] += wake_ns;
		totals[i] = parts.total_ns;
		all_ns += parts.total_ns;
		jscope__tail_add(&tails, rows[0], &parts);
	}
	sum_up();
	assert_int_equal(splits[0].tail_count + splits[0].body_count, CHAINS);
	assert_int_equal(splits[0].tail_ns + splits[0].body_ns, all_ns);
	assert_true(splits[0].tail_count >= CHAINS / 100);
	qsort(totals, CHAINS, sizeof totals[0], longer);
	for (unsigned i = 0; i < splits[0].tail_count; i++)
		slow_ns += totals[i];
	assert_int_equal(splits[0].tail_ns, slow_ns);
	assert_true(totals[splits[0].tail_count - 1] >= splits[0].from_ns);
	assert_true(totals[splits[0].tail_count] < splits[0].from_ns);
	/* Without its shortest class it would not be 1 %. */
	assert_true(totals[CHAINS / 100 - 1] <
		    splits[0].from_ns + class_width_ns(splits[0].from_ns));
	for (size_t i = 0; i < share_count; i++) {
		tail_ns += shares[i].tail_ns;
		body_ns += shares[i].body_ns;
		if (shares[i].culprit.kind == JSCOPE__CULPRIT_THREAD)
			assert_int_equal(shares[i].tail_ns + shares[i].body_ns,
					 thread_ns[shares[i].culprit.object]);
		if (i)
			assert_true(shares[i - 1].tail_ns >= shares[i].tail_ns);
	}
	assert_int_equal(tail_ns, splits[0].tail_ns);
	assert_int_equal(body_ns, splits[0].body_ns);
}

/* The bound itself is no tail. */
static void test_bound(void **state)
{
	const struct jscope__parts at = chain(400, 1, 600), beyond = chain(400, 2, 601);

	(void)state;
	rows[0]->over_ns = rows[1]->over_ns = 1000;
	jscope__tail_add(&tails, rows[0], &at);
	jscope__tail_add(&tails, rows[1], &at);
	jscope__tail_add(&tails, rows[1], &beyond);
	sum_up();
	assert_int_equal(splits[0].tail_count, 0);
	assert_int_equal(splits[1].tail_count, 1);
	assert_int_equal(splits[1].from_ns, 1001);
	assert_int_equal(splits[1].tail_ns, 1001);
	/* By row, then the greatest of the tail first. */
	assert_int_equal(share_count, 5);
	assert_int_equal(shares[1].row, 0);
	assert_int_equal(shares[2].row, 1);
	assert_int_equal(shares[2].culprit.object, 2);
	assert_int_equal(shares[2].tail_ns, 601);
	assert_int_equal(shares[3].tail_ns, 400);
	assert_int_equal(shares[3].body_ns, 400);
}

/* What finds no sum of its own is not lost. */
static void test_no_room(void **state)
{
	jscope_ns tail_ns = 0;

	(void)state;
	jscope_map_destroy(tails.sums);
	assert_int_equal(jscope_map_create(sizeof(jscope_ns), 2, &tails.sums), 0);
	for (uint32_t i = 0; i < 10; i++) {
		const struct jscope__parts parts = chain(100, i, 1000);

		jscope__tail_add(&tails, rows[0], &parts);
	}
	sum_up();
	for (size_t i = 0; i < share_count; i++)
		tail_ns += shares[i].tail_ns;
	assert_int_equal(tail_ns, 11000);
	assert_int_equal(splits[0].tail_ns, 11000);
	assert_true(jscope_map_refused(tails.sums) > 0);
}

static void test_worst(void **state)
{
	static jscope_ns totals[CHAINS];
	struct jscope__worst_chains worst = { 0 };

	(void)state;
	assert_int_equal(jscope__worst_chains_init(&worst, 7), 0);
	for (unsigned i = 0; i < CHAINS; i++) {
		const struct jscope__parts parts = chain(1, 0, draw() % 4000);
		const struct jscope__blame_chain one = { .seq = i,
							 .begin_ns = i,
							 .total_ns = parts.total_ns };

		totals[i] = parts.total_ns;
		assert_int_equal(jscope__worst_chains_add(&worst, &one, &parts), 0);
	}
	jscope__worst_chains_close(&worst);
	qsort(totals, CHAINS, sizeof totals[0], longer);
	assert_int_equal(worst.count, 7);
	for (unsigned i = 0; i < 7; i++) {
		assert_int_equal(worst.chains[i].total_ns, totals[i]);
		assert_int_equal(worst.chains[i].part_count, 2);
		assert_int_equal(worst.chains[i].parts[1].length_ns, totals[i] - 1);
		/* Of equals the earlier one comes first. */
		if (i && totals[i] == totals[i - 1])
			assert_true(worst.chains[i].seq > worst.chains[i - 1].seq);
	}
	jscope__worst_chains_finish(&worst);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_slowest),
		TEST(test_bound),
		TEST(test_no_room),
		cmocka_unit_test(test_worst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
