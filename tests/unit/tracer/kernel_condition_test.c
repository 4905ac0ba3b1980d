#include "../cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/error.h"
#include "condition.h"

#define IRQ	 JSCOPE_KERNEL_MEASURE_IRQ
#define SOFTIRQ	 JSCOPE_KERNEL_MEASURE_SOFTIRQ
#define WAKE	 JSCOPE_KERNEL_MEASURE_WAKE
#define BLOCK	 JSCOPE_KERNEL_MEASURE_BLOCK
#define PERIOD	 JSCOPE_KERNEL_MEASURE_PERIOD
#define HEADROOM JSCOPE_KERNEL_MEASURE_HEADROOM

static void conditions_are_understood(void **state)
{
	static const struct {
		const char *text;
		struct jscope__kernel_condition expected;
	} cases[] = {
		{ "wake>500us", { .measure = WAKE, .bound = 500000 } },
		{ "block>2ms", { .measure = BLOCK, .bound = 2000000 } },
		{ "irq>100us", { .measure = IRQ, .bound = 100000 } },
		{ "softirq>1.5ms", { .measure = SOFTIRQ, .bound = 1500000 } },
		{ "period>11ms", { .measure = PERIOD, .bound = 11000000 } },
		{ "headroom<64", { .measure = HEADROOM, .bound = 64 } },
		{ "headroom<-64", { .measure = HEADROOM, .bound = -64 } },
		{ "headroom<0", { .measure = HEADROOM } },
		{ "wake>0", { .measure = WAKE } },
		{ "wake  >  1s", { .measure = WAKE, .bound = 1000000000 } },
		{ "irq[40]>50us", { .measure = IRQ, .bound = 50000, .has_key = true, .key = 40 } },
		{ "irq[virtio1-req.0]>50us",
		  { .measure = IRQ, .bound = 50000, .name = "virtio1-req.0" } },
		{ "irq [40x] > 1ns", { .measure = IRQ, .bound = 1, .name = "40x" } },
		{ "softirq[NET_RX]>1ms",
		  { .measure = SOFTIRQ, .bound = 1000000, .name = "NET_RX" } },
		{ "wake[a name > 1]>1ms",
		  { .measure = WAKE, .bound = 1000000, .name = "a name > 1" } },
		{ "wake[a-name-that-is-long]>1ms",
		  { .measure = WAKE, .bound = 1000000, .name = "a-name-that-is-" } },
		{ "block[8:16]>1ms",
		  { .measure = BLOCK, .bound = 1000000, .has_key = true, .key = 8 << 20 | 16 } },
		{ "block[8:16x]>1ms", { .measure = BLOCK, .bound = 1000000, .name = "8:16x" } },
		{ "block[9999:1]>1ms", { .measure = BLOCK, .bound = 1000000, .name = "9999:1" } },
		{ "block[vda]>1ms", { .measure = BLOCK, .bound = 1000000, .name = "vda" } },
		{ "headroom[1]<64",
		  { .measure = HEADROOM, .bound = 64, .has_key = true, .key = 1 } },
		{ "headroom[Intel]<64", { .measure = HEADROOM, .bound = 64, .name = "Intel" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct jscope__kernel_condition *expected = &cases[i].expected;
		struct jscope__kernel_condition got;

		assert_int_equal(jscope__kernel_condition_parse(cases[i].text, &got), 0);
		assert_int_equal(got.measure, expected->measure);
		assert_int_equal(got.bound, expected->bound);
		assert_int_equal(got.has_key, expected->has_key);
		if (got.has_key)
			assert_int_equal(got.key, expected->key);
		assert_string_equal(got.name, expected->name);
		assert_memory_equal(got.text, cases[i].text, strlen(got.text));
	}
}

/* Each with what must stand in the sentence: the condition, and how to write it. */
static void nonsense_is_refused_with_a_remedy(void **state)
{
	static const char *const cases[][2] = {
		{ "", "'wake>500us' or 'headroom<64'" },
		{ "Wake>500us", "does not begin with irq, softirq," },
		{ "irqs>5us", "does not begin with irq, softirq," },
		{ ">5us", "does not begin with irq, softirq," },
		{ "wake", "needs '>' and a bound behind 'wake'; write it like 'wake>500us'" },
		{ "wake<500us", "needs '>' and a bound" },
		{ "headroom>64", "needs '<' and a bound behind 'headroom'" },
		{ "wake=5us", "does not begin with" },
		{ "wake>=5us", "The bound '=5us' of condition 'wake>=5us' is no duration" },
		{ "wake>500", "is no duration; write a number and ns, us, ms or s" },
		{ "wake>", "The bound '' of condition" },
		{ "wake>-5us", "The bound '-5us'" },
		{ "wake>5us ", "The bound '5us '" },
		{ "block>1e30s", "is no duration" },
		{ "headroom<64ms", "The bound '64ms' of condition 'headroom<64ms' is no number" },
		{ "headroom<--1", "is no number of frames" },
		{ "headroom<", "is no number of frames" },
		{ "headroom<99999999999999999999", "is no number of frames" },
		{ "irq[]>5us", "has no name in brackets; write it like 'irq[40]>50us'" },
		{ "irq[40>5us", "has no name in brackets" },
		{ "irq[40]5us", "needs '>'" },
		{ "irq[1234567890123456789012345678901234567890123456789012345678901234]>1us",
		  "has no name in brackets" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct jscope__kernel_condition got;

		assert_int_equal(jscope__kernel_condition_parse(cases[i][0], &got), -EINVAL);
		assert_non_null(jscope_error_sentence(0));
		if (!strstr(jscope_error_sentence(0), cases[i][1]))
			fail_msg("'%s': %s", cases[i][0], jscope_error_sentence(0));
		assert_null(jscope_error_sentence(1));
		jscope_error_clear();
	}
}

static bool is_met(const char *text, const struct jscope_kernel_sample *sample)
{
	struct jscope__kernel_condition condition;

	assert_int_equal(jscope__kernel_condition_parse(text, &condition), 0);
	return jscope__kernel_condition_met(&condition, sample);
}

static void bounds_themselves_are_allowed(void **state)
{
	struct jscope_kernel_sample sample = { .measure = WAKE, .name = "", .value = 500000 };

	(void)state;
	assert_false(is_met("wake>500us", &sample));
	sample.value++;
	assert_true(is_met("wake>500us", &sample));
	assert_false(is_met("block>500us", &sample));
	sample.lost = true;
	assert_false(is_met("wake>500us", &sample));
	sample = (struct jscope_kernel_sample){ .measure = HEADROOM, .name = "", .value = 64 };
	assert_false(is_met("headroom<64", &sample));
	sample.value--;
	assert_true(is_met("headroom<64", &sample));
	sample.value = -100;
	assert_true(is_met("headroom<-99", &sample));
	assert_false(is_met("headroom<-100", &sample));
}

static void only_whom_it_names_meets_it(void **state)
{
	struct jscope_kernel_sample sample = {
		.measure = IRQ, .key = 40, .name = "virtio1-req.0", .value = 10
	};

	(void)state;
	assert_true(is_met("irq[40]>1ns", &sample));
	assert_false(is_met("irq[4]>1ns", &sample));
	assert_true(is_met("irq[virtio1-req.0]>1ns", &sample));
	assert_false(is_met("irq[virtio1-req]>1ns", &sample));
	sample = (struct jscope_kernel_sample){
		.measure = BLOCK, .key = 8 << 20 | 16, .name = "sdb", .value = 10
	};
	assert_true(is_met("block[8:16]>1ns", &sample));
	assert_false(is_met("block[8:17]>1ns", &sample));
	assert_true(is_met("block[sdb]>1ns", &sample));
	sample = (struct jscope_kernel_sample){
		.measure = PERIOD, .key = 2 << 24 | 1 << 16, .name = "Intel", .value = 10
	};
	assert_true(is_met("period[2]>1ns", &sample));
	assert_false(is_met("period[0]>1ns", &sample));
	assert_true(is_met("period[Intel]>1ns", &sample));
	assert_false(is_met("period[PCH]>1ns", &sample));
}

static void refused(const struct jscope_kernel_settings *settings, const char *remedy)
{
	assert_int_equal(jscope_kernel_check_conditions(settings), -EINVAL);
	if (!strstr(jscope_error_sentence(0), remedy))
		fail_msg("%s", jscope_error_sentence(0));
	jscope_error_clear();
}

static void conditions_whose_events_are_left_out_are_refused(void **state)
{
	struct jscope_kernel_settings settings = {
		.groups = 1u << JSCOPE_KERNEL_WAKE | 1u << JSCOPE_KERNEL_SWITCH,
		.filter.sched = JSCOPE_KERNEL_SCHED_ALL,
		.conditions = { "wake>1ms", "irq>1ms" },
		.condition_count = 1,
	};

	(void)state;
	assert_int_equal(jscope_kernel_check_conditions(&settings), 0);
	settings.condition_count = 2;
	refused(&settings, "Condition 'irq>1ms' needs events");
	settings.condition_count = 1;
	settings.filter.sched = JSCOPE_KERNEL_SCHED_NONE;
	refused(&settings, "use --sched chain or all");
	settings.groups = 1u << JSCOPE_KERNEL_WAKE;
	refused(&settings, "use --preset irq or all");
	settings.conditions[0] = "wake>much";
	refused(&settings, "'much'");
	settings.condition_count = 0;
	refused(&settings, "--on 'wake>500us'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_are_understood),
		cmocka_unit_test(nonsense_is_refused_with_a_remedy),
		cmocka_unit_test(bounds_themselves_are_allowed),
		cmocka_unit_test(only_whom_it_names_meets_it),
		cmocka_unit_test(conditions_whose_events_are_left_out_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
