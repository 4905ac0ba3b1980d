/*
 * record_tool OUTPUT PROVIDER SECONDS PROGRAM [ARG...]: records as the command line does and prints
 * the result as `name=value` lines, for the tests. What is told goes to stderr.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "common/error.h"
#include "tracer/recording.h"

static void tell(void *state, const char *sentence)
{
	(void)state;
	fprintf(stderr, "tell: %s\n", sentence);
}

static void print_status(int status)
{
	if (WIFEXITED(status))
		printf("program=exit %d\n", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		printf("program=signal %d\n", WTERMSIG(status));
	else
		printf("program=unknown\n");
}

int main(int argc, char **argv)
{
	struct jscope_recording_settings settings = { .tell = tell };
	struct jscope_recording_result result;
	int error;

	if (argc < 5)
		return 2;
	settings.output = argv[1];
	settings.provider = argv[2];
	settings.duration_ns = (jscope_ns)(strtod(argv[3], NULL) * 1e9);
	settings.argv = argv + 4;
	error = jscope_recording_run(&settings, &result);
	if (error) {
		printf("error=%d\n", error);
		jscope_error_print(stderr, error);
		return 1;
	}
	if (result.program_status == -1)
		printf("program=unknown\n");
	else
		print_status(result.program_status);
	printf("lost_events=%" PRIu64 "\nlost_packets=%" PRIu64 "\n", result.lost_events,
	       result.lost_packets);
	printf("interrupted=%d\ndaemon_died=%d\ndisk_full=%d\nhas_probes=%d\n", result.interrupted,
	       result.daemon_died, result.disk_full, result.has_probes);
	return 0;
}
