/* How a stream was set up, started and stopped, as its own events tell. */
#include <errno.h>

#include "jscope/probe.h"
#include "probes/vocabulary.h"
#include "session.h"

/* Stays in RUN that are kept of one stream. */
#define RUNS_MAX 65536

enum { STATE_RUN = 3, FLAG_END = 0x200, KIND_SET_WRITE = 0 };

static struct jscope__like_facts *facts_find(struct jscope__like_session *session, int64_t dev,
					     int64_t stream)
{
	for (unsigned i = session->facts_count; i-- > 0;) {
		struct jscope__like_facts *facts = &session->facts[i];

		if (facts->dev == (uint32_t)dev && facts->stream == (uint64_t)stream)
			return facts;
	}
	return NULL;
}

static struct jscope__like_facts *facts_get(struct jscope__like_session *session, int64_t dev,
					    int64_t stream)
{
	struct jscope__like_facts *facts = facts_find(session, dev, stream);

	if (facts || session->facts_count == JSCOPE__LIKE_FACTS_MAX)
		return facts;
	facts = &session->facts[session->facts_count++];
	*facts = (struct jscope__like_facts){ .dev = (uint32_t)dev,
					      .stream = (uint64_t)stream,
					      .opened_ns = JSCOPE_NS_UNKNOWN };
	return facts;
}

static void note_newstream(struct jscope__like_session *session,
			   const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_newstream *slots = (const void *)event->slot;
	struct jscope__like_facts *facts = facts_get(session, slots->dev, slots->stream);

	if (!facts)
		return;
	facts->opened_ns = event->ts_ns;
	facts->capture = slots->capture;
	facts->rate_hz = (uint32_t)slots->fs;
	facts->frame_bytes = (uint32_t)slots->ba;
}

static void note_alloc(struct jscope__like_session *session,
		       const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_alloc *slots = (const void *)event->slot;
	struct jscope__like_facts *facts = facts_get(session, slots->dev, slots->stream);

	if (!facts || slots->status < 0)
		return;
	facts->is_allocated = true;
	facts->notification_count = (uint32_t)slots->notif_count;
	session->has_polled |= slots->notif_count == 0;
	facts->requested_bytes = (uint32_t)slots->requested;
	facts->fifo_bytes = (uint32_t)slots->fifo;
	facts->chipset_ns = slots->chipset_ns;
	facts->codec_ns = slots->codec_ns;
}

static void note_map(struct jscope__like_session *session,
		     const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_map *slots = (const void *)event->slot;
	struct jscope__like_facts *facts = facts_get(session, slots->dev, slots->stream);

	if (facts && slots->status >= 0 && !slots->clock)
		facts->accuracy_bytes = (uint32_t)slots->accuracy;
}

static void run_begin(struct jscope__like_session *session, struct jscope__like_facts *facts,
		      jscope_ns at_ns)
{
	struct jscope__like_run *runs;

	if (facts->run_count == RUNS_MAX)
		return;
	runs = jscope__like_grow(facts->runs, facts->run_count, &facts->run_size, sizeof *runs);
	if (!runs) {
		session->error = -ENOMEM;
		return;
	}
	facts->runs = runs;
	runs[facts->run_count++] =
		(struct jscope__like_run){ .begin_ns = at_ns, .end_ns = JSCOPE_NS_UNKNOWN };
}

static void note_state(struct jscope__like_session *session,
		       const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_state *slots = (const void *)event->slot;
	struct jscope__like_facts *facts = facts_get(session, slots->dev, slots->stream);

	if (!facts || slots->status < 0)
		return;
	if (slots->new == STATE_RUN)
		run_begin(session, facts, event->ts_ns);
	else if (slots->old == STATE_RUN && facts->run_count > 0)
		facts->runs[facts->run_count - 1].end_ns = event->ts_ns;
}

static void note_packet(struct jscope__like_session *session,
			const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_packet *slots = (const void *)event->slot;
	struct jscope__like_facts *facts = facts_find(session, slots->dev, slots->stream);

	if (facts && slots->status >= 0 && slots->kind == KIND_SET_WRITE && slots->flags & FLAG_END)
		facts->end_packet = (uint32_t)slots->packet;
}

/* Nobody notifies a client that polls: what it does belongs to the wake that its thread had last. */
static void answer_note(struct jscope__like_session *session,
			const struct jscope_vocabulary_event *event)
{
	struct jscope__like_woken *woken =
		&session->woken[(uint64_t)event->tid % JSCOPE__LIKE_THREADS];
	struct jscope__like_answer *answers;

	if (!session->has_polled || woken->tid != event->tid || woken->at_ns == 0 ||
	    session->answer_count == JSCOPE__LIKE_CHAINS_MAX)
		return;
	answers = jscope__like_grow(session->answers, session->answer_count, &session->answer_size,
				    sizeof *answers);
	if (!answers) {
		session->error = -ENOMEM;
		return;
	}
	session->answers = answers;
	answers[session->answer_count++] = (struct jscope__like_answer){
		.run_ns = woken->at_ns,
		.served_ns = event->ts_ns,
		.has_written = event->id == JSCOPE_EVENT_wrt_write,
	};
	woken->at_ns = 0;
}

static void note_wake(struct jscope__like_session *session,
		      const struct jscope_vocabulary_event *event)
{
	session->woken[(uint64_t)event->tid % JSCOPE__LIKE_THREADS] =
		(struct jscope__like_woken){ .tid = event->tid, .at_ns = event->ts_ns };
}

void jscope__like_facts_note(struct jscope__like_session *session,
			     const struct jscope_vocabulary_event *event)
{
	switch (event->id) {
	case JSCOPE_EVENT_wrt_newstream:
		note_newstream(session, event);
		break;
	case JSCOPE_EVENT_wrt_alloc:
		note_alloc(session, event);
		break;
	case JSCOPE_EVENT_wrt_map:
		note_map(session, event);
		break;
	case JSCOPE_EVENT_wrt_state:
		note_state(session, event);
		break;
	case JSCOPE_EVENT_wrt_packet:
		note_packet(session, event);
		break;
	case JSCOPE_EVENT_wrt_write:
	case JSCOPE_EVENT_ev_wait:
		answer_note(session, event);
		break;
	case JSCOPE_EVENT_ev_wake:
		note_wake(session, event);
		break;
	default:
		break;
	}
}
