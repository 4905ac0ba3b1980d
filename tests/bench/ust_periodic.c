/*
 * ust_periodic EVENTS: two periodic WaveRT devices in the smallest events, ten for each point:
 * what a reader finds hardest, since little else is to do for each event. Recorded by
 * `jitterscope record app`, the trace has a stream for each of two CPUs.
 *
 * Each device is a thread on a CPU of its own that plays all parts, from the interrupt to the
 * client: nobody waits for anybody, so that it keeps its pace on a busy machine, too. When it was
 * kept from the CPU it makes up for the points it is behind.
 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <jscope/probe.h>

enum { PASSIVE = 0, DISPATCH = 2, DEVICE_LEVEL = 5 };
enum { STOP, ACQUIRE, PAUSE, RUN };
enum { RATE_HZ = 100000, FRAME_BYTES = 4, PACKET_BYTES = 2 * FRAME_BYTES, PERIOD_NS = 20000 };
enum { BUFFER_BYTES = 2 * PACKET_BYTES, DEVICE_COUNT = 2, EVENTS_PER_POINT = 10 };

struct device {
	uint32_t number, line, tid;
	uint64_t stream, dpc, event;
	uint64_t point_count;
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void sleep_until(int64_t at_ns)
{
	const struct timespec at = { at_ns / 1000000000, at_ns % 1000000000 };

	if (now_ns() < at_ns)
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

/* Where there is one CPU only the devices share it. */
static void settle(uint32_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

static void enter(const struct device *it, uint8_t old_state, uint8_t new_state, uint64_t linear)
{
	JSCOPE_PROBE(wrt_state, .dev = it->number, .stream = it->stream, .old = old_state,
		     .new = new_state, .linear = linear);
}

static void open_stream(const struct device *it)
{
	JSCOPE_PROBE(wrt_newstream, .dev = it->number, .stream = it->stream, .fs = RATE_HZ,
		     .ba = FRAME_BYTES);
	JSCOPE_PROBE(wrt_alloc, .dev = it->number, .stream = it->stream, .notif_count = 2,
		     .requested = BUFFER_BYTES, .actual = BUFFER_BYTES, .cache = 1);
	JSCOPE_PROBE(wrt_register, .dev = it->number, .stream = it->stream, .event = it->event);
	enter(it, STOP, ACQUIRE, 0);
	enter(it, ACQUIRE, PAUSE, 0);
	JSCOPE_PROBE(wrt_write, .dev = it->number, .stream = it->stream, .target = PACKET_BYTES);
	enter(it, PAUSE, RUN, 0);
	JSCOPE_PROBE(ev_wait, .dev = it->number, .event = it->event, .tid = it->tid);
}

static void close_stream(const struct device *it)
{
	const uint64_t linear = it->point_count * PACKET_BYTES;

	enter(it, RUN, PAUSE, linear);
	enter(it, PAUSE, ACQUIRE, linear);
	enter(it, ACQUIRE, STOP, 0);
	JSCOPE_PROBE(wrt_unregister, .dev = it->number, .stream = it->stream, .event = it->event);
	JSCOPE_PROBE(wrt_free, .dev = it->number, .stream = it->stream, .size = BUFFER_BYTES);
	JSCOPE_PROBE(wrt_close, .dev = it->number, .stream = it->stream, .fs = RATE_HZ,
		     .ba = FRAME_BYTES);
}

static void interrupt(const struct device *it, uint64_t point, int64_t due_ns)
{
	JSCOPE_PROBE(dev_point, .dev = it->number, .irql = DEVICE_LEVEL, .stream = it->stream,
		     .k = point, .ideal_ns = (uint64_t)due_ns, .linear = point * PACKET_BYTES);
	JSCOPE_PROBE(irq_entry, .dev = it->number, .irql = DEVICE_LEVEL, .irq = it->line,
		     .seq = point, .true_ts_ns = (uint64_t)due_ns);
	JSCOPE_PROBE(dpc_insert, .dev = it->number, .irql = DEVICE_LEVEL, .dpc = it->dpc,
		     .caller_seq = point, .importance = 1, .inserted = 1);
	JSCOPE_PROBE(irq_exit, .dev = it->number, .irql = DEVICE_LEVEL, .irq = it->line,
		     .seq = point, .claimed = 1);
}

static void dpc(const struct device *it, uint64_t point)
{
	JSCOPE_PROBE(dpc_entry, .dev = it->number, .irql = DISPATCH, .dpc = it->dpc, .run = point);
	JSCOPE_PROBE(ev_set, .dev = it->number, .irql = DISPATCH, .event = it->event,
		     .dpc = it->dpc, .run = point, .packet = point);
	JSCOPE_PROBE(dpc_exit, .dev = it->number, .irql = DISPATCH, .dpc = it->dpc, .run = point);
}

static void client(const struct device *it, uint64_t point)
{
	const uint32_t target = point % 2 ? 0 : PACKET_BYTES;

	JSCOPE_PROBE(ev_wake, .dev = it->number, .irql = PASSIVE, .event = it->event,
		     .tid = it->tid, .count = point);
	JSCOPE_PROBE(wrt_write, .dev = it->number, .irql = PASSIVE, .stream = it->stream,
		     .prev = PACKET_BYTES - target, .target = target);
	JSCOPE_PROBE(ev_wait, .dev = it->number, .irql = PASSIVE, .event = it->event,
		     .tid = it->tid);
}

static void *play(void *device)
{
	struct device *it = device;
	int64_t due_ns = now_ns();

	settle(it->number - 1);
	it->tid = (uint32_t)gettid();
	open_stream(it);
	for (uint64_t point = 1; point <= it->point_count; point++) {
		due_ns += PERIOD_NS;
		sleep_until(due_ns);
		interrupt(it, point, due_ns);
		dpc(it, point);
		client(it, point);
	}
	close_stream(it);
	return NULL;
}

int main(int argc, char **argv)
{
	const uint64_t event_count = argc == 2 ? strtoull(argv[1], NULL, 10) : 0;
	struct device devices[DEVICE_COUNT];
	pthread_t threads[DEVICE_COUNT];

	if (!event_count)
		return 2;
	for (uint32_t i = 0; i < DEVICE_COUNT; i++) {
		devices[i] = (struct device){
			.number = i + 1,
			.line = 16 + i,
			.stream = 0x10 + i,
			.dpc = 0x20 + i,
			.event = 0x30 + i,
			.point_count = event_count / EVENTS_PER_POINT / DEVICE_COUNT,
		};
		if (pthread_create(&threads[i], NULL, play, &devices[i]))
			return 1;
	}
	for (uint32_t i = 0; i < DEVICE_COUNT; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
