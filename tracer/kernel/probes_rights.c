#include "probes_rights.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "common/error.h"
#include "tracer/kernel.h"

#define KERNEL_BTF    "/sys/kernel/btf/vmlinux"
#define LOCKDOWN      "/sys/kernel/security/lockdown"
#define OLDEST_KERNEL "5.15"

/* Capabilities in effect, bits 1 << CAP_...; none where nobody tells. */
static uint64_t capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &header, data) != 0)
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

static bool has(uint64_t set, unsigned capability)
{
	return set >> capability & 1;
}

/* In a user namespace capabilities are good for that namespace only. */
static bool is_in_user_namespace(void)
{
	unsigned inside = 0, outside = 0, count = 0;
	FILE *map = fopen("/proc/self/uid_map", "re");
	bool maps_all;

	if (!map)
		return false;
	maps_all = fscanf(map, "%u %u %u", &inside, &outside, &count) == 3 && inside == 0 &&
		   outside == 0 && count == UINT32_MAX;
	fclose(map);
	return !maps_all;
}

static int capabilities_check(void)
{
	uint64_t set = capabilities();
	bool bpf = has(set, CAP_BPF), perfmon = has(set, CAP_PERFMON);

	if (has(set, CAP_SYS_ADMIN) || (bpf && perfmon))
		return 0;
	return jscope_error(
		-EPERM,
		"Recording the kernel needs the capabilities CAP_BPF and CAP_PERFMON; %s missing. "
		"Run jitterscope as root, or once: setcap cap_bpf,cap_perfmon+ep $(command -v "
		"jitterscope), with cap_sys_admin beside them for sound cards.",
		bpf	  ? "CAP_PERFMON is"
		: perfmon ? "CAP_BPF is"
			  : "both are");
}

static int btf_check(void)
{
	if (access(KERNEL_BTF, R_OK) == 0)
		return 0;
	if (errno == EACCES)
		return jscope_error(-EPERM, "'%s' cannot be read: run jitterscope as root.",
				    KERNEL_BTF);
	return jscope_error(
		-ENOTSUP,
		"'%s' is missing, without which our programs do not know this kernel's structs: "
		"%s. Boot a kernel with CONFIG_DEBUG_INFO_BTF=y, as distributions have since 2021.",
		KERNEL_BTF,
		access("/sys/kernel", F_OK) == 0 ? "it was built without BTF"
						 : "/sys is not mounted");
}

/* "none [integrity] confidentiality": the last forbids programs to read the kernel. */
static bool is_confidential(void)
{
	char text[128] = "";
	FILE *lockdown = fopen(LOCKDOWN, "re");

	if (!lockdown)
		return false;
	if (!fgets(text, sizeof text, lockdown))
		text[0] = 0;
	fclose(lockdown);
	return strstr(text, "[confidentiality]") != NULL;
}

int jscope__kernel_rights_check(void)
{
	int error = capabilities_check();

	if (error)
		return error;
	if (is_confidential())
		return jscope_error(
			-ENOTSUP,
			"The kernel is locked down ('%s' says confidentiality), which forbids "
			"programs that read it: boot with lockdown=integrity, or without.",
			LOCKDOWN);
	return btf_check();
}

static int refused_by_policy(void)
{
	if (is_in_user_namespace())
		return jscope_error(
			-EPERM,
			"The kernel refuses our programs: this is a user namespace (a rootless "
			"container?), whose capabilities it does not accept. Record outside it.");
	return jscope_error(
		-EPERM,
		"The kernel refuses our programs although the capabilities are there: a policy "
		"forbids bpf(2), such as the seccomp profile of a container (docker: --privileged) "
		"or SELinux. Record outside of it.");
}

int jscope__kernel_rights_refused(int error, const char *detail)
{
	struct utsname kernel = { 0 };

	if (error == -EPERM || error == -EACCES)
		return refused_by_policy();
	if (error == -ENOMEM)
		return jscope_error(error, "The kernel has no memory for our programs and their "
					   "rings: give --buffer less.");
	if (error == -EMFILE || error == -ENFILE)
		return jscope_error(error,
				    "Too many files are open for our programs and a ring per CPU: "
				    "raise the limit, for example with ulimit -n 65536.");
	uname(&kernel);
	if (error == -ENOSYS)
		return jscope_error(-ENOTSUP,
				    "This kernel (%s) was built without bpf(2): boot one "
				    "with CONFIG_BPF_SYSCALL=y.",
				    kernel.release);
	return jscope_error(
		-ENOTSUP,
		"This kernel (%s) does not take our programs, which are made for " OLDEST_KERNEL
		" and later (%s): %s",
		kernel.release, strerror(-error), *detail ? detail : "it does not say why");
}

int jscope_kernel_check(void)
{
	return jscope__kernel_rights_check();
}
