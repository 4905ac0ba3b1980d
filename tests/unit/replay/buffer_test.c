/* Causes of glitches by the chains around them, and positions that do not follow. */
#include "../cmocka_all.h"

#include <string.h>

#include "buffer_state.h"

#define US	  INT64_C(1000)
#define MS	  (1000 * US)
#define PERIOD_NS (10 * MS)
#define UNKNOWN	  JSCOPE_NS_UNKNOWN

static struct jscope_stream_info info;
static struct jscope__output output;
static struct jscope__buffer *buffer;
static struct jscope_glitch told[4 * JSCOPE__BUFFER_GLITCHES];
static unsigned told_count;

static void tell(struct jscope__output *to, const struct jscope_glitch *glitch)
{
	assert_ptr_equal(to, &output);
	told[told_count++] = *glitch;
}

static int setup(void **state)
{
	(void)state;
	memset(&output, 0, sizeof output);
	info = (struct jscope_stream_info){ .kind = "wavert",
					    .path = 1u << JSCOPE_DUE,
					    .rate_hz = 48000,
					    .buffer_frames = 960,
					    .period_frames = 480,
					    .nominal_period_ns = PERIOD_NS };
	told_count = 0;
	buffer = jscope__buffer_create(&output, &info, tell);
	return buffer ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	jscope__buffer_destroy(buffer);
	return 0;
}

/* A chain of point k by how long after it each thing was; negative: not at all. */
static void chain(unsigned k, jscope_ns irq, jscope_ns signal, jscope_ns run, jscope_ns served)
{
	const jscope_ns due_ns = k * PERIOD_NS;
	const struct jscope_notification notification = {
		.stream = &info,
		.seq = k,
		.epoch = 1,
		.at = { [JSCOPE_DUE] = due_ns,
			[JSCOPE_IRQ] = irq < 0 ? UNKNOWN : due_ns + irq,
			[JSCOPE_QUEUED] = UNKNOWN,
			[JSCOPE_DEFERRED] = UNKNOWN,
			[JSCOPE_SIGNAL] = signal < 0 ? UNKNOWN : due_ns + signal,
			[JSCOPE_RUN] = run < 0 ? UNKNOWN : due_ns + run,
			[JSCOPE_SERVED] = served < 0 ? UNKNOWN : due_ns + served },
	};

	jscope__buffer_notification(buffer, &notification);
}

static void good(unsigned k)
{
	chain(k, 5 * US, 20 * US, 50 * US, 200 * US);
}

/* At point k, for the answer to the point before it. */
static void glitch(unsigned k)
{
	const struct jscope_glitch at = {
		.stream = &info, .at_ns = k * PERIOD_NS, .major = 1, .awaited = k - 1
	};

	jscope__buffer_glitch(buffer, &at);
}

static void test_stages(void **state)
{
	static const struct {
		jscope_ns irq, signal, run, served;
		enum jscope_cause cause;
	} table[] = {
		{ -1, -1, -1, -1, JSCOPE_CAUSE_LOST_INTERRUPT },
		{ 11 * MS, 11 * MS, 11 * MS, 11 * MS, JSCOPE_CAUSE_LOST_INTERRUPT },
		{ 9 * MS, 9 * MS, 9 * MS, 11 * MS, JSCOPE_CAUSE_LATE_INTERRUPT },
		{ 5 * US, 11 * MS, 11 * MS, 11 * MS, JSCOPE_CAUSE_LATE_DEFERRED },
		{ 5 * US, -1, -1, -1, JSCOPE_CAUSE_LATE_DEFERRED },
		{ 5 * US, 6 * MS, 9 * MS, 11 * MS, JSCOPE_CAUSE_LATE_DEFERRED },
		{ 5 * US, 20 * US, 11 * MS, 12 * MS, JSCOPE_CAUSE_LATE_WAKE },
		{ 5 * US, 20 * US, -1, -1, JSCOPE_CAUSE_LATE_WAKE },
		{ 5 * US, 20 * US, 50 * US, 11 * MS, JSCOPE_CAUSE_LATE_WRITE },
		{ 5 * US, 20 * US, 50 * US, -1, JSCOPE_CAUSE_LATE_WRITE },
		{ 5 * US, 20 * US, 5 * MS - 1, 11 * MS, JSCOPE_CAUSE_LATE_WRITE },
		{ 5 * US, 20 * US, 6 * MS, 11 * MS, JSCOPE_CAUSE_LATE_WAKE },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		teardown(state);
		setup(state);
		good(1);
		good(2);
		glitch(4);
		chain(3, table[i].irq, table[i].signal, table[i].run, table[i].served);
		good(5);
		assert_int_equal(told_count, 0);
		good(6);
		assert_int_equal(told_count, 1);
		assert_int_equal(told[0].cause, table[i].cause);
	}
}

