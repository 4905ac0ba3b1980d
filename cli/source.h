/*
 * What the verbs that read a SOURCE share: its options, and opening it with progress on a terminal.
 */
#ifndef CLI_SOURCE_H
#define CLI_SOURCE_H

#include "command.h"
#include "live.h"
#include "output.h"
#include "replay/trace.h"

/* First member of the settings of such a verb: of all whose command reads_source. */
struct jscope_source_settings {
	const char *reader;
	struct jscope_when from, to;
	jscope_ns last_ns;
	const char *device, *stream;
	int64_t cpu;
	jscope_ns late_bound_ns;
	int64_t threads; /* 0: as there are CPUs */
	const char *limits;
	bool quiet, verbose;
	const char *output; /* NULL or "-": standard output */
	/* Of the verb, not of the person: it prints the events; it shows no progress of reading. */
	bool as_text, is_steady;
};

#define JSCOPE_SOURCE_OPTIONS(settings)                                                            \
	{ 0,                                                                                       \
	  "reader",                                                                                \
	  "NAME",                                                                                  \
	  "Reader of the trace: native (the default) or babeltrace2.",                             \
	  JSCOPE_OPTION_TEXT,                                                                      \
	  offsetof(settings, source.reader),                                                       \
	  0,                                                                                       \
	  0,                                                                                       \
	  NULL },                                                                                  \
		{ 0,                                                                               \
		  "from",                                                                          \
		  "T",                                                                             \
		  "Start here: time since the first event, or ns of the trace clock.",             \
		  JSCOPE_OPTION_WHEN,                                                              \
		  offsetof(settings, source.from),                                                 \
		  0,                                                                               \
		  0,                                                                               \
		  NULL },                                                                          \
		{ 0, "to", "T", "Stop there.", JSCOPE_OPTION_WHEN, offsetof(settings, source.to),  \
		  0, 0,	   NULL },                                                                 \
		{ 0,                                                                               \
		  "last",                                                                          \
		  "T",                                                                             \
		  "Only this long before the end; live: from the first event on.",                 \
		  JSCOPE_OPTION_DURATION,                                                          \
		  offsetof(settings, source.last_ns),                                              \
		  1,                                                                               \
		  INT64_MAX,                                                                       \
		  NULL },                                                                          \
		{ 0,                                                                               \
		  "device",                                                                        \
		  "NAME",                                                                          \
		  "Only this device.",                                                             \
		  JSCOPE_OPTION_TEXT,                                                              \
		  offsetof(settings, source.device),                                               \
		  0,                                                                               \
		  0,                                                                               \
		  NULL },                                                                          \
		{ 0,                                                                               \
		  "stream",                                                                        \
		  "NAME",                                                                          \
		  "Only this stream.",                                                             \
		  JSCOPE_OPTION_TEXT,                                                              \
		  offsetof(settings, source.stream),                                               \
		  0,                                                                               \
		  0,                                                                               \
		  NULL },                                                                          \
		{ 0,                                                                               \
		  "cpu",                                                                           \
		  "N",                                                                             \
		  "Only what happened on this CPU.",                                               \
		  JSCOPE_OPTION_INTEGER,                                                           \
		  offsetof(settings, source.cpu),                                                  \
		  0,                                                                               \
		  65535,                                                                           \
		  NULL },                                                                          \
		{ 0,                                                                               \
		  "late-bound",                                                                    \
		  "T",                                                                             \
		  "How late is late; else 10 % of the period, at least 100 us.",                   \
		  JSCOPE_OPTION_DURATION,                                                          \
		  offsetof(settings, source.late_bound_ns),                                        \
		  1,                                                                               \
		  INT64_MAX,                                                                       \
		  NULL },                                                                          \
		{ 0,                                                                               \
		  "threads",                                                                       \
		  "N",                                                                             \
		  "1 reads and analyses in turn, 2 at once; else as there are CPUs.",              \
		  JSCOPE_OPTION_INTEGER,                                                           \
		  offsetof(settings, source.threads),                                              \
		  1,                                                                               \
		  2,                                                                               \
		  NULL },                                                                          \
		{ 0,                                                                               \
		  "limits",                                                                        \
		  "LIST",                                                                          \
		  "What the trace may ask for at most, such as packet=8G,event=64M.",              \
		  JSCOPE_OPTION_TEXT,                                                              \
		  offsetof(settings, source.limits),                                               \
		  0,                                                                               \
		  0,                                                                               \
		  NULL },                                                                          \
		{ 'o',                                                                             \
		  "output",                                                                        \
		  "FILE",                                                                          \
		  "Write the result there; - is standard output.",                                 \
		  JSCOPE_OPTION_FILE,                                                              \
		  offsetof(settings, source.output),                                               \
		  0,                                                                               \
		  0,                                                                               \
		  NULL },                                                                          \
		{ 'q',                                                                             \
		  "quiet",                                                                         \
		  NULL,                                                                            \
		  "No progress, and no remarks on standard error.",                                \
		  JSCOPE_OPTION_FLAG,                                                              \
		  offsetof(settings, source.quiet),                                                \
		  0,                                                                               \
		  0,                                                                               \
		  NULL },                                                                          \
	{                                                                                          \
		'v', "verbose", NULL,                                                              \
			"In reports all rows and percentiles, not only the first screen.",         \
			JSCOPE_OPTION_FLAG, offsetof(settings, source.verbose), 0, 0, NULL         \
	}

/* Whether options contradict each other, before anything is opened: 0 or -EINVAL with a sentence. */
int jscope_source_check(const struct jscope_source_settings *settings);

/*
 * Open SOURCE as the settings say. The trace borrows them. Ctrl-C ends the reading; what was read
 * until then counts. Returns 0 or a negative errno with a sentence.
 */
int jscope_source_open(const char *path, const struct jscope_source_settings *settings,
		       struct jscope_trace **ret_trace);

/* Whether a person wants the end. */
bool jscope_source_interrupted(void);

/*
 * Called now and then while a file is read, until NULL is given; returns whether to stop reading.
 * For a session that is still running see cli/live.h.
 */
void jscope_source_watch(bool (*watch)(void *state), void *state);

/* End what jscope_source_open() began, at the end of the process. trace may be NULL. */
void jscope_source_close(struct jscope_trace *trace);

/* Say on standard error what the trace lacks, and give the exit code that follows from it. */
int jscope_source_verdict(const struct jscope_trace *trace,
			  const struct jscope_source_settings *settings);

#endif
