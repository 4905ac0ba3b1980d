/* Bars of characters: a buffer with its device and client, and the stages of a chain. */
#include "../cmocka_all.h"

#include <string.h>

#include "playback/bars.h"

static const struct jscope_stream_info render = { .buffer_frames = 80, .period_frames = 20 };
static const struct jscope_stream_info capture = { .buffer_frames = 80,
						   .period_frames = 40,
						   .is_capture = true };

static void a_buffer_is_drawn_from_its_first_frame(void **state)
{
	static const struct {
		struct jscope_position position;
		const char *cells, *marks;
	} cases[] = {
		{ { .stream = &render,
		    .linear_frames = 100,
		    .offset_frames = 20,
		    .written_frames = 140 },
		  "..D===W.",
		  "^ ^ ^ ^ " },
		/* Over the end of the buffer. */
		{ { .stream = &render,
		    .linear_frames = 140,
		    .offset_frames = 60,
		    .written_frames = 180 },
		  "==W...D=",
		  "^ ^ ^ ^ " },
		/* Full, empty, and behind the device. */
		{ { .stream = &render, .linear_frames = 80, .written_frames = 160 },
		  "X=======",
		  "^ ^ ^ ^ " },
		{ { .stream = &render, .linear_frames = 80, .written_frames = 80 },
		  "X.......",
		  "^ ^ ^ ^ " },
		{ { .stream = &render,
		    .linear_frames = 100,
		    .offset_frames = 20,
		    .written_frames = 80 },
		  "W.D.....",
		  "^ ^ ^ ^ " },
		/* The client is not known: what is filled is, where the headroom is. */
		{ { .stream = &render, .offset_frames = 20, .written_frames = -1 },
		  "..D.....",
		  "^ ^ ^ ^ " },
		{ { .stream = &render,
		    .offset_frames = 20,
		    .written_frames = -1,
		    .has_headroom = true,
		    .headroom_frames = 30 },
		  "..D==...",
		  "^ ^ ^ ^ " },
		/* What the client of a capture has not read lies behind the device. */
		{ { .stream = &capture,
		    .linear_frames = 100,
		    .offset_frames = 20,
		    .written_frames = 80 },
		  "R=D.....",
		  "^   ^   " },
		{ { .stream = &capture,
		    .linear_frames = 90,
		    .offset_frames = 10,
		    .written_frames = 60 },
		  "=D....R=",
		  "^   ^   " },
	};
	char cells[9], marks[9];
	struct jscope_ring ring;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		jscope_ring_make(&cases[i].position, &ring);
		jscope_ring_draw(&ring, 8, cells, marks);
		assert_string_equal(cells, cases[i].cells);
		assert_string_equal(marks, cases[i].marks);
	}
}

/* Whatever a trace says, the bar has its width. */
static void hostile_positions_stay_in_the_bar(void **state)
{
	static const int64_t values[] = { INT64_MIN, INT64_MIN + 1, -1, 0, 1, 79, 80, INT64_MAX };
	const size_t count = sizeof values / sizeof values[0];
	static const struct jscope_stream_info one = { .buffer_frames = 1, .period_frames = 1 };
	static const struct jscope_stream_info most = { .buffer_frames = UINT32_MAX,
							.period_frames = 1,
							.is_capture = true };
	const struct jscope_stream_info *const streams[] = { &render, &capture, &one, &most };
	char cells[71], marks[71];
	struct jscope_ring ring;

	(void)state;
	for (size_t i = 0; i < count * count * count * 4; i++) {
		const struct jscope_position position = {
			.stream = streams[i % 4],
			.linear_frames = values[i / 4 % count],
			.offset_frames = values[i / 4 / count % count],
			.written_frames = values[i / 4 / count / count],
			.has_headroom = true,
			.headroom_frames = values[i / 4 % count],
		};

		jscope_ring_make(&position, &ring);
		jscope_ring_draw(&ring, 70, cells, marks);
		assert_int_equal(strlen(cells), 70);
		assert_int_equal(strlen(marks), 70);
	}
}

static struct jscope_record chain_of(const struct jscope_stream_info *stream)
{
	struct jscope_record record;
	const struct jscope_notification notification = {
		.stream = stream,
		.at = { 100, 110, JSCOPE_NS_UNKNOWN, 120, 130, 190, 200 },
	};

	jscope_record_set_notification(&record, &notification);
	record.notification.stream = stream;
	return record;
}

/* due to irq 10, irq to deferred 10 unexplained, handler 10, wake 60, service 10. */
static void stages_are_drawn_to_scale(void **state)
{
	static const struct jscope_stream_info whole = { .path = 0x3f };
	struct jscope_record record = chain_of(&whole);
	struct jscope_strip strip;
	char cells[40];

	(void)state;
	jscope_strip_make(&record, &strip);
	assert_int_equal(strip.instant_count, 6);
	assert_string_equal(strip.instants[5].name, "served");
	assert_int_equal(strip.span_count, 5);
	jscope_strip_draw(&strip, 15, cells);
	assert_string_equal(cells, "IIUUHHWWWWWWWSS");
	jscope_strip_draw(&strip, 5, cells);
	assert_string_equal(cells, "IUHWS");
	jscope_strip_draw(&strip, 4, cells);
	assert_string_equal(cells, "");
	strip.span_count = 0;
	jscope_strip_draw(&strip, 15, cells);
	assert_string_equal(cells, "");
}

/* Stages that clocks make negative, or that have no length, take one cell; long ones do not wrap. */
static void odd_stages_stay_in_the_bar(void **state)
{
	struct jscope_strip strip = {
		.span_count = 3,
		.spans = { { "a", 'A', -5 }, { "b", 'B', INT64_MAX }, { "c", 'C', INT64_MAX } }
	};
	char cells[40];

	(void)state;
	jscope_strip_draw(&strip, 8, cells);
	assert_int_equal(strlen(cells), 8);
	strip.spans[1].length_ns = strip.spans[2].length_ns = 0;
	jscope_strip_draw(&strip, 8, cells);
	assert_string_equal(cells, "ABC");
}

static void a_request_is_named_by_its_instants(void **state)
{
	const struct jscope_request request = { .device = "8:0",
						.op = "read",
						.queued_ns = 100,
						.issue_ns = 110,
						.irq_ns = JSCOPE_NS_UNKNOWN,
						.softirq_ns = JSCOPE_NS_UNKNOWN,
						.complete_ns = 190,
						.run_ns = 200 };
	struct jscope_record record;
	struct jscope_strip strip;
	char cells[11];

	(void)state;
	jscope_record_set_request(&record, &request);
	jscope_strip_make(&record, &strip);
	assert_int_equal(strip.span_count, 3);
	jscope_strip_draw(&strip, 10, cells);
	assert_string_equal(cells, "ICCCCCCCRR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_is_drawn_from_its_first_frame),
		cmocka_unit_test(hostile_positions_stay_in_the_bar),
		cmocka_unit_test(stages_are_drawn_to_scale),
		cmocka_unit_test(odd_stages_stay_in_the_bar),
		cmocka_unit_test(a_request_is_named_by_its_instants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
