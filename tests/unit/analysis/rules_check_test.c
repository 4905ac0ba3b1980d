/* How a check is laid out: titles, figures and what a trace named. */
#include "analysis/check.h"
#include "rules_story.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static const struct jscope_trace_info info = { .path = "trace", .reader = "made up" };

static struct jscope_check check_of(void)
{
	return (struct jscope_check){ .judge = feed_judge(), .info = &info };
}

/* To be freed. */
static char *text_of(bool verbose)
{
	const struct jscope_check check = check_of();
	const struct jscope_report_style style = { .verbose = verbose,
						   .columns = verbose ? 160 : 80 };
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_int_equal(jscope_check_write_text(&check, &style, stream), 0);
	fclose(stream);
	return text;
}

static void assert_tells(char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in: %s", part, text);
	free(text);
}

/* A title that does not fit its line goes on under itself. */
static void titles_are_wrapped_under_themselves(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(1), wrt_alloc, .dev = 1, .stream = 2, .notif_count = 2, .actual = 3);
	feed_end();
	assert_tells(text_of(false), "\nR6   error   Buffer and packet are whole frames, and the "
				     "buffer is a whole\n"
				     "             number of packets.\n"
				     "     ");
}

/* `count` streams, the n-th of which strays by n us. */
static void streams_tell(unsigned count)
{
	static const char *const names[] = {
		"\033[1m", "b", "c", "d", "e", "f", "g", "h", "i", "j"
	};
	static struct jscope_stream_info streams[10];

	feed_begin(JSCOPE_PROFILE_NONE);
	for (unsigned i = 0; i < count; i++) {
		streams[i] = (struct jscope_stream_info){ .device = "dev1",
							  .stream = names[i],
							  .kind = "wavert",
							  .index = i,
							  .nominal_period_ns = 10000000 };
		for (unsigned k = 1; k <= 10; k++) {
			struct jscope_notification notification = { .stream = &streams[i],
								    .seq = k,
								    .epoch = 1 };

			notification.at[JSCOPE_SIGNAL] = point_ns(k) + (k % 2 ? 0 : us(count - i));
			feed_notification(&notification);
		}
	}
	feed_end();
}

/* A figure of one object needs no name; of several each is a line under the first. */
static void figures_are_lines(void **state)
{
	(void)state;
	streams_tell(1);
	assert_tells(text_of(true), "0       0  drift ");
	streams_tell(2);
	/* No escape sequence gets through. */
	assert_tells(text_of(true), "0       0  dev1 \xef\xbf\xbd[1m: drift ");
	assert_tells(text_of(true),
		     "\n                                                        dev1 b: "
		     "drift ");
	streams_tell(10);
	assert_tells(text_of(true),
		     "\n                                                        and 2 "
		     "more, none of them worse\n");
}

static void figures_are_entries_in_json(void **state)
{
	struct jscope_check check;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	json_t *value, *rule;

	(void)state;
	streams_tell(10);
	check = check_of();
	assert_int_equal(jscope_check_write_json(&check, stream), 0);
	fclose(stream);
	value = json_loads(text, 0, NULL);
	rule = json_array_get(json_object_get(value, "rules"), 93);
	assert_int_equal(json_array_size(json_object_get(rule, "figures")), JSCOPE_FIGURES_KEPT);
	assert_int_equal(json_integer_value(json_object_get(rule, "figures_left_out")), 2);
	assert_true(json_equal(
		json_object_get(rule, "figure"),
		json_object_get(json_array_get(json_object_get(rule, "figures"), 0), "figure")));
	json_decref(value);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles_are_wrapped_under_themselves),
		cmocka_unit_test(figures_are_lines),
		cmocka_unit_test(figures_are_entries_in_json),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
