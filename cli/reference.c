#include "help.h"

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

void jscope_reference_scenarios(FILE *stream)
{
	jscope_scenario_reference(stream);
}
