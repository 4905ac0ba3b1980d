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

#define JSCOPE_RECORD_OPTIONS(settings)                                                            \
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
		{ 'q',                                                                             \
		  "quiet",                                                                         \
		  NULL,                                                                            \
		  "Say nothing but errors.",                                                       \
		  JSCOPE_OPTION_FLAG,                                                              \
		  offsetof(settings, record.quiet),                                                \
		  0,                                                                               \
		  0,                                                                               \
		  NULL },                                                                          \
	{                                                                                          \
		'v', "verbose", NULL, "Say what is run, and with which provider.",                 \
			JSCOPE_OPTION_FLAG, offsetof(settings, record.verbose), 0, 0, NULL         \
	}

/* Whether -o names a directory. Returns 0, or -EINVAL with a sentence. */
int jscope_record_check_output(const char *output);

/* A path as a shell takes it back, and as no option. */
void jscope_record_quote(char *text, size_t size, const char *path);

/* Record the program of argv. Prints its errors. Returns an exit code. */
int jscope_record_program(const struct jscope_record_settings *settings, char *const *argv);

#endif
