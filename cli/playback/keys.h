/*
 * The keys of the view: one table, from which it takes its orders and its help. One thread.
 */
#ifndef CLI_PLAYBACK_KEYS_H
#define CLI_PLAYBACK_KEYS_H

enum jscope_order {
	JSCOPE_ORDER_NONE,
	JSCOPE_ORDER_PAUSE,
	JSCOPE_ORDER_STEP,
	JSCOPE_ORDER_STEP_BACK,
	JSCOPE_ORDER_BACK,
	JSCOPE_ORDER_FORWARD,
	JSCOPE_ORDER_FAR_BACK,
	JSCOPE_ORDER_FAR_FORWARD,
	JSCOPE_ORDER_GO,
	JSCOPE_ORDER_BEGIN,
	JSCOPE_ORDER_END,
	JSCOPE_ORDER_NEXT,
	JSCOPE_ORDER_PREVIOUS,
	JSCOPE_ORDER_FASTER,
	JSCOPE_ORDER_SLOWER,
	JSCOPE_ORDER_STREAM,
	JSCOPE_ORDER_STREAM_BACK,
	JSCOPE_ORDER_HELP,
	JSCOPE_ORDER_QUIT,
};

/* key: as of ncurses' getch(). */
enum jscope_order jscope_key_order(int key);

struct jscope_key_row {
	enum jscope_order order;
	int keys[3]; /* 0: none */
	const char *names, *help;
};

/* Ends with a row without names. */
extern const struct jscope_key_row jscope_key_rows[];

#endif