/* The client is busy with point 3 until the middle of period 5: of point 4 it does not wait. */
static void test_busy_client(void **state)
{
	(void)state;
	good(1);
	good(2);
	glitch(4);
	glitch(5);
	chain(3, 5 * US, 20 * US, 50 * US, 25 * MS);
	chain(4, 5 * US, 20 * US, 15 * MS + 1, 16 * MS);
	jscope__buffer_close(buffer);
	assert_int_equal(told_count, 2);
	assert_int_equal(told[0].cause, JSCOPE_CAUSE_LATE_WRITE);
	assert_int_equal(told[1].cause, JSCOPE_CAUSE_LATE_WRITE);
}

/* Nothing was told of point 3. */
static void test_silent_device(void **state)
{
	(void)state;
	good(1);
	good(2);
	glitch(4);
	good(5);
	good(6);
	assert_int_equal(told_count, 1);
	assert_int_equal(told[0].cause, JSCOPE_CAUSE_LOST_INTERRUPT);
}

static void test_refusal(void **state)
{
	(void)state;
	good(1);
	good(2);
	glitch(4);
	jscope__buffer_refusal(buffer, 3 * PERIOD_NS + 100 * US);
	chain(3, 5 * US, 20 * US, 50 * US, -1);
	jscope__buffer_close(buffer);
	assert_int_equal(told[0].cause, JSCOPE_CAUSE_DEVICE);
}

static void test_loss(void **state)
{
	(void)state;
	good(1);
	good(2);
	output.losses[0] = (struct jscope__span){ 3 * PERIOD_NS + MS, 3 * PERIOD_NS + 2 * MS,
						  JSCOPE__CPUS_ALL };
	output.loss_count = 1;
	glitch(4);
	chain(3, 5 * US, 20 * US, 50 * US, -1);
	jscope__buffer_close(buffer);
	assert_int_equal(told[0].cause, JSCOPE_CAUSE_UNKNOWN);
}

static void test_by_kind(void **state)
{
	const struct jscope_glitch decoder = { .stream = &info, .major = 2 };
	const struct jscope_glitch same = { .stream = &info, .major = 3 };
	const struct jscope_glitch polled = { .stream = &info, .major = 1 };

	(void)state;
	jscope__buffer_glitch(buffer, &decoder);
	jscope__buffer_glitch(buffer, &same);
	jscope__buffer_glitch(buffer, &polled);
	jscope__buffer_close(buffer);
	assert_int_equal(told[0].cause, JSCOPE_CAUSE_DEVICE);
	assert_int_equal(told[1].cause, JSCOPE_CAUSE_REPEATED_WRITE);
	assert_int_equal(told[2].cause, JSCOPE_CAUSE_LATE_WRITE);
}

/* More glitches than can wait: none is lost, and none is guessed at. */
static void test_overflow(void **state)
{
	const unsigned count = JSCOPE__BUFFER_GLITCHES + 7;

	(void)state;
	good(1);
	good(2);
	for (unsigned k = 4; k < 4 + count; k++)
		glitch(k);
	assert_int_equal(told_count, 7);
	jscope__buffer_close(buffer);
	assert_int_equal(told_count, count);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(told[i].at_ns, (4 + i) * PERIOD_NS);
	assert_int_equal(told[6].cause, JSCOPE_CAUSE_UNKNOWN);
}

/* An ALSA period by a probe alone: irq at, run after it; -1: nobody waited. */
static void period(unsigned seq, jscope_ns irq_ns, jscope_ns run)
{
	const struct jscope_notification notification = {
		.stream = &info,
		.seq = seq,
		.at = { UNKNOWN, irq_ns, UNKNOWN, UNKNOWN, run < 0 ? UNKNOWN : irq_ns + 10 * US,
			run < 0 ? UNKNOWN : irq_ns + run, UNKNOWN },
	};

	jscope__buffer_notification(buffer, &notification);
}

