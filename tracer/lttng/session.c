#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <lttng/lttng.h>

#include "common/error.h"

#define CHANNEL "jscope"
#define EVENTS	"jscope:*"

/*
 * The ground truth of a virtual device, for those who test our readers, goes to files of its own
 * (truth_*), which can be deleted. Small buffers do: nothing is reported lost that is lost there.
 */
#define TRUTH_CHANNEL "truth"
#define TRUTH_EVENTS  "jscope:truth_*"

/*
 * At most this long after an event its packet is on disk, whatever is killed then. The metadata
 * needs the same treatment: by default its first 4096 bytes are all that reaches the disk before
 * the session stops, and without it no packet can be read. LTTng configures it by this channel
 * name.
 */
#define SWITCH_TIMER_US	 100000
#define METADATA_CHANNEL "metadata"

#define ANSWER_MS	10000
#define PENDING_STEP_NS 20000000

struct reply {
	int error;
	struct jscope__session_counts counts;
	char text[JSCOPE_ERROR_TEXT_MAX];
};

/* What a call does, in its own process; `argument` is its own. */
typedef int work_fn(const struct jscope__session *session, int argument, struct reply *reply);

static int lttng_failed(const char *what, int code)
{
	if (code > 0)
		code = -code;
	return jscope_error(code == -LTTNG_ERR_NO_SESSIOND ? -ESRCH : -EIO,
			    "The session daemon could not %s: %s", what, lttng_strerror(code));
}

static void work_child(work_fn *work, const struct jscope__session *session, int argument, int end)
{
	struct reply reply = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	jscope_error_clear();
	reply.error = work(session, argument, &reply);
	if (jscope_error_sentence(0))
		strcpy(reply.text, jscope_error_sentence(0));
	_exit(write(end, &reply, sizeof reply) == sizeof reply ? 0 : 1);
}

static bool reply_read(int end, int timeout_ms, struct reply *ret_reply)
{
	struct pollfd wait = { .fd = end, .events = POLLIN };
	int ready;

	do
		ready = poll(&wait, 1, timeout_ms);
	while (ready < 0 && errno == EINTR);
	/* A reply is shorter than PIPE_BUF: it comes whole or not at all. */
	return ready > 0 && read(end, ret_reply, sizeof *ret_reply) == sizeof *ret_reply;
}

