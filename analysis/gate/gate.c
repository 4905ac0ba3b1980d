/* Gates, by recursive descent: each rule of the grammar in analysis/gate.h is a function. */
#include "analysis/gate.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate_parser.h"

/* "wake" or "request.wake" */

static const char *const sections[] = { "notification", "request", "irq",
					"softirq",	"wakeup",  "trace" };

static bool take_section(struct jscope__gate_parser *parser)
{
	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
		const size_t length = strlen(sections[i]);

		if (jscope__gate_word_length(parser->at) != length ||
		    !jscope__gate_is_next(parser, sections[i]) || parser->at[length] != '.')
			continue;
		parser->at += length + 1;
		snprintf(parser->condition->section, sizeof parser->condition->section, "%s",
			 sections[i]);
		return true;
	}
	return false;
}

static int word_unknown(const struct jscope__gate_parser *parser, size_t length, bool is_count)
{
	char known[512];

	return jscope__gate_refuse(parser, parser->at, "There is no %s '%s%s%.*s'; there are %s.",
				   is_count ? "count" : "distribution", parser->condition->section,
				   *parser->condition->section ? "." : "", (int)length, parser->at,
				   jscope__gate_words(known, sizeof known, is_count));
}

static int name_parse(struct jscope__gate_parser *parser, bool is_count)
{
	struct jscope__condition *condition = parser->condition;
	size_t length;

	jscope__gate_blanks(parser);
	take_section(parser);
	length = jscope__gate_word_length(parser->at);
	if (length == 0)
		return jscope__gate_refuse(parser, parser->at,
					   "The name of a figure is missing, such as %s.",
					   is_count ? "glitches" : "wake");
	parser->word = jscope__gate_word(condition->section, parser->at, length, is_count);
	if (!parser->word)
		return word_unknown(parser, length, is_count);
	snprintf(condition->section, sizeof condition->section, "%s", parser->word->section);
	snprintf(condition->name, sizeof condition->name, "%s", parser->word->name);
	parser->at += length;
	return 0;
}

static int owner_parse(struct jscope__gate_parser *parser)
{
	const char *begin, *end;

	jscope__gate_blanks(parser);
	begin = parser->at;
	if (jscope__gate_take(parser, "\"")) {
		begin = parser->at;
		end = strchr(begin, '"');
		if (!end)
			return jscope__gate_refuse(parser, begin - 1,
						   "The quotation does not end.");
		parser->at = end + 1;
	} else {
		end = begin + strcspn(begin, " ,;()\"<>=!");
		parser->at = end;
	}
	if (end == begin || (size_t)(end - begin) >= JSCOPE__NAME_SIZE)
		return jscope__gate_refuse(parser, begin,
					   "Here belongs the name of a device, stream, interrupt "
					   "line or thread, of 1 to %d characters.",
					   JSCOPE__NAME_SIZE - 1);
	memcpy(parser->condition->owner, begin, (size_t)(end - begin));
	return 0;
}

/* "(wake, dev1)" */
static int dist_parse(struct jscope__gate_parser *parser, const char *of)
{
	int error = jscope__gate_expect(parser, "(", of);

	if (!error)
		error = name_parse(parser, false);
	if (!error && jscope__gate_take(parser, ","))
		error = owner_parse(parser);
	return error ? error : jscope__gate_expect(parser, ")", "the name of the figure");
}

static int quantile_parse(struct jscope__gate_parser *parser)
{
	struct jscope__condition *condition = parser->condition;
	const char *begin = parser->at;
	double percent;
	int error;

	parser->at++;
	error = jscope__gate_number(parser, &percent);
	if (error)
		return error;
	if (!(percent > 0 && percent < 100))
		return jscope__gate_refuse(parser, begin,
					   "A percentile lies between p0 and p100; for the ends "
					   "there are min(...) and max(...).");
	condition->figure = JSCOPE__GATE_QUANTILE;
	condition->q = percent / 100;
	return dist_parse(parser, "the percentile");
}

/* What averages are called. */
static bool is_mean(const char *at, size_t length)
{
	static const char *const words[] = { "mean", "avg", "average", "stddev", "sd", "std" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strlen(words[i]) == length && strncmp(words[i], at, length) == 0)
			return true;
	return false;
}

static int mean_refuse(const struct jscope__gate_parser *parser, size_t length)
{
	return jscope__gate_refuse(
		parser, parser->at,
		"A gate on '%.*s' is refused: one stall of 4 ms among a thousand periods is a "
		"glitch, and moves the mean by 4 us; more load may even improve it. Gate "
		"what is heard, a percentile such as p99.9(wake) or the glitches.",
		(int)length, parser->at);
}

static int count_parse(struct jscope__gate_parser *parser)
{
	int error;

	parser->condition->figure = JSCOPE__GATE_COUNT;
	error = name_parse(parser, true);
	if (error || !jscope__gate_take(parser, "("))
		return error;
	error = owner_parse(parser);
	return error ? error : jscope__gate_expect(parser, ")", "the name of the device");
}

static int figure_parse(struct jscope__gate_parser *parser)
{
	size_t length;

	jscope__gate_blanks(parser);
	length = jscope__gate_word_length(parser->at);
	if (*parser->at == 'p' && (isdigit((unsigned char)parser->at[1]) || parser->at[1] == '.'))
		return quantile_parse(parser);
	if (is_mean(parser->at, length))
		return mean_refuse(parser, length);
	if (jscope__gate_take_word(parser, "min"))
		parser->condition->figure = JSCOPE__GATE_MIN;
	else if (jscope__gate_take_word(parser, "max"))
		parser->condition->figure = JSCOPE__GATE_MAX;
	else
		return count_parse(parser);
	return dist_parse(parser, "min or max");
}

