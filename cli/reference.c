#include "help.h"

#include "probes/kernel_vocabulary.h"
#include "probes/vocabulary.h"
#include "tracer/scenario.h"

static void print_event(FILE *stream, const struct jscope_event_desc *event)
{
	fprintf(stream,
		"\n## `%s:%s`\n\n%s\n\n| field | type | unit | meaning |\n|---|---|---|---|\n",
		JSCOPE_PROVIDER_NAME, event->name, event->sentence);
	for (size_t i = 0; i < event->field_count; i++) {
		const struct jscope_field_desc *field = &event->fields[i];

		fprintf(stream, "| `%s` | %s | %s | %s |\n", field->name,
			jscope_field_type_name(field->type), field->unit, field->sentence);
	}
}

void jscope_reference_print(FILE *stream)
{
	const struct jscope_event_desc *event;

	fputs("# The events\n\n"
	      "Made from `probes/include/jscope/events.def` by `jitterscope --events`; do not edit.\n\n"
	      "Each event also carries the time, the CPU, and as contexts the thread id (`vtid`) and\n"
	      "the thread name (`procname`). Types: `id` is an identity (u64, printed in hexadecimal),\n"
	      "`ts` an instant in nanoseconds of CLOCK_MONOTONIC, `guid` 16 bytes.\n",
	      stream);
	for (size_t id = 0; (event = jscope_event_describe(id)); id++)
		print_event(stream, event);
}

/* In a row of a table, where a bar would begin another cell. */
static void print_cell(FILE *stream, const char *text)
{
	for (; *text; text++)
		fprintf(stream, *text == '|' ? "\\%c" : "%c", *text);
}

static void print_kernel_field(FILE *stream, const struct jscope_kernel_field_desc *field)
{
	fprintf(stream, "| `%s` | %s | ", field->name, jscope_kernel_type_name(field->type));
	print_cell(stream, field->sentence);
	fputs(" |\n", stream);
}

static void print_kernel_event(FILE *stream, const struct jscope_kernel_event_desc *event)
{
	fprintf(stream, "\n## `%s`\n\n%s Group: %s.\n\n| field | type | meaning |\n|---|---|---|\n",
		event->name, event->sentence, jscope_kernel_group_name(event->group));
	for (size_t i = 0; i < event->field_count; i++)
		print_kernel_field(stream, &event->fields[i]);
}

void jscope_reference_kernel(FILE *stream)
{
	const struct jscope_kernel_event_desc *event;

	fputs("# The events of a recorded kernel\n\n"
	      "Made from `probes/include/probes/kernel_events.def` by `jitterscope --kernel-events`; do\n"
	      "not edit.\n\n"
	      "`jitterscope record kernel` writes CTF 1.8 in the vocabulary of LTTng's kernel tracer, in\n"
	      "the folder `kernel` of its output as LTTng does, so that the tools for LTTng read it:\n"
	      "babeltrace2, babeltrace, lttng-analyses. Events that LTTng has too have its fields first,\n"
	      "in its order; what it does not know stands behind. Each event also carries its time\n"
	      "(CLOCK_MONOTONIC) and its CPU. Groups are what the presets of the recorder choose from;\n"
	      "what is told comes from the recorder itself, not from the kernel.\n",
	      stream);
	for (size_t id = 0; (event = jscope_kernel_event_describe(id)); id++)
		print_kernel_event(stream, event);
}

void jscope_reference_scenarios(FILE *stream)
{
	jscope_scenario_reference(stream);
}
