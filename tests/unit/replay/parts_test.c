/* Small parts: interned strings, bounded text, windows of loss, finding traces. */
#include "../cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "ctf_paths.h"
#include "output.h"
#include "replay/reader.h"
#include "scratch.h"
#include "strings.h"
#include "text.h"

static void test_strings(void **state)
{
	struct jscope__strings *strings;
	int64_t first, second;
	char text[16], longer[1000];

	(void)state;
	assert_int_equal(jscope__strings_create(&strings), 0);
	first = jscope__strings_intern(strings, "first", 5);
	second = jscope__strings_intern(strings, "second", 6);
	assert_int_not_equal(first, second);
	assert_int_equal(jscope__strings_intern(strings, "first\0tail", 10), first);
	assert_int_not_equal(jscope__strings_intern(strings, "firs", 4), first);
	assert_string_equal(jscope__strings_get(strings, second), "second");
	assert_int_equal(jscope__strings_intern(strings, "", 0), 0);
	assert_string_equal(jscope__strings_get(strings, 0), "");
	assert_string_equal(jscope__strings_get(strings, -5), "");
	assert_string_equal(jscope__strings_get(strings, 1 << 30), "");
	memset(longer, 'x', sizeof longer);
	assert_int_equal(strlen(jscope__strings_get(
				 strings, jscope__strings_intern(strings, longer, sizeof longer))),
			 JSCOPE__STRING_SIZE_MAX);
	assert_int_equal(jscope__strings_refused(strings), 0);
	for (unsigned i = 0; i < JSCOPE__STRINGS_MAX + 10; i++)
		jscope__strings_intern(strings, text,
				       (size_t)snprintf(text, sizeof text, "s%u", i));
	assert_in_range(jscope__strings_refused(strings), 14, 100);
	assert_int_equal(jscope__strings_intern(strings, "first", 5), first);
	jscope__strings_destroy(strings);
	jscope__strings_destroy(NULL);
}

static void test_text(void **state)
{
	struct jscope__text text = { 0 };

	(void)state;
	jscope__text_reset(&text, 10);
	jscope__text_add(&text, "%d,", 12345);
	jscope__text_add(&text, "%s", "abcdefgh"); /* beyond the bound */
	jscope__text_add(&text, "x");
	assert_true(text.cut);
	assert_string_equal(text.data, "12345,...");
	jscope__text_reset(&text, 10000);
	for (int i = 0; i < 1000; i++)
		jscope__text_add(&text, "%03d ", i);
	assert_int_equal(text.length, 4000);
	assert_memory_equal(text.data + 3996, "999 ", 5);
	jscope__text_finish(&text);
}

static const struct jscope_timeline_sink no_sink;

static void lose(struct jscope__output *output, jscope_ns begin_ns, jscope_ns end_ns)
{
	const struct jscope_loss loss = { .begin_ns = begin_ns, .end_ns = end_ns };

	jscope__output_loss(output, &loss);
}

static void test_losses(void **state)
{
	struct jscope__output output = { .sink = &no_sink, .now_ns = 1000 };

	(void)state;
	lose(&output, 100, 200);
	lose(&output, 300, 400);
	lose(&output, 10, 20);
	assert_int_equal(output.loss_count, 3);
	assert_true(jscope__output_lost_between(&output, 200, 250));
	assert_false(jscope__output_lost_between(&output, 201, 299));
	assert_true(jscope__output_lost_between(&output, 0, 1000));
	lose(&output, 150, 350); /* joins two */
	assert_int_equal(output.loss_count, 2);
	assert_true(jscope__output_lost_between(&output, 250, 260));
	lose(&output, 900, JSCOPE_NS_UNKNOWN); /* until now */
	assert_true(jscope__output_lost_between(&output, 999, 2000));
	assert_false(jscope__output_lost_between(&output, 1001, 2000));
	for (int i = 0; i < 1000; i++)
		lose(&output, 2000 + 10 * i, 2001 + 10 * i);
	assert_int_equal(output.loss_count, JSCOPE__LOSSES_MAX);
	/* The oldest windows have become one: too much is doubted, never too little. */
	assert_true(jscope__output_lost_between(&output, 250, 260));
	assert_true(jscope__output_lost_between(&output, 2000, 2000));
	assert_false(jscope__output_lost_between(&output, 2000 + 9992, 2000 + 9999));
}

static void add_directory(const char *name, bool with_metadata)
{
	char path[SCRATCH_PATH_SIZE], metadata[SCRATCH_PATH_SIZE + 16];
	FILE *file;

	scratch_path(path, name);
	assert_int_equal(mkdir(path, 0700), 0);
	if (!with_metadata)
		return;
	snprintf(metadata, sizeof metadata, "%s/metadata", path);
	file = fopen(metadata, "w");
	assert_non_null(file);
	fclose(file);
}

static void test_find_traces(void **state)
{
	struct jscope__ctf_paths paths;

	(void)state;
	assert_int_equal(jscope__ctf_paths_find(scratch_directory(), &paths), -EBADMSG);
	assert_int_equal(jscope__ctf_paths_find("/does/not/exist", &paths), -ENOENT);
	assert_int_equal(jscope__ctf_paths_find("/dev/null", &paths), -EBADMSG);
	add_directory("ust", false);
	add_directory("ust/uid", true);
	add_directory("ust/uid/index", true); /* a trace holds no traces */
	add_directory("kernel", true);
	add_directory("empty", false);
	assert_int_equal(jscope__ctf_paths_find(scratch_directory(), &paths), 0);
	assert_int_equal(paths.count, 2);
	assert_string_equal(strrchr(paths.path[0], '/'), "/kernel");
	assert_string_equal(strrchr(paths.path[1], '/'), "/uid");
	jscope__ctf_paths_finish(&paths);
	jscope_error_clear();
}

static void test_find_reader(void **state)
{
	(void)state;
	assert_non_null(jscope_reader_find(NULL));
	assert_ptr_equal(jscope_reader_find("babeltrace2"), &jscope_reader_babeltrace2);
	assert_null(jscope_reader_find("nonesuch"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings),	    cmocka_unit_test(test_text),
		cmocka_unit_test(test_losses),	    cmocka_unit_test(test_find_traces),
		cmocka_unit_test(test_find_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
