/* IPortMidi::Notify: from where it comes and what it leads to (R56, R57, R62). */
#include <inttypes.h>

#include "rules/bench_midi.h"

/* Interrupt routines; number 0 is a device on a shared line that did not interrupt. */

void jscope__midi_irq_entry(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_irq_entry *slots = SLOTS(event, irq_entry);
	struct jscope__midi_device *device = jscope__midi_device_get(midi, slots->dev);
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);

	if (device && slots->seq != 0) {
		device->tells_isrs = true;
		device->any_irq_seen = true;
		if (slots->seq == 1) {
			device->first_irq_seen = true;
			device->first_irq_ns = event->ts_ns;
		}
	}
	if (!place)
		return;
	if (place->isr_count == JSCOPE__ISR_DEPTH_MAX) {
		jscope__judge_refuse(midi->judge, 1);
		return;
	}
	place->isrs[place->isr_count].dev = (uint32_t)slots->dev;
	place->isrs[place->isr_count].seq = (uint64_t)slots->seq;
	place->isrs[place->isr_count].at_ns = event->ts_ns;
	place->isrs[place->isr_count++].acked = false;
}

void jscope__midi_irq_ack(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_irq_ack *slots = SLOTS(event, irq_ack);
	struct jscope__midi_device *device = jscope__midi_device_get(midi, slots->dev);
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);

	if (device)
		device->tells_acks = true;
	for (unsigned i = 0; place && i < place->isr_count; i++)
		if (place->isrs[i].dev == (uint32_t)slots->dev &&
		    place->isrs[i].seq == (uint64_t)slots->seq)
			place->isrs[i].acked = true;
}

/* What was entered after it and has not returned was lost. */
void jscope__midi_irq_exit(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_irq_exit *slots = SLOTS(event, irq_exit);
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);

	for (unsigned i = place ? place->isr_count : 0; i-- > 0;)
		if (place->isrs[i].dev == (uint32_t)slots->dev &&
		    place->isrs[i].seq == (uint64_t)slots->seq) {
			place->isr_count = i;
			return;
		}
}

/* R56 */

enum standing { OUTSIDE, BEFORE_ACK, AFTER_ACK, ACK_UNSEEN };

static enum standing standing_find(const struct jscope__midi *midi,
				   const struct jscope__midi_place *place,
				   const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_midi_notify *slots = SLOTS(event, midi_notify);
	unsigned i = place->isr_count;

	while (i > 0 && (place->isrs[i - 1].dev != (uint32_t)slots->dev ||
			 (slots->seq != 0 && place->isrs[i - 1].seq != (uint64_t)slots->seq)))
		i--;
	if (i == 0)
		return OUTSIDE;
	if (place->isrs[i - 1].acked)
		return AFTER_ACK;
	return jscope__judge_sees(midi->judge, place->isrs[i - 1].at_ns, event->ts_ns) ? BEFORE_ACK
										       : ACK_UNSEEN;
}

static void standing_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
			   const struct jscope__midi_device *device, enum standing standing)
{
	const struct jscope_slots_midi_notify *slots = SLOTS(event, midi_notify);
	char object[48];

	jscope__judge_object(object, slots->dev, "port", slots->port);
	if (standing == ACK_UNSEEN ||
	    (standing == OUTSIDE && jscope__judge_blind_until(midi->judge) != JSCOPE_NS_UNKNOWN))
		jscope__judge_abstain(midi->judge, 56);
	else if (standing == OUTSIDE)
		jscope__judge_violate(
			midi->judge, 56, event->ts_ns, object,
			"Notify is called outside any ISR of the device; its moment is "
			"meant to be that of the interrupt, so that MIDI time stamps "
			"get worse.");
	else if (standing == BEFORE_ACK && device->tells_acks)
		jscope__judge_violate(midi->judge, 56, event->ts_ns, object,
				      "Notify is called before the interrupt source is cleared "
				      "(interrupt %" PRId64
				      "); an interrupt between the two is lost "
				      "with the clearing.",
				      slots->seq);
	else
		jscope__judge_pass(midi->judge, 56);
}

/* R57 */

static void answer_tell(struct jscope__midi *midi, const struct jscope__midi_place *place,
			const struct jscope_vocabulary_event *event)
{
	char object[48];

	jscope__judge_object(object, place->notify.dev, "port", (int64_t)place->notify.port);
	if (!jscope__judge_sees(midi->judge, place->notify.at_ns, event->ts_ns))
		jscope__judge_abstain(midi->judge, 57);
	else if (place->notify.count == 1)
		jscope__judge_pass(midi->judge, 57);
	else
		jscope__judge_violate(midi->judge, 57, place->notify.at_ns, object,
				      "Notify of group 0x%" PRIx64
				      " led to %u service requests of it "
				      "instead of one; %s.",
				      place->notify.group, place->notify.count,
				      place->notify.count ? "its streams are served more than once"
							  : "nobody moves the bytes of this "
							    "interrupt");
}

