#include "flight.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/error.h"
#include "condition.h"
#include "flight_memory.h"
#include "flight_sentence.h"
#include "probes/kernel_vocabulary.h"

#define TOLD_MAX  256
#define TOLD_SIZE 64

/* What every trace tells. */
struct told {
	enum jscope_kernel_event event;
	uint8_t fields[TOLD_SIZE];
};

struct jscope__kernel_flight {
	const struct jscope_kernel_settings *settings; /* borrowed */
	const char *directory;			       /* borrowed */
	struct jscope__kernel_origin origin;
	struct jscope__kernel_condition conditions[JSCOPE_KERNEL_CONDITIONS_MAX];
	struct jscope__flight_memory *memory; /* owned */
	struct jscope__kernel_writer *writer; /* owned; the trace under way, or NULL */
	jscope_ns until_ns, longest_ns;	      /* it ends there, at the latest there */
	struct jscope__kernel_flight_counts counts;
	int error;
	bool told_short, told_full;
	size_t told_count;
	struct told told[TOLD_MAX];
	uint32_t lost[]; /* as the latest record of each CPU tells */
};

void jscope__kernel_flight_destroy(struct jscope__kernel_flight *flight)
{
	if (!flight)
		return;
	jscope__kernel_writer_destroy(flight->writer);
	jscope__flight_memory_destroy(flight->memory);
	free(flight);
}

static int memory_take(struct jscope__kernel_flight *flight)
{
	const size_t bytes = flight->settings->flight_bytes ? flight->settings->flight_bytes
							    : JSCOPE__KERNEL_FLIGHT_BYTES;

	if (jscope__flight_memory_create(bytes, flight->origin.cpu_count, &flight->memory) == 0)
		return 0;
	return jscope_error(-ENOMEM,
			    "There is no memory of %zu MiB for what comes before a trigger; free "
			    "some.",
			    bytes >> 20);
}

int jscope__kernel_flight_create(const struct jscope_kernel_settings *settings,
				 const char *directory, const struct jscope__kernel_origin *origin,
				 struct jscope__kernel_flight **ret_flight)
{
	struct jscope__kernel_flight *flight =
		calloc(1, sizeof *flight + origin->cpu_count * sizeof flight->lost[0]);
	int error;

	if (!flight)
		return jscope_error(-ENOMEM, "There is no memory for the flight recorder.");
	flight->settings = settings;
	flight->directory = directory;
	flight->origin = *origin;
	error = jscope__kernel_conditions_parse(settings, flight->conditions);
	if (!error)
		error = memory_take(flight);
	if (error) {
		jscope__kernel_flight_destroy(flight);
		return error;
	}
	*ret_flight = flight;
	return 0;
}

static void say(const struct jscope__kernel_flight *flight, const char *sentence)
{
	if (flight->settings->tell)
		flight->settings->tell(flight->settings->state, sentence);
}

/* Said once, of the first that has no place. */
static bool told_has_room(struct jscope__kernel_flight *flight)
{
	char sentence[JSCOPE__FLIGHT_SENTENCE_SIZE];

	if (flight->told_count < TOLD_MAX)
		return true;
	if (!flight->told_full) {
		jscope__flight_sentence_told(sentence, TOLD_MAX);
		say(flight, sentence);
	}
	flight->told_full = true;
	return false;
}

void jscope__kernel_flight_tell(struct jscope__kernel_flight *flight,
				enum jscope_kernel_event event, const void *fields)
{
	const struct jscope_kernel_event_desc *desc = jscope_kernel_event_describe(event);
	struct told *told;

	if (desc->size > sizeof told->fields || !told_has_room(flight))
		return;
	told = &flight->told[flight->told_count++];
	told->event = event;
	memcpy(told->fields, fields, desc->size);
}

/*
 * The trace is whole, or the recording ends. Only the size of what is written may be asked after
 * that, so it is counted here.
 */
static void trace_end(struct jscope__kernel_flight *flight, jscope_ns at_ns)
{
	struct jscope__kernel_writer *writer = flight->writer;
	int error;

	if (!writer)
		return;
	error = jscope__kernel_writer_finish(writer, at_ns);
	flight->error = flight->error ? flight->error : error;
	flight->counts.event_count += jscope__kernel_writer_events(writer);
	flight->counts.byte_count += jscope__kernel_writer_bytes(writer);
	jscope__kernel_writer_destroy(writer);
	flight->writer = NULL;
}

