#include "../cmocka_all.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/record_order.h"
#include "analysis/timeline_writer.h"
#include "synthetic.h"

struct output {
	char *text;
	size_t size;
	FILE *stream;
	struct jscope_timeline_writer *writer;
	const struct jscope_timeline_sink *sink;
};

static void output_begin(struct output *output, enum jscope_line_format format, unsigned what)
{
	output->stream = open_memstream(&output->text, &output->size);
	assert_non_null(output->stream);
	assert_int_equal(
		jscope_timeline_writer_create(output->stream, format, what, &output->writer), 0);
	output->sink = jscope_timeline_writer_sink(output->writer);
}

static void output_finish(struct output *output)
{
	assert_int_equal(jscope_timeline_writer_finish(output->writer), 0);
	fclose(output->stream);
}

static void output_free(struct output *output)
{
	jscope_timeline_writer_destroy(output->writer);
	free(output->text);
}

static void request_put(struct output *output, jscope_ns issue_ns)
{
	const struct jscope_request request = { .device = "8:0",
						.op = "read",
						.queued_ns = JSCOPE_NS_UNKNOWN,
						.issue_ns = issue_ns,
						.irq_ns = JSCOPE_NS_UNKNOWN,
						.softirq_ns = JSCOPE_NS_UNKNOWN,
						.complete_ns = issue_ns + 5,
						.run_ns = JSCOPE_NS_UNKNOWN };

	output->sink->request(output->sink->state, &request);
}

/* The issue instants of all lines; each line must be JSON. */
static size_t issues_read(char *text, int64_t *issues)
{
	size_t count = 0;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		json_t *json = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

		assert_non_null(json);
		issues[count++] = json_integer_value(
			json_object_get(json_object_get(json, "at"), "issue_ns"));
		json_decref(json);
	}
	return count;
}

static void lines_stand_in_order_of_time(void **state)
{
	static int64_t issues[20000];
	struct output output;
	size_t count;

	(void)state;
	output_begin(&output, JSCOPE_LINE_NDJSON, JSCOPE_WHAT_ALL);
	/* Blocks of 4000, each backwards. */
	for (int64_t i = 0; i < 20000; i++)
		request_put(&output, i / 4000 * 4000 + 3999 - i % 4000);
	output_finish(&output);
	count = issues_read(output.text, issues);
	assert_int_equal(count, 20000);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(issues[i], i);
	assert_int_equal(jscope_timeline_writer_disordered(output.writer), 0);
	output_free(&output);
}

static void lines_that_are_final_can_be_taken(void **state)
{
	int64_t issues[4];
	struct output output;

	(void)state;
	output_begin(&output, JSCOPE_LINE_NDJSON, JSCOPE_WHAT_ALL);
	request_put(&output, 300);
	request_put(&output, 100);
	request_put(&output, 200);
	assert_int_equal(jscope_timeline_writer_release(output.writer, 200), 0);
	assert_int_equal(issues_read(output.text, issues), 1);
	assert_int_equal(issues[0], 100);
	assert_int_equal(jscope_timeline_writer_release(output.writer, 200), 0);
	request_put(&output, 250);
	output_finish(&output);
	assert_int_equal(jscope_timeline_writer_disordered(output.writer), 0);
	/* Parsing has put a zero behind the first line. */
	assert_int_equal(issues_read(output.text + strlen(output.text) + 1, issues), 3);
	assert_int_equal(issues[0], 200);
	assert_int_equal(issues[2], 300);
	output_free(&output);
}

static void what_comes_too_late_is_written_and_counted(void **state)
{
	static int64_t issues[JSCOPE_RECORDS_HELD + 10];
	struct output output;

	(void)state;
	output_begin(&output, JSCOPE_LINE_NDJSON, JSCOPE_WHAT_REQUESTS);
	for (int64_t i = 0; i < JSCOPE_RECORDS_HELD + 5; i++)
		request_put(&output, 1000 + i);
	request_put(&output, 1);
	request_put(&output, 2);
	output_finish(&output);
	assert_int_equal(jscope_timeline_writer_disordered(output.writer), 2);
	assert_int_equal(issues_read(output.text, issues), JSCOPE_RECORDS_HELD + 7);
	assert_int_equal(issues[5], 1);
	assert_int_equal(issues[6], 2);
	output_free(&output);
}

static void unknown_instants_are_left_out(void **state)
{
	struct output output;

	(void)state;
	output_begin(&output, JSCOPE_LINE_NDJSON, JSCOPE_WHAT_ALL);
	request_put(&output, 7);
	output_finish(&output);
	assert_string_equal(output.text,
			    "{\"what\":\"request\",\"device\":\"8:0\",\"id\":0,\"op\":\"read\","
			    "\"bytes\":0,\"status\":0,\"at\":{\"issue_ns\":7,\"complete_ns\":12},"
			    "\"latency_ns\":5,\"outstanding\":0}\n");
	output_free(&output);
}

