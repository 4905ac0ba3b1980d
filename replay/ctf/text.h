/*
 * Decoded fields as text for people, as the libbabeltrace2 reader writes them. The caller's thread.
 */
#ifndef REPLAY_CTF_TEXT_H
#define REPLAY_CTF_TEXT_H

#include "walk.h"

struct jscope__text; /* ../text.h */

/*
 * Append one scope, "{ vtid = 7, procname = "x" }", and leave the cursor behind it, even where the
 * text is full and cut. Returns what jscope__ctf_walk() returns; after a failure the text holds
 * the fields before it.
 */
int jscope__ctf_text_scope(struct jscope__text *text, struct jscope__ctf_cursor *cursor,
			   const struct jscope__ctf_type *type);

#endif
