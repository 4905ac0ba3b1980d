/*
 * What of a trace could not be read: every skip is counted, and the first ones are told with their
 * place and reason. One thread at a time.
 */
#ifndef REPLAY_CTF_DAMAGE_H
#define REPLAY_CTF_DAMAGE_H

#include <stdint.h>

/* Sentences that are kept; the others are only counted. */
#define JSCOPE__CTF_DAMAGE_SENTENCES 12
#define JSCOPE__CTF_DAMAGE_REMARKS   4

struct jscope__ctf_damage {
	uint64_t count;
	unsigned sentence_count;
	char *sentences[JSCOPE__CTF_DAMAGE_SENTENCES]; /* owned */
	/* What is odd, but no damage: it may well be as it was recorded. */
	unsigned remark_count;
	char *remarks[JSCOPE__CTF_DAMAGE_REMARKS]; /* owned */
};

/* One whole sentence. Where memory is short it is counted only. */
void jscope__ctf_damage_add(struct jscope__ctf_damage *damage, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void jscope__ctf_damage_remark(struct jscope__ctf_damage *damage, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void jscope__ctf_damage_finish(struct jscope__ctf_damage *damage);

#endif
