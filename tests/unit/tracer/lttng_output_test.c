#include "../cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "output.h"
#include "scratch.h"

static void write_file(const char *name, const char *text)
{
	FILE *stream = fopen(name, "w");

	assert_non_null(stream);
	fputs(text, stream);
	fclose(stream);
}

static int enter(void **state)
{
	(void)state;
	return chdir(scratch_directory());
}

static int leave(void **state)
{
	(void)state;
	return chdir("/") || rmdir(scratch_directory());
}

static void makes_and_discards(void **state)
{
	struct jscope__output output;
	char wanted[SCRATCH_PATH_SIZE];

	(void)state;
	assert_int_equal(jscope__output_prepare("new", &output), 0);
	scratch_path(wanted, "new");
	assert_string_equal(output.path, wanted);
	assert_true(output.made);
	jscope__output_discard(&output);
	assert_int_equal(access("new", F_OK), -1);
}

static void takes_an_empty_one_and_leaves_it(void **state)
{
	struct jscope__output output;

	(void)state;
	assert_int_equal(mkdir("empty", 0755), 0);
	assert_int_equal(jscope__output_prepare("empty", &output), 0);
	assert_false(output.made);
	jscope__output_discard(&output);
	assert_int_equal(rmdir("empty"), 0);
}

static void refuses_what_is_there(void **state)
{
	struct jscope__output output;

	(void)state;
	assert_int_equal(mkdir("full", 0755), 0);
	write_file("full/file", "");
	assert_int_equal(jscope__output_prepare("full", &output), -EEXIST);
	assert_non_null(strstr(jscope_error_sentence(0), "'full'"));
	assert_int_equal(jscope__output_prepare("full/file", &output), -EEXIST);
	assert_int_equal(jscope__output_prepare("none/trace", &output), -ENOENT);
	jscope_error_clear();
	assert_int_equal(unlink("full/file"), 0);
	assert_int_equal(rmdir("full"), 0);
}

static void tells_our_probes_from_others(void **state)
{
	(void)state;
	assert_false(jscope__output_has_probes("t"));
	mkdir("t", 0755);
	mkdir("t/ust", 0755);
	mkdir("t/ust/uid", 0755);
	mkdir("t/ust/uid/7", 0755);
	mkdir("t/ust/uid/7/64-bit", 0755);
	write_file("t/ust/uid/7/64-bit/metadata", "");
	assert_false(jscope__output_has_probes("t"));
	write_file("t/ust/uid/7/64-bit/metadata", "event { name = \"lttng_ust_lib:load\"; }");
	assert_false(jscope__output_has_probes("t"));
	write_file("t/ust/uid/7/64-bit/metadata", "event { name = \"jscope:ev_set\"; }");
	assert_true(jscope__output_has_probes("t"));
	unlink("t/ust/uid/7/64-bit/metadata");
	rmdir("t/ust/uid/7/64-bit");
	rmdir("t/ust/uid/7");
	rmdir("t/ust/uid");
	rmdir("t/ust");
	assert_int_equal(rmdir("t"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_and_discards),
		cmocka_unit_test(takes_an_empty_one_and_leaves_it),
		cmocka_unit_test(refuses_what_is_there),
		cmocka_unit_test(tells_our_probes_from_others),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
