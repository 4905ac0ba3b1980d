#include "playback/player.h"

#include <errno.h>
#include <stdlib.h>

/* Further behind than this, as after a stop of the machine, what was missed is not hurried through. */
#define BEHIND_NS_MAX JSCOPE_NS_PER_SEC

int jscope_player_create(const struct jscope_pacer_clock *clock, int64_t speed_millionths,
			 unsigned listed_what, struct jscope_player **ret_player)
{
	struct jscope_player *player = calloc(1, sizeof *player);

	if (!player)
		return -ENOMEM;
	jscope_scene_init(&player->scene);
	jscope_history_init(&player->history);
	jscope_pacer_init(&player->pacer, clock, speed_millionths);
	player->listed_what = listed_what;
	player->now_ns = player->first_ns = JSCOPE_NS_UNKNOWN;
	*ret_player = player;
	return 0;
}

/* From the instant that is shown on time goes on as it should. */
static void anchor(struct jscope_player *player)
{
	if (player->now_ns != JSCOPE_NS_UNKNOWN)
		jscope_pacer_anchor(&player->pacer, player->now_ns);
}

static void goal_set(struct jscope_player *player, enum jscope_player_goal goal)
{
	player->goal = goal;
	player->is_at_end = false;
}

static void goal_end(struct jscope_player *player)
{
	player->now_ns =
		player->goal == JSCOPE_GOAL_INSTANT ? player->goal_ns : player->scene.at_ns;
	player->goal = JSCOPE_GOAL_NONE;
	anchor(player);
}

/* Nothing but the records beyond the goal is left. next: the first record not applied. */
static bool goal_is_reached(const struct jscope_player *player, const struct jscope_record *next)
{
	switch (player->goal) {
	case JSCOPE_GOAL_INDEX:
		return player->scene.applied >= player->goal_index;
	case JSCOPE_GOAL_INSTANT:
		return jscope_scene_instant(&player->scene, next) > player->goal_ns;
	case JSCOPE_GOAL_NONE:
	case JSCOPE_GOAL_LISTED:
	case JSCOPE_GOAL_NOTABLE:
	case JSCOPE_GOAL_END:
		break;
	}
	return false;
}

/* Some goals are records. */
static bool goal_is_met(const struct jscope_player *player, const struct jscope_record *record,
			const struct jscope_scene_step *step)
{
	switch (player->goal) {
	case JSCOPE_GOAL_LISTED:
		return jscope_record_bit(record) & player->listed_what;
	case JSCOPE_GOAL_NOTABLE:
		return step->is_notable && step->subject == player->goal_subject;
	case JSCOPE_GOAL_NONE:
	case JSCOPE_GOAL_INDEX:
	case JSCOPE_GOAL_INSTANT:
	case JSCOPE_GOAL_END:
		break;
	}
	return false;
}

/* Going back and coming again, the same places are found again. */
static void notable_keep(struct jscope_player *player, unsigned subject)
{
	const uint64_t index = player->scene.applied - 1, count = player->notable_count;

	if (count && player->notables[(count - 1) % JSCOPE_NOTABLES_MAX].index >= index)
		return;
	player->notables[player->notable_count++ % JSCOPE_NOTABLES_MAX] =
		(struct jscope_notable){ index, subject };
}

static void apply(struct jscope_player *player, const struct jscope_record *record)
{
	const struct jscope_scene_step step =
		jscope_scene_apply(&player->scene, record, player->listed_what);

	if (step.is_notable)
		notable_keep(player, step.subject);
	if (goal_is_met(player, record, &step))
		goal_end(player);
	else if (player->goal == JSCOPE_GOAL_NONE)
		player->now_ns = player->scene.at_ns;
}

/* Time goes on, up to a record that has not been shown. */
static void now_follow(struct jscope_player *player, jscope_ns limit_ns)
{
	jscope_ns now_ns = jscope_pacer_instant(&player->pacer);

	if (now_ns > limit_ns)
		now_ns = limit_ns;
	if (now_ns > player->now_ns)
		player->now_ns = now_ns;
}

/* Of a record that is seen at at_ns. */
static bool is_due(struct jscope_player *player, jscope_ns at_ns)
{
	jscope_ns now_ns = player->pacer.clock->now(player->pacer.clock->state);
	jscope_ns due_ns = jscope_pacer_due(&player->pacer, at_ns);

	if (jscope_sub_sat(now_ns, due_ns) > BEHIND_NS_MAX)
		jscope_pacer_anchor(&player->pacer, at_ns);
	return now_ns >= due_ns;
}

/* Whether the record is to be applied now; orders may have changed which one that is. */
static bool is_time(struct jscope_player *player, const struct jscope_record *next)
{
	const jscope_ns at_ns = jscope_scene_instant(&player->scene, next);
	const uint64_t applied = player->scene.applied;
	jscope_ns due_ns;

	if (player->now_ns == JSCOPE_NS_UNKNOWN) {
		player->now_ns = player->first_ns = at_ns;
		anchor(player);
	}
	due_ns = player->is_paused ? INT64_MAX : jscope_pacer_due(&player->pacer, at_ns);
	player->wait(player->wait_state, due_ns);
	if (player->is_paused || player->goal != JSCOPE_GOAL_NONE || player->has_quit ||
	    player->must_reread || player->scene.applied != applied)
		return false;
	now_follow(player, at_ns);
	return is_due(player, at_ns);
}

