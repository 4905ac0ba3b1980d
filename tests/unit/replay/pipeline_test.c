/* Reading ahead on a thread: the same batches in the same order, and any end that a reading has. */
#include "../cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "ctf_reading.h"
#include "pipeline.h"
#include "replay/trace.h"

#define STREAMS		  3
#define PACKETS		  200
#define EVENTS_PER_PACKET 200
#define EVENTS		  (STREAMS * PACKETS * EVENTS_PER_PACKET)

struct event {
	uint8_t id;
	uint64_t time;
	uint32_t a;
} __attribute__((packed));

struct packet {
	uint32_t magic, size_bits;
	uint8_t sequence, cpu;
	struct event events[EVENTS_PER_PACKET];
} __attribute__((packed));

static const char metadata[] =
	"/* CTF 1.8 */ typealias integer { size = 8; align = 8; } := u8;"
	"typealias integer { size = 32; align = 8; } := u32;"
	"trace { major = 1; minor = 8; byte_order = le; packet.header := struct { u32 magic; }; };"
	"clock { name = c; freq = 1000000000; };"
	"stream { packet.context := struct { u32 packet_size; u8 packet_seq_num; u8 cpu_id; };"
	"event.header := struct { u8 id; integer { size = 64; align = 8; map = clock.c.value; } "
	"timestamp; }; };"
	"event { id = 0; name = one; fields := struct { u32 a; }; };"
	"event { id = 1; name = \"two\"; fields := struct { u32 b; }; };";

static struct packet packets[PACKETS];

/* One packet of stream 1 is missing, one of stream 2 has an event that nobody knows. */
static void stream_write(uint8_t cpu)
{
	char name[32];
	uint64_t time = cpu;

	for (size_t i = 0; i < PACKETS; i++) {
		packets[i] = (struct packet){ .magic = 0xC1FC1FC1,
					      .size_bits = 8 * sizeof packets[i],
					      .sequence = (uint8_t)(i + (cpu == 1 && i > 50)),
					      .cpu = cpu };
		for (uint32_t k = 0; k < EVENTS_PER_PACKET; k++)
			packets[i].events[k] = (struct event){ k % 2, time += 1 + k % 7, k };
	}
	if (cpu == 2)
		packets[PACKETS - 1].events[EVENTS_PER_PACKET - 1].id = 9;
	snprintf(name, sizeof name, "k_%u", cpu);
	ctf_reading_file(name, packets, sizeof packets);
}

static int set_up(void **state)
{
	(void)state;
	ctf_reading_file("metadata", metadata, sizeof metadata - 1);
	for (uint8_t cpu = 0; cpu < STREAMS; cpu++)
		stream_write(cpu);
	return 0;
}

static const struct jscope_want wants[] = { { "a", JSCOPE_CONVERT_NONE, -1 },
					    { "b", JSCOPE_CONVERT_NONE, -1 } };

static int announce(void *state, const struct jscope_event_class *event_class,
		    const struct jscope_want **ret_wants)
{
	(void)state;
	(void)event_class;
	*ret_wants = wants;
	return 2;
}

struct result {
	int status;
	uint64_t events, gaps, digest;
};

static void mix(struct result *result, uint64_t value)
{
	result->digest = (result->digest ^ value) * 0x9e3779b97f4a7c15;
	result->digest ^= result->digest >> 29;
}

static void batch_mix(struct result *result, const struct jscope_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		mix(result, (uint64_t)batch->events[i].ts_ns);
		mix(result, (uint64_t)batch->events[i].slot[batch->events[i].class_index]);
		mix(result, batch->events[i].cpu);
	}
	result->events += batch->count;
	result->gaps += batch->has_gap;
	mix(result, batch->has_gap ? batch->gap.packets + result->events : 0);
	mix(result, batch->info.events + batch->info.packets);
}

/* Read with so many threads, but no more than some batches. */
static struct result run(struct jscope_reader *reader, unsigned threads, unsigned batches_max)
{
	struct result result = { .status = 1 };
	struct jscope__pipeline *pipeline;
	const struct jscope_batch *batch;

	assert_int_equal(jscope__pipeline_create(reader, threads, &pipeline), 0);
	for (unsigned i = 0; result.status > 0 && i < batches_max; i++) {
		result.status = jscope__pipeline_next(pipeline, &batch);
		if (result.status > 0)
			batch_mix(&result, batch);
	}
	jscope__pipeline_destroy(pipeline);
	return result;
}

