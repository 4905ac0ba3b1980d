/* Chains and glitches of a buffer as they come, and glitches that nothing but silence tells. */
#include "buffer.h"

#include <stdlib.h>
#include <string.h>

#include "buffer_state.h"

/* A glitch is judged when so many chains that began after it have come: they overtake few others. */
#define CHAINS_AFTER 2

/* No chain takes longer that anybody would still wait for. */
#define WAIT_MAX_NS (10 * JSCOPE_NS_PER_SEC)

/* Intervals before the mean of them says what silence is, and how many of them it takes. */
#define RHYTHM_COUNT_MIN 16
#define RHYTHM_SILENCE	 3

bool jscope__buffer_is_due(const struct jscope_stream_info *info)
{
	return !strcmp(info->kind, "wavert") || !strcmp(info->kind, "pcm");
}

struct jscope__buffer *jscope__buffer_create(struct jscope__output *output,
					     const struct jscope_stream_info *info,
					     jscope__glitch_fn *tell)
{
	struct jscope__buffer *buffer = calloc(1, sizeof *buffer);

	if (!buffer)
		return NULL;
	buffer->output = output;
	buffer->info = info;
	buffer->tell = tell;
	return buffer;
}

void jscope__buffer_destroy(struct jscope__buffer *buffer)
{
	free(buffer);
}

void jscope__buffer_offend(struct jscope__buffer *buffer, struct jscope__buffer_offence offence)
{
	buffer->offences[buffer->offence_count++ % JSCOPE__BUFFER_OFFENCES] = offence;
}

void jscope__buffer_refusal(struct jscope__buffer *buffer, jscope_ns at_ns)
{
	jscope__buffer_offend(buffer, (struct jscope__buffer_offence){ .begin_ns = at_ns,
								       .end_ns = at_ns,
								       .is_refusal = true });
}

static void glitch_tell(struct jscope__buffer *buffer, struct jscope_glitch *glitch)
{
	buffer->last = *glitch;
	buffer->has_last = true;
	buffer->tell(buffer->output, glitch);
}

static void oldest_tell(struct jscope__buffer *buffer, enum jscope_cause cause)
{
	struct jscope_glitch glitch = buffer->glitches[0];

	glitch.cause = cause;
	buffer->glitch_count--;
	memmove(&buffer->glitches[0], &buffer->glitches[1],
		buffer->glitch_count * sizeof buffer->glitches[0]);
	memmove(&buffer->glitch_chains[0], &buffer->glitch_chains[1],
		buffer->glitch_count * sizeof buffer->glitch_chains[0]);
	glitch_tell(buffer, &glitch);
}

void jscope__buffer_glitch(struct jscope__buffer *buffer, const struct jscope_glitch *glitch)
{
	if (buffer->glitch_count == JSCOPE__BUFFER_GLITCHES)
		oldest_tell(buffer, JSCOPE_CAUSE_UNKNOWN);
	buffer->glitches[buffer->glitch_count] = *glitch;
	buffer->glitch_chains[buffer->glitch_count++] = 0;
}

static void oldest_judge(struct jscope__buffer *buffer)
{
	oldest_tell(buffer, jscope__buffer_cause(buffer, &buffer->glitches[0]));
}

static void glitches_settle(struct jscope__buffer *buffer)
{
	const jscope_ns begun_ns = jscope__buffer_chain_at(buffer, 0)->first_ns;

	for (unsigned i = 0; i < buffer->glitch_count; i++)
		buffer->glitch_chains[i] += begun_ns > buffer->glitches[i].at_ns;
	while (buffer->glitch_count && buffer->glitch_chains[0] >= CHAINS_AFTER)
		oldest_judge(buffer);
}

/* What has not come may come yet: that is no lost interrupt. */
static void oldest_expire(struct jscope__buffer *buffer)
{
	enum jscope_cause cause = jscope__buffer_cause(buffer, &buffer->glitches[0]);

	oldest_tell(buffer, cause == JSCOPE_CAUSE_LOST_INTERRUPT ? JSCOPE_CAUSE_UNKNOWN : cause);
}

void jscope__buffer_expire(struct jscope__buffer *buffer, jscope_ns now_ns)
{
	while (buffer->glitch_count &&
	       jscope_sub_sat(now_ns, buffer->glitches[0].at_ns) >= WAIT_MAX_NS)
		oldest_expire(buffer);
}