static int call(work_fn *work, const struct jscope__session *session, int argument, int timeout_ms,
		struct reply *ret_reply)
{
	struct reply reply = { .error = -ETIMEDOUT, .text = "The session daemon does not answer." };
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return jscope_error(-errno, "Cannot talk to the session daemon: %s",
				    strerror(errno));
	pid = fork();
	if (pid == 0)
		work_child(work, session, argument, ends[1]);
	close(ends[1]);
	if (pid > 0) {
		reply_read(ends[0], timeout_ms, &reply);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	close(ends[0]);
	if (reply.text[0])
		jscope_error(reply.error, "%s", reply.text);
	*ret_reply = reply;
	return reply.error;
}

static int daemon_answers(const struct jscope__session *session, int argument, struct reply *reply)
{
	(void)session;
	(void)argument;
	(void)reply;
	return lttng_session_daemon_alive() == 1;
}

int jscope__session_daemon_answers(void)
{
	struct reply reply;

	return call(daemon_answers, NULL, 0, ANSWER_MS, &reply);
}

static int sessions_count(const struct jscope__session *session, int argument, struct reply *reply)
{
	struct lttng_session *sessions = NULL;
	int others = 0, count = lttng_list_sessions(&sessions);

	(void)argument;
	(void)reply;
	if (count < 0)
		return lttng_failed("list its sessions", count);
	for (int i = 0; i < count; i++)
		others += strcmp(sessions[i].name, session->name) != 0;
	free(sessions);
	return others;
}

int jscope__session_others(const char *name)
{
	const struct jscope__session session = { .name = name };
	struct reply reply;

	return call(sessions_count, &session, 0, ANSWER_MS, &reply);
}

static int session_create(const struct jscope__session *session)
{
	struct lttng_session_descriptor *descriptor =
		lttng_session_descriptor_local_create(session->name, session->output);
	int code;

	if (!descriptor)
		return jscope_error(-EINVAL, "LTTng cannot write to '%s': choose another -o",
				    session->output);
	code = lttng_create_session_ext(descriptor);
	lttng_session_descriptor_destroy(descriptor);
	return code == LTTNG_OK ? 0 : lttng_failed("make a session", code);
}

static int channel_enable(struct lttng_handle *handle, struct lttng_domain *domain,
			  const char *name, const struct jscope__buffers *buffers)
{
	struct lttng_channel *channel = lttng_channel_create(domain);
	int code;

	if (!channel)
		return jscope_error(-ENOMEM, "No memory for a channel");
	strcpy(channel->name, name);
	channel->enabled = 1;
	channel->attr.overwrite = 0;
	channel->attr.switch_timer_interval = SWITCH_TIMER_US;
	channel->attr.output = LTTNG_EVENT_MMAP;
	if (buffers) {
		channel->attr.subbuf_size = buffers->part_bytes;
		channel->attr.num_subbuf = buffers->part_count;
	}
	code = lttng_enable_channel(handle, channel);
	lttng_channel_destroy(channel);
	return code < 0 ? lttng_failed("make a channel", code) : 0;
}

/* Those of a pattern, without those of another (NULL: all). */
static int events_enable(struct lttng_handle *handle, const char *channel, const char *pattern,
			 char *without)
{
	struct lttng_event *event = lttng_event_create();
	int code;

	if (!event)
		return jscope_error(-ENOMEM, "No memory for an event rule");
	strcpy(event->name, pattern);
	event->type = LTTNG_EVENT_TRACEPOINT;
	event->loglevel_type = LTTNG_EVENT_LOGLEVEL_ALL;
	code = lttng_enable_event_with_exclusions(handle, event, channel, NULL, without ? 1 : 0,
						  without ? &without : NULL);
	lttng_event_destroy(event);
	return code < 0 ? lttng_failed("enable the events", code) : 0;
}

static int context_add(struct lttng_handle *handle, const char *channel,
		       enum lttng_event_context_type type)
{
	struct lttng_event_context context = { .ctx = type };
	const int code = lttng_add_context(handle, &context, NULL, channel);

	return code < 0 ? lttng_failed("add a context", code) : 0;
}

static int contexts_add(struct lttng_handle *handle, const char *channel)
{
	int error = context_add(handle, channel, LTTNG_EVENT_CONTEXT_VTID);

	return error ? error : context_add(handle, channel, LTTNG_EVENT_CONTEXT_PROCNAME);
}

static int truth_fill(struct lttng_handle *handle, struct lttng_domain *domain)
{
	const struct jscope__buffers buffers = jscope__buffers_truth();
	int error = channel_enable(handle, domain, TRUTH_CHANNEL, &buffers);

	if (!error)
		error = contexts_add(handle, TRUTH_CHANNEL);
	return error ? error : events_enable(handle, TRUTH_CHANNEL, TRUTH_EVENTS, NULL);
}

static int session_fill(const struct jscope__session *session, struct lttng_handle *handle,
			struct lttng_domain *domain)
{
	char truth[] = TRUTH_EVENTS;
	int error;