/* Traces that overlap are not parts of one: each has an identity of its own. */
static int trace_create(struct jscope__kernel_flight *flight)
{
	struct jscope__kernel_origin origin = flight->origin;
	char path[4096];
	int length, error;

	origin.uuid[14] ^= (uint8_t)(flight->counts.trigger_count >> 8);
	origin.uuid[15] ^= (uint8_t)flight->counts.trigger_count;
	length = snprintf(path, sizeof path, "%s/trigger-%03u/kernel", flight->directory,
			  flight->counts.trigger_count);
	if (length >= (int)sizeof path)
		return jscope_error(-ENAMETOOLONG, "The path '%s' is too long for its traces.",
				    flight->directory);
	path[(size_t)length - strlen("/kernel")] = '\0';
	error = mkdir(path, 0777) < 0 ? -errno : 0;
	path[(size_t)length - strlen("/kernel")] = '/';
	if (!error && mkdir(path, 0777) < 0)
		error = -errno;
	if (error)
		return jscope_error(error, "Cannot make the directory '%s': %s.", path,
				    strerror(-error));
	return jscope__kernel_writer_create(path, &origin, NULL, &flight->writer);
}

static void trigger_tell(struct jscope__kernel_flight *flight, jscope_ns at_ns,
			 const struct jscope_kernel_sample *sample,
			 const struct jscope__kernel_condition *condition)
{
	struct jscope_kernel_jscope_flight_trigger fields = {
		.begin = (uint64_t)sample->begin_ns,
		.end = (uint64_t)sample->end_ns,
		.value = sample->value,
		.bound = condition->bound,
		.measure = sample->measure,
		.on_cpu = sample->cpu,
		.key = sample->key,
	};

	memcpy(fields.rule, condition->text, sizeof fields.rule);
	jscope__kernel_writer_tell(flight->writer, at_ns, JSCOPE_KERNEL_EVENT_jscope_flight_trigger,
				   &fields);
}

/* What the memory holds from this time on; the trigger and what is told of disks come first. */
static void past_write(struct jscope__kernel_flight *flight, jscope_ns from_ns,
		       const struct jscope_kernel_sample *sample,
		       const struct jscope__kernel_condition *condition)
{
	const struct jscope_kernel_head *head;
	uint64_t cursor = 0;
	uint32_t cpu;
	bool begun = false;

	for (cpu = 0; cpu < flight->origin.cpu_count; cpu++)
		jscope__kernel_writer_since(flight->writer, cpu,
					    jscope__flight_memory_forgot_lost(flight->memory, cpu));
	while ((head = jscope__flight_memory_next(flight->memory, &cursor, &cpu))) {
		if ((jscope_ns)head->at_ns < from_ns) {
			jscope__kernel_writer_since(flight->writer, cpu, head->lost);
			continue;
		}
		if (!begun) {
			jscope__kernel_writer_begin(flight->writer, (jscope_ns)head->at_ns);
			trigger_tell(flight, (jscope_ns)head->at_ns, sample, condition);
			for (size_t i = 0; i < flight->told_count; i++)
				jscope__kernel_writer_tell(flight->writer, (jscope_ns)head->at_ns,
							   flight->told[i].event,
							   flight->told[i].fields);
			begun = true;
		}
		jscope__kernel_writer_record(flight->writer, cpu, head);
	}
}

/* Said once: a sentence per trace would say the same. */
static void short_note(struct jscope__kernel_flight *flight, jscope_ns from_ns, jscope_ns end_ns)
{
	const jscope_ns forgot_ns = jscope__flight_memory_forgot(flight->memory);
	char sentence[JSCOPE__FLIGHT_SENTENCE_SIZE];

	if (forgot_ns == JSCOPE_NS_UNKNOWN || forgot_ns < from_ns)
		return;
	flight->counts.short_count++;
	if (flight->told_short)
		return;
	flight->told_short = true;
	jscope__flight_sentence_short(sentence, end_ns - forgot_ns, end_ns - from_ns);
	say(flight, sentence);
}

