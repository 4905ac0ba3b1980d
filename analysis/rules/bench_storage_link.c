/* The link of an adapter, and who holds its requests (R80, R81). */
#include <inttypes.h>

#include "rules/bench_storage.h"

/* A StartIo of another CPU may have been on its way when the gate closed. Where only its return is
 * told, it may have begun before. */
#define GATE_SPREAD_NS	 (20 * JSCOPE_NS_PER_US)
#define RETURN_SPREAD_NS JSCOPE_NS_PER_MS

static void link_change(struct jscope__adapter *adapter,
			const struct jscope_vocabulary_event *event, int state)
{
	adapter->link.state = state;
	adapter->link.since_ns = event->ts_ns;
}

static bool link_is(struct jscope__storage *storage, const struct jscope__adapter *adapter,
		    jscope_ns now_ns, int state)
{
	return (int)adapter->link.state == state &&
	       jscope__judge_sees(storage->judge, adapter->link.since_ns, now_ns);
}

void jscope__link_up(struct jscope__storage *storage, struct jscope__adapter *adapter,
		     const struct jscope_vocabulary_event *event)
{
	char object[48];

	if (link_is(storage, adapter, event->ts_ns, JSCOPE__LINK_IS_DOWN))
		jscope__judge_pass(storage->judge, 80);
	else if (link_is(storage, adapter, event->ts_ns, JSCOPE__LINK_IS_UP))
		jscope__judge_violate(
			storage->judge, 80, event->ts_ns, jscope__storage_object(object, adapter),
			"LinkUp comes although the link is up (since %.3f ms); it "
			"restarts an adapter that nobody paused, and is allowed only "
			"after LinkDown.",
			jscope__ms(jscope_sub_sat(event->ts_ns, adapter->link.since_ns)));
	else
		jscope__judge_abstain(storage->judge, 80);
	link_change(adapter, event, JSCOPE__LINK_IS_UP);
}

void jscope__link_down(struct jscope__storage *storage, struct jscope__adapter *adapter,
		       const struct jscope_vocabulary_event *event)
{
	char object[48];

	if (link_is(storage, adapter, event->ts_ns, JSCOPE__LINK_IS_DOWN)) {
		jscope__judge_violate_as(
			storage->judge, 80, JSCOPE_RULE_WARNING, event->ts_ns,
			jscope__storage_object(object, adapter),
			"LinkDown comes although the link is down (since %.3f ms); "
			"a LinkUp was forgotten, or one is told too much.",
			jscope__ms(jscope_sub_sat(event->ts_ns, adapter->link.since_ns)));
		return;
	}
	if (link_is(storage, adapter, event->ts_ns, JSCOPE__LINK_IS_UP))
		jscope__judge_pass(storage->judge, 80);
	else
		jscope__judge_abstain(storage->judge, 80);
	link_change(adapter, event, JSCOPE__LINK_IS_DOWN);
}

void jscope__link_pause(struct jscope__storage *storage, struct jscope__adapter *adapter,
			const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_stor_pause *slots = SLOTS(event, stor_pause);
	const uint8_t path = (uint8_t)slots->path;
	struct jscope__pause *pause = path == UINT8_MAX ? &adapter->pause : &adapter->path_pause;

	if (pause->on && pause->path != path)
		jscope__judge_refuse(storage->judge, 1);
	*pause = (struct jscope__pause){
		.on = true,
		.path = path,
		.since_ns = event->ts_ns,
		.until_ns = slots->timeout_s
				    ? jscope_add_sat(event->ts_ns,
						     (uint32_t)slots->timeout_s * JSCOPE_NS_PER_SEC)
				    : INT64_MAX,
	};
}

void jscope__link_resume(struct jscope__storage *storage, struct jscope__adapter *adapter,
			 const struct jscope_vocabulary_event *event)
{
	const uint8_t path = (uint8_t)SLOTS(event, stor_resume)->path;

	(void)storage;
	if (path == UINT8_MAX)
		adapter->pause.on = false;
	if (path == UINT8_MAX || path == adapter->path_pause.path)
		adapter->path_pause.on = false;
}

/* A request starts at `at_ns` although `why` holds it since then. */
static void held_judge(struct jscope__storage *storage, const struct jscope__adapter *adapter,
		       const struct jscope_vocabulary_event *event, const char *why,
		       jscope_ns since_ns)
{
	const jscope_ns spread_ns = adapter->tells_entries ? GATE_SPREAD_NS : RETURN_SPREAD_NS;
	char object[48];

	if (!jscope__judge_sees(storage->judge, since_ns, event->ts_ns))
		jscope__judge_abstain(storage->judge, 81);
	else if (jscope_sub_sat(event->ts_ns, since_ns) > spread_ns)
		jscope__judge_violate(storage->judge, 81, event->ts_ns,
				      jscope__storage_object(object, adapter),
				      "A request starts %.3f ms after %s; until that ends the port "
				      "holds all of them, since the hardware cannot take any.",
				      jscope__ms(jscope_sub_sat(event->ts_ns, since_ns)), why);
}

static bool is_held(const struct jscope__pause *pause, jscope_ns now_ns)
{
	return pause->on && now_ns < pause->until_ns;
}

void jscope__link_start(struct jscope__storage *storage, struct jscope__adapter *adapter,
			const struct jscope_vocabulary_event *event)
{
	if (adapter->link.state == JSCOPE__LINK_IS_DOWN)
		held_judge(storage, adapter, event, "LinkDown", adapter->link.since_ns);
	else if (is_held(&adapter->pause, event->ts_ns))
		held_judge(storage, adapter, event, "StorPortPause", adapter->pause.since_ns);
	else
		jscope__judge_pass(storage->judge, 81);
}

/* The return names the path; where the entry is not told it also stands for the start. */
void jscope__link_return(struct jscope__storage *storage, struct jscope__adapter *adapter,
			 const struct jscope_vocabulary_event *event)
{
	const uint8_t path = (uint8_t)SLOTS(event, stor_start)->path;

	if (is_held(&adapter->path_pause, event->ts_ns) && adapter->path_pause.path == path)
		held_judge(storage, adapter, event, "its path was paused",
			   jscope_add_sat(adapter->path_pause.since_ns, RETURN_SPREAD_NS));
	else if (!adapter->tells_entries)
		jscope__link_start(storage, adapter, event);
}
