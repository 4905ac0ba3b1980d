#include "fault.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "jscope/probe.h"
#include "random.h"

struct fault {
	const struct jscope_fault_settings *settings; /* borrowed */
	uint32_t dev;				      /* 0: any */
	jscope_ns next_ns;			      /* no sooner than this */
	jscope_ns began_ns; /* of what lasts: when it struck last; UNKNOWN before */
	uint64_t hit_count;
	struct jscope__random random;
};

struct jscope__faults {
	bool kinds[JSCOPE_FAULT_COUNT];
	jscope_ns begin_ns;
	pthread_mutex_t mutex;
	unsigned count;
	struct fault faults[JSCOPE_FAULTS_MAX];
};

int jscope__faults_create(const struct jscope_scenario *scenario, uint64_t seed, jscope_ns begin_ns,
			  int (*dev_of)(void *state, const char *name), void *state,
			  struct jscope__faults **ret_faults)
{
	struct jscope__faults *faults = calloc(1, sizeof *faults);

	if (!faults)
		return -ENOMEM;
	pthread_mutex_init(&faults->mutex, NULL);
	faults->begin_ns = begin_ns;
	faults->count = scenario->fault_count;
	for (unsigned i = 0; i < faults->count; i++) {
		const struct jscope_fault_settings *settings = &scenario->faults[i];
		struct fault *fault = &faults->faults[i];

		fault->settings = settings;
		fault->dev = *settings->device ? (uint32_t)dev_of(state, settings->device) : 0;
		fault->next_ns = jscope_add_sat(begin_ns, settings->at_ns);
		fault->began_ns = JSCOPE_NS_UNKNOWN;
		jscope__random_init(&fault->random, seed, UINT64_C(1) << 48 | i);
		faults->kinds[settings->kind] = true;
	}
	*ret_faults = faults;
	return 0;
}

void jscope__faults_destroy(struct jscope__faults *faults)
{
	if (!faults)
		return;
	pthread_mutex_destroy(&faults->mutex);
	free(faults);
}

static void tell(const struct jscope__context *context, const struct fault *fault, uint32_t dev)
{
	JSCOPE_PROBE(truth_fault, .dev = dev, .irql = context->irql,
		     .kind = (uint16_t)fault->settings->kind, .number = fault->hit_count,
		     .length_ns = (uint64_t)fault->settings->length_ns,
		     .amount = fault->settings->amount);
}

/* Does it strike at this opportunity? Then its next instant is set. */
static bool strikes(struct jscope__context *context, struct fault *fault, uint32_t dev,
		    jscope_ns now_ns)
{
	const struct jscope_fault_settings *settings = fault->settings;

	if ((fault->dev && fault->dev != dev) || now_ns < fault->next_ns ||
	    (settings->count && fault->hit_count >= settings->count))
		return false;
	if (settings->chance < 1 && jscope__random_unit(&fault->random) >= settings->chance)
		return false;
	fault->hit_count++;
	fault->began_ns = now_ns;
	/* To the first instant of its series that is still ahead, however dense that is. */
	if (settings->every_ns > 0)
		fault->next_ns =
			jscope_add_sat(now_ns, settings->every_ns - (now_ns - fault->next_ns) %
									    settings->every_ns);
	tell(context, fault, dev);
	return true;
}

static bool holds(struct jscope__context *context, struct fault *fault, uint32_t dev,
		  jscope_ns now_ns)
{
	if (fault->dev && fault->dev != dev)
		return false;
	if (fault->began_ns != JSCOPE_NS_UNKNOWN &&
	    now_ns - fault->began_ns < fault->settings->length_ns)
		return true;
	return strikes(context, fault, dev, now_ns);
}

static const struct jscope_fault_settings *
find(struct jscope__context *context, uint32_t dev, enum jscope_fault_kind kind,
     bool (*is_it)(struct jscope__context *, struct fault *, uint32_t, jscope_ns))
{
	struct jscope__faults *faults = context->machine->faults;
	const jscope_ns now_ns = jscope__machine_now(context->machine);
	const struct jscope_fault_settings *found = NULL;

	pthread_mutex_lock(&faults->mutex);
	for (unsigned i = 0; i < faults->count && !found; i++) {
		struct fault *fault = &faults->faults[i];

		if (fault->settings->kind == kind && is_it(context, fault, dev, now_ns))
			found = fault->settings;
	}
	pthread_mutex_unlock(&faults->mutex);
	return found;
}

static bool is_scheduled(const struct jscope__context *context, enum jscope_fault_kind kind)
{
	const struct jscope__faults *faults = context->machine->faults;

	return faults && faults->kinds[kind];
}

const struct jscope_fault_settings *jscope__fault_strike(struct jscope__context *context,
							 uint32_t dev, enum jscope_fault_kind kind)
{
	return is_scheduled(context, kind) ? find(context, dev, kind, strikes) : NULL;
}

jscope_ns jscope__fault_delay(struct jscope__context *context, uint32_t dev,
			      enum jscope_fault_kind kind)
{
	const struct jscope_fault_settings *fault = jscope__fault_strike(context, dev, kind);

	return fault ? jscope__machine_delay(context->machine, fault->length_ns) : 0;
}

const struct jscope_fault_settings *jscope__fault_holds(struct jscope__context *context,
							uint32_t dev, enum jscope_fault_kind kind)
{
	return is_scheduled(context, kind) ? find(context, dev, kind, holds) : NULL;
}
