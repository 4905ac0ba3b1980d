#include "source.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "guard.h"
#include "replay/reader.h"

#define TELL_PERIOD_NS (200 * JSCOPE_NS_PER_MS)

static volatile sig_atomic_t interrupted;
static bool is_live;
static struct {
	bool (*watch)(void *state); /* NULL for nobody */
	void *state;
} watcher;

void jscope_source_watch(bool (*watch)(void *state), void *state)
{
	watcher.watch = watch;
	watcher.state = state;
}

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

bool jscope_source_interrupted(void)
{
	return interrupted;
}

static void catch_interrupt(void)
{
	/* Not once only: the same wish may come from the terminal and from our parent. */
	struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESTART };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* What a live session prints while it runs would mix with it on one terminal. */
static bool shows_progress(const struct jscope_source_settings *settings)
{
	return !settings->quiet && !settings->is_steady && isatty(STDERR_FILENO) &&
	       !(is_live && !settings->output && isatty(STDOUT_FILENO));
}

static void tell_file(uint64_t events)
{
	fprintf(stderr, "\rreading: %.1f million events ", (double)events / 1e6);
}

static void tell_live(uint64_t events)
{
	static jscope_ns told_ns;
	jscope_ns now_ns = jscope_ns_now();

	if (now_ns - told_ns < TELL_PERIOD_NS)
		return;
	told_ns = now_ns;
	fprintf(stderr, "\rreading: %" PRIu64 " events (Ctrl-C ends it) ", events);
}

static bool on_progress(void *state, uint64_t events)
{
	jscope_guard_progress();
	if (shows_progress(state))
		is_live ? tell_live(events) : tell_file(events);
	if (is_live)
		return jscope_live_progress(events);
	return interrupted || (watcher.watch && watcher.watch(watcher.state));
}

static void clear_progress(const struct jscope_source_settings *settings)
{
	if (shows_progress(settings))
		fputs("\r\033[K", stderr);
}

static struct jscope_trace_when when_of(const struct jscope_when *when)
{
	if (!when->given)
		return (struct jscope_trace_when){ JSCOPE_NS_UNKNOWN, false };
	return (struct jscope_trace_when){ when->ns, !when->absolute };
}

int jscope_source_check(const struct jscope_source_settings *settings)
{
	const struct jscope_when *from = &settings->from, *to = &settings->to;

	if (!jscope_reader_find(settings->reader))
		return jscope_error(-EINVAL,
				    "--reader: There is no reader '%s', only native and babeltrace2.",
				    settings->reader);
	if (from->given && to->given && from->absolute == to->absolute && from->ns > to->ns)
		return jscope_error(-EINVAL, "--from lies behind --to: nothing is between them.");
	return 0;
}

static int file_open(const char *path, const struct jscope_trace_options *options,
		     struct jscope_trace **ret_trace)
{
	catch_interrupt();
	return jscope_trace_open(path, options, ret_trace);
}

/* Until the session answers there is nothing to be told: Ctrl-C then simply ends us. */
static int live_open(const char *path, const struct jscope_trace_options *options,
		     struct jscope_trace **ret_trace)
{
	int error;

	jscope_live_await();
	error = jscope_trace_open(path, options, ret_trace);
	if (error < 0)
		return error;
	catch_interrupt();
	jscope_live_begin(*ret_trace, &interrupted, options->last_ns);
	return 0;
}

int jscope_source_open(const char *path, const struct jscope_source_settings *settings,
		       struct jscope_trace **ret_trace)
{
	/* The trace borrows its options for as long as it lives; a process opens one trace. */
	static struct jscope_trace_options options;

	is_live = jscope_path_is_live(path);
	jscope_trace_options_init(&options);
	options.reader = settings->reader;
	options.from = when_of(&settings->from);
	options.to = when_of(&settings->to);
	options.last_ns = settings->last_ns;
	options.as_text = settings->as_text;
	options.device = settings->device;
	options.stream = settings->stream;
	options.cpu = (int)settings->cpu;
	options.late_bound_ns = settings->late_bound_ns;
	options.threads = (unsigned)settings->threads;
	if (settings->limits) {
		int error = jscope_limits_parse(settings->limits, &options.limits);

		if (error)
			return error;
	}
	options.progress = on_progress;
	options.progress_state = (void *)settings;
	return is_live ? live_open(path, &options, ret_trace)
		       : file_open(path, &options, ret_trace);
}

/*
 * To take leave of a relay daemon is to wait for its answer, which a dead network does not give: the
 * end of our process closes the connection as well.
 */
void jscope_source_close(struct jscope_trace *trace)
{
	jscope_live_end();
	if (!is_live)
		jscope_trace_destroy(trace);
}

static void tell_losses(const struct jscope_trace_info *info)
{
	if (info->lost_events || info->lost_packets)
		fprintf(stderr,
			"jitterscope: The trace lost %" PRIu64 " events and %" PRIu64 " packets.\n",
			info->lost_events, info->lost_packets);
	if (info->refused)
		fprintf(stderr, "jitterscope: %" PRIu64 " records did not fit the tables.\n",
			info->refused);
}

int jscope_source_verdict(const struct jscope_trace *trace,
			  const struct jscope_source_settings *settings)
{
	const struct jscope_trace_info *info = jscope_trace_info(trace);
	bool lossy = info->lost_events || info->lost_packets || info->refused;

	clear_progress(settings);
	if (!settings->quiet) {
		for (unsigned i = 0; i < info->error_count; i++)
			fprintf(stderr, "jitterscope: %s\n", info->errors[i]);
		for (unsigned i = 0; i < info->remark_count; i++)
			fprintf(stderr, "jitterscope: %s\n", info->remarks[i]);
		if (info->partial)
			fprintf(stderr,
				"jitterscope: The trace is partial: %" PRIu64
				" events could be read.\n",
				info->events);
		tell_losses(info);
	}
	return info->partial || lossy || info->error_count ? JSCOPE_EXIT_DEGRADED
							   : JSCOPE_EXIT_DONE;
}
