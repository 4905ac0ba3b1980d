/*
 * A trace played on the terminal, full screen: paused, stepped and sought by its keys. Opens the
 * trace, and opens it anew to go back further than is remembered. One thread.
 */
#ifndef CLI_PLAYBACK_PLAYBACK_H
#define CLI_PLAYBACK_PLAYBACK_H

#include "source.h"

struct jscope_playback_settings {
	const struct jscope_source_settings *source;
	int64_t speed_millionths; /* > 0 */
	unsigned listed_what;	  /* JSCOPE_WHAT_...: records that are lines, and steps */
};

/* Until somebody quits. Returns an exit code; prints its own errors. */
int jscope_playback_run(const char *path, const struct jscope_playback_settings *settings);

#endif
