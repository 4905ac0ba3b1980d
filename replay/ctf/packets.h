/*
 * From packet to packet of a stream: finding the next one, also behind damage, and what the
 * difference of two neighbours says was lost. One thread at a time.
 */
#ifndef REPLAY_CTF_PACKETS_H
#define REPLAY_CTF_PACKETS_H

#include "stream.h"

/*
 * Open the next packet: stream->in_packet, or stream->has_ended, or neither where the packet had to
 * be skipped, which is noted. stream->gaps: what was lost before it. Returns 0 or -ENOMEM.
 */
int jscope__ctf_packet_open(struct jscope__ctf_stream *stream);

#endif
