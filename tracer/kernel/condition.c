#include "condition.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"

#define GROUP(name) (1u << JSCOPE_KERNEL_##name)

static const struct measure {
	const char *name;
	char sign;
	const char *example;
	uint32_t groups; /* that tell it */
	const char *preset;
	size_t name_max; /* letters of a name that a record holds */
} measures[JSCOPE_KERNEL_MEASURE_COUNT] = {
	{ "irq", '>', "irq>100us", GROUP(IRQ), "irq", JSCOPE_KERNEL_TEXT_SIZE - 1 },
	{ "softirq", '>', "softirq>1ms", GROUP(SOFTIRQ), "irq", JSCOPE_KERNEL_TEXT_SIZE - 1 },
	{ "wake", '>', "wake>500us", GROUP(WAKE) | GROUP(SWITCH), "irq",
	  JSCOPE_KERNEL_COMM_SIZE - 1 },
	{ "block", '>', "block>2ms", GROUP(BLOCK), "block", JSCOPE_KERNEL_TEXT_SIZE - 1 },
	{ "period", '>', "period>11ms", GROUP(PCM), "audio", JSCOPE_KERNEL_COMM_SIZE - 1 },
	{ "headroom", '<', "headroom<64", GROUP(PCM), "audio", JSCOPE_KERNEL_COMM_SIZE - 1 },
};

static int measure_parse(const char *text, size_t length, enum jscope_kernel_measure *ret_measure)
{
	for (size_t i = 0; i < JSCOPE_KERNEL_MEASURE_COUNT; i++) {
		if (strlen(measures[i].name) != length || memcmp(measures[i].name, text, length))
			continue;
		*ret_measure = (enum jscope_kernel_measure)i;
		return 0;
	}
	return jscope_error(
		-EINVAL,
		"Condition '%s' does not begin with irq, softirq, wake, block, period or "
		"headroom; write it like 'wake>500us' or 'headroom<64'.",
		text);
}

/* A whole number and nothing behind it. */
static bool number_parse(const char *text, uint64_t max, uint64_t *ret_number)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*ret_number = strtoull(text, &end, 10);
	return !*end && !errno && *ret_number <= max;
}

/* "8:16", as the kernel's events have it. */
static bool device_parse(const char *text, uint64_t *ret_dev)
{
	unsigned major, minor;
	int length = 0;

	if (sscanf(text, "%4u:%7u%n", &major, &minor, &length) != 2 || text[length] ||
	    major > 0xfff || minor > 0xfffff)
		return false;
	*ret_dev = (uint64_t)major << 20 | minor;
	return true;
}

static void whose_note(const char *whose, struct jscope__kernel_condition *condition)
{
	condition->has_key = condition->measure == JSCOPE_KERNEL_MEASURE_BLOCK
				     ? device_parse(whose, &condition->key)
				     : number_parse(whose, UINT32_MAX, &condition->key);
	if (!condition->has_key)
		snprintf(condition->name, measures[condition->measure].name_max + 1, "%s", whose);
}

/* What stands in brackets behind the measure. Returns where the sign should be, or NULL. */
static const char *whose_parse(const char *at, struct jscope__kernel_condition *condition)
{
	const char *end = *at == '[' ? strchr(at, ']') : at;
	char whose[64];

	if (end == at)
		return at;
	if (!end || end == at + 1 || (size_t)(end - at) > sizeof whose)
		return NULL;
	snprintf(whose, sizeof whose, "%.*s", (int)(end - at - 1), at + 1);
	whose_note(whose, condition);
	return end + 1;
}

static int frames_parse(const char *text, const char *bound, int64_t *ret_frames)
{
	uint64_t frames;
	const bool is_negative = *bound == '-';

	if (!number_parse(bound + is_negative, INT32_MAX, &frames))
		return jscope_error(
			-EINVAL,
			"The bound '%s' of condition '%s' is no number of frames; write "
			"it like 'headroom<64'.",
			bound, text);
	*ret_frames = is_negative ? -(int64_t)frames : (int64_t)frames;
	return 0;
}

static int duration_parse(const char *text, const char *bound, int64_t *ret_ns)
{
	jscope_ns bound_ns;

	if (jscope_ns_parse(bound, &bound_ns) < 0 || bound_ns < 0)
		return jscope_error(
			-EINVAL,
			"The bound '%s' of condition '%s' is no duration; write a number "
			"and ns, us, ms or s, like 'wake>500us'.",
			bound, text);
	*ret_ns = bound_ns;
	return 0;
}