/* What ReactOS makes of NULL; elsewhere its effect is not documented. */
static void null_answer_tell(struct jscope__midi *midi, const struct jscope__midi_place *place,
			     const struct jscope_vocabulary_event *event)
{
	const struct jscope__midi_port *port = jscope_map_get(
		midi->ports, jscope__key(place->notify.dev, (int64_t)place->notify.port));
	char object[48];

	if (jscope__judge_profile(midi->judge) != JSCOPE_PROFILE_REACTOS || !port)
		return;
	if (place->notify.requested + 1 == UINT32_C(1) << (port->group_count % 32))
		jscope__judge_pass(midi->judge, 57);
	else if (!jscope__judge_sees(midi->judge, place->notify.at_ns, event->ts_ns))
		jscope__judge_abstain(midi->judge, 57);
	else
		jscope__judge_violate_as(
			midi->judge, 57, JSCOPE_RULE_WARNING, place->notify.at_ns,
			jscope__judge_object(object, place->notify.dev, "port",
					     (int64_t)place->notify.port),
			"Notify of NULL did not lead to a service request of each "
			"of the %u groups that were registered with the port, as it "
			"does in ReactOS.",
			port->group_count);
}

void jscope__midi_notify_settle(struct jscope__midi *midi,
				const struct jscope_vocabulary_event *event)
{
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);
	const struct jscope__midi_device *device;

	if (!place || !place->notify.open)
		return;
	place->notify.open = false;
	device = jscope__midi_device_get(midi, place->notify.dev);
	if (!device || !device->tells_requests)
		return;
	if (place->notify.group == 0)
		null_answer_tell(midi, place, event);
	else
		answer_tell(midi, place, event);
}

void jscope__midi_notified(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_midi_notify *slots = SLOTS(event, midi_notify);
	const struct jscope__midi_device *device = jscope__midi_device_get(midi, slots->dev);
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);
	enum standing standing;

	if (!device || !place)
		return;
	standing = standing_find(midi, place, event);
	if (device->tells_isrs)
		standing_judge(midi, event, device, standing);
	place->notify.open = true;
	place->notify.in_isr = standing != OUTSIDE;
	place->notify.dev = (uint32_t)slots->dev;
	place->notify.port = (uint64_t)slots->port;
	place->notify.group = (uint64_t)slots->group;
	place->notify.at_ns = event->ts_ns;
	place->notify.count = 0;
	place->notify.requested = 0;
}

static uint32_t group_bit(struct jscope__midi *midi, const struct jscope__midi_place *place,
			  uint64_t group)
{
	const struct jscope__midi_port *port = jscope_map_get(
		midi->ports, jscope__key(place->notify.dev, (int64_t)place->notify.port));

	for (unsigned i = 0; port && i < port->group_count; i++)
		if (port->groups[i] == group)
			return UINT32_C(1) << i;
	return 0;
}

void jscope__midi_notify_request(struct jscope__midi *midi,
				 const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_svc_request *slots = SLOTS(event, svc_request);
	struct jscope__midi_device *device = jscope__midi_device_get(midi, slots->dev);
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);

	if (device)
		device->tells_requests = true;
	if (!place || !place->notify.open || slots->origin != 0 ||
	    place->notify.dev != (uint32_t)slots->dev)
		return;
	place->notify.requested |= group_bit(midi, place, (uint64_t)slots->group);
	if (place->notify.group != (uint64_t)slots->group)
		return;
	place->notify.count++;
	/* Who calls outside an ISR may go on and ask for the service itself. */
	if (!place->notify.in_isr)
		jscope__midi_notify_settle(midi, event);
}

/* R62 */

static void first_register_judge(struct jscope__midi *midi,
				 const struct jscope_vocabulary_event *event,
				 const struct jscope__midi_device *device)
{
	const struct jscope_slots_midi_register *slots = SLOTS(event, midi_register);
	char object[48];

	if (!device->any_irq_seen)
		jscope__judge_pass(midi->judge, 62);
	else if (!device->first_irq_seen ||
		 !jscope__judge_sees(midi->judge, device->first_irq_ns, event->ts_ns))
		jscope__judge_abstain(midi->judge, 62);
	else
		jscope__judge_violate(
			midi->judge, 62, event->ts_ns,
			jscope__judge_object(object, slots->dev, "port", slots->port),
			"RegisterServiceGroup comes %.3f ms after the first interrupt "
			"of the device; until then nobody is in the group, and what "
			"came in was dropped.",
			(double)(jscope_sub_sat(event->ts_ns, device->first_irq_ns)) / 1e6);
}

void jscope__midi_registered(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_midi_register *slots = SLOTS(event, midi_register);
	struct jscope__midi_device *device = jscope__midi_device_get(midi, slots->dev);
	struct jscope__midi_port *port =
		jscope_map_put(midi->ports, jscope__key(slots->dev, slots->port));

	if (device && !device->registered) {
		device->registered = true;
		first_register_judge(midi, event, device);
	}
	if (!port)
		return;
	for (unsigned i = 0; i < port->group_count; i++)
		if (port->groups[i] == (uint64_t)slots->group)
			return;
	if (port->group_count == JSCOPE__PORT_GROUPS_MAX - 1)
		jscope__judge_refuse(midi->judge, 1);
	else
		port->groups[port->group_count++] = (uint64_t)slots->group;
}