static void only_what_was_asked_for(void **state)
{
	struct output output;

	(void)state;
	output_begin(&output, JSCOPE_LINE_TEXT, JSCOPE_WHAT_POSITIONS);
	assert_null(output.sink->notification);
	assert_null(output.sink->request);
	assert_non_null(output.sink->position);
	assert_non_null(output.sink->defect);
	assert_non_null(output.sink->glitch);
	output_finish(&output);
	output_free(&output);
}

static void refuses_wrong_use(void **state)
{
	struct jscope_timeline_writer *writer;

	(void)state;
	assert_int_equal(
		jscope_timeline_writer_create(stdout, JSCOPE_LINE_CSV, JSCOPE_WHAT_ALL, &writer),
		-EINVAL);
	assert_int_equal(jscope_timeline_writer_create(stdout, JSCOPE_LINE_TEXT, 0, &writer),
			 -EINVAL);
	assert_int_equal(jscope_timeline_writer_create(stdout, JSCOPE_LINE_TEXT, 8, &writer),
			 -EINVAL);
	jscope_timeline_writer_destroy(NULL);
}

static void hostile_names_stay_strings(void **state)
{
	struct output output;

	(void)state;
	output_begin(&output, JSCOPE_LINE_NDJSON, JSCOPE_WHAT_ALL);
	synthetic_hostile(output.sink);
	output_finish(&output);
	for (size_t i = 0; i < output.size; i++)
		assert_true((unsigned char)output.text[i] >= 0x20 || output.text[i] == '\n');
	for (char *line = strtok(output.text, "\n"); line; line = strtok(NULL, "\n")) {
		/* Ids may take all of 64 bits, more than an integer of this library. */
		json_t *json =
			json_loads(line, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL);

		assert_non_null(json);
		json_decref(json);
	}
	output_free(&output);
}

static void a_full_disk_is_an_error(void **state)
{
	struct jscope_timeline_writer *writer;
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (!full)
		skip();
	assert_int_equal(
		jscope_timeline_writer_create(full, JSCOPE_LINE_TEXT, JSCOPE_WHAT_ALL, &writer), 0);
	synthetic_audio(jscope_timeline_writer_sink(writer));
	assert_int_equal(jscope_timeline_writer_finish(writer), -EIO);
	jscope_timeline_writer_destroy(writer);
	fclose(full);
}

/* MIDI hands bytes over; where nothing is handed over nothing is said of it. */
static void bytes_are_told_where_there_are_any(void **state)
{
	const struct jscope_stream_info stream = { .device = "hw:2,0", .stream = "midi in 0" };
	struct jscope_notification notification = { .stream = &stream };
	const enum jscope_line_format formats[] = { JSCOPE_LINE_TEXT, JSCOPE_LINE_NDJSON };
	const char *const expected[] = { " 3 bytes", "\"bytes\":3" };
	struct output output;

	(void)state;
	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		notification.at[i] = JSCOPE_NS_UNKNOWN;
	for (unsigned i = 0; i < 2; i++) {
		output_begin(&output, formats[i], JSCOPE_WHAT_ALL);
		notification.bytes = 3;
		output.sink->notification(output.sink->state, &notification);
		notification.bytes = 0;
		output.sink->notification(output.sink->state, &notification);
		output_finish(&output);
		assert_non_null(strstr(output.text, expected[i]));
		assert_null(strstr(strstr(output.text, "bytes") + 1, "bytes"));
		output_free(&output);
	}
}

static const struct jscope_stream_info played = { .device = "dev1", .stream = "stream 0x1" };

/* A glitch is told when its cause is known, after positions that are later than it. */
static void buffer_feed(const struct jscope_timeline_sink *sink)
{
	const struct jscope_position first = { .stream = &played,
					       .at_ns = 10,
					       .written_frames = -1 };
	const struct jscope_position_defect defect = { .stream = &played,
						       .at_ns = 30,
						       .defect = JSCOPE_DEFECT_BACKWARD,
						       .error_frames = -48 };
	const struct jscope_position last = { .stream = &played,
					      .at_ns = 30,
					      .linear_frames = 7,
					      .offset_frames = 7,
					      .written_frames = 9,
					      .has_headroom = true,
					      .headroom_frames = 2 };
	const struct jscope_glitch glitch = { .stream = &played,
					      .at_ns = 20,
					      .cause = JSCOPE_CAUSE_LATE_WAKE,
					      .awaited = UINT64_MAX },
				   inferred = { .stream = &played, .at_ns = 25, .inferred = true };

	sink->position(sink->state, &first);
	sink->defect(sink->state, &defect);
	sink->position(sink->state, &last);
	sink->glitch(sink->state, &glitch);
	sink->glitch(sink->state, &inferred);
}

