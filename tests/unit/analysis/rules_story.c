#include "rules_story.h"

#define LINE 16

/* After the point. */
#define ENTRY	  us(5)
#define ACK	  us(6)
#define INSERT	  us(7)
#define EXIT	  us(8)
#define DPC_BEGIN us(20)
#define POSITION  us(22)
#define SIGNAL	  us(25)
#define DPC_END	  us(30)
#define WAKE	  us(60)
#define WRITE	  us(150)
#define WAIT	  us(160)

jscope_ns point_ns(unsigned k)
{
	return STORY_ORIGIN + ms(10) * k;
}

void story_create(void)
{
	feed_at(0, CLIENT);
	FEED(STORY_ORIGIN - ms(9), wrt_newstream, .dev = DEV, .stream = STREAM, .fs = 48000,
	     .ba = FRAME);
	FEED(STORY_ORIGIN - ms(8), wrt_alloc, .dev = DEV, .stream = STREAM, .notif_count = 2,
	     .requested = BUFFER, .actual = BUFFER, .cache = 1);
}

void story_register(void)
{
	feed_at(0, CLIENT);
	FEED(STORY_ORIGIN - ms(7), wrt_register, .dev = DEV, .stream = STREAM, .event = EVENT);
}

void story_state(jscope_ns at_ns, unsigned old, unsigned new, int64_t linear)
{
	feed_at(0, CLIENT);
	FEED(at_ns, wrt_state, .dev = DEV, .stream = STREAM, .old = old, .new = new,
	     .linear = linear);
}

void story_write(jscope_ns at_ns, unsigned packet)
{
	feed_at(0, CLIENT);
	FEED(at_ns, wrt_packet, .dev = DEV, .stream = STREAM, .packet = packet);
	FEED(at_ns + 100, wrt_write, .dev = DEV, .stream = STREAM,
	     .prev = (packet + 1) % 2 * PACKET, .target = packet % 2 * PACKET);
}

void story_wait(jscope_ns at_ns)
{
	feed_at(0, CLIENT);
	FEED(at_ns, ev_wait, .dev = DEV, .event = EVENT, .tid = CLIENT);
}

void story_run(void)
{
	story_state(STORY_ORIGIN - ms(3), STOP, ACQUIRE, 0);
	story_state(STORY_ORIGIN - ms(2), ACQUIRE, PAUSE, 0);
	story_write(STORY_ORIGIN - ms(1), 0);
	story_state(STORY_ORIGIN, PAUSE, RUN, 0);
	story_write(STORY_ORIGIN + us(10), 1);
	story_wait(STORY_ORIGIN + us(20));
}

void story_open(void)
{
	story_create();
	story_register();
	story_run();
}

void story_cross(unsigned k)
{
	feed_at(1, 1);
	FEED(point_ns(k) + us(1), dev_point, .dev = DEV, .stream = STREAM, .k = k,
	     .ideal_ns = point_ns(k), .linear = (int64_t)k * PACKET);
}

void story_interrupt(unsigned k)
{
	const jscope_ns at_ns = point_ns(k);

	feed_at(1, 1);
	FEED(at_ns + ENTRY, irq_entry, .dev = DEV, .irql = 5, .irq = LINE, .seq = k,
	     .true_ts_ns = at_ns);
	FEED(at_ns + ACK, irq_ack, .dev = DEV, .irql = 5, .irq = LINE, .seq = k);
	FEED(at_ns + INSERT, dpc_insert, .dev = DEV, .irql = 5, .dpc = DPC, .caller_seq = k,
	     .target_cpu = 1, .importance = 1, .inserted = 1);
	FEED(at_ns + EXIT, irq_exit, .dev = DEV, .irql = 5, .irq = LINE, .seq = k, .claimed = 1);
}

void story_position(jscope_ns at_ns, int64_t linear, unsigned source)
{
	FEED(at_ns, wrt_pos, .dev = DEV, .irql = source == 1 ? 2 : 0, .stream = STREAM,
	     .linear = linear, .offset = linear % BUFFER, .pos_ts_ns = at_ns, .source = source,
	     .accuracy = FRAME);
}

void story_set(jscope_ns at_ns, unsigned k, unsigned prev)
{
	FEED(at_ns, ev_set, .dev = DEV, .irql = 2, .event = EVENT, .prev = prev, .dpc = DPC,
	     .run = k, .packet = k);
}

void story_dpc(unsigned k)
{
	const jscope_ns at_ns = point_ns(k);

	feed_at(1, 2);
	FEED(at_ns + DPC_BEGIN, dpc_entry, .dev = DEV, .irql = 2, .dpc = DPC, .run = k);
	story_position(at_ns + POSITION, (int64_t)k * PACKET + FRAME, 1);
	story_set(at_ns + SIGNAL, k, 0);
	FEED(at_ns + DPC_END, dpc_exit, .dev = DEV, .irql = 2, .dpc = DPC, .run = k);
}

void story_wake(jscope_ns at_ns)
{
	feed_at(0, CLIENT);
	FEED(at_ns, ev_wake, .dev = DEV, .event = EVENT, .tid = CLIENT);
}

void story_answer(unsigned k)
{
	story_wake(point_ns(k) + WAKE);
	story_write(point_ns(k) + WRITE, k + 1);
	story_wait(point_ns(k) + WAIT);
}

void story_point(unsigned k)
{
	story_cross(k);
	story_interrupt(k);
	story_dpc(k);
	story_answer(k);
}

void story_points(unsigned first, unsigned last)
{
	for (unsigned k = first; k <= last; k++)
		story_point(k);
}

void story_stop(unsigned k)
{
	const int64_t linear = (int64_t)k * PACKET + 5 * BYTES_PER_MS;
	const jscope_ns at_ns = point_ns(k) + ms(5);

	story_state(at_ns, RUN, PAUSE, linear);
	story_state(at_ns + us(10), PAUSE, ACQUIRE, linear);
	story_state(at_ns + us(20), ACQUIRE, STOP, 0);
}

void story_close(unsigned k)
{
	const jscope_ns at_ns = point_ns(k) + ms(6);

	story_stop(k);
	FEED(at_ns, wrt_unregister, .dev = DEV, .stream = STREAM, .event = EVENT);
	FEED(at_ns + us(10), wrt_free, .dev = DEV, .stream = STREAM, .size = BUFFER);
	FEED(at_ns + us(20), wrt_close, .dev = DEV, .stream = STREAM, .fs = 48000, .ba = FRAME);
}
