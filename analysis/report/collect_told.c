/* What the recorder tells of itself: counts of its probes, and what triggered it. */
#include <string.h>

#include "report_rows.h"

static struct jscope__probe_row *probe_row(struct jscope_report *report, const char *event)
{
	char name[JSCOPE__NAME_SIZE];
	unsigned i = 0;

	jscope__clean(name, sizeof name, event);
	while (i < report->probe_count && strcmp(report->probes[i].event, name) != 0)
		i++;
	if (i == JSCOPE__PROBES_MAX)
		return NULL;
	if (i == report->probe_count) {
		memcpy(report->probes[i].event, name, sizeof name);
		report->probe_count++;
	}
	return &report->probes[i];
}

static void on_probe(void *state, const struct jscope_probe_count *count)
{
	struct jscope_report *report = state;
	struct jscope__probe_row *row = probe_row(report, count->event);

	if (!row) {
		report->unrecorded++;
		return;
	}
	row->fired = jscope__add_sat(row->fired, count->fired);
	row->lost = jscope__add_sat(row->lost, count->lost);
}

static void on_trigger(void *state, const struct jscope_trigger *trigger)
{
	struct jscope_report *report = state;

	jscope__trigger_tell(&report->trigger, trigger);
}

uint64_t jscope__report_fired(const struct jscope_report *report)
{
	uint64_t fired = 0;

	for (unsigned i = 0; i < report->probe_count; i++)
		fired = jscope__add_sat(fired, report->probes[i].fired);
	return fired ? fired : report->info.events;
}

void jscope__collect_told(struct jscope_report *report)
{
	report->sink.probe = on_probe;
	report->sink.trigger = on_trigger;
}
