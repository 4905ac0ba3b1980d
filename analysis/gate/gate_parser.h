/*
 * What the rules of a gate's grammar read with: the place in the text, and the sentences that point
 * there. Inside analysis/.
 */
#ifndef ANALYSIS_GATE_PARSER_H
#define ANALYSIS_GATE_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "gate_tree.h"
#include "gate_words.h"

struct jscope__gate_parser {
	const char *text, *at;
	struct jscope__condition *condition;  /* that is read */
	const struct jscope__gate_word *word; /* of its figure; NULL where there is none yet */
	unsigned depth;			      /* of parentheses and signs */
};

/* What a sum is so far: offset + scale * baseline. */
struct jscope__gate_sum {
	double scale, offset;
	bool has_baseline;
	bool is_time; /* the offset had a unit */
	bool is_bare; /* just a number */
};

/* The sentence, the gate, and a mark below the place that the sentence speaks of. Returns -EINVAL. */
int jscope__gate_refuse(const struct jscope__gate_parser *parser, const char *at,
			const char *format, ...) __attribute__((format(printf, 3, 4)));

void jscope__gate_blanks(struct jscope__gate_parser *parser);
/* Behind blanks: is this sign next; go behind it where it is; refuse where it is not. */
bool jscope__gate_is_next(struct jscope__gate_parser *parser, const char *sign);
bool jscope__gate_take(struct jscope__gate_parser *parser, const char *sign);
int jscope__gate_expect(struct jscope__gate_parser *parser, const char *sign, const char *after);
/* The same of a whole word. */
bool jscope__gate_take_word(struct jscope__gate_parser *parser, const char *word);
/* Of the word that begins here; 0 where none does. */
size_t jscope__gate_word_length(const char *at);

/* Both return 0 or -EINVAL with sentences. */
int jscope__gate_number(struct jscope__gate_parser *parser, double *ret_number);
/* gate_sum.c */
int jscope__gate_sum_parse(struct jscope__gate_parser *parser, struct jscope__gate_sum *ret_sum);

#endif
