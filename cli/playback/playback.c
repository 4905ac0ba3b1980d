#include "playback/playback.h"

#include <errno.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/record_order.h"
#include "common/error.h"
#include "guard.h"
#include "playback/keys.h"
#include "playback/screen.h"

/* The screen is drawn anew this often while time goes by. */
#define FRAME_NS (40 * JSCOPE_NS_PER_MS)
/* Keys and signals are looked at this often where nothing has to be waited for. */
#define LOOK_NS	    (20 * JSCOPE_NS_PER_MS)
#define PROMPT_SIZE 24

struct playback {
	struct jscope_player *player; /* owned */
	struct jscope_screen_view view;
	struct jscope_source_settings source; /* without the progress of reading */
	struct jscope_trace *trace;	      /* owned; NULL between two readings; borrows source */
	bool has_chosen;		      /* a person has, which subject */
	bool is_dirty;			      /* what is drawn is not what is */
	bool is_whole;			      /* this reading came to the end of the trace */
	bool is_degraded;		      /* the trace, as one that did has found */
	jscope_ns looked_ns, drawn_ns;
	char prompt[PROMPT_SIZE];
};

/* Until a person has chosen, and where that one is not there yet, it is the favourite. */
static void subject_follow(struct playback *playback)
{
	const struct jscope_scene *scene = &playback->player->scene;

	if (!playback->has_chosen || playback->view.subject >= scene->subject_count)
		playback->view.subject = jscope_scene_favourite(scene);
}

static void draw(struct playback *playback)
{
	subject_follow(playback);
	if (playback->trace)
		playback->view.begin_ns = jscope_trace_info(playback->trace)->begin_ns;
	jscope_screen_draw(playback->player, &playback->view);
	playback->drawn_ns = jscope_ns_now();
	playback->is_dirty = false;
}

static void subject_choose(struct playback *playback, unsigned by)
{
	const unsigned count = playback->player->scene.subject_count;

	if (!count)
		return;
	playback->has_chosen = true;
	playback->view.subject = (playback->view.subject + by) % count;
}

/* By what plays in so many seconds. */
static void seek_by(struct playback *playback, int64_t seconds)
{
	const struct jscope_player *player = playback->player;

	jscope_player_seek(
		playback->player,
		jscope_add_sat(player->now_ns,
			       jscope_muldiv(seconds * JSCOPE_NS_PER_SEC,
					     player->pacer.speed_millionths, JSCOPE_SPEED_ONE)));
}

static void prompt_open(struct playback *playback)
{
	playback->prompt[0] = '\0';
	playback->view.prompt = playback->prompt;
}

static void prompt_end(struct playback *playback)
{
	jscope_ns since_ns;

	playback->view.prompt = NULL;
	if (!playback->prompt[0])
		return;
	if (jscope_ns_parse(playback->prompt, &since_ns) < 0)
		playback->view.remark = "A time has a unit, such as 2.5s, 250ms, 1m";
	else
		jscope_player_seek(playback->player,
				   jscope_add_sat(playback->view.begin_ns, since_ns));
}

static void prompt_take(struct playback *playback, int key)
{
	const size_t length = strlen(playback->prompt);

	if (key == '\n' || key == '\r' || key == KEY_ENTER)
		prompt_end(playback);
	else if (key == 27)
		playback->view.prompt = NULL;
	else if ((key == KEY_BACKSPACE || key == 127 || key == '\b') && length > 0)
		playback->prompt[length - 1] = '\0';
	else if (key > ' ' && key < 127 && length + 1 < sizeof playback->prompt)
		memcpy(playback->prompt + length, (char[]){ (char)key, '\0' }, 2);
}

