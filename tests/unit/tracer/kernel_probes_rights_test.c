/* What is said to somebody who may not record the kernel. */
#include "probes_rights.h"

#include "../cmocka_all.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"
#include "tracer/kernel.h"

#define BEGIN "Recording the kernel needs the capabilities CAP_BPF and CAP_PERFMON; "
#define REMEDY                                                                                     \
	" missing. Run jitterscope as root, or once: setcap cap_bpf,cap_perfmon+ep $(command -v "  \
	"jitterscope), with cap_sys_admin beside them for sound cards."

/* Keep of the capabilities those of the set only. */
static int capabilities_keep(uint64_t set)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &header, data))
		return -errno;
	data[0].effective &= (uint32_t)set;
	data[1].effective &= (uint32_t)(set >> 32);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

static uint64_t bit(unsigned capability)
{
	return UINT64_C(1) << capability;
}

/* In a process of its own, since capabilities do not come back: 0 when it is said as expected. */
static void expect(uint64_t set, int error, const char *sentence)
{
	const pid_t child = fork();
	int status;

	if (child == 0) {
		const int kept = capabilities_keep(set);
		const int got = kept ? kept : jscope_kernel_check();
		const char *said = jscope_error_sentence(0);

		if (got != error || (sentence && (!said || strcmp(said, sentence) != 0))) {
			fprintf(stderr, "%d, not %d: %s\n", got, error, said ? said : "nothing");
			_exit(1);
		}
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void need_rights(void)
{
	if (jscope_kernel_check() == 0)
		return;
	print_message("%s\n", jscope_error_sentence(0));
	jscope_error_clear();
	skip();
}

static void the_capability_that_is_missing_is_named(void **state)
{
	(void)state;
	need_rights();
	expect(bit(CAP_PERFMON), -EPERM, BEGIN "CAP_BPF is" REMEDY);
	expect(bit(CAP_BPF), -EPERM, BEGIN "CAP_PERFMON is" REMEDY);
	expect(0, -EPERM, BEGIN "both are" REMEDY);
}

static void enough_is_enough(void **state)
{
	(void)state;
	need_rights();
	expect(bit(CAP_BPF) | bit(CAP_PERFMON), 0, NULL);
	expect(bit(CAP_SYS_ADMIN), 0, NULL);
}

static void refusals_are_explained(void **state)
{
	(void)state;
	jscope_error_clear();
	assert_int_equal(jscope__kernel_rights_refused(-EPERM, ""), -EPERM);
	assert_non_null(strstr(jscope_error_sentence(0), "The kernel refuses our programs"));
	jscope_error_clear();
	assert_int_equal(jscope__kernel_rights_refused(-ENOMEM, ""), -ENOMEM);
	assert_non_null(strstr(jscope_error_sentence(0), "--buffer"));
	jscope_error_clear();
	assert_int_equal(jscope__kernel_rights_refused(-EMFILE, ""), -EMFILE);
	assert_non_null(strstr(jscope_error_sentence(0), "ulimit -n"));
	jscope_error_clear();
	assert_int_equal(jscope__kernel_rights_refused(-EINVAL, "unknown func"), -ENOTSUP);
	assert_non_null(strstr(jscope_error_sentence(0), "unknown func"));
	jscope_error_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_capability_that_is_missing_is_named),
		cmocka_unit_test(enough_is_enough),
		cmocka_unit_test(refusals_are_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
