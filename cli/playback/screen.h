/*
 * The terminal that a trace is played on, full screen. Every text of the trace is cleaned before it
 * is drawn. One thread, one screen per process.
 */
#ifndef CLI_PLAYBACK_SCREEN_H
#define CLI_PLAYBACK_SCREEN_H

#include "playback/player.h"

#define JSCOPE_SCREEN_COLUMNS_MIN 80
#define JSCOPE_SCREEN_ROWS_MIN	  20

/* What the screen shows beside the scene. */
struct jscope_screen_view {
	const char *path;   /* of the trace; borrowed, cleaned when drawn */
	unsigned subject;   /* that is looked at; JSCOPE_SUBJECT_NONE before the first */
	jscope_ns begin_ns; /* what times count from; UNKNOWN before the first event */
	jscope_ns end_ns;   /* UNKNOWN while the trace has not been read to its end */
	bool shows_help, is_reading;
	const char *prompt; /* what is being typed, or NULL */
	const char *remark; /* for the last row in place of the keys, or NULL */
};

/* Take the terminal. Returns 0 or a negative errno with a sentence. */
int jscope_screen_open(void);

/* Give it back as it was; may be called when it was not taken. */
void jscope_screen_close(void);

void jscope_screen_draw(const struct jscope_player *player, const struct jscope_screen_view *view);

/*
 * Wait for a key, at most until an instant of CLOCK_MONOTONIC. Returns it, -1 for none, or 'q' when
 * the terminal is gone.
 */
int jscope_screen_key(jscope_ns until_ns);

/* The next key is this one. */
void jscope_screen_key_return(int key);

#endif
