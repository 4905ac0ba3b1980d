/* Calls of HwStorStartIo: one at a time under the StartIo lock, at the level of the mode (R89). */
#include <inttypes.h>

#include "rules/bench_storage.h"

static void forget(struct jscope__adapter *adapter, unsigned index)
{
	adapter->startio_count--;
	for (; index < adapter->startio_count; index++)
		adapter->startio[index] = adapter->startio[index + 1];
}

static void level_judge(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_stor_startio_entry *slots = SLOTS(event, stor_startio_entry);
	char object[48];

	if (adapter->full_duplex ? slots->irql == 2 : slots->irql >= 3) {
		jscope__judge_pass(storage->judge, 89);
		return;
	}
	jscope__judge_violate(
		storage->judge, 89, event->ts_ns, jscope__storage_object(object, adapter),
		"HwStorStartIo runs at level %" PRId64 "; in %s-duplex mode it is %s, "
		"which is what its lock relies on.",
		slots->irql, adapter->full_duplex ? "full" : "half",
		adapter->full_duplex ? "DISPATCH_LEVEL (2)" : "the level of the device (3 and up)");
}

/*
 * Calls of other threads that have not returned overlap with the one that begins. A call of the same
 * thread has returned, unless its return is told yet to come: then they nest.
 */
static unsigned overlap_count(struct jscope__storage *storage, struct jscope__adapter *adapter,
			      const struct jscope_vocabulary_event *event)
{
	const struct jscope_key place = jscope__place(event);
	unsigned count = 0;

	for (unsigned i = 0; i < adapter->startio_count;) {
		struct jscope__startio *open = &adapter->startio[i];
		const bool is_here = jscope__place_equal(open->place, place);

		if ((is_here && open->covered) ||
		    !jscope__judge_sees(storage->judge, open->at_ns, event->ts_ns)) {
			forget(adapter, i);
			continue;
		}
		open->covered = open->covered || is_here;
		count += !is_here;
		i++;
	}
	return count;
}

static void overlap_tell(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			 const struct jscope_vocabulary_event *event, unsigned count)
{
	char object[48];

	jscope__judge_violate(
		storage->judge, 89, event->ts_ns, jscope__storage_object(object, adapter),
		"%u calls of HwStorStartIo overlap, where the adapter allows %u; what "
		"the StartIo lock protects is changed by two at once.",
		count, adapter->channels ? adapter->channels : 1);
}

static void open_add(struct jscope__storage *storage, struct jscope__adapter *adapter,
		     const struct jscope_vocabulary_event *event)
{
	if (adapter->startio_count == JSCOPE__STARTIO_OPEN_MAX) {
		jscope__judge_refuse(storage->judge, 1);
		forget(adapter, 0);
	}
	adapter->startio[adapter->startio_count++] = (struct jscope__startio){
		.srb = (uint64_t)SLOTS(event, stor_startio_entry)->srb,
		.place = jscope__place(event),
		.at_ns = event->ts_ns,
	};
}

void jscope__startio_entry(struct jscope__storage *storage, struct jscope__adapter *adapter,
			   const struct jscope_vocabulary_event *event)
{
	const unsigned allowed = adapter->channels ? adapter->channels : 1;
	const unsigned count = overlap_count(storage, adapter, event) + 1;

	/* How the adapter starts requests is told by StorPortInitialize only. */
	if (adapter->life == JSCOPE__LIFE_READY) {
		level_judge(storage, adapter, event);
		if (count > allowed)
			overlap_tell(storage, adapter, event, count);
	}
	open_add(storage, adapter, event);
}

void jscope__startio_return(struct jscope__storage *storage, struct jscope__adapter *adapter,
			    const struct jscope_vocabulary_event *event)
{
	const uint64_t srb = (uint64_t)SLOTS(event, stor_start)->srb;
	unsigned i = 0;

	while (i < adapter->startio_count && adapter->startio[i].srb != srb)
		i++;
	if (i == adapter->startio_count)
		return;
	if (adapter->startio[i].covered && adapter->life == JSCOPE__LIFE_READY &&
	    adapter->channels < 2)
		overlap_tell(storage, adapter, event, 2);
	forget(adapter, i);
}