static void obey(struct playback *playback, enum jscope_order order)
{
	struct jscope_player *player = playback->player;
	const int64_t speed_millionths = player->pacer.speed_millionths;

	switch (order) {
	case JSCOPE_ORDER_PAUSE:
		jscope_player_pause(player, !player->is_paused);
		break;
	case JSCOPE_ORDER_STEP:
		jscope_player_step(player);
		break;
	case JSCOPE_ORDER_STEP_BACK:
		jscope_player_step_back(player);
		break;
	case JSCOPE_ORDER_BACK:
		seek_by(playback, -1);
		break;
	case JSCOPE_ORDER_FORWARD:
		seek_by(playback, 1);
		break;
	case JSCOPE_ORDER_FAR_BACK:
		seek_by(playback, -10);
		break;
	case JSCOPE_ORDER_FAR_FORWARD:
		seek_by(playback, 10);
		break;
	case JSCOPE_ORDER_GO:
		prompt_open(playback);
		break;
	case JSCOPE_ORDER_BEGIN:
		jscope_player_seek_begin(player);
		break;
	case JSCOPE_ORDER_END:
		jscope_player_seek_end(player);
		break;
	case JSCOPE_ORDER_NEXT:
		if (player->scene.subject_count)
			jscope_player_next(player, playback->view.subject);
		break;
	case JSCOPE_ORDER_PREVIOUS:
		if (!jscope_player_previous(player, playback->view.subject))
			playback->view.remark = "There is none before this";
		break;
	case JSCOPE_ORDER_FASTER:
		jscope_player_set_speed(player, 2 * speed_millionths);
		break;
	case JSCOPE_ORDER_SLOWER:
		jscope_player_set_speed(player, speed_millionths / 2);
		break;
	case JSCOPE_ORDER_STREAM:
		subject_choose(playback, 1);
		break;
	case JSCOPE_ORDER_STREAM_BACK:
		subject_choose(playback, player->scene.subject_count - 1);
		break;
	case JSCOPE_ORDER_HELP:
		playback->view.shows_help = true;
		break;
	case JSCOPE_ORDER_QUIT:
		jscope_player_quit(player);
		break;
	case JSCOPE_ORDER_NONE:
		break;
	}
}

static void key_take(struct playback *playback, int key)
{
	playback->is_dirty = true;
	playback->view.remark = NULL;
	if (key == KEY_RESIZE)
		return;
	if (playback->view.shows_help)
		playback->view.shows_help = false;
	else if (playback->view.prompt)
		prompt_take(playback, key);
	else {
		subject_follow(playback);
		obey(playback, jscope_key_order(key));
	}
}

/* Whether what is read on is nothing any more. */
static bool is_left(const struct jscope_player *player)
{
	return player->has_quit || player->must_reread;
}

/* Whether an order has changed what is to be done. */
static bool is_ordered(const struct jscope_player *player)
{
	return is_left(player) || player->goal != JSCOPE_GOAL_NONE;
}

/* One look at the keys, with a wait for one; and a picture of what is. */
static void look(struct playback *playback, jscope_ns until_ns)
{
	jscope_ns now_ns = jscope_ns_now();
	int key;

	playback->looked_ns = now_ns;
	jscope_guard_progress();
	if (playback->is_dirty || now_ns - playback->drawn_ns >= FRAME_NS)
		draw(playback);
	if (until_ns > now_ns + FRAME_NS)
		until_ns = now_ns + FRAME_NS;
	for (; (key = jscope_screen_key(until_ns)) != -1; until_ns = 0) {
		key_take(playback, key);
		if (is_ordered(playback->player))
			break;
	}
	if (jscope_source_interrupted())
		jscope_player_quit(playback->player);
}

/* How the player waits. What is due at once goes by without a look but for now and then. */
static void on_wait(void *state, jscope_ns until_ns)
{
	struct playback *playback = state;
	jscope_ns now_ns = jscope_ns_now();

	playback->is_dirty |= playback->view.is_reading;
	playback->view.is_reading = false;
	if (until_ns > now_ns || now_ns - playback->looked_ns >= LOOK_NS)
		look(playback, until_ns);
}

/* Other keys than that are for later, but for those pressed on the way to a place far off. */
static bool wants_to_quit(const struct jscope_player *player)
{
	int key = jscope_screen_key(0);

	if (jscope_source_interrupted() || jscope_key_order(key) == JSCOPE_ORDER_QUIT)
		return true;
	if (key != -1 && player->goal == JSCOPE_GOAL_NONE)
		jscope_screen_key_return(key);
	return false;
}

