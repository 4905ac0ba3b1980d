/* The right side of a condition. */
#include <string.h>

#include "gate_parser.h"

#define DEPTH_MAX 32

static int unit_parse(struct jscope__gate_parser *parser, struct jscope__gate_sum *sum)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	const char *begin;
	size_t length;

	jscope__gate_blanks(parser);
	begin = parser->at;
	length = jscope__gate_word_length(begin);
	if (length == 0)
		return 0;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (strlen(units[i].name) != length || strncmp(begin, units[i].name, length) != 0)
			continue;
		sum->offset *= units[i].ns;
		sum->is_time = true;
		sum->is_bare = false;
		parser->at += length;
		return 0;
	}
	return jscope__gate_refuse(parser, begin, "'%.*s' is no unit; there are ns, us, ms and s.",
				   (int)length, begin);
}

static int operand_parse(struct jscope__gate_parser *parser, struct jscope__gate_sum *ret_sum)
{
	int error;

	*ret_sum = (struct jscope__gate_sum){ 0 };
	if (++parser->depth > DEPTH_MAX)
		return jscope__gate_refuse(parser, parser->at, "This is nested too deeply.");
	if (jscope__gate_take(parser, "-")) {
		error = operand_parse(parser, ret_sum);
		ret_sum->scale = -ret_sum->scale;
		ret_sum->offset = -ret_sum->offset;
	} else if (jscope__gate_take(parser, "(")) {
		error = jscope__gate_sum_parse(parser, ret_sum);
		error = error ? error : jscope__gate_expect(parser, ")", "the sum");
	} else if (jscope__gate_take_word(parser, "baseline")) {
		ret_sum->scale = 1;
		ret_sum->has_baseline = true;
		error = 0;
	} else {
		ret_sum->is_bare = true;
		error = jscope__gate_number(parser, &ret_sum->offset);
		error = error ? error : unit_parse(parser, ret_sum);
	}
	parser->depth--;
	return error;
}

static int multiply(const struct jscope__gate_parser *parser, const char *at,
		    struct jscope__gate_sum *left, const struct jscope__gate_sum *right)
{
	const struct jscope__gate_sum *factor = left->is_bare ? left : right;
	struct jscope__gate_sum product = left->is_bare ? *right : *left;

	if (!factor->is_bare)
		return jscope__gate_refuse(parser, at, "One side of '*' must be a plain number.");
	product.scale *= factor->offset;
	product.offset *= factor->offset;
	*left = product;
	return 0;
}

static int divide(const struct jscope__gate_parser *parser, const char *at,
		  struct jscope__gate_sum *left, const struct jscope__gate_sum *right)
{
	if (!right->is_bare || right->offset == 0)
		return jscope__gate_refuse(parser, at,
					   "Only a plain number other than 0 can divide.");
	left->scale /= right->offset;
	left->offset /= right->offset;
	return 0;
}

static int product_parse(struct jscope__gate_parser *parser, struct jscope__gate_sum *ret_sum)
{
	int error = operand_parse(parser, ret_sum);

	while (!error && (jscope__gate_is_next(parser, "*") || jscope__gate_is_next(parser, "/"))) {
		const char *sign = parser->at++;
		struct jscope__gate_sum right;

		error = operand_parse(parser, &right);
		if (!error)
			error = *sign == '*' ? multiply(parser, sign, ret_sum, &right)
					     : divide(parser, sign, ret_sum, &right);
	}
	return error;
}

static int add(const struct jscope__gate_parser *parser, const char *at,
	       struct jscope__gate_sum *left, struct jscope__gate_sum *right)
{
	const double sign = *at == '-' ? -1 : 1;
	const bool has_bare = left->is_bare || right->is_bare;

	if (has_bare && (left->is_time || right->is_time))
		return jscope__gate_refuse(parser, at,
					   "A time and a number without unit do not add up.");
	left->scale += sign * right->scale;
	left->offset += sign * right->offset;
	left->is_bare = left->is_bare && right->is_bare;
	left->is_time |= right->is_time;
	left->has_baseline |= right->has_baseline;
	return 0;
}

int jscope__gate_sum_parse(struct jscope__gate_parser *parser, struct jscope__gate_sum *ret_sum)
{
	int error = product_parse(parser, ret_sum);

	while (!error && (jscope__gate_is_next(parser, "+") || jscope__gate_is_next(parser, "-"))) {
		const char *sign = parser->at++;
		struct jscope__gate_sum right;

		error = product_parse(parser, &right);
		if (!error)
			error = add(parser, sign, ret_sum, &right);
	}
	return error;
}