static const char *skip_spaces(const char *text)
{
	return text + strspn(text, " ");
}

static int rest_parse(const char *text, const char *rest,
		      struct jscope__kernel_condition *condition)
{
	const struct measure *measure = &measures[condition->measure];
	const char *at = whose_parse(rest, condition);

	if (!at)
		return jscope_error(-EINVAL,
				    "Condition '%s' has no name in brackets; write it like "
				    "'irq[40]>50us' or 'wake[pulseaudio]>1ms'.",
				    text);
	at = skip_spaces(at);
	if (*at != measure->sign)
		return jscope_error(-EINVAL,
				    "Condition '%s' needs '%c' and a bound behind '%s'; write it "
				    "like '%s'.",
				    text, measure->sign, measure->name, measure->example);
	at = skip_spaces(at + 1);
	return condition->measure == JSCOPE_KERNEL_MEASURE_HEADROOM
		       ? frames_parse(text, at, &condition->bound)
		       : duration_parse(text, at, &condition->bound);
}

int jscope__kernel_condition_parse(const char *text, struct jscope__kernel_condition *ret_condition)
{
	struct jscope__kernel_condition condition = { 0 };
	const size_t length = strcspn(text, "[<> ");
	int error = measure_parse(text, length, &condition.measure);

	if (!error)
		error = rest_parse(text, skip_spaces(text + length), &condition);
	if (error)
		return error;
	snprintf(condition.text, sizeof condition.text, "%s", text);
	*ret_condition = condition;
	return 0;
}

/* text: the whole of it, as given. */
static int condition_check(const char *text, const struct jscope__kernel_condition *condition,
			   const struct jscope_kernel_settings *settings)
{
	const struct measure *measure = &measures[condition->measure];

	if ((settings->groups & measure->groups) != measure->groups)
		return jscope_error(
			-EINVAL,
			"Condition '%s' needs events that this recording leaves out: use "
			"--preset %s or all, and --sched chain or all.",
			text, measure->preset);
	if (condition->measure == JSCOPE_KERNEL_MEASURE_WAKE &&
	    settings->filter.sched == JSCOPE_KERNEL_SCHED_NONE)
		return jscope_error(
			-EINVAL,
			"Condition '%s' needs wake-ups, which this recording leaves out: "
			"use --sched chain or all.",
			text);
	return 0;
}

int jscope__kernel_conditions_parse(const struct jscope_kernel_settings *settings,
				    struct jscope__kernel_condition *ret_conditions)
{
	int error = 0;

	if (settings->condition_count == 0)
		return jscope_error(-EINVAL, "The flight recorder needs a condition that triggers "
					     "it; add one, like --on 'wake>500us'.");
	for (size_t i = 0; !error && i < settings->condition_count; i++) {
		error = jscope__kernel_condition_parse(settings->conditions[i], &ret_conditions[i]);
		if (!error)
			error = condition_check(settings->conditions[i], &ret_conditions[i],
						settings);
	}
	return error;
}

int jscope_kernel_check_conditions(const struct jscope_kernel_settings *settings)
{
	struct jscope__kernel_condition conditions[JSCOPE_KERNEL_CONDITIONS_MAX];

	return jscope__kernel_conditions_parse(settings, conditions);
}

static bool is_whose(const struct jscope__kernel_condition *condition,
		     const struct jscope_kernel_sample *sample)
{
	const bool is_stream = condition->measure == JSCOPE_KERNEL_MEASURE_PERIOD ||
			       condition->measure == JSCOPE_KERNEL_MEASURE_HEADROOM;

	if (condition->has_key)
		return (is_stream ? sample->key >> 24 : sample->key) == condition->key;
	return !*condition->name || !strcmp(sample->name, condition->name);
}

bool jscope__kernel_condition_met(const struct jscope__kernel_condition *condition,
				  const struct jscope_kernel_sample *sample)
{
	if (sample->measure != condition->measure || sample->lost || !is_whose(condition, sample))
		return false;
	if (condition->measure == JSCOPE_KERNEL_MEASURE_HEADROOM)
		return sample->value < condition->bound;
	return sample->value > condition->bound;
}
