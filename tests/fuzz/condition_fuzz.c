/* Any text as a condition of the flight recorder: it is understood whole, or refused in one sentence. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "condition.h"
#include "driver.h"

static void ensure(bool is_so)
{
	if (!is_so)
		abort();
}

/* Two samples of the measure, one on the bound and one beyond: of whomever it names, only that meets it. */
static void meets(const struct jscope__kernel_condition *condition)
{
	const bool is_headroom = condition->measure == JSCOPE_KERNEL_MEASURE_HEADROOM;
	const bool is_stream = is_headroom || condition->measure == JSCOPE_KERNEL_MEASURE_PERIOD;
	struct jscope_kernel_sample sample = {
		.measure = condition->measure,
		.key = is_stream ? condition->key << 24 : condition->key,
		.name = condition->name,
		.value = condition->bound,
	};

	ensure(!jscope__kernel_condition_met(condition, &sample));
	if (condition->bound == INT64_MAX)
		return;
	sample.value += is_headroom ? -1 : 1;
	ensure(jscope__kernel_condition_met(condition, &sample));
	sample.lost = true;
	ensure(!jscope__kernel_condition_met(condition, &sample));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	struct jscope__kernel_condition condition;
	char *text = malloc(size_bytes + 1);
	int error;

	ensure(text);
	memcpy(text, bytes, size_bytes);
	text[size_bytes] = '\0';
	error = jscope__kernel_condition_parse(text, &condition);
	ensure(error == 0 || error == -EINVAL);
	ensure((error == 0) == !jscope_error_sentence(0) && !jscope_error_sentence(1));
	if (error == 0) {
		ensure(memchr(condition.text, '\0', sizeof condition.text));
		ensure(memchr(condition.name, '\0', sizeof condition.name));
		meets(&condition);
	}
	jscope_error_clear();
	free(text);
	return 0;
}
