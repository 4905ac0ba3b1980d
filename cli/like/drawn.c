/* Delays that are drawn: each as likely as it was, for devices that were not recorded. */
#include "drawn.h"

#include <errno.h>
#include <stdlib.h>

static bool stage_of(const struct jscope__like_series *series, size_t index,
		     enum jscope_stage stage, jscope_ns *ret_ns)
{
	struct jscope_notification notification = { .stream = &series->info };
	struct jscope_stages stages;

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		notification.at[i] = series->chains[index].at[i];
	jscope_stages_compute(&notification, &stages);
	*ret_ns = stages.stage_ns[stage];
	return *ret_ns != JSCOPE_NS_UNKNOWN && *ret_ns >= 0;
}

static size_t stages_collect(const struct jscope__like_session *session, enum jscope_stage stage,
			     jscope_ns *values)
{
	size_t count = 0;

	for (unsigned i = 0; i < session->series_count; i++)
		for (size_t k = 0; k < session->series[i].count; k++)
			count += stage_of(&session->series[i], k, stage, &values[count]);
	return count;
}

static int stage_apply(struct jscope_scenario *scenario, const struct jscope__like_session *session,
		       enum jscope_stage stage, struct jscope_distribution *distribution)
{
	jscope_ns *values = malloc((session->chain_count + 1) * sizeof *values);
	size_t count;
	int error = 0;

	if (!values)
		return -ENOMEM;
	count = stages_collect(session, stage, values);
	if (count > 0)
		error = jscope_scenario_samples(scenario, values, count, distribution);
	free(values);
	return error;
}

int jscope__like_drawn_apply(struct jscope_scenario *scenario,
			     const struct jscope__like_session *session)
{
	struct jscope_delay_settings *delays = jscope_scenario_general_delays(scenario);
	const struct {
		enum jscope_stage stage;
		struct jscope_distribution *distribution;
	} stages[] = {
		{ JSCOPE_STAGE_INTERRUPT, delays ? &delays->interrupt : NULL },
		{ JSCOPE_STAGE_DISPATCH, delays ? &delays->dispatch : NULL },
		{ JSCOPE_STAGE_QUEUE, delays ? &delays->queue : NULL },
		{ JSCOPE_STAGE_HANDLER, delays ? &delays->handler : NULL },
		{ JSCOPE_STAGE_WAKE, delays ? &delays->wake : NULL },
	};
	int error = delays ? 0 : -E2BIG;

	for (size_t i = 0; !error && i < sizeof stages / sizeof stages[0]; i++)
		error = stage_apply(scenario, session, stages[i].stage, stages[i].distribution);
	return error;
}
