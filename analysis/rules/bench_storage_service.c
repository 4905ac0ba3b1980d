/* The service time that a miniport tells of its requests (R76). */
#include "rules/bench_storage.h"

/* How much earlier than its first event a request may have begun, where StartIo tells its return
 * only. */
#define BEGIN_SLACK_NS JSCOPE_NS_PER_MS

static void service_note(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			 const struct jscope_vocabulary_event *event, struct jscope__srb *request)
{
	const struct jscope_slots_stor_service *slots = SLOTS(event, stor_service);
	char object[48];

	jscope__judge_pass(storage->judge, 71);
	if (request->service_told)
		jscope__judge_violate(storage->judge, 76, event->ts_ns,
				      jscope__srb_object(object, adapter, slots->srb),
				      "IoTargetRequestServiceTime comes a second time for one "
				      "request; statistics count it twice.");
	else if (slots->duration_100ns == 0)
		jscope__judge_violate(storage->judge, 76, event->ts_ns,
				      jscope__srb_object(object, adapter, slots->srb),
				      "IoTargetRequestServiceTime says 0; nothing takes no time, "
				      "so the start stamp is missing or the unit is not 100 ns.");
	request->service_told = true;
	request->service_ns = jscope_muldiv(slots->duration_100ns, 100, 1);
}

void jscope__requests_service(struct jscope__storage *storage, struct jscope__adapter *adapter,
			      const struct jscope_vocabulary_event *event)
{
	const int64_t srb = SLOTS(event, stor_service)->srb;
	struct jscope__srb *request =
		jscope_map_get(storage->requests, jscope__srb_key(adapter, srb));
	const struct jscope__ended *ended;
	char object[48];

	if (request) {
		service_note(storage, adapter, event, request);
		return;
	}
	ended = jscope__srb_ended(storage, adapter, event, srb, 71);
	if (!ended)
		return;
	jscope__srb_used(storage, adapter, event, srb, ended);
	jscope__judge_violate(storage->judge, 76, event->ts_ns,
			      jscope__srb_object(object, adapter, srb),
			      "IoTargetRequestServiceTime comes %.3f ms after RequestComplete; it "
			      "must come before, while the miniport still owns the request.",
			      jscope__ms(jscope_sub_sat(event->ts_ns, ended->at_ns)));
}

/* A batch shares its stamps (DOMAIN 8, T13), so that nothing but the whole life is a bound. */
void jscope__service_judge(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			   const struct jscope_vocabulary_event *event,
			   const struct jscope__srb *request)
{
	jscope_ns life_ns, slack_ns;
	char object[48];

	if (!request->service_told || request->service_ns == 0)
		return;
	if (!jscope__judge_sees(storage->judge, request->begin_ns, event->ts_ns)) {
		jscope__judge_abstain(storage->judge, 76);
		return;
	}
	life_ns = jscope_sub_sat(event->ts_ns, request->begin_ns);
	slack_ns = life_ns / 1000 + (request->entered ? 100 : BEGIN_SLACK_NS);
	if (request->service_ns > 0 && request->service_ns <= jscope_add_sat(life_ns, slack_ns))
		jscope__judge_pass(storage->judge, 76);
	else
		jscope__judge_violate(
			storage->judge, 76, event->ts_ns,
			jscope__srb_object(object, adapter, SLOTS(event, stor_complete)->srb),
			"The device says that it worked for %.3f ms, but from start "
			"to completion are %.3f ms only; a clock or the unit "
			"(100 ns) is wrong.",
			jscope__ms(request->service_ns), jscope__ms(life_ns));
}
