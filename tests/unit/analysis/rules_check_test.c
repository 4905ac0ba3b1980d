/* How a check is laid out, as people read it. */
#include "analysis/check.h"
#include "rules_story.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles_are_wrapped_under_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