static struct result trace_run(unsigned threads, unsigned batches_max)
{
	struct jscope_reader *reader;
	struct result result;

	assert_int_equal(
		jscope_reader_native.create(ctf_reading_directory(), 0, announce, NULL, &reader),
		0);
	result = run(reader, threads, batches_max);
	reader->ops->destroy(reader);
	return result;
}

static void same_batches(void **state)
{
	const struct result one = trace_run(1, UINT32_MAX), two = trace_run(2, UINT32_MAX);

	(void)state;
	assert_int_equal(one.status, 0);
	assert_int_equal(one.events, EVENTS - 1);
	assert_int_equal(one.gaps, 2);
	assert_memory_equal(&one, &two, sizeof one);
}

/* Whoever reads has seen enough, at once or later, while the thread reads or waits for room. */
static void early_stop(void **state)
{
	(void)state;
	for (unsigned batches = 0; batches < 64; batches++) {
		const struct result one = trace_run(1, batches), two = trace_run(2, batches);

		assert_int_equal(two.status, 1);
		assert_memory_equal(&one, &two, sizeof one);
	}
}

/* A reader that breaks off after some batches, and says more of it than there is room for. */
struct breaking {
	struct jscope_reader base;
	unsigned left;
	struct jscope_reader_info info;
};

static int breaking_next(struct jscope_reader *reader, struct jscope_batch *batch)
{
	struct breaking *breaking = (struct breaking *)reader;

	jscope_batch_reset(batch);
	batch->info = breaking->info;
	if (breaking->left) {
		breaking->left--;
		return 1;
	}
	for (unsigned i = 0; i <= JSCOPE_ERROR_MAX; i++)
		jscope_error(-EIO, "Disk %u is gone.", i);
	return -EIO;
}

/* All of them have come to this thread, in their order and once. */
static void sentences_check(void)
{
	char expected[32];

	for (unsigned i = 0; i < JSCOPE_ERROR_MAX; i++) {
		snprintf(expected, sizeof expected, "Disk %u is gone.", i);
		assert_non_null(jscope_error_sentence(i));
		assert_string_equal(jscope_error_sentence(i), expected);
	}
	assert_null(jscope_error_sentence(JSCOPE_ERROR_MAX));
	jscope_error_clear();
}

static void errors(void **state)
{
	static const struct jscope_reader_ops ops = { .name = "breaking",
						      .is_movable = true,
						      .next = breaking_next };

	(void)state;
	for (unsigned left = 0; left < 40; left++)
		for (unsigned threads = 1; threads <= 2; threads++) {
			struct breaking breaking = { .base = { &ops }, .left = left };
			const struct result result = run(&breaking.base, threads, UINT32_MAX);

			assert_int_equal(result.status, -EIO);
			sentences_check();
		}
}

/* Through the entrance for commands: stopped after a while, or never begun. */
static bool stop(void *state, uint64_t events)
{
	*(uint64_t *)state = events;
	return true;
}

static void traces(void **state)
{
	static const struct jscope_timeline_sink sink;

	(void)state;
	for (unsigned threads = 1; threads <= 2; threads++) {
		struct jscope_trace_options options;
		struct jscope_trace *trace;
		uint64_t stopped = 0;

		jscope_trace_options_init(&options);
		options.reader = "native";
		options.threads = threads;
		assert_int_equal(jscope_trace_open(ctf_reading_directory(), &options, &trace), 0);
		jscope_trace_destroy(trace);
		assert_int_equal(jscope_trace_open(ctf_reading_directory(), &options, &trace), 0);
		assert_int_equal(jscope_trace_replay(trace, &sink), 0);
		assert_int_equal(jscope_trace_info(trace)->events, EVENTS - 1);
		assert_int_equal(jscope_trace_info(trace)->lost_packets, 1);
		jscope_trace_destroy(trace);
		options.progress = stop;
		options.progress_state = &stopped;
		assert_int_equal(jscope_trace_open(ctf_reading_directory(), &options, &trace), 0);
		assert_int_equal(jscope_trace_replay(trace, &sink), 0);
		assert_true(jscope_trace_info(trace)->partial);
		assert_int_equal(jscope_trace_info(trace)->events, stopped);
		jscope_trace_destroy(trace);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_batches),
		cmocka_unit_test(early_stop),
		cmocka_unit_test(errors),
		cmocka_unit_test(traces),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
