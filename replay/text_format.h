/*
 * How fields look in the text of an event, whichever reader decoded them: in the manner of
 * babeltrace2's own printer. Pieces that a reader puts together; one thread.
 *
 *   { vtid = 7, procname = "x" }, { list = [ [0] = 1, [1] = 2 ], op = ( "READ" : container = 3 ) }
 */
#ifndef REPLAY_TEXT_FORMAT_H
#define REPLAY_TEXT_FORMAT_H

#include <stdint.h>

#include "text.h"

/* Fields in fields in fields: deeper ones become "...". */
#define JSCOPE__TEXT_DEPTH_MAX 32

/* What stands before a structure's member or an array's element. index: its number, from 0. */
void jscope__text_member(struct jscope__text *text, uint64_t index, const char *name);
void jscope__text_element(struct jscope__text *text, uint64_t index);

/* In quotes; quotes, backslashes and control characters are escaped, other bytes stay. */
void jscope__text_string(struct jscope__text *text, const char *bytes, size_t size_bytes);

/* base: 16 for hexadecimal, all others are printed as decimal. */
void jscope__text_integer(struct jscope__text *text, int64_t value, bool is_signed, unsigned base);

/* label: NULL where the value has none. */
void jscope__text_enumeration(struct jscope__text *text, const char *label, int64_t value,
			      bool is_signed);
void jscope__text_real(struct jscope__text *text, double value);

#endif
