#include "record.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"
#include "common/shell.h"
#include "paths.h"
#include "output.h"
#include "tracer/recording.h"

bool jscope_record_shows_progress(const struct jscope_record_settings *settings)
{
	return !settings->quiet && isatty(STDERR_FILENO);
}

void jscope_record_tell(const struct jscope_record_settings *settings, const char *sentence)
{
	if (!settings->quiet)
		fprintf(stderr, "%sjitterscope: %s\n",
			jscope_record_shows_progress(settings) ? "\r\033[K" : "", sentence);
}

static void tell(void *state, const char *sentence)
{
	jscope_record_tell(state, sentence);
}

void jscope_record_progress(const struct jscope_record_settings *settings, jscope_ns elapsed_ns)
{
	if (settings->duration_ns && elapsed_ns >= settings->duration_ns)
		fputs("\r\033[Krecording: ending ", stderr);
	else if (settings->duration_ns)
		fprintf(stderr, "\rrecording: %.1f of %.1f s ", (double)elapsed_ns / 1e9,
			(double)settings->duration_ns / 1e9);
	else
		fprintf(stderr, "\rrecording: %.1f s (Ctrl-C ends it) ", (double)elapsed_ns / 1e9);
}

static void progress(void *state, jscope_ns elapsed_ns)
{
	if (jscope_record_shows_progress(state))
		jscope_record_progress(state, elapsed_ns);
}

/* Whether we asked for this end: with SIGTERM, or the terminal did with Ctrl-C. */
static bool is_asked_for(const struct jscope_record_settings *settings, bool interrupted,
			 int signal)
{
	if (signal == SIGTERM)
		return settings->duration_ns || interrupted;
	return interrupted && (signal == SIGINT || signal == SIGHUP);
}

bool jscope_record_tell_status(const struct jscope_record_settings *settings, int status,
			       bool interrupted)
{
	char sentence[200];

	if (status == -1 || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return false;
	if (WIFSIGNALED(status) && is_asked_for(settings, interrupted, WTERMSIG(status)))
		return false;
	if (WIFEXITED(status))
		snprintf(sentence, sizeof sentence, "The program ended with status %d.",
			 WEXITSTATUS(status));
	else
		snprintf(sentence, sizeof sentence, "The program was ended by signal %d (%s).",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	jscope_record_tell(settings, sentence);
	return WIFSIGNALED(status);
}

/* The recording itself has told in sentences what went wrong; here is what is left of it. */
static int tell_result(const struct jscope_record_settings *settings,
		       const struct jscope_recording_result *result)
{
	bool lost = result->lost_events || result->lost_packets;
	bool killed =
		jscope_record_tell_status(settings, result->program_status, result->interrupted);
	bool cut = result->daemon_died || result->disk_full || result->unwritten;
	bool failed = settings->grace_ns && !killed && result->program_status > 0;
	char counts[100], path[PATH_MAX], sentence[3 * PATH_MAX];

	snprintf(counts, sizeof counts, "%" PRIu64 " events and %" PRIu64 " packets were lost",
		 result->lost_events, result->lost_packets);
	/* A program that keeps the duration itself is ours, and so is its failure. */
	if (failed)
		return JSCOPE_EXIT_FAILED;
	jscope_shell_quote(path, sizeof path, settings->output);
	snprintf(sentence, sizeof sentence,
		 "Recorded into '%s'; %s. See it with: jitterscope report %s", settings->output,
		 result->daemon_died ? "what was lost is not known" : counts, path);
	if (result->has_probes)
		jscope_record_tell(settings, sentence);
	return lost || killed || cut || !result->has_probes ? JSCOPE_EXIT_DEGRADED
							    : JSCOPE_EXIT_DONE;
}

static void tell_plan(const struct jscope_record_settings *settings, const char *provider,
		      char *const *argv)
{
	char sentence[2 * PATH_MAX];
	size_t length;

	snprintf(sentence, sizeof sentence, "The provider is %s, the program:", provider);
	for (; *argv; argv++) {
		length = strlen(sentence);
		snprintf(sentence + length, sizeof sentence - length, " %s", *argv);
	}
	jscope_record_tell(settings, sentence);
}

int jscope_record_check_output(const char *output)
{
	if (!output || !*output)
		return jscope_error(-EINVAL, "-o DIR is missing: where is the trace to go?");
	if (strcmp(output, "-") == 0)
		return jscope_error(-EINVAL, "A trace is a directory and cannot go to standard "
					     "output: -o DIR");
	return 0;
}

int jscope_record_program(const struct jscope_record_settings *settings, char *const *argv)
{
	char provider[PATH_MAX];
	struct jscope_recording_settings recording = {
		.output = settings->output,
		.argv = argv,
		.provider = provider,
		.duration_ns = settings->duration_ns
				       ? jscope_add_sat(settings->duration_ns, settings->grace_ns)
				       : 0,
		.tell = tell,
		.progress = progress,
		.state = (void *)settings,
	};
	struct jscope_recording_result result = { 0 };
	int error;

	if (jscope_record_check_output(settings->output) < 0) {
		jscope_error_print(stderr, -EINVAL);
		return JSCOPE_EXIT_USAGE;
	}
	error = jscope_path_provider(provider);
	if (error == 0 && settings->verbose)
		tell_plan(settings, provider, argv);
	if (error == 0)
		error = jscope_recording_run(&recording, &result);
	if (jscope_record_shows_progress(settings))
		fputs("\r\033[K", stderr);
	return error < 0 ? jscope_fail(error) : tell_result(settings, &result);
}
