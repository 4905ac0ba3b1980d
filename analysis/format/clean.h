/*
 * Text of a trace is hostile: a device may be named with escape sequences, newlines, half a
 * character or marks that turn the reading direction. What comes out of here is valid UTF-8
 * without any of it; each offender is replaced by U+FFFD. Inside analysis/.
 */
#ifndef ANALYSIS_CLEAN_H
#define ANALYSIS_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for a name, its NUL included; longer ones are cut between characters and end in "~". */
#define JSCOPE__NAME_SIZE 96

/*
 * Decode one character. Returns its bytes, at least 1; *ret_character is U+FFFD (and one byte is
 * taken) where they are not valid UTF-8. *text must not be NUL.
 */
size_t jscope__character_decode(const char *text, uint32_t *ret_character);

/* Controls (C0, DEL, C1), line ends and the marks that reorder, join or hide text. */
bool jscope__character_is_unfit(uint32_t character);

/* Copy cleaned text into `clean` of `size` bytes (> 4). NULL text is "". Returns clean. */
char *jscope__clean(char *clean, size_t size, const char *text);

/* The same into memory of its own; NULL when it is short. */
char *jscope__clean_dup(const char *text);

/* Columns that a character takes in a terminal: 2 for wide scripts, 0 for marks on the last one. */
unsigned jscope__character_columns(uint32_t character);

#endif
