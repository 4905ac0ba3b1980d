#include "tsdl.h"

#include <errno.h>
#include <string.h>

/* Cycles of a clock that does not say how many it makes in a second: those of nanoseconds. */
#define FREQUENCY_HZ_USUAL 1000000000

/* Attributes of `clock`; target: its jscope__ctf_clock. */

static int name_set(struct jscope__tsdl_parser *parser, void *target,
		    const struct jscope__tsdl_value *value)
{
	struct jscope__ctf_clock *clock = target;

	return jscope__tsdl_value_text(parser, value, &clock->name);
}

static int uuid_set(struct jscope__tsdl_parser *parser, void *target,
		    const struct jscope__tsdl_value *value)
{
	struct jscope__ctf_clock *clock = target;

	return jscope__tsdl_value_uuid(parser, value, clock->uuid);
}

static int frequency_set(struct jscope__tsdl_parser *parser, void *target,
			 const struct jscope__tsdl_value *value)
{
	struct jscope__ctf_clock *clock = target;

	return jscope__tsdl_value_unsigned(parser, value, 1, INT64_MAX, &clock->frequency_hz);
}

static int offset_s_set(struct jscope__tsdl_parser *parser, void *target,
			const struct jscope__tsdl_value *value)
{
	struct jscope__ctf_clock *clock = target;

	return jscope__tsdl_value_signed(parser, value, &clock->offset_s);
}

static int offset_set(struct jscope__tsdl_parser *parser, void *target,
		      const struct jscope__tsdl_value *value)
{
	struct jscope__ctf_clock *clock = target;

	return jscope__tsdl_value_signed(parser, value, &clock->offset_cycles);
}

static int absolute_set(struct jscope__tsdl_parser *parser, void *target,
			const struct jscope__tsdl_value *value)
{
	struct jscope__ctf_clock *clock = target;

	return jscope__tsdl_value_bool(parser, value, &clock->is_absolute);
}

static bool clocks_are_one(const struct jscope__ctf_clock *a, const struct jscope__ctf_clock *b)
{
	return a->frequency_hz == b->frequency_hz && a->offset_s == b->offset_s &&
	       a->offset_cycles == b->offset_cycles && a->is_absolute == b->is_absolute &&
	       memcmp(a->uuid, b->uuid, sizeof a->uuid) == 0;
}

/* babeltrace2 writes down the clock that streams share once for each of them. */
static int clock_add(struct jscope__tsdl_parser *parser, const struct jscope__ctf_clock *clock,
		     unsigned line)
{
	struct jscope__ctf_metadata *metadata = parser->metadata;
	int error = jscope__tsdl_name_add(parser, &parser->clocks, clock->name,
					  (void *)(uintptr_t)(metadata->clock_count + 1));

	if (error == -EEXIST && clocks_are_one(clock, jscope__tsdl_clock_find(parser, clock->name)))
		return 0;
	if (error == -EEXIST)
		return jscope__tsdl_refuse(parser, line,
					   "two clocks are named '%.64s'; " JSCOPE__TSDL_REMEDY,
					   clock->name);
	if (error < 0)
		return error;
	metadata->clocks = jscope__ctf_arena_extend(parser->arena, metadata->clocks,
						    metadata->clock_count, sizeof *clock);
	if (!metadata->clocks)
		return jscope__tsdl_no_memory(parser);
	metadata->clocks[metadata->clock_count++] = *clock;
	return 0;
}

int jscope__tsdl_clock_parse(struct jscope__tsdl_parser *parser)
{
	static const struct jscope__tsdl_row rows[] = {
		{ .name = "name", .set = name_set },
		{ .name = "uuid", .set = uuid_set },
		{ .name = "freq", .set = frequency_set },
		{ .name = "offset_s", .set = offset_s_set },
		{ .name = "offset", .set = offset_set },
		{ .name = "absolute", .set = absolute_set },
	};
	static const struct jscope__tsdl_form form = { "a clock", rows, sizeof rows / sizeof *rows,
						       NULL };
	const unsigned line = parser->token.line;
	struct jscope__ctf_clock clock = { .frequency_hz = FREQUENCY_HZ_USUAL };
	int error = jscope__tsdl_count(parser);

	if (error == 0)
		error = jscope__tsdl_form_parse(parser, &form, &clock);
	if (error == 0 && !clock.name)
		return jscope__tsdl_refuse(parser, line,
					   "a clock has no 'name'; " JSCOPE__TSDL_REMEDY);
	return error < 0 ? error : clock_add(parser, &clock, line);
}

const struct jscope__ctf_clock *jscope__tsdl_clock_find(const struct jscope__tsdl_parser *parser,
							const char *name)
{
	const uintptr_t number = (uintptr_t)jscope__tsdl_name_find(&parser->clocks, name);

	return number ? &parser->metadata->clocks[number - 1] : NULL;
}

/*
 * Traces may leave it to the reader that the fields which are named after a timestamp show the
 * only clock there is. Where there is none at all, it counts nanoseconds.
 */
int jscope__tsdl_clock_only(struct jscope__tsdl_parser *parser, unsigned line,
			    const struct jscope__ctf_clock **ret_clock)
{
	const struct jscope__ctf_clock usual = { .name = "default",
						 .frequency_hz = FREQUENCY_HZ_USUAL };

	if (parser->metadata->clock_count > 1)
		return jscope__tsdl_refuse(
			parser, line,
			"a timestamp does not say by 'map' which of %zu clocks it "
			"shows; " JSCOPE__TSDL_REMEDY,
			parser->metadata->clock_count);
	if (parser->metadata->clock_count == 0) {
		int error = clock_add(parser, &usual, line);

		if (error < 0)
			return error;
	}
	*ret_clock = &parser->metadata->clocks[0];
	return 0;
}
