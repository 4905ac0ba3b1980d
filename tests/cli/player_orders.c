/*
 * Is the picture the same, however one comes to it? Gives a player of a recording random orders
 * against a clock of our own, and compares what it shows after each with what the records up to there
 * say. usage: player_orders TRACE SEED
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/record_order.h"
#include "playback/player.h"
#include "replay/trace.h"

#define ORDERS_COUNT 400
#define RECORDS_MAX  60000

static struct jscope_record records[RECORDS_MAX];
static size_t record_count;
static jscope_ns begin_ns, end_ns;

/* A clock that stands still unless someone waits. */
static jscope_ns clock_ns;

static jscope_ns clock_now(void *state)
{
	(void)state;
	return clock_ns;
}

static const struct jscope_pacer_clock standing_clock = { .now = clock_now };

static uint64_t seed;

static uint64_t draw(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

static struct jscope_player *player;
static struct jscope_scene oracle;
static unsigned orders_given, rereads;
static const char *order_name = "begin";
static uint64_t expected = 1;

#define CHECK(what)                                                                                \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr,                                                            \
				"after order %u (%s), %" PRIu64 " of %" PRIu64 ": not %s\n",       \
				orders_given, order_name, player->scene.applied, expected, #what); \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)

/* How many records lie at or before an instant, each no earlier than those ahead of it. */
static uint64_t index_of(jscope_ns at_ns)
{
	uint64_t i = 0;

	while (i < record_count && records[i].at_ns <= at_ns)
		i++;
	return i;
}

static bool same_record(const struct jscope_record *a, const struct jscope_record *b)
{
	return a->serial == b->serial && a->at_ns == b->at_ns && a->what == b->what;
}

/* What is said of positions, straight from the records. */
static void position_check(const struct jscope_subject *subject)
{
	const struct jscope_record *last = NULL;

	for (uint64_t i = 0; i < player->scene.applied; i++)
		if (records[i].what == JSCOPE_RECORD_POSITION &&
		    records[i].stream.index == subject->stream.index)
			last = &records[i];
	CHECK(subject->has_position == (last != NULL));
	if (!last)
		return;
	CHECK(subject->position.position.linear_frames == last->position.linear_frames);
	CHECK(subject->position.position.headroom_frames == last->position.headroom_frames);
	CHECK(subject->position.position.stream == &subject->position.stream);
}

static void subject_check(const struct jscope_subject *is, const struct jscope_subject *said)
{
	CHECK(is->has_requests == said->has_requests);
	CHECK(is->has_chain == said->has_chain && is->has_glitch == said->has_glitch);
	CHECK(!is->has_chain || same_record(&is->chain, &said->chain));
	CHECK(!is->has_glitch || same_record(&is->glitch, &said->glitch));
	CHECK(is->chains == said->chains && is->late == said->late);
	CHECK(is->glitches == said->glitches && is->defects == said->defects);
	if (!is->has_requests)
		position_check(is);
}

/* A copy stands by itself. */
static void copy_check(void)
{
	static struct jscope_scene copy;

	jscope_scene_copy(&copy, &player->scene);
	for (unsigned i = 0; i < copy.subject_count; i++) {
		const struct jscope_subject *subject = &copy.subjects[i];

		CHECK(!subject->has_position ||
		      subject->position.position.stream == &subject->position.stream);
		CHECK(!subject->has_chain || !subject->has_requests ||
		      subject->chain.request.device == subject->chain.device);
	}
}

static void scene_check(void)
{
	const struct jscope_scene *scene = &player->scene;

	CHECK(scene->applied == expected);
	jscope_scene_init(&oracle);
	for (uint64_t i = 0; i < expected; i++)
		jscope_scene_apply(&oracle, &records[i], JSCOPE_WHAT_ALL);
	CHECK(scene->at_ns == oracle.at_ns && scene->listed == oracle.listed);
	CHECK(scene->subject_count == oracle.subject_count);
	for (unsigned i = 0; i < scene->subject_count; i++)
		subject_check(&scene->subjects[i], &oracle.subjects[i]);
	for (uint64_t i = 0; i < JSCOPE_LINES_MAX && i < scene->listed; i++)
		CHECK(same_record(&scene->lines[i].record, &oracle.lines[i].record));
	copy_check();
}

/* The place of the next notable record of a subject from `from` on, by what makes one notable. */
static uint64_t notable_after(uint64_t from, unsigned subject)
{
	jscope_scene_init(&oracle);
	for (uint64_t i = 0; i < record_count; i++) {
		struct jscope_scene_step step =
			jscope_scene_apply(&oracle, &records[i], JSCOPE_WHAT_ALL);

		if (i >= from && step.is_notable && step.subject == subject)
			return i + 1;
	}
	return record_count;
}

static uint64_t notable_before(uint64_t applied, unsigned subject)
{
	uint64_t found = applied;

	jscope_scene_init(&oracle);
	for (uint64_t i = 0; i + 1 < applied; i++) {
		struct jscope_scene_step step =
			jscope_scene_apply(&oracle, &records[i], JSCOPE_WHAT_ALL);

		if (step.is_notable && step.subject == subject)
			found = i + 1;
	}
	return found;
}

/* Anywhere, or where a stretch of the history begins. */
static jscope_ns instant_draw(void)
{
	uint64_t edge = draw(record_count / JSCOPE_STRETCH_RECORDS + 1) * JSCOPE_STRETCH_RECORDS;

	edge += draw(4);
	edge -= edge > 1 ? 2 : 0;
	return draw(2) && edge < record_count
		       ? records[edge].at_ns
		       : begin_ns + (jscope_ns)draw((uint64_t)(end_ns - begin_ns) + 1);
}

static void order_seek(void)
{
	jscope_ns at_ns = instant_draw();

	order_name = "seek";
	expected = index_of(at_ns);
	jscope_player_seek(player, at_ns);
}

static void order_step(void)
{
	order_name = "step";
	expected = player->scene.applied < record_count ? player->scene.applied + 1 : record_count;
	jscope_player_step(player);
}

static void order_step_back(void)
{
	order_name = "step back";
	expected = player->scene.applied > 1 ? player->scene.applied - 1 : player->scene.applied;
	jscope_player_step_back(player);
}

static void order_next(void)
{
	unsigned subject = (unsigned)draw(player->scene.subject_count + 1);

	order_name = "next";
	expected = notable_after(player->scene.applied, subject);
	jscope_player_next(player, subject);
}

static void order_previous(void)
{
	unsigned subject = (unsigned)draw(player->scene.subject_count + 1);
	uint64_t applied = player->scene.applied;

	order_name = "previous";
	expected = notable_before(applied, subject);
	CHECK(jscope_player_previous(player, subject) == (expected != applied));
}

static void order_ends(void)
{
	bool to_end = draw(2);

	order_name = to_end ? "end" : "home";
	expected = to_end ? record_count : 1;
	to_end ? jscope_player_seek_end(player) : jscope_player_seek_begin(player);
}

static jscope_ns played_from_ns, played_clock_ns;
static unsigned waits_left;

/* Played for a while, at some speed, it is paused where the clock says. */
static void order_play(void)
{
	order_name = "play";
	jscope_player_set_speed(player, JSCOPE_SPEED_ONE / 4 << draw(6));
	waits_left = 1 + (unsigned)draw(60);
	played_from_ns = player->now_ns;
	played_clock_ns = clock_ns;
	jscope_player_pause(player, false);
}

static void play_end(void)
{
	jscope_ns now_ns =
		played_from_ns + jscope_muldiv(clock_ns - played_clock_ns,
					       player->pacer.speed_millionths, JSCOPE_SPEED_ONE);

	jscope_player_pause(player, true);
	expected = player->scene.applied;
	CHECK(player->is_at_end || player->now_ns <= now_ns);
	CHECK(expected == index_of(player->now_ns) || records[expected].at_ns == player->now_ns);
}

static void order_give(void)
{
	static void (*const orders[])(
		void) = { order_seek,	   order_seek, order_seek, order_step,	   order_step_back,
			  order_step_back, order_next, order_play, order_previous, order_ends };

	if (orders_given++ == ORDERS_COUNT)
		jscope_player_quit(player);
	else
		orders[draw(sizeof orders / sizeof orders[0])]();
}

/* A wait of the player: time goes by, or an order is given. */
static void on_wait(void *state, jscope_ns until_ns)
{
	(void)state;
	if (waits_left > 0 && --waits_left > 0) {
		if (until_ns != INT64_MAX && until_ns > clock_ns)
			clock_ns += 1 + (jscope_ns)draw((uint64_t)(until_ns - clock_ns));
		return;
	}
	if (!player->is_paused)
		play_end();
	scene_check();
	order_give();
}

static void keep(void *state, struct jscope_record *record)
{
	(void)state;
	if (record_count == RECORDS_MAX)
		exit(2);
	jscope_record_copy(&records[record_count++], record);
}

/* The names of its streams are those of the records. */
static struct jscope_trace *trace;

static void records_read(const char *path)
{
	static struct jscope_trace_options options;
	struct jscope_record_order *order;

	jscope_trace_options_init(&options);
	if (jscope_trace_open(path, &options, &trace) < 0 ||
	    jscope_record_order_create(JSCOPE_WHAT_ALL, keep, NULL, &order) < 0 ||
	    jscope_trace_replay(trace, jscope_record_order_sink(order)) < 0)
		exit(2);
	jscope_record_order_finish(order);
	jscope_record_order_destroy(order);
	begin_ns = records[0].at_ns;
	end_ns = records[record_count - 1].at_ns;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	records_read(argv[1]);
	seed = strtoull(argv[2], NULL, 10);
	if (jscope_player_create(&standing_clock, JSCOPE_SPEED_ONE, JSCOPE_WHAT_ALL, &player) < 0)
		return 2;
	player->wait = on_wait;
	player->is_paused = true;
	jscope_player_seek_begin(player);
	while (!player->has_quit) {
		for (size_t i = 0; i < record_count; i++)
			jscope_player_put(player, &records[i]);
		jscope_player_end(player);
		rereads += player->must_reread;
		jscope_player_reread(player);
	}
	printf("%zu records, %u orders, read anew %u times\n", record_count, orders_given - 1,
	       rereads);
	free(player);
	jscope_trace_destroy(trace);
	return 0;
}
