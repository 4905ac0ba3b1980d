#include "../cmocka_all.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"
#include "program.h"

static void finds_as_exec_does(void **state)
{
	(void)state;
	/* /root is closed to everybody else. */
	setenv("PATH", "/nonsuch:/root::/bin", 1);
	assert_int_equal(jscope__program_find("sh"), 0);
	assert_int_equal(jscope__program_find("/bin/sh"), 0);
	assert_int_equal(jscope__program_find("nonsuch"), -ENOENT);
	assert_int_equal(jscope__program_find("/nonsuch"), -ENOENT);
	assert_int_equal(jscope__program_find("/tmp"), -EACCES);
	assert_int_equal(jscope__program_find(""), -EACCES);
	setenv("PATH", "", 1);
	assert_int_equal(jscope__program_find("sh"), -ENOENT);
	setenv("PATH", "/bin:/usr/bin", 1);
	jscope_error_clear();
}

static void starts_and_hands_the_provider_over(void **state)
{
	char *argv[] = { "sh", "-c", "test \"$JSCOPE_PROVIDER\" = /some/provider.so && exit 7",
			 NULL };
	struct jscope__program program = { argv, "/some/provider.so", getpgrp(), { { 0 } } };
	pid_t pid = jscope__program_start(&program);
	int status;

	(void)state;
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void leaves_the_environment_without_a_provider(void **state)
{
	char *argv[] = { "sh", "-c", "test -z \"${JSCOPE_PROVIDER+set}\"", NULL };
	struct jscope__program program = { argv, NULL, getpgrp(), { { 0 } } };
	pid_t pid;
	int status;

	(void)state;
	unsetenv("JSCOPE_PROVIDER");
	pid = jscope__program_start(&program);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void tells_a_failed_exec(void **state)
{
	char *argv[] = { "/etc/passwd", NULL };
	struct jscope__program program = { argv, "", getpgrp(), { { 0 } } };

	(void)state;
	assert_int_equal(jscope__program_start(&program), -EACCES);
	assert_non_null(jscope_error_sentence(0));
	jscope_error_clear();
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_as_exec_does),
		cmocka_unit_test(starts_and_hands_the_provider_over),
		cmocka_unit_test(leaves_the_environment_without_a_provider),
		cmocka_unit_test(tells_a_failed_exec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