static int relation_parse(struct jscope__gate_parser *parser)
{
	static const struct {
		const char *sign;
		enum jscope__relation relation;
	} signs[] = {
		{ "<=", JSCOPE__AT_MOST }, { ">=", JSCOPE__AT_LEAST }, { "==", JSCOPE__EQUAL },
		{ "!=", JSCOPE__UNEQUAL }, { "<", JSCOPE__LESS },      { ">", JSCOPE__GREATER },
	};
	const char *begin;

	jscope__gate_blanks(parser);
	begin = parser->at;
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
		if (!jscope__gate_take(parser, signs[i].sign))
			continue;
		parser->condition->relation = signs[i].relation;
		if (parser->condition->figure == JSCOPE__GATE_QUANTILE &&
		    (signs[i].relation == JSCOPE__EQUAL || signs[i].relation == JSCOPE__UNEQUAL))
			return jscope__gate_refuse(parser, begin,
						   "A percentile is never known that exactly; "
						   "use <, <=, > or >=.");
		return 0;
	}
	return jscope__gate_refuse(parser, begin, "Here belongs one of < <= > >= == !=.");
}

/* 0 is 0 in any unit. */
static int bound_check(const struct jscope__gate_parser *parser, const char *at,
		       const struct jscope__gate_sum *sum)
{
	if (!isfinite(sum->scale) || !isfinite(sum->offset))
		return jscope__gate_refuse(parser, at, "This is too large.");
	if (sum->has_baseline && sum->scale < 0)
		return jscope__gate_refuse(parser, at, "The baseline must not count below zero.");
	if (parser->word->is_time && !sum->is_time && sum->offset != 0)
		return jscope__gate_refuse(parser, at, "'%s' is a time: give a unit, such as %gus.",
					   parser->word->word, fabs(sum->offset));
	if (!parser->word->is_time && sum->is_time)
		return jscope__gate_refuse(parser, at,
					   "'%s' is counted: give a number without unit.",
					   parser->word->word);
	return 0;
}

static int bound_parse(struct jscope__gate_parser *parser)
{
	const char *begin;
	struct jscope__gate_sum sum;
	int error;

	jscope__gate_blanks(parser);
	begin = parser->at;
	error = jscope__gate_sum_parse(parser, &sum);
	error = error ? error : bound_check(parser, begin, &sum);
	if (error)
		return error;
	parser->condition->has_baseline = sum.has_baseline;
	parser->condition->scale = sum.scale;
	parser->condition->offset = sum.offset;
	return 0;
}

/* Cleaned, as it stands in reports, without the blanks behind it. */
static int text_keep(const struct jscope__gate_parser *parser, const char *begin)
{
	char text[sizeof parser->condition->text];
	size_t length = (size_t)(parser->at - begin);

	while (length > 0 && isspace((unsigned char)begin[length - 1]))
		length--;
	if (length >= sizeof text)
		return jscope__gate_refuse(parser, begin, "A condition has at most %zu characters.",
					   sizeof text - 1);
	memcpy(text, begin, length);
	text[length] = '\0';
	jscope__clean(parser->condition->text, sizeof text, text);
	return 0;
}

static int condition_parse(struct jscope__gate_parser *parser)
{
	const char *begin;
	int error;

	jscope__gate_blanks(parser);
	begin = parser->at;
	error = figure_parse(parser);
	error = error ? error : relation_parse(parser);
	error = error ? error : bound_parse(parser);
	return error ? error : text_keep(parser, begin);
}

static bool is_at_end(struct jscope__gate_parser *parser)
{
	jscope__gate_blanks(parser);
	return *parser->at == '\0';
}

/* A ';' may end the last condition, too. */
static int conditions_parse(struct jscope__gate_parser *parser, struct jscope_gate *gate)
{
	int error;

	do {
		if (gate->count == JSCOPE_GATE_CONDITIONS_MAX)
			return jscope__gate_refuse(parser, parser->at,
						   "A gate has at most %d conditions.",
						   JSCOPE_GATE_CONDITIONS_MAX);
		parser->condition = &gate->conditions[gate->count];
		parser->word = NULL;
		error = condition_parse(parser);
		if (error)
			return error;
		gate->count++;
	} while (jscope__gate_take(parser, ";") && !is_at_end(parser));
	if (!is_at_end(parser))
		return jscope__gate_refuse(parser, parser->at, "Conditions stand apart by ';'.");
	return 0;
}

int jscope_gate_parse(const char *text, struct jscope_gate **ret_gate)
{
	struct jscope_gate *gate = calloc(1, sizeof *gate);
	struct jscope__gate_parser parser = { .text = text, .at = text };
	int error;

	if (!gate)
		return -ENOMEM;
	error = conditions_parse(&parser, gate);
	if (error) {
		free(gate);
		return error;
	}
	*ret_gate = gate;
	return 0;
}

void jscope_gate_destroy(struct jscope_gate *gate)
{
	free(gate);
}

bool jscope_gate_needs_baseline(const struct jscope_gate *gate)
{
	for (unsigned i = 0; i < gate->count; i++)
		if (gate->conditions[i].has_baseline)
			return true;
	return false;
}

const char *jscope_gate_verdict_name(enum jscope_gate_verdict verdict)
{
	static const char *const names[] = { "pass", "fail", "insufficient", "invalid" };

	return names[verdict];
}
