/*
 * What `record live` and `record app` share: running the recording and saying how it went.
 */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include "command.h"

/* First member of the settings of a recording verb. */
struct jscope_record_settings {
	const char *output;
	jscope_ns duration_ns;
	jscope_ns grace_ns; /* how much longer a program may take that keeps the duration itself */
	bool quiet, verbose;
};

/* -o, -d and -q; JSCOPE_RECORD_OPTIONS: also -v. */
#define JSCOPE_RECORD_PLACE_OPTIONS(settings)                                                      \
	{ 'o',                                                                                     \
	  "output",                                                                                \
	  "DIR",                                                                                   \
	  "Directory of the trace: new, or empty. Required.",                                      \
	  JSCOPE_OPTION_FILE,                                                                      \
	  offsetof(settings, record.output),                                                       \
	  0,                                                                                       \
	  0,                                                                                       \
	  NULL },                                                                                  \
		{ 'd',                                                                             \
		  "duration",                                                                      \
		  "T",                                                                             \
		  "End after this long.",                                                          \
		  JSCOPE_OPTION_DURATION,                                                          \
		  offsetof(settings, record.duration_ns),                                          \
		  JSCOPE_NS_PER_MS,                                                                \
		  INT64_MAX,                                                                       \
		  NULL },                                                                          \
	{                                                                                          \
		'q', "quiet", NULL, "Say nothing but errors.", JSCOPE_OPTION_FLAG,                 \
			offsetof(settings, record.quiet), 0, 0, NULL                               \
	}
#define JSCOPE_RECORD_OPTIONS(settings)                                                            \
	JSCOPE_RECORD_PLACE_OPTIONS(settings),                                                     \
	{                                                                                          \
		'v', "verbose", NULL, "Say what is run, and with which provider.",                 \
			JSCOPE_OPTION_FLAG, offsetof(settings, record.verbose), 0, 0, NULL         \
	}

/* Whether -o names a directory. Returns 0, or -EINVAL with a sentence. */
int jscope_record_check_output(const char *output);

/* A sentence to stderr, in the place of the progress; unless --quiet. */
void jscope_record_tell(const struct jscope_record_settings *settings, const char *sentence);

/* Whether progress is shown: stderr is a terminal, and nobody wants quiet. */
bool jscope_record_shows_progress(const struct jscope_record_settings *settings);
/* Show how long it has been recorded. Only where progress is shown. */
void jscope_record_progress(const struct jscope_record_settings *settings, jscope_ns elapsed_ns);

/*
 * How a program ended (as wait() tells it; -1 for none), where that is worth a sentence. interrupted: a
 * signal ended the recording. Returns whether a signal cut the program short that nobody asked for.
 */
bool jscope_record_tell_status(const struct jscope_record_settings *settings, int status,
			       bool interrupted);

/* Record the program of argv. Prints its errors. Returns an exit code. */
int jscope_record_program(const struct jscope_record_settings *settings, char *const *argv);

#endif
