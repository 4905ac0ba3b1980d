#include "parts_story.h"

#include <stdlib.h>
#include <string.h>

#include "../cmocka_all.h"

struct jscope__holders holders;
struct jscope__moves *moves;
struct jscope__held_requests held_requests;
struct jscope__parts parts;

jscope_ns us(double at_us)
{
	return BEGIN + (jscope_ns)(at_us * 1000);
}

int forget(void **state)
{
	(void)state;
	free(moves);
	moves = calloc(1, sizeof *moves);
	held_requests.count = 0;
	jscope__holders_finish(&holders);
	return jscope__holders_init(&holders) || !moves;
}

int clean_up(void **state)
{
	(void)state;
	free(moves);
	jscope__holders_finish(&holders);
	return 0;
}

struct jscope_occupancy held(unsigned cpu, double at_us, enum jscope_holder holder, uint64_t id,
			     double begin_us)
{
	return (struct jscope_occupancy){
		.cpu = cpu,
		.at_ns = us(at_us),
		.by = { .holder = holder, .id = id, .begin_ns = us(begin_us), .name = "" }
	};
}

/* A kernel's CPU. */
void kernel(unsigned cpu, double at_us, enum jscope_holder holder, uint64_t id, double begin_us)
{
	const struct jscope_occupancy change = held(cpu, at_us, holder, id, begin_us);

	jscope__holders_change(&holders, &change);
}

void thread(unsigned cpu, double at_us, uint64_t tid, const char *name)
{
	struct jscope_occupancy change = held(cpu, at_us, JSCOPE_HOLDER_THREAD, tid, at_us);

	change.by.name = name;
	jscope__holders_change(&holders, &change);
}

void assert_sum(void)
{
	jscope_ns sum_ns = 0;

	for (unsigned i = 0; i < parts.count; i++)
		sum_ns += parts.part[i].length_ns;
	assert_int_equal(sum_ns, parts.total_ns);
}

struct jscope__part assert_part(unsigned i, unsigned stage, enum jscope__culprit_kind kind,
				double length_us)
{
	assert_true(i < parts.count);
	assert_int_equal(parts.part[i].stage, stage);
	assert_int_equal(parts.part[i].culprit.kind, kind);
	assert_int_equal(parts.part[i].length_ns, (jscope_ns)(length_us * 1000));
	return parts.part[i];
}

void assert_names(struct jscope__part part, const char *text)
{
	char found[JSCOPE__CULPRIT_SIZE];

	assert_string_equal(jscope__culprit_text(&holders, part.culprit, found), text);
}
