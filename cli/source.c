#include "source.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "guard.h"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

static void catch_interrupt(void)
{
	/* Not once only: the same wish may come from the terminal and from our parent. */
	struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESTART };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static bool show_progress(void *state, uint64_t events)
{
	const struct jscope_source_settings *settings = state;

	jscope_guard_progress();
	if (!settings->quiet && isatty(STDERR_FILENO))
		fprintf(stderr, "\rreading: %.1f million events ", (double)events / 1e6);
	return interrupted;
}

static void clear_progress(const struct jscope_source_settings *settings)
{
	if (!settings->quiet && isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

static struct jscope_trace_when when_of(const struct jscope_when *when)
{
	if (!when->given)
		return (struct jscope_trace_when){ JSCOPE_NS_UNKNOWN, false };
	return (struct jscope_trace_when){ when->ns, !when->absolute };
}

int jscope_source_open(const char *path, const struct jscope_source_settings *settings,
		       struct jscope_trace **ret_trace)
{
	/* The trace borrows its options for as long as it lives; a process opens one trace. */
	static struct jscope_trace_options options;

	jscope_trace_options_init(&options);
	options.reader = settings->reader;
	options.from = when_of(&settings->from);
	options.to = when_of(&settings->to);
	options.last_ns = settings->last_ns;
	options.device = settings->device;
	options.stream = settings->stream;
	options.cpu = (int)settings->cpu;
	options.late_bound_ns = settings->late_bound_ns;
	options.progress = show_progress;
	options.progress_state = (void *)settings;
	catch_interrupt();
	return jscope_trace_open(path, &options, ret_trace);
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
		if (info->partial)
			fprintf(stderr,
				"jitterscope: The trace is partial: %" PRIu64
				" events could be read.\n",
				info->events);
		if (lossy)
			fprintf(stderr,
				"jitterscope: The trace lost %" PRIu64 " events and %" PRIu64
				" packets; %" PRIu64 " records did not fit the tables.\n",
				info->lost_events, info->lost_packets, info->refused);
	}
	return info->partial || lossy || info->error_count ? JSCOPE_EXIT_DEGRADED
							   : JSCOPE_EXIT_DONE;
}
