/* Words that a gate may have, and in what they are measured. Inside analysis/. */
#ifndef ANALYSIS_GATE_WORDS_H
#define ANALYSIS_GATE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* A distribution or count by name. */
struct jscope__gate_word {
	const char *section; /* as of a row: "notification" */
	const char *word;    /* in a gate: "headroom" */
	const char *name;    /* of the figure: "headroom_time" */
	bool is_count;
	bool is_time;
};

/*
 * The word in its section, or in the first one that knows it where section is "". NULL: nobody does.
 * length: of the word.
 */
const struct jscope__gate_word *jscope__gate_word(const char *section, const char *word,
						  size_t length, bool is_count);

/* All words of one kind in a row, for a sentence: "interrupt, dispatch, ...". Returns text. */
char *jscope__gate_words(char *text, size_t size, bool is_count);

#endif