static void glitches_and_defects_are_lines_of_their_own(void **state)
{
	static const struct {
		enum jscope_line_format format;
		const char *lines;
	} table[] = {
		{ JSCOPE_LINE_TEXT,
		  "0.000000010  dev1 stream 0x1  linear 0  offset 0\n"
		  "0.000000020  dev1 stream 0x1  glitch late_wake  awaited #18446744073709551615\n"
		  "0.000000025  dev1 stream 0x1  glitch unknown  inferred\n"
		  "0.000000030  dev1 stream 0x1  position backward by -48\n"
		  "0.000000030  dev1 stream 0x1  linear 7  offset 7  written 9  headroom 2\n" },
		{ JSCOPE_LINE_CSV,
		  "device,stream,at_ns,linear_frames,offset_frames,written_frames,headroom_frames,"
		  "what,defect,error_frames,cause,awaited,inferred\n"
		  "dev1,stream 0x1,10,0,0,,,position,,,,,\n"
		  "dev1,stream 0x1,20,,,,,glitch,,,late_wake,18446744073709551615,0\n"
		  "dev1,stream 0x1,25,,,,,glitch,,,unknown,,1\n"
		  "dev1,stream 0x1,30,,,,,defect,backward,-48,,,\n"
		  "dev1,stream 0x1,30,7,7,9,2,position,,,,,\n" },
		{ JSCOPE_LINE_NDJSON,
		  "{\"what\":\"position\",\"device\":\"dev1\",\"stream\":\"stream 0x1\",\"at_ns\":10,"
		  "\"linear_frames\":0,\"offset_frames\":0}\n"
		  "{\"what\":\"glitch\",\"device\":\"dev1\",\"stream\":\"stream 0x1\",\"at_ns\":20,"
		  "\"cause\":\"late_wake\",\"awaited\":18446744073709551615}\n"
		  "{\"what\":\"glitch\",\"device\":\"dev1\",\"stream\":\"stream 0x1\",\"at_ns\":25,"
		  "\"cause\":\"unknown\",\"inferred\":true}\n"
		  "{\"what\":\"defect\",\"device\":\"dev1\",\"stream\":\"stream 0x1\",\"at_ns\":30,"
		  "\"defect\":\"backward\",\"error_frames\":-48}\n"
		  "{\"what\":\"position\",\"device\":\"dev1\",\"stream\":\"stream 0x1\",\"at_ns\":30,"
		  "\"linear_frames\":7,\"offset_frames\":7,\"written_frames\":9,"
		  "\"headroom_frames\":2}\n" },
	};
	struct output output;

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		output_begin(&output, table[i].format, JSCOPE_WHAT_POSITIONS);
		buffer_feed(output.sink);
		output_finish(&output);
		assert_string_equal(output.text, table[i].lines);
		assert_int_equal(jscope_timeline_writer_disordered(output.writer), 0);
		output_free(&output);
	}
}

/* Asked for the instant of each line, and wants two of them. */
static bool await_two(void *state, jscope_ns at_ns)
{
	jscope_ns *seen_ns = state;

	if (seen_ns[1])
		return false;
	seen_ns[seen_ns[0] != 0] = at_ns;
	return true;
}

static void a_pace_is_asked_line_by_line(void **state)
{
	jscope_ns seen_ns[2] = { 0 };
	const struct jscope_line_pace pace = { await_two, seen_ns };
	static int64_t issues[5];
	struct output output;

	(void)state;
	output_begin(&output, JSCOPE_LINE_NDJSON, JSCOPE_WHAT_ALL);
	jscope_timeline_writer_pace(output.writer, &pace);
	for (int64_t i = 5; i > 0; i--)
		request_put(&output, i * 100);
	output_finish(&output);
	assert_int_equal(issues_read(output.text, issues), 2);
	assert_int_equal(jscope_timeline_writer_written(output.writer), 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(issues[i], seen_ns[i]);
	assert_int_equal(seen_ns[1], 200);
	output_free(&output);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_stand_in_order_of_time),
		cmocka_unit_test(a_pace_is_asked_line_by_line),
		cmocka_unit_test(lines_that_are_final_can_be_taken),
		cmocka_unit_test(what_comes_too_late_is_written_and_counted),
		cmocka_unit_test(unknown_instants_are_left_out),
		cmocka_unit_test(glitches_and_defects_are_lines_of_their_own),
		cmocka_unit_test(only_what_was_asked_for),
		cmocka_unit_test(refuses_wrong_use),
		cmocka_unit_test(hostile_names_stay_strings),
		cmocka_unit_test(bytes_are_told_where_there_are_any),
		cmocka_unit_test(a_full_disk_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
