/*
 * Plays the records of a trace, at its pace, and can be paused, stepped and sent elsewhere. Records
 * are put into it one by one; it takes its time over each. Going back further than its history
 * reaches means that the trace must be read anew from the begin. One thread.
 */
#ifndef CLI_PLAYBACK_PLAYER_H
#define CLI_PLAYBACK_PLAYER_H

#include "pacer.h"
#include "playback/history.h"

/* Notable records whose place is kept, to go back to; earlier ones are forgotten. */
#define JSCOPE_NOTABLES_MAX 65536

enum jscope_player_goal {
	JSCOPE_GOAL_NONE,
	JSCOPE_GOAL_INDEX,   /* so many records have been applied */
	JSCOPE_GOAL_INSTANT, /* all up to an instant have */
	JSCOPE_GOAL_LISTED,  /* one more that is a line has */
	JSCOPE_GOAL_NOTABLE, /* one more that is notable, of one subject, has */
	JSCOPE_GOAL_END,
};

struct jscope_notable {
	uint64_t index;
	unsigned subject;
};

struct jscope_player {
	struct jscope_scene scene;
	struct jscope_history history;
	struct jscope_pacer pacer;
	unsigned listed_what;
	jscope_ns now_ns;   /* of the trace; UNKNOWN before its first record */
	jscope_ns first_ns; /* instant of that */
	bool is_paused, is_at_end;
	bool must_reread; /* from the begin: what is put until jscope_player_reread() is nothing */
	bool has_quit;
	enum jscope_player_goal goal;
	uint64_t goal_index;
	jscope_ns goal_ns;
	unsigned goal_subject;
	uint64_t notable_count; /* number i, from 0, lies at i % JSCOPE_NOTABLES_MAX */
	struct jscope_notable notables[JSCOPE_NOTABLES_MAX];
	/*
	 * Called while a record is not due yet, and before each that is: takes orders and returns at
	 * until_ns of the clock at the latest; INT64_MAX: when there was an order.
	 */
	void (*wait)(void *state, jscope_ns until_ns);
	void *wait_state;
};

/* clock: borrowed. Returns 0 or -ENOMEM; *ret_player is released with free(). */
int jscope_player_create(const struct jscope_pacer_clock *clock, int64_t speed_millionths,
			 unsigned listed_what, struct jscope_player **ret_player);

/* The next record. Returns when it has been shown, or is not wanted. */
void jscope_player_put(struct jscope_player *player, const struct jscope_record *record);

/* There are no more. Returns when someone has quit, or the trace must be read anew. */
void jscope_player_end(struct jscope_player *player);

/* The trace is read from its begin again. */
void jscope_player_reread(struct jscope_player *player);

/* Orders, from within wait(). */
void jscope_player_pause(struct jscope_player *player, bool is_paused);
void jscope_player_quit(struct jscope_player *player);
/* Kept in range. */
void jscope_player_set_speed(struct jscope_player *player, int64_t speed_millionths);
/* All records up to this instant, which is the first one's at least. */
void jscope_player_seek(struct jscope_player *player, jscope_ns at_ns);
/* As far as its first record. */
void jscope_player_seek_begin(struct jscope_player *player);
void jscope_player_seek_end(struct jscope_player *player);
/* The next line, or the one before; then it is paused. */
void jscope_player_step(struct jscope_player *player);
void jscope_player_step_back(struct jscope_player *player);
/* The next notable record of a subject, or the one before; then it is paused. */
void jscope_player_next(struct jscope_player *player, unsigned subject);
/* Returns false where none is known before this. */
bool jscope_player_previous(struct jscope_player *player, unsigned subject);

#endif