	/* The metadata first: it is made with the first channel otherwise. */
	error = channel_enable(handle, domain, METADATA_CHANNEL, NULL);
	if (!error)
		error = channel_enable(handle, domain, CHANNEL, &session->buffers);
	if (!error)
		error = contexts_add(handle, CHANNEL);
	if (!error)
		error = events_enable(handle, CHANNEL, EVENTS, truth);
	if (!error)
		error = truth_fill(handle, domain);
	return error;
}

static int session_start(const struct jscope__session *session, int argument, struct reply *reply)
{
	struct lttng_domain domain = { .type = LTTNG_DOMAIN_UST, .buf_type = LTTNG_BUFFER_PER_UID };
	struct lttng_handle *handle;
	int code, error;

	(void)argument;
	(void)reply;
	error = session_create(session);
	if (error)
		return error;
	handle = lttng_create_handle(session->name, &domain);
	if (!handle)
		return jscope_error(-ENOMEM, "No memory for a session");
	error = session_fill(session, handle, &domain);
	lttng_destroy_handle(handle);
	if (error)
		return error;
	code = lttng_start_tracing(session->name);
	return code < 0 ? lttng_failed("start the session", code) : 0;
}

int jscope__session_start(const struct jscope__session *session)
{
	struct reply reply;

	return call(session_start, session, 0, ANSWER_MS, &reply);
}

static int counts_read(const char *name, struct jscope__session_counts *counts)
{
	struct lttng_domain domain = { .type = LTTNG_DOMAIN_UST, .buf_type = LTTNG_BUFFER_PER_UID };
	struct lttng_handle *handle = lttng_create_handle(name, &domain);
	struct lttng_channel *channels = NULL;
	int count = handle ? lttng_list_channels(handle, &channels) : -LTTNG_ERR_NOMEM;

	for (int i = 0; i < count; i++) {
		uint64_t events = 0, packets = 0;

		if (!strcmp(channels[i].name, TRUTH_CHANNEL))
			continue;
		lttng_channel_get_discarded_event_count(&channels[i], &events);
		/*
		 * The consumer takes a counter that steps back, as those of two neighbouring
		 * packets may, for one that wrapped, and adds 2^63.
		 */
		events &= INT64_MAX;
		lttng_channel_get_lost_packet_count(&channels[i], &packets);
		counts->lost_events += events;
		counts->lost_packets += packets;
	}
	free(channels);
	lttng_destroy_handle(handle);
	return count < 0 ? lttng_failed("say what was lost", count) : 0;
}

/* Returns whether everything is on disk, within the time. */
static bool wait_written(const char *name, int limit_ms)
{
	const struct timespec step = { 0, PENDING_STEP_NS };
	int pending;

	for (int passed_ms = 0; passed_ms <= limit_ms; passed_ms += PENDING_STEP_NS / 1000000) {
		pending = lttng_data_pending(name);
		if (pending <= 0)
			return pending == 0;
		nanosleep(&step, NULL);
	}
	return false;
}

static int session_halt(const struct jscope__session *session, int argument, struct reply *reply)
{
	const int code = lttng_stop_tracing_no_wait(session->name);

	(void)argument;
	(void)reply;
	if (code < 0 && code != -LTTNG_ERR_TRACE_ALREADY_STOPPED)
		return lttng_failed("stop the session", code);
	return 0;
}

static int session_settle(const struct jscope__session *session, int limit_ms, struct reply *reply)
{
	reply->counts.unwritten = !wait_written(session->name, limit_ms);
	return counts_read(session->name, &reply->counts);
}

int jscope__session_stop(const struct jscope__session *session, int limit_ms,
			 struct jscope__session_counts *ret_counts)
{
	struct reply reply;
	int error = call(session_halt, session, 0, ANSWER_MS, &reply);

	if (!error)
		error = call(session_settle, session, limit_ms, limit_ms + ANSWER_MS, &reply);
	if (!error)
		*ret_counts = reply.counts;
	return error;
}

static int session_destroy(const struct jscope__session *session, int wait, struct reply *reply)
{
	const int code = wait ? lttng_destroy_session(session->name)
			      : lttng_destroy_session_no_wait(session->name);

	(void)reply;
	if (code == -LTTNG_ERR_SESS_NOT_FOUND || code == -LTTNG_ERR_NO_SESSION)
		return 0;
	return code < 0 ? lttng_failed("end the session", code) : 0;
}

int jscope__session_destroy(const char *name, bool wait)
{
	const struct jscope__session session = { .name = name };
	struct reply reply;

	return call(session_destroy, &session, wait, ANSWER_MS, &reply);
}
