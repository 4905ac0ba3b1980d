#include "flight_sentence.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/name.h"

/* "thread 4711 (pulseaudio)" */
static void whom_write(char *text, size_t size, const struct jscope_kernel_sample *sample)
{
	static const char *const what[JSCOPE_KERNEL_MEASURE_COUNT] = { "interrupt", "softirq",
								       "thread",    "disk",
								       "card",	    "card" };
	char key[32], name[32];

	switch (sample->measure) {
	case JSCOPE_KERNEL_MEASURE_BLOCK:
		snprintf(key, sizeof key, "%" PRIu64 ":%" PRIu64, sample->key >> 20,
			 sample->key & 0xfffff);
		break;
	case JSCOPE_KERNEL_MEASURE_PERIOD:
	case JSCOPE_KERNEL_MEASURE_HEADROOM:
		snprintf(key, sizeof key, "%" PRIu64 ",%" PRIu64 " %s", sample->key >> 24,
			 sample->key >> 16 & 0xff, sample->key & 0xff ? "capture" : "playback");
		break;
	default:
		snprintf(key, sizeof key, "%" PRIu64, sample->key);
	}
	jscope_name_clean(name, sizeof name, sample->name);
	snprintf(text, size, *name ? "%s %s (%s)" : "%s %s", what[sample->measure], key, name);
}

void jscope__flight_sentence_trigger(char *sentence, unsigned number,
				     const struct jscope_kernel_sample *sample, const char *rule)
{
	char whom[96], value[JSCOPE_NS_TEXT_SIZE + 8];

	whom_write(whom, sizeof whom, sample);
	if (sample->measure == JSCOPE_KERNEL_MEASURE_HEADROOM)
		snprintf(value, sizeof value, "%" PRId64 " frames", sample->value);
	else
		jscope_ns_format(value, sample->value);
	snprintf(sentence, JSCOPE__FLIGHT_SENTENCE_SIZE, "trigger-%03u: %s: %s: %s.", number, rule,
		 whom, value);
}

void jscope__flight_sentence_short(char *sentence, jscope_ns held_ns, jscope_ns wanted_ns)
{
	char held[JSCOPE_NS_TEXT_SIZE], wanted[JSCOPE_NS_TEXT_SIZE];

	snprintf(sentence, JSCOPE__FLIGHT_SENTENCE_SIZE,
		 "The memory of the flight recorder holds only the last %s of such events, not %s: "
		 "traces begin that late. Record fewer events, or use a shorter --flight.",
		 jscope_ns_format(held, held_ns), jscope_ns_format(wanted, wanted_ns));
}

void jscope__flight_sentence_full(char *sentence, unsigned trace_count)
{
	snprintf(sentence, JSCOPE__FLIGHT_SENTENCE_SIZE,
		 "There are %u traces: further triggers are only counted. Choose a bound that is "
		 "met less often.",
		 trace_count);
}

void jscope__flight_sentence_told(char *sentence, unsigned disk_count)
{
	snprintf(
		sentence, JSCOPE__FLIGHT_SENTENCE_SIZE,
		"There are more than %u disks and partitions: the others have numbers in the traces, "
		"but no names.",
		disk_count);
}