void jscope__buffer_close(struct jscope__buffer *buffer)
{
	while (buffer->glitch_count)
		oldest_judge(buffer);
}

/* The chain so many tellings before another one; NULL where it has not come. */
static const struct jscope__buffer_chain *chain_before(const struct jscope__buffer *buffer,
						       const struct jscope__buffer_chain *chain,
						       unsigned distance)
{
	for (unsigned i = 0; i < jscope__buffer_chains(buffer) && i < RHYTHM_COUNT_MIN; i++)
		if (jscope__buffer_chain_at(buffer, i)->seq + distance == chain->seq)
			return jscope__buffer_chain_at(buffer, i);
	return NULL;
}

/* Whether the client had not run for a telling when the device told the next one, its last. */
static bool was_overtaken(const struct jscope__buffer_chain *before,
			  const struct jscope__buffer_chain *last)
{
	return before && before->at[JSCOPE_RUN] != JSCOPE_NS_UNKNOWN &&
	       before->at[JSCOPE_RUN] > last->at[JSCOPE_IRQ];
}

/*
 * A probe on the function alone tells neither positions nor an xrun. A kernel that finds one in the
 * call stops the card: then comes silence, until the client has begun anew. A client that pauses
 * leaves silence, too, but not while it is late.
 */
static void silence_judge(struct jscope__buffer *buffer)
{
	struct jscope__buffer_rhythm *rhythm = &buffer->rhythm;
	const struct jscope__buffer_chain *now = jscope__buffer_chain_at(buffer, 0);
	const struct jscope__buffer_chain *last = chain_before(buffer, now, 1);
	struct jscope_glitch glitch = { .stream = buffer->info, .inferred = true };
	double interval_ns;

	if (!last || now->at[JSCOPE_IRQ] == JSCOPE_NS_UNKNOWN ||
	    last->at[JSCOPE_IRQ] == JSCOPE_NS_UNKNOWN)
		return;
	interval_ns = (double)jscope_sub_sat(now->at[JSCOPE_IRQ], last->at[JSCOPE_IRQ]);
	if (rhythm->count < RHYTHM_COUNT_MIN || interval_ns < RHYTHM_SILENCE * rhythm->mean_ns) {
		rhythm->mean_ns += (interval_ns - rhythm->mean_ns) / (double)++rhythm->count;
		return;
	}
	glitch.at_ns = last->at[JSCOPE_IRQ];
	if (was_overtaken(chain_before(buffer, now, 2), last) &&
	    !jscope__output_lost_between(buffer->output, glitch.at_ns, now->at[JSCOPE_IRQ]))
		jscope__buffer_glitch(buffer, &glitch);
}

static jscope_ns least_ns(jscope_ns a_ns, jscope_ns b_ns)
{
	return a_ns < b_ns ? a_ns : b_ns;
}

void jscope__buffer_notification(struct jscope__buffer *buffer,
				 const struct jscope_notification *notification)
{
	struct jscope__buffer_chain *chain =
		&buffer->chains[buffer->chain_count % JSCOPE__BUFFER_CHAINS];

	if (notification->class == JSCOPE_CLASS_SPURIOUS)
		return;
	chain->seq = notification->seq;
	chain->epoch = notification->epoch;
	chain->was_interrupted = notification->was_interrupted;
	chain->first_ns = JSCOPE_NS_UNKNOWN;
	chain->begin_ns = INT64_MAX;
	for (unsigned i = JSCOPE_INSTANT_COUNT; i-- > 0;) {
		chain->at[i] = notification->at[i];
		if (chain->at[i] == JSCOPE_NS_UNKNOWN)
			continue;
		chain->first_ns = chain->at[i];
		chain->begin_ns = least_ns(chain->begin_ns, chain->at[i]);
	}
	if (chain->first_ns == JSCOPE_NS_UNKNOWN)
		return;
	buffer->has_answers |= chain->at[JSCOPE_SERVED] != JSCOPE_NS_UNKNOWN;
	buffer->chain_count++;
	if (!buffer->info->rate_hz)
		silence_judge(buffer);
	glitches_settle(buffer);
}
