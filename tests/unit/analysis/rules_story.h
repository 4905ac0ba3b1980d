/*
 * A healthy WaveRT render stream, told event by event: 48000 Hz, 4 bytes a frame, two packets of
 * 480 frames, so a point every 10 ms. A test tells a part of it, and something else in between.
 */
#ifndef RULES_STORY_H
#define RULES_STORY_H

#include "rules_feed.h"

#define DEV    1
#define STREAM 0x10
#define EVENT  0x20
#define DPC    0x30
#define CLIENT 100 /* thread */

#define FRAME	     4
#define PACKET	     1920
#define BUFFER	     (2 * PACKET)
#define BYTES_PER_MS 192
#define STORY_ORIGIN ms(1000) /* of RUN; point k is crossed k * 10 ms later */

enum { STOP, ACQUIRE, PAUSE, RUN };

/* When point k is crossed. */
jscope_ns point_ns(unsigned k);

/* newstream and allocation; registration of EVENT; STOP to RUN with packet 0 written. */
void story_create(void);
void story_register(void);
void story_run(void);
/* All of these. */
void story_open(void);

/* One state change, at its position. */
void story_state(jscope_ns at_ns, unsigned old, unsigned new, int64_t linear);

/* Point k and what follows from it, in this order. */
void story_cross(unsigned k);
void story_interrupt(unsigned k); /* entry, ack, insert, exit */
void story_dpc(unsigned k);	  /* entry, position, set, exit */
void story_answer(unsigned k);	  /* wake, packet k + 1 written, wait */
void story_point(unsigned k);	  /* all of these */
void story_points(unsigned first, unsigned last);

/* RUN to STOP, unregistration, free, close; after point k. */
void story_stop(unsigned k);
void story_close(unsigned k);

/* Parts of parts. */
void story_position(jscope_ns at_ns, int64_t linear, unsigned source);
void story_set(jscope_ns at_ns, unsigned k, unsigned prev);
void story_wake(jscope_ns at_ns);
void story_wait(jscope_ns at_ns);
void story_write(jscope_ns at_ns, unsigned packet);

#endif
