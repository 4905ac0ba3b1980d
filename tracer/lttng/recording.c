#include "tracer/recording.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buffers.h"
#include "common/error.h"
#include "ending.h"
#include "keeper.h"
#include "link.h"

#define PROGRESS_MS 200

struct recorder {
	const struct jscope_recording_settings *settings;
	struct jscope__plan plan;
	struct jscope__ending ending;
	pid_t keeper;
	int link;
	jscope_ns begin_ns; /* 0: not begun */
	bool interrupted;
	bool done; /* `result` is there */
	int error;
	struct jscope_recording_result result;
};

static int keeper_start(struct recorder *recorder)
{
	int ends[2], error = jscope__link_create(ends);

	if (error)
		return jscope_error(error, "Cannot make a socket: %s", strerror(-error));
	recorder->keeper = fork();
	if (recorder->keeper < 0) {
		error = jscope_error(-errno, "Cannot start a process: %s", strerror(errno));
		close(ends[0]);
		close(ends[1]);
		return error;
	}
	if (recorder->keeper == 0) {
		close(ends[0]);
		jscope__keeper_run(&recorder->plan, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	recorder->link = ends[0];
	return 0;
}

static void on_interrupt(struct recorder *recorder)
{
	struct jscope__message stop = { .kind = JSCOPE__STOP };
	bool from_terminal;

	while (jscope__ending_next(&recorder->ending, &from_terminal)) {
		recorder->interrupted = true;
		stop.value = from_terminal;
		jscope__link_send(recorder->link, &stop);
	}
}

static void on_message(struct recorder *recorder, const struct jscope__message *message)
{
	const struct jscope_recording_settings *settings = recorder->settings;

	switch (message->kind) {
	case JSCOPE__TELL:
		if (settings->tell)
			settings->tell(settings->state, message->text);
		break;
	case JSCOPE__ERROR:
		recorder->error = jscope_error(message->value, "%s", message->text);
		break;
	case JSCOPE__STARTED:
		recorder->begin_ns = jscope_ns_now();
		break;
	case JSCOPE__RESULT:
		recorder->result = message->result;
		recorder->done = true;
		break;
	case JSCOPE__STOP:
		break;
	}
}

/* Follow the keeper until it closes the link: then everything is cleaned up. */
static void recorder_follow(struct recorder *recorder)
{
	struct pollfd waits[] = { { .fd = recorder->link, .events = POLLIN },
				  { .fd = recorder->ending.fd, .events = POLLIN } };
	const struct jscope_recording_settings *settings = recorder->settings;
	struct jscope__message message;
	int got = 0;

	while (got >= 0) {
		poll(waits, 2, PROGRESS_MS);
		on_interrupt(recorder);
		while ((got = jscope__link_receive(recorder->link, &message)) > 0)
			on_message(recorder, &message);
		if (recorder->begin_ns && settings->progress)
			settings->progress(settings->state, jscope_ns_now() - recorder->begin_ns);
	}
}

/* A keeper that was killed itself: see what is left of the recording. */
static int recorder_salvage(struct recorder *recorder)
{
	const char *path = recorder->plan.output.path;

	jscope__keeper_sweep(&recorder->plan);
	jscope_error_clear();
	if (!jscope__output_has_probes(path))
		return jscope_error(-EIO,
				    "The process that keeps the recording was killed before "
				    "anything was written to '%s'",
				    path);
	recorder->result = (struct jscope_recording_result){ .program_status = -1,
							     .daemon_died = true,
							     .has_probes = true };
	if (recorder->settings->tell)
		recorder->settings->tell(
			recorder->settings->state,
			"The process that keeps the recording was killed; the trace "
			"ends there.");
	return 0;
}

static int recorder_run(struct recorder *recorder)
{
	int status = 0, error = jscope__ending_take(&recorder->ending);

	if (error)
		return error;
	error = keeper_start(recorder);
	if (!error) {
		recorder_follow(recorder);
		while (waitpid(recorder->keeper, &status, 0) < 0 && errno == EINTR)
			;
		close(recorder->link);
		error = recorder->error;
		if (!error && !recorder->done)
			error = recorder_salvage(recorder);
	}
	jscope__ending_give_back(&recorder->ending);
	return error;
}

int jscope_recording_check_room(void)
{
	struct jscope__buffers buffers;

	return jscope__buffers_here(&buffers);
}

int jscope_recording_run(const struct jscope_recording_settings *settings,
			 struct jscope_recording_result *ret_result)
{
	struct recorder recorder = { .settings = settings };
	struct jscope__plan *plan = &recorder.plan;
	int error = jscope__program_find(settings->argv[0]);

	if (error)
		return error;
	error = jscope__output_prepare(settings->output, &plan->output);
	if (error)
		return error;
	snprintf(plan->name, sizeof plan->name, "jitterscope-%d-%llx", (int)getpid(),
		 (unsigned long long)jscope_ns_now());
	plan->program.argv = settings->argv;
	plan->program.provider = settings->provider;
	plan->program.group = getpgrp();
	sigprocmask(SIG_BLOCK, NULL, &plan->program.mask);
	plan->duration_ns = settings->duration_ns;
	error = recorder_run(&recorder);
	if (error) {
		jscope__output_discard(&plan->output);
		return error;
	}
	recorder.result.interrupted |= recorder.interrupted;
	*ret_result = recorder.result;
	return 0;
}
