/* Stages: the table of cases, and that they always sum exactly. */
#include "../cmocka_all.h"

#include <string.h>

#include "replay/timeline.h"

#define U JSCOPE_NS_UNKNOWN

#define DUE	 (1u << JSCOPE_DUE)
#define IRQ	 (1u << JSCOPE_IRQ)
#define QUEUED	 (1u << JSCOPE_QUEUED)
#define DEFERRED (1u << JSCOPE_DEFERRED)
#define SIGNAL	 (1u << JSCOPE_SIGNAL)
#define RUN	 (1u << JSCOPE_RUN)
#define FULL	 (DUE | IRQ | QUEUED | DEFERRED | SIGNAL | RUN)

static const struct {
	const char *name;
	unsigned path;
	jscope_ns at[JSCOPE_INSTANT_COUNT];  /* due irq queued deferred signal run served */
	jscope_ns stage[JSCOPE_STAGE_COUNT]; /* interrupt dispatch queue handler wake unexplained */
	jscope_ns end_to_end, service;
	bool partial;
} cases[] = {
	{ "whole", FULL, { 10, 21, 33, 46, 60, 75, 91 }, { 11, 12, 13, 14, 15, U }, 65, 16, false },
	{ "hole in the middle",
	  FULL,
	  { 10, 21, U, 46, 60, 75, U },
	  { 11, U, U, 14, 15, 25 },
	  65,
	  U,
	  false },
	{ "two holes", FULL, { 10, U, 33, U, 60, 75, U }, { U, U, U, U, 15, 50 }, 65, U, false },
	{ "only the ends", FULL, { 10, U, U, U, U, 75, U }, { U, U, U, U, U, 65 }, 65, U, false },
	{ "no begin", FULL, { U, 21, 33, 46, 60, 75, U }, { U, 12, 13, 14, 15, U }, U, U, true },
	{ "no end", FULL, { 10, 21, 33, 46, 60, U, U }, { 11, 12, 13, 14, U, U }, U, U, true },
	{ "nothing", FULL, { U, U, U, U, U, U, U }, { U, U, U, U, U, U }, U, U, false },
	{ "interrupt that signals",
	  IRQ | SIGNAL | RUN,
	  { U, 21, U, U, 60, 75, U },
	  { U, U, U, 39, 15, U },
	  54,
	  U,
	  false },
	{ "off the path counts not",
	  SIGNAL | RUN,
	  { 10, 21, 33, 46, 60, 75, U },
	  { U, U, U, U, 15, U },
	  15,
	  U,
	  false },
	{ "path with a leap is unexplained",
	  DUE | SIGNAL | RUN,
	  { 10, U, U, U, 60, 75, U },
	  { U, U, U, U, 15, 50 },
	  65,
	  U,
	  false },
	{ "early, so negative",
	  FULL,
	  { 50, 21, 33, 46, 60, 75, U },
	  { -29, 12, 13, 14, 15, U },
	  25,
	  U,
	  false },
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct jscope_stream_info info = { .path = cases[i].path };
		struct jscope_notification notification = { .stream = &info };
		struct jscope_stages stages;

		print_message("%s\n", cases[i].name);
		memcpy(notification.at, cases[i].at, sizeof notification.at);
		jscope_stages_compute(&notification, &stages);
		for (unsigned s = 0; s < JSCOPE_STAGE_COUNT; s++)
			assert_int_equal(stages.stage_ns[s], cases[i].stage[s]);
		assert_int_equal(stages.end_to_end_ns, cases[i].end_to_end);
		assert_int_equal(stages.service_ns, cases[i].service);
		assert_int_equal(stages.partial, cases[i].partial);
	}
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 8;
}

static void test_sum_is_exact(void **state)
{
	unsigned seed = 1, whole = 0;

	(void)state;
	for (unsigned round = 0; round < 100000; round++) {
		const struct jscope_stream_info info = { .path = next_random(&seed) & FULL };
		struct jscope_notification notification = { .stream = &info };
		struct jscope_stages stages;
		jscope_ns sum = 0;

		for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
			notification.at[i] = next_random(&seed) % 4
						     ? (jscope_ns)next_random(&seed) * 1000003
						     : U;
		jscope_stages_compute(&notification, &stages);
		if (stages.end_to_end_ns == U)
			continue;
		whole++;
		for (unsigned s = 0; s < JSCOPE_STAGE_COUNT; s++)
			sum += stages.stage_ns[s] == U ? 0 : stages.stage_ns[s];
		assert_int_equal(sum, stages.end_to_end_ns);
	}
	assert_true(whole > 10000);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(jscope_instant_name(JSCOPE_DEFERRED), "deferred");
	assert_string_equal(jscope_stage_name(JSCOPE_STAGE_UNEXPLAINED), "unexplained");
	assert_string_equal(jscope_class_name(JSCOPE_CLASS_ON_TIME), "on_time");
	assert_string_equal(jscope_context_name(JSCOPE_CONTEXT_SOFTIRQ), "softirq");
	assert_string_equal(jscope_class_name(JSCOPE_CLASS_COUNT), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_sum_is_exact),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
