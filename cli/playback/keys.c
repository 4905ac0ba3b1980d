#include "playback/keys.h"

#include <ncurses.h>
#include <stddef.h>

const struct jscope_key_row jscope_key_rows[] = {
	{ JSCOPE_ORDER_PAUSE, { ' ', 'p' }, "space", "pause, or go on" },
	{ JSCOPE_ORDER_STEP, { '.', KEY_RIGHT }, ". right", "the next line, and pause" },
	{ JSCOPE_ORDER_STEP_BACK, { ',', KEY_LEFT }, ", left", "the line before, and pause" },
	{ JSCOPE_ORDER_BACK, { '[' }, "[", "back by what plays in one second" },
	{ JSCOPE_ORDER_FORWARD, { ']' }, "]", "forward by what plays in one second" },
	{ JSCOPE_ORDER_FAR_BACK, { KEY_PPAGE }, "PgUp", "back by what plays in ten seconds" },
	{ JSCOPE_ORDER_FAR_FORWARD, { KEY_NPAGE }, "PgDn", "forward by what plays in ten seconds" },
	{ JSCOPE_ORDER_GO, { 'g' }, "g", "go to a time since the first event, such as 2.5s" },
	{ JSCOPE_ORDER_BEGIN, { KEY_HOME, '0' }, "Home 0", "the first line" },
	{ JSCOPE_ORDER_END, { KEY_END, '$' }, "End $", "the end" },
	{ JSCOPE_ORDER_NEXT, { 'n' }, "n", "the next glitch, late or failed one of this stream" },
	{ JSCOPE_ORDER_PREVIOUS, { 'N' }, "N", "the one before" },
	{ JSCOPE_ORDER_FASTER, { '+', '=' }, "+", "twice as fast" },
	{ JSCOPE_ORDER_SLOWER, { '-' }, "-", "half as fast" },
	{ JSCOPE_ORDER_STREAM, { '\t' }, "Tab", "the next stream or device" },
	{ JSCOPE_ORDER_STREAM_BACK, { KEY_BTAB }, "Shift-Tab", "the one before" },
	{ JSCOPE_ORDER_HELP, { '?', 'h' }, "?", "this list" },
	{ JSCOPE_ORDER_QUIT, { 'q' }, "q", "quit" },
	{ JSCOPE_ORDER_NONE, { 0 }, NULL, NULL },
};

enum jscope_order jscope_key_order(int key)
{
	for (const struct jscope_key_row *row = jscope_key_rows; row->names; row++)
		for (size_t i = 0; i < sizeof row->keys / sizeof row->keys[0]; i++)
			if (key && row->keys[i] == key)
				return row->order;
	return JSCOPE_ORDER_NONE;
}