/* 20 periods, the last two as given, and then silence. */
static void silence(jscope_ns run, jscope_ns last_run)
{
	info = (struct jscope_stream_info){ .kind = "pcm", .path = 1u << JSCOPE_IRQ };
	for (unsigned k = 1; k <= 20; k++)
		period(k, k * PERIOD_NS, 100 * US);
	period(22, 22 * PERIOD_NS, last_run); /* it is complete first */
	period(21, 21 * PERIOD_NS, run);
	period(23, 26 * PERIOD_NS, 100 * US);
	period(24, 27 * PERIOD_NS, 100 * US);
	jscope__buffer_close(buffer);
}

static void test_silence(void **state)
{
	(void)state;
	silence(13 * MS, -1);
	assert_int_equal(told_count, 1);
	assert_true(told[0].inferred);
	assert_int_equal(told[0].at_ns, 22 * PERIOD_NS);
	assert_int_equal(told[0].cause, JSCOPE_CAUSE_LATE_WAKE);
}

/* A client in time that falls silent has paused. */
static void test_pause(void **state)
{
	(void)state;
	silence(100 * US, 100 * US);
	assert_int_equal(told_count, 0);
}

/* Where the device is after so many ms; its rate is 48 frames each. -1: nothing is wrong. */
static int position(unsigned at_ms, int64_t linear_frames, int64_t *ret_error)
{
	const struct jscope_position at = {
		.stream = &info, .at_ns = at_ms * MS, .epoch = 1, .linear_frames = linear_frames
	};
	struct jscope_position_defect defect;

	if (!jscope__buffer_position(buffer, &at, &defect))
		return -1;
	assert_int_equal(defect.at_ns, at.at_ns);
	*ret_error = defect.error_frames;
	return (int)defect.defect;
}

static void test_defects(void **state)
{
	int64_t error = 0;

	(void)state;
	assert_int_equal(position(0, 0, &error), -1);
	assert_int_equal(position(10, 480, &error), -1);
	/* 1 ms, a hundredth of 10 ms and two frames of rounding: 54 frames. */
	assert_int_equal(position(20, 960 + 54, &error), -1);
	assert_int_equal(position(30, 1440 + 54 + 55, &error), JSCOPE_DEFECT_JUMP);
	assert_int_equal(error, 55);
	assert_int_equal(position(40, 1549, &error), JSCOPE_DEFECT_STALE);
	assert_int_equal(error, -480);
	assert_int_equal(position(50, 1549 + 960, &error), JSCOPE_DEFECT_BURST);
	assert_int_equal(error, 480);
	assert_int_equal(position(60, 2508, &error), JSCOPE_DEFECT_BACKWARD);
	assert_int_equal(error, -481);
	assert_int_equal(position(70, 2988, &error), -1);
	assert_int_equal(position(80, 2988 + 480 + 1000, &error), JSCOPE_DEFECT_JUMP);
}

/* A leap weighs as much as the time that it takes: more than a client that was nearly in time. */
static void test_leap(void **state)
{
	int64_t error;

	(void)state;
	good(1);
	good(2);
	position(29, 1392, &error);
	glitch(4);
	assert_int_equal(position(39, 1872 + 432, &error), JSCOPE_DEFECT_JUMP);
	chain(3, 5 * US, 20 * US, 7 * MS, 11 * MS);
	jscope__buffer_close(buffer);
	assert_int_equal(told[0].cause, JSCOPE_CAUSE_DEVICE);
}

/* What holds for an earlier instant is no news, unless it goes on there. */
static void test_disorder(void **state)
{
	int64_t error;

	(void)state;
	position(0, 0, &error);
	position(30, 1440, &error);
	assert_int_equal(position(20, 960, &error), -1);
	assert_int_equal(position(40, 1920, &error), -1);
	assert_int_equal(position(20, 0, &error), -1);
	assert_int_equal(position(21, 48, &error), -1);
	assert_int_equal(position(31, 528 + 200, &error), JSCOPE_DEFECT_JUMP);
}

