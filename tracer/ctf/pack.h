/*
 * Packers: one function per event of the vocabulary, that writes the bytes of its record. For the
 * writer, which fills the probe points with them.
 */
#ifndef CTF_PACK_H
#define CTF_PACK_H

#include "jscope/probe.h"
#include "present.h"
#include "stream.h"

/* Where records go. */
struct jscope__ctf_target {
	struct jscope__present *present;    /* borrowed */
	struct jscope__ctf_stream *streams; /* borrowed, by CPU */
	struct jscope__ctf_stream *truth;   /* borrowed */
};

/* Let the probes of this program write to `target`, until they are released. */
void jscope__ctf_pack_attach(const struct jscope__ctf_target *target);
void jscope__ctf_pack_release(void);

#endif