static bool is_left(const struct jscope_player *player)
{
	return player->has_quit || player->must_reread;
}

static void play(struct jscope_player *player)
{
	const struct jscope_record *next;

	while (!is_left(player) &&
	       (next = jscope_history_record(&player->history, player->scene.applied))) {
		if (goal_is_reached(player, next))
			goal_end(player);
		else if (player->goal != JSCOPE_GOAL_NONE || is_time(player, next))
			apply(player, next);
	}
}

void jscope_player_put(struct jscope_player *player, const struct jscope_record *record)
{
	if (is_left(player))
		return;
	jscope_history_add(&player->history, &player->scene, record);
	play(player);
}

void jscope_player_end(struct jscope_player *player)
{
	while (!is_left(player)) {
		if (player->goal != JSCOPE_GOAL_NONE) {
			player->goal = JSCOPE_GOAL_END;
			goal_end(player);
		}
		player->is_at_end = true;
		player->wait(player->wait_state, INT64_MAX);
		play(player);
	}
}

void jscope_player_reread(struct jscope_player *player)
{
	player->must_reread = false;
	player->is_at_end = false;
	player->notable_count = 0;
	jscope_scene_init(&player->scene);
	jscope_history_init(&player->history);
}

/* Go on from an earlier scene; NULL: from the begin of the trace. */
static void go_back_to(struct jscope_player *player, const struct jscope_scene *scene)
{
	if (scene)
		jscope_scene_copy(&player->scene, scene);
	else
		player->must_reread = true;
}

static void seek_index(struct jscope_player *player, uint64_t index)
{
	player->goal_index = index;
	goal_set(player, JSCOPE_GOAL_INDEX);
	if (index < player->scene.applied)
		go_back_to(player, jscope_history_before(&player->history, index));
}

void jscope_player_pause(struct jscope_player *player, bool is_paused)
{
	player->is_paused = is_paused;
	anchor(player);
}

void jscope_player_quit(struct jscope_player *player)
{
	player->has_quit = true;
}

void jscope_player_set_speed(struct jscope_player *player, int64_t speed_millionths)
{
	if (speed_millionths < JSCOPE_SPEED_MIN)
		speed_millionths = JSCOPE_SPEED_MIN;
	if (speed_millionths > JSCOPE_SPEED_MAX)
		speed_millionths = JSCOPE_SPEED_MAX;
	player->pacer.speed_millionths = speed_millionths;
	anchor(player);
}

void jscope_player_seek(struct jscope_player *player, jscope_ns at_ns)
{
	if (at_ns < player->first_ns)
		at_ns = player->first_ns;
	player->goal_ns = at_ns;
	goal_set(player, JSCOPE_GOAL_INSTANT);
	if (at_ns < player->scene.at_ns)
		go_back_to(player, jscope_history_before_instant(&player->history, at_ns));
}

void jscope_player_seek_begin(struct jscope_player *player)
{
	seek_index(player, 1);
}

void jscope_player_seek_end(struct jscope_player *player)
{
	goal_set(player, JSCOPE_GOAL_END);
}

void jscope_player_step(struct jscope_player *player)
{
	player->is_paused = true;
	goal_set(player, JSCOPE_GOAL_LISTED);
}

/* The index of the last line among so many records; where that is not known, of any record. */
static uint64_t line_among(const struct jscope_player *player, uint64_t count)
{
	const struct jscope_record *record;
	uint64_t index = count;

	while (index > 0 && (record = jscope_history_record(&player->history, --index)))
		if (jscope_record_bit(record) & player->listed_what)
			break;
	return index;
}

void jscope_player_step_back(struct jscope_player *player)
{
	player->is_paused = true;
	if (player->scene.applied > 1)
		seek_index(player,
			   line_among(player, line_among(player, player->scene.applied)) + 1);
}

void jscope_player_next(struct jscope_player *player, unsigned subject)
{
	player->is_paused = true;
	player->goal_subject = subject;
	goal_set(player, JSCOPE_GOAL_NOTABLE);
}

bool jscope_player_previous(struct jscope_player *player, unsigned subject)
{
	const uint64_t oldest = player->notable_count > JSCOPE_NOTABLES_MAX
					? player->notable_count - JSCOPE_NOTABLES_MAX
					: 0;

	for (uint64_t i = player->notable_count; i > oldest; i--) {
		const struct jscope_notable *notable =
			&player->notables[(i - 1) % JSCOPE_NOTABLES_MAX];

		if (notable->subject != subject || notable->index + 1 >= player->scene.applied)
			continue;
		player->is_paused = true;
		seek_index(player, notable->index + 1);
		return true;
	}
	return false;
}