/* While the trace is read on its way to the next record, or to a place far off. */
static bool on_reading(void *state)
{
	struct playback *playback = state;
	struct jscope_player *player = playback->player;
	jscope_ns now_ns = jscope_ns_now();

	if (now_ns - playback->looked_ns >= LOOK_NS) {
		playback->looked_ns = now_ns;
		playback->view.is_reading =
			player->goal != JSCOPE_GOAL_NONE || player->now_ns == JSCOPE_NS_UNKNOWN;
		draw(playback);
		if (wants_to_quit(player))
			jscope_player_quit(player);
	}
	return is_left(player);
}

static void on_record(void *state, struct jscope_record *record)
{
	jscope_player_put(((struct playback *)state)->player, record);
}

static bool has_losses(const struct jscope_trace_info *info)
{
	return info->lost_events || info->lost_packets || info->refused;
}

static void end_note(struct playback *playback, const struct jscope_trace_info *info)
{
	playback->view.end_ns = info->end_ns;
	playback->is_degraded = info->partial || info->error_count || has_losses(info);
}

/* Once from the begin to the end, or until it must be read anew. */
static int trace_play(struct playback *playback)
{
	struct jscope_record_order *order;
	int error = jscope_record_order_create(JSCOPE_WHAT_ALL, on_record, playback, &order);

	if (error < 0)
		return error;
	jscope_source_watch(on_reading, playback);
	error = jscope_trace_replay(playback->trace, jscope_record_order_sink(order));
	jscope_source_watch(NULL, NULL);
	playback->is_whole = error == 0 && !is_left(playback->player);
	if (playback->is_whole)
		end_note(playback, jscope_trace_info(playback->trace));
	if (error == 0) {
		jscope_record_order_finish(order);
		jscope_player_end(playback->player);
	}
	jscope_record_order_destroy(order);
	return error;
}

/* What is lost counts, even when somebody quits before the end; that he does is no damage. */
static int verdict(const struct playback *playback, const struct jscope_source_settings *source)
{
	const struct jscope_trace_info *info = jscope_trace_info(playback->trace);

	if (jscope_source_interrupted()) {
		fprintf(stderr, "jitterscope: Stopped before the end of '%s'.\n", info->path);
		return JSCOPE_EXIT_DEGRADED;
	}
	if (playback->is_whole)
		return jscope_source_verdict(playback->trace, source);
	if (!playback->is_degraded && !has_losses(info))
		return JSCOPE_EXIT_DONE;
	if (!source->quiet)
		fprintf(stderr,
			"jitterscope: '%s' is damaged, or lost events: 'jitterscope report' tells "
			"what.\n",
			info->path);
	return JSCOPE_EXIT_DEGRADED;
}

static void source_close(struct playback *playback)
{
	jscope_source_close(playback->trace);
	playback->trace = NULL;
}

/* The trace is open; when this returns it is open again, or there was an error. */
static int play(struct playback *playback, const char *path)
{
	int error;

	for (;;) {
		error = trace_play(playback);
		if (error < 0 || playback->player->has_quit)
			return error;
		source_close(playback);
		jscope_player_reread(playback->player);
		error = jscope_source_open(path, &playback->source, &playback->trace);
		if (error < 0)
			return error;
	}
}

static int play_on_screen(struct playback *playback, const char *path)
{
	int error = jscope_source_open(path, &playback->source, &playback->trace);

	if (error < 0)
		return error;
	error = jscope_screen_open();
	if (error < 0)
		return error;
	error = play(playback, path);
	jscope_screen_close();
	return error;
}

int jscope_playback_run(const char *path, const struct jscope_playback_settings *settings)
{
	struct playback playback = { .source = *settings->source,
				     .view = { .path = path,
					       .subject = JSCOPE_SUBJECT_NONE,
					       .begin_ns = JSCOPE_NS_UNKNOWN,
					       .end_ns = JSCOPE_NS_UNKNOWN } };
	int result = jscope_player_create(&jscope_pacer_monotonic, settings->speed_millionths,
					  settings->listed_what, &playback.player);

	if (result < 0)
		return jscope_fail(result);
	playback.source.is_steady = true;
	playback.player->wait = on_wait;
	playback.player->wait_state = &playback;
	result = play_on_screen(&playback, path);
	result = result < 0 ? jscope_fail(result) : verdict(&playback, settings->source);
	if (playback.trace)
		jscope_source_close(playback.trace);
	free(playback.player);
	return result;
}
