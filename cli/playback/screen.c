#include "playback/screen.h"

#define NCURSES_WIDECHAR 1
#include <errno.h>
#include <inttypes.h>
#include <ncurses.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "common/name.h"
#include "playback/canvas.h"
#include "playback/keys.h"
#include "playback/panel.h"
#include "terminal.h"

/* Rows of the screen, from the top. */
enum {
	ROW_HEAD,
	ROW_SUBJECT,
	ROW_BUFFER = 3,
	ROW_CHAIN = ROW_BUFFER + JSCOPE_PANEL_BUFFER_ROWS,
	ROW_COUNTS = ROW_CHAIN + JSCOPE_PANEL_CHAIN_ROWS,
	ROW_RULE = ROW_COUNTS + 2,
	ROW_LINES,
};

#define NAME_SIZE 200
#define LINE_SIZE 512

static SCREEN *screen; /* owned; NULL while the terminal is not ours */

int jscope_screen_open(void)
{
	const char *terminal = getenv("TERM");

	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return jscope_error(-ENOTTY,
				    "The terminal '%s' is not known here: set TERM to one that is, "
				    "such as xterm, or leave --view out.",
				    terminal ? terminal : "");
	cbreak();
	noecho();
	curs_set(0);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	if (jscope_terminal_wants_colour(stdout) && has_colors()) {
		start_color();
		use_default_colors();
		init_pair(1, COLOR_RED, -1);
	}
	return 0;
}

void jscope_screen_close(void)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
}

static const char *state_of(const struct jscope_player *player,
			    const struct jscope_screen_view *view)
{
	if (view->is_reading)
		return "READING";
	if (player->is_at_end)
		return "END";
	return player->is_paused ? "PAUSED" : "PLAYING";
}

static void head_draw(const struct jscope_player *player, const struct jscope_screen_view *view)
{
	char path[NAME_SIZE], now[JSCOPE_TIME_TEXT_SIZE], end[JSCOPE_NS_TEXT_SIZE] = "...";
	char right[NAME_SIZE];

	if (view->end_ns != JSCOPE_NS_UNKNOWN)
		jscope_ns_format(end, jscope_sub_sat(view->end_ns, view->begin_ns));
	snprintf(right, sizeof right, " %s  x%.7g  %s of %s ", state_of(player, view),
		 (double)player->pacer.speed_millionths / (double)JSCOPE_SPEED_ONE,
		 jscope_canvas_time(now, player->now_ns, view->begin_ns), end);
	jscope_canvas_fill(ROW_HEAD, JSCOPE_PAINT_HEAD);
	jscope_canvas_text(ROW_HEAD, 1, JSCOPE_PAINT_HEAD,
			   jscope_name_clean(path, sizeof path, view->path));
	jscope_canvas_right(ROW_HEAD, JSCOPE_PAINT_HEAD, right);
}

static void geometry_text(char *text, size_t size, const struct jscope_subject *subject)
{
	const struct jscope_stream_info *stream = &subject->stream;
	char kind[NAME_SIZE], period[JSCOPE_NS_TEXT_SIZE];
	int used;

	text[0] = '\0';
	if (subject->has_requests)
		return;
	used = snprintf(text, size, "%s", jscope_name_clean(kind, sizeof kind, stream->kind));
	if (stream->buffer_frames && used < (int)size)
		used += snprintf(text + used, size - (size_t)used, ", buffer %" PRIu32,
				 stream->buffer_frames);
	if (stream->period_frames && used < (int)size)
		used += snprintf(text + used, size - (size_t)used, ", period %" PRIu32,
				 stream->period_frames);
	if (stream->rate_hz && used < (int)size)
		used += snprintf(text + used, size - (size_t)used, ", %" PRIu32 " Hz",
				 stream->rate_hz);
	if (stream->nominal_period_ns > 0 && !(stream->period_frames && stream->rate_hz) &&
	    used < (int)size)
		snprintf(text + used, size - (size_t)used, ", every %s",
			 jscope_ns_format(period, stream->nominal_period_ns));
}

static void subject_draw(const struct jscope_scene *scene, unsigned index)
{
	const struct jscope_subject *subject = &scene->subjects[index];
	char name[NAME_SIZE], geometry[NAME_SIZE], text[2 * NAME_SIZE + 40];

	geometry_text(geometry, sizeof geometry, subject);
	snprintf(text, sizeof text, "%s%s%s%s", jscope_subject_name(name, sizeof name, subject),
		 geometry[0] ? " (" : "", geometry, geometry[0] ? ")" : "");
	jscope_canvas_text(ROW_SUBJECT, 1, JSCOPE_PAINT_STRONG, text);
	snprintf(text, sizeof text, " %u of %u ", index + 1, scene->subject_count);
	jscope_canvas_right(ROW_SUBJECT, JSCOPE_PAINT_PLAIN, text);
}

