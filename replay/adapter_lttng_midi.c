/*
 * Raw MIDI: a driver hands bytes to snd_rawmidi_receive(), which wakes whoever reads them with
 * interrupts off. Nothing tells where the function returns, so that the wake-up is looked for until the
 * CPU begins or ends anything else: a handler, a work item, a request, another thread, another receive.
 */
#include <stdio.h>
#include <stdlib.h>

#include "adapter_lttng.h"

struct midi {
	struct jscope_stream_info *info;
	uint64_t count;
};

static struct midi *midi_make(struct jscope__lttng *adapter,
			      const struct jscope__lttng_midi_slots *slots)
{
	struct midi *midi = calloc(1, sizeof *midi);
	char device[48], stream[48];

	if (!midi)
		return NULL;
	snprintf(device, sizeof device, "hw:%u,%u", (unsigned)slots->card, (unsigned)slots->device);
	snprintf(stream, sizeof stream, "midi in %u", (unsigned)slots->substream);
	midi->info = jscope__output_stream_add(adapter->output, device, stream, "midi");
	if (!midi->info) {
		free(midi);
		return NULL;
	}
	midi->info->has_call = true;
	return midi;
}

static struct midi *midi_get(struct jscope__lttng *adapter,
			     const struct jscope__lttng_midi_slots *slots)
{
	const struct jscope_key key = { (uint64_t)slots->card << 32 | (uint32_t)slots->device,
					(uint64_t)slots->substream };
	struct midi **known = jscope_map_put(adapter->midis, key);

	if (known && !*known)
		*known = midi_make(adapter, slots);
	return known ? *known : NULL;
}

void jscope__lttng_midi_receive(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_midi_slots *slots = (const void *)event->slot;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	struct midi *midi = cpu ? midi_get(adapter, slots) : NULL;
	struct jscope_notification notification = { 0 };

	if (!midi)
		return;
	notification.seq = ++midi->count;
	notification.bytes = slots->count > 0 ? (uint32_t)slots->count : 0;
	jscope__lttng_call_begin(adapter, cpu, event, midi->info, &notification);
	cpu->call.endless = true;
}
