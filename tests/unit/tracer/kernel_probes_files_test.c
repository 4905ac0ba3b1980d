/* Our programs where a process may have few files open, as on machines of many CPUs. */
#include "kernel_probes_rig.h"

#include "../cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"

#define FEW 8

static int create_under(rlim_t hard)
{
	const struct rlimit limit = { .rlim_cur = FEW, .rlim_max = hard };
	struct rig *rig = rig_create(GROUP(IRQ));
	const char *said;
	int error;

	if (setrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	error = jscope__kernel_probes_create(&rig->settings, &rig->probes);
	said = jscope_error_sentence(0);
	if (error == -EMFILE && !(said && strstr(said, "ulimit -n")))
		return 0;
	return error;
}

/* In a process of its own, since limits do not come back. */
static void expect(rlim_t hard, int error)
{
	const pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(-create_under(hard));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), -error);
}

static void the_limit_is_raised_as_far_as_it_goes(void **state)
{
	struct rlimit limit;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	expect(limit.rlim_max, 0);
}

static void whoever_may_not_raise_it_is_told(void **state)
{
	(void)state;
	expect(FEW, -EMFILE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_limit_is_raised_as_far_as_it_goes),
		cmocka_unit_test(whoever_may_not_raise_it_is_told),
	};

	rig_need_rights();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