/* The line as replay prints it. */
static void line_draw(int row, const struct jscope_scene_line *line,
		      const struct jscope_screen_view *view)
{
	struct jscope_record record;
	char text[LINE_SIZE];
	FILE *stream = fmemopen(text, sizeof text, "w");

	if (!stream)
		return;
	jscope_record_copy(&record, &line->record);
	record.begin_ns = view->begin_ns == JSCOPE_NS_UNKNOWN ? 0 : view->begin_ns;
	jscope_record_print(&record, stream);
	fclose(stream);
	text[sizeof text - 1] = '\0';
	text[strcspn(text, "\n")] = '\0';
	jscope_canvas_text(row, 1, line->is_notable ? JSCOPE_PAINT_ALARM : JSCOPE_PAINT_PLAIN,
			   text);
}

static void lines_draw(const struct jscope_scene *scene, const struct jscope_screen_view *view)
{
	int room = LINES - 1 - ROW_LINES;
	uint64_t count = scene->listed < JSCOPE_LINES_MAX ? scene->listed : JSCOPE_LINES_MAX;

	mvhline(ROW_RULE, 0, '-', COLS);
	jscope_canvas_print(ROW_RULE, 1, JSCOPE_PAINT_PLAIN, " lines so far: %" PRIu64 " ",
			    scene->listed);
	if (scene->homeless)
		jscope_canvas_print(ROW_RULE, 30, JSCOPE_PAINT_ALARM,
				    " %" PRIu64 " records are of streams beyond the first %d ",
				    scene->homeless, JSCOPE_SUBJECTS_MAX);
	if (room < 0)
		room = 0;
	if (count > (uint64_t)room)
		count = (uint64_t)room;
	for (uint64_t i = 0; i < count; i++)
		line_draw(ROW_LINES + (int)i,
			  &scene->lines[(scene->listed - count + i) % JSCOPE_LINES_MAX], view);
}

static void foot_draw(const struct jscope_screen_view *view)
{
	const int row = LINES - 1;

	jscope_canvas_fill(row, JSCOPE_PAINT_HEAD);
	if (view->prompt)
		jscope_canvas_print(row, 1, JSCOPE_PAINT_HEAD,
				    "Go to (such as 2.5s, Enter ends it): %s_", view->prompt);
	else if (view->remark)
		jscope_canvas_text(row, 1, JSCOPE_PAINT_HEAD, view->remark);
	else
		jscope_canvas_text(row, 1, JSCOPE_PAINT_HEAD,
				   "space pause  . step  , back  [ ] seek  n N glitch  + - speed  "
				   "? help  q quit");
}

static void help_draw(void)
{
	int row = 1;

	jscope_canvas_text(0, 1, JSCOPE_PAINT_STRONG, "Keys (any of them leaves this list)");
	for (const struct jscope_key_row *key = jscope_key_rows; key->names; key++, row++) {
		jscope_canvas_text(row, 3, JSCOPE_PAINT_STRONG, key->names);
		jscope_canvas_text(row, 16, JSCOPE_PAINT_PLAIN, key->help);
	}
}

static void scene_draw(const struct jscope_player *player, const struct jscope_screen_view *view)
{
	const struct jscope_scene *scene = &player->scene;
	const struct jscope_subject *subject;

	head_draw(player, view);
	lines_draw(scene, view);
	foot_draw(view);
	if (view->subject >= scene->subject_count) {
		jscope_canvas_text(ROW_SUBJECT, 1, JSCOPE_PAINT_PLAIN, "nothing to be seen yet");
		return;
	}
	subject = &scene->subjects[view->subject];
	subject_draw(scene, view->subject);
	jscope_panel_buffer(ROW_BUFFER, subject, player->now_ns);
	jscope_panel_chain(ROW_CHAIN, subject, view->begin_ns);
	jscope_panel_counts(ROW_COUNTS, subject, view->begin_ns);
}

void jscope_screen_draw(const struct jscope_player *player, const struct jscope_screen_view *view)
{
	/* What is read is on its way to another picture: the last one stands until then. */
	if (view->is_reading && player->now_ns != JSCOPE_NS_UNKNOWN) {
		head_draw(player, view);
		refresh();
		return;
	}
	erase();
	if (COLS < JSCOPE_SCREEN_COLUMNS_MIN || LINES < JSCOPE_SCREEN_ROWS_MIN)
		jscope_canvas_print(0, 0, JSCOPE_PAINT_PLAIN,
				    "%d x %d is too small: %d x %d, please", COLS, LINES,
				    JSCOPE_SCREEN_COLUMNS_MIN, JSCOPE_SCREEN_ROWS_MIN);
	else if (view->shows_help)
		help_draw();
	else
		scene_draw(player, view);
	refresh();
}

int jscope_screen_key(jscope_ns until_ns)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	int key = getch();
	jscope_ns left_ns;
	struct timespec left;

	if (key != ERR)
		return key;
	left_ns = jscope_sub_sat(until_ns, jscope_ns_now());
	if (left_ns <= 0)
		return -1;
	left.tv_sec = left_ns / JSCOPE_NS_PER_SEC;
	left.tv_nsec = left_ns % JSCOPE_NS_PER_SEC;
	ppoll(&input, 1, &left, NULL);
	key = getch();
	if (key != ERR)
		return key;
	/* A terminal that is gone would be ready for ever. */
	return input.revents & (POLLHUP | POLLERR | POLLNVAL) ? 'q' : -1;
}

void jscope_screen_key_return(int key)
{
	ungetch(key);
}
