#include "doctor.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/error.h"
#include "paths.h"
#include "tracer/kernel.h"
#include "tracer/recording.h"

static void found(struct jscope_finding *finding, enum jscope_ability ability, const char *remedy,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));

static void found(struct jscope_finding *finding, enum jscope_ability ability, const char *remedy,
		  const char *format, ...)
{
	va_list arguments;

	finding->ability = ability;
	snprintf(finding->remedy, sizeof finding->remedy, "%s", remedy);
	va_start(arguments, format);
	vsnprintf(finding->detail, sizeof finding->detail, format, arguments);
	va_end(arguments);
}

/* Does this succeed in a child, whose state does not matter? Returns 0 or the errno of the try. */
static int try_in_child(int (*attempt)(void))
{
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		_exit(attempt() == 0 ? 0 : errno);
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

static void look_sessiond(struct jscope_finding *finding)
{
	char path[PATH_MAX];

	if (!jscope_recording_has_daemon())
		found(finding, JSCOPE_ABILITY_MISSING, "apt-get install lttng-tools",
		      "there is no lttng-sessiond in PATH");
	else if (jscope_path_provider(path) < 0)
		found(finding, JSCOPE_ABILITY_MISSING, "install jitterscope again", "%s",
		      jscope_error_sentence(0));
	else
		found(finding, JSCOPE_ABILITY_OK, "", "lttng-sessiond and our provider are there");
	jscope_error_clear();
}

static void look_room(struct jscope_finding *finding)
{
	if (jscope_recording_check_room() == 0)
		found(finding, JSCOPE_ABILITY_OK, "", "/dev/shm has room for the buffers of LTTng");
	else
		found(finding, JSCOPE_ABILITY_MISSING,
		      "mount -o remount,size=64m /dev/shm; for a container: --shm-size 64m",
		      "/dev/shm has no room for the buffers of LTTng");
	jscope_error_clear();
}

static int try_namespace(void)
{
	return unshare(CLONE_NEWNS);
}

static void look_private_daemon(struct jscope_finding *finding)
{
	int error;

	if (geteuid() != 0) {
		found(finding, JSCOPE_ABILITY_OK, "",
		      "in a home directory of its own (LTTNG_HOME)");
		return;
	}
	error = try_in_child(try_namespace);
	if (error == 0)
		found(finding, JSCOPE_ABILITY_OK, "", "in a mount namespace of its own");
	else
		found(finding, JSCOPE_ABILITY_LIMITED,
		      "allow mount namespaces (CAP_SYS_ADMIN), or just use the ordinary daemon",
		      "a mount namespace is refused: %s; the ordinary daemon is used",
		      strerror(error));
}

static int try_realtime(void)
{
	struct sched_param parameter = { .sched_priority = 1 };

	return sched_setscheduler(0, SCHED_FIFO, &parameter);
}

static void look_realtime(struct jscope_finding *finding)
{
	int error = try_in_child(try_realtime);

	if (error == 0)
		found(finding, JSCOPE_ABILITY_OK, "", "SCHED_FIFO is allowed");
	else
		found(finding, JSCOPE_ABILITY_LIMITED,
		      "run as root, or set 'rtprio 95' for your user in /etc/security/limits.conf",
		      "SCHED_FIFO is refused (%s): record live shows the jitter of ordinary threads",
		      strerror(error));
}

static void look_memory(struct jscope_finding *finding)
{
	struct rlimit limit;

	if (geteuid() == 0 ||
	    (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur >= 64u * 1024 * 1024))
		found(finding, JSCOPE_ABILITY_OK, "", "memory can be locked");
	else
		found(finding, JSCOPE_ABILITY_LIMITED,
		      "run as root, or set 'memlock unlimited' in /etc/security/limits.conf",
		      "memory cannot be locked: page faults may show as jitter");
}

static void look_clock(struct jscope_finding *finding)
{
	char source[40] = "unknown";
	struct timespec resolution = { 0 };
	FILE *file = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "r");
	bool good;

	if (file && fgets(source, sizeof source, file))
		source[strcspn(source, "\n")] = 0;
	if (file)
		fclose(file);
	clock_getres(CLOCK_MONOTONIC, &resolution);
	good = resolution.tv_sec == 0 && resolution.tv_nsec <= 1000 &&
	       strcmp(source, "acpi_pm") != 0 && strcmp(source, "jiffies") != 0 &&
	       strcmp(source, "hpet") != 0;
	found(finding, good ? JSCOPE_ABILITY_OK : JSCOPE_ABILITY_LIMITED,
	      good ? "" : "boot with a working tsc; slow clock sources cost microseconds per probe",
	      "CLOCK_MONOTONIC, resolution %ld ns, clock source %s", resolution.tv_nsec, source);
}

static void look_cpus(struct jscope_finding *finding)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	if (count > 1)
		found(finding, JSCOPE_ABILITY_OK, "", "%ld CPUs", count);
	else
		found(finding, JSCOPE_ABILITY_LIMITED, "give the machine a second CPU",
		      "one CPU: device, client and recorder take turns, which shows as jitter");
}

static void look_kernel(struct jscope_finding *finding)
{
	const char *sentence;

	if (jscope_kernel_check() == 0) {
		found(finding, JSCOPE_ABILITY_OK, "", "the kernel has BTF, and you have the rights");
	} else {
		sentence = jscope_error_sentence(0);
		found(finding, JSCOPE_ABILITY_MISSING, sentence ? sentence : "",
		      "the kernel cannot be recorded");
	}
	jscope_error_clear();
}

static bool has_kernel_modules(const char *release)
{
	static const char *const places[] = { "updates/dkms", "extra", "updates" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		snprintf(path, sizeof path, "/lib/modules/%s/%s/lttng-tracer.ko", release,
			 places[i]);
		if (access(path, R_OK) == 0)
			return true;
	}
	return false;
}

static void look_lttng_kernel(struct jscope_finding *finding)
{
	struct utsname system;

	uname(&system);
	if (has_kernel_modules(system.release))
		found(finding, JSCOPE_ABILITY_OK, "",
		      "lttng-modules for kernel %s; record with 'lttng'", system.release);
	else
		found(finding, JSCOPE_ABILITY_LIMITED, "apt-get install lttng-modules-dkms",
		      "such traces of other machines are read; here lttng-modules are missing, which "
		      "record kernel does not need");
}

const struct jscope_check jscope_checks[] = {
	{ "record live, record app", look_sessiond },
	{ "record kernel", look_kernel },
	{ "shared memory", look_room },
	{ "private session daemon", look_private_daemon },
	{ "real-time priority", look_realtime },
	{ "locked memory", look_memory },
	{ "clock", look_clock },
	{ "CPUs", look_cpus },
	{ "LTTng kernel traces", look_lttng_kernel },
};

const size_t jscope_check_count = sizeof jscope_checks / sizeof jscope_checks[0];

const char *jscope_ability_name(enum jscope_ability ability)
{
	static const char *const names[] = { "ok", "limited", "missing" };

	return names[ability];
}