/* Instants of a hostile trace: no difference of them may overflow, and each glitch is told. */
static void test_extreme_instants(void **state)
{
	static const jscope_ns extremes[] = { INT64_MIN + 1, -1, 0, 1, INT64_MAX };
	const unsigned count = sizeof extremes / sizeof extremes[0];
	struct jscope_notification notification = { .stream = &info };

	(void)state;
	for (unsigned i = 0; i < count * count * count; i++) {
		const struct jscope_glitch at = { .stream = &info,
						  .at_ns = extremes[i % count],
						  .major = 1,
						  .awaited = i % 2 ? 0 : 1 };

		for (unsigned j = 0; j < JSCOPE_INSTANT_COUNT; j++)
			notification.at[j] = extremes[(i / count + j * (i % 7)) % count];
		notification.seq = i % 4;
		jscope__buffer_glitch(buffer, &at);
		jscope__buffer_notification(buffer, &notification);
	}
	jscope__buffer_close(buffer);
	assert_int_equal(told_count, count * count * count);
}

/* A stream that falls silent after its glitch: of what came it is judged, and nothing else is made up. */
static void test_waiting(void **state)
{
	static const jscope_ns limit_ns = 10000 * MS;

	(void)state;
	good(1);
	good(2);
	chain(3, 5 * US, 20 * US, 11 * MS, 12 * MS);
	glitch(4);
	good(7);
	glitch(9); /* of the point before it nothing is known */
	jscope__buffer_expire(buffer, 4 * PERIOD_NS + limit_ns - 1);
	assert_int_equal(told_count, 0);
	jscope__buffer_expire(buffer, 4 * PERIOD_NS + limit_ns);
	assert_int_equal(told_count, 1);
	assert_int_equal(told[0].cause, JSCOPE_CAUSE_LATE_WAKE);
	jscope__buffer_expire(buffer, 9 * PERIOD_NS + limit_ns);
	assert_int_equal(told_count, 2);
	assert_int_equal(told[1].cause, JSCOPE_CAUSE_UNKNOWN);
	jscope__buffer_close(buffer);
	assert_int_equal(told_count, 2);
}

static void on_glitch(void *state, const struct jscope_glitch *at)
{
	(void)state;
	told[told_count++] = *at;
}

/* Records of another stream go on: they do not wait for the end of the trace. */
static void test_waiting_beside_others(void **state)
{
	const struct jscope_timeline_sink sink = { .glitch = on_glitch };
	const struct jscope_trace_options options = { .cpu = -1 };
	struct jscope__output whole = {
		.sink = &sink, .options = &options, .from_ns = UNKNOWN, .to_ns = UNKNOWN
	};
	struct jscope_stream_info *silent = jscope__output_stream_add(&whole, "dev1", "", "wavert");
	struct jscope_position position = { .stream = jscope__output_stream_add(&whole, "dev2", "",
										"wavert") };
	const struct jscope_glitch at = { .stream = silent, .at_ns = 5 * MS, .major = 1 };

	(void)state;
	jscope__output_glitch(&whole, &at);
	for (unsigned second = 0; second < 10; second++) {
		whole.now_ns = position.at_ns = second * 1000 * MS;
		jscope__output_position(&whole, &position);
	}
	assert_int_equal(told_count, 0);
	whole.now_ns = position.at_ns = 11000 * MS;
	jscope__output_position(&whole, &position);
	assert_int_equal(told_count, 1);
	jscope__output_close(&whole);
	assert_int_equal(told_count, 1);
	jscope__output_finish(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_busy_client, setup, teardown),
		cmocka_unit_test_setup_teardown(test_silent_device, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusal, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loss, setup, teardown),
		cmocka_unit_test_setup_teardown(test_by_kind, setup, teardown),
		cmocka_unit_test_setup_teardown(test_overflow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_silence, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pause, setup, teardown),
		cmocka_unit_test_setup_teardown(test_defects, setup, teardown),
		cmocka_unit_test_setup_teardown(test_leap, setup, teardown),
		cmocka_unit_test_setup_teardown(test_disorder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_extreme_instants, setup, teardown),
		cmocka_unit_test_setup_teardown(test_waiting, setup, teardown),
		cmocka_unit_test_setup_teardown(test_waiting_beside_others, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
