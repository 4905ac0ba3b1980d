/* The parts of the screen that show one stream or device. Drawing only; one thread. */
#ifndef CLI_PLAYBACK_PANEL_H
#define CLI_PLAYBACK_PANEL_H

#include "playback/scene.h"

#define JSCOPE_PANEL_BUFFER_ROWS 4
#define JSCOPE_PANEL_CHAIN_ROWS	 6

/* The cyclic buffer, or why there is none; of a device how many requests were outstanding. */
void jscope_panel_buffer(int row, const struct jscope_subject *subject, jscope_ns now_ns);

/* The chain told last, with its stages and instants. */
void jscope_panel_chain(int row, const struct jscope_subject *subject, jscope_ns begin_ns);

/* Its last glitch, and what has been counted so far: two rows. */
void jscope_panel_counts(int row, const struct jscope_subject *subject, jscope_ns begin_ns);

#endif
