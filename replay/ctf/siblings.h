/*
 * The stream files of one directory, as their names and first packets tell how they belong
 * together, and what is missing between them. Pure but for the list of index files. One thread.
 *
 * LTTng names them CHANNEL_CPU, and CHANNEL_CPU_NUMBER where a stream goes on in further files:
 *
 *   k_0 k_1 k_3               no CPU 2 in channel "k"
 *   k_0_0 k_0_1 k_1_0 k_1_1   two streams of two files each
 */
#ifndef REPLAY_CTF_SIBLINGS_H
#define REPLAY_CTF_SIBLINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "damage.h"

struct jscope__ctf_sibling {
	const char *name; /* of the file; borrowed */
	bool is_empty;
	bool knows_cpu;
	uint32_t cpu; /* of its first packet */
	/* Found: how much of the name all files of one stream have in common. */
	size_t stem_length;
};

/*
 * Find the stems, and say what is missing: a CPU whose file is not there is damage, one whose file
 * is empty a remark. Only where the CPUs of packets are those of the names.
 * directory: for sentences, and for its folder `index`.
 */
void jscope__ctf_siblings_check(const char *directory, struct jscope__ctf_sibling *siblings,
				size_t count, struct jscope__ctf_damage *damage);

#endif