/* The window begins so long before the end of the pair, or with the pair. */
static void trace_begin(struct jscope__kernel_flight *flight,
			const struct jscope_kernel_sample *sample,
			const struct jscope__kernel_condition *condition)
{
	const jscope_ns flight_ns = flight->settings->flight_ns;
	jscope_ns from_ns = jscope_sub_sat(sample->end_ns, flight_ns);
	char sentence[JSCOPE__FLIGHT_SENTENCE_SIZE];

	flight->counts.trigger_count++;
	flight->error = trace_create(flight);
	if (flight->error)
		return;
	if (sample->begin_ns < from_ns)
		from_ns = sample->begin_ns;
	flight->until_ns = jscope_add_sat(sample->end_ns, flight_ns);
	flight->longest_ns = jscope_add_sat(
		sample->end_ns, jscope_muldiv(flight_ns, JSCOPE__KERNEL_FLIGHT_LONGEST, 1));
	past_write(flight, from_ns, sample, condition);
	jscope__flight_sentence_trigger(sentence, flight->counts.trigger_count, sample,
					condition->text);
	say(flight, sentence);
	short_note(flight, from_ns, sample->end_ns);
}

/* Another while a trace is written: it is in that trace, too. */
static void trace_merge(struct jscope__kernel_flight *flight,
			const struct jscope_kernel_sample *sample,
			const struct jscope__kernel_condition *condition)
{
	const jscope_ns until_ns = jscope_add_sat(sample->end_ns, flight->settings->flight_ns);

	flight->counts.merged_count++;
	trigger_tell(flight, sample->end_ns, sample, condition);
	flight->until_ns = until_ns < flight->longest_ns ? until_ns : flight->longest_ns;
}

static void triggers_refuse(struct jscope__kernel_flight *flight)
{
	char sentence[JSCOPE__FLIGHT_SENTENCE_SIZE];

	if (flight->counts.refused_count++)
		return;
	jscope__flight_sentence_full(sentence, JSCOPE__KERNEL_FLIGHT_TRACES);
	say(flight, sentence);
}

void jscope__kernel_flight_sample(struct jscope__kernel_flight *flight,
				  const struct jscope_kernel_sample *sample)
{
	const struct jscope__kernel_condition *condition = flight->conditions;
	const struct jscope__kernel_condition *end = condition + flight->settings->condition_count;

	while (condition < end && !jscope__kernel_condition_met(condition, sample))
		condition++;
	if (condition == end || flight->error)
		return;
	if (flight->writer)
		trace_merge(flight, sample, condition);
	else if (flight->counts.trigger_count == JSCOPE__KERNEL_FLIGHT_TRACES)
		triggers_refuse(flight);
	else
		trace_begin(flight, sample, condition);
}

void jscope__kernel_flight_record(struct jscope__kernel_flight *flight, uint32_t cpu,
				  const struct jscope_kernel_head *head)
{
	if (cpu >= flight->origin.cpu_count)
		return;
	jscope__flight_memory_add(flight->memory, cpu, head);
	if (!flight->writer)
		return;
	if ((jscope_ns)head->at_ns <= flight->until_ns) {
		jscope__kernel_writer_record(flight->writer, cpu, head);
		return;
	}
	/* What was lost since its last record there may have belonged to the trace. */
	jscope__kernel_writer_lost(flight->writer, cpu, head->lost, flight->until_ns);
	trace_end(flight, flight->until_ns);
}

void jscope__kernel_flight_passed(struct jscope__kernel_flight *flight, jscope_ns at_ns)
{
	if (flight->writer && at_ns > flight->until_ns)
		trace_end(flight, flight->until_ns);
	else if (flight->writer && !flight->error)
		flight->error = jscope__kernel_writer_error(flight->writer);
}

int jscope__kernel_flight_finish(struct jscope__kernel_flight *flight, jscope_ns at_ns)
{
	trace_end(flight, at_ns < flight->until_ns ? at_ns : flight->until_ns);
	return flight->error;
}

int jscope__kernel_flight_error(const struct jscope__kernel_flight *flight)
{
	return flight->error;
}

struct jscope__kernel_flight_counts
jscope__kernel_flight_counts(const struct jscope__kernel_flight *flight)
{
	struct jscope__kernel_flight_counts counts = flight->counts;

	if (flight->writer) {
		counts.event_count += jscope__kernel_writer_events(flight->writer);
		counts.byte_count += jscope__kernel_writer_bytes(flight->writer);
	}
	return counts;
}
