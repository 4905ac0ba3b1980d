/*
 * The story of a sound card and its client, told to the fake trace as our programs in the kernel tell
 * it. Times are in microseconds, positions in frames.
 */
#ifndef TESTS_UNIT_REPLAY_SOUND_STORY_H
#define TESTS_UNIT_REPLAY_SOUND_STORY_H

#include "fake_trace.h"

#define BOUNDARY 19200 /* ten buffers: tests get there */
#define BUFFER	 1920
#define PERIOD	 480
#define CLIENT	 60

enum { PLAYBACK, CAPTURE };
enum { PREPARED = 2, RUNNING = 3, XRUN = 4, DRAINING = 5 };

/* An event with a position, of hw:1,2. */
void add_pcm(double at_us, unsigned cpu, const char *event, unsigned stream, unsigned hw,
	     unsigned appl, unsigned state);
/* The driver's call begins; it ends in a stream that runs. */
void add_entry(double at_us, unsigned cpu, unsigned stream);
void add_exit(double at_us, unsigned cpu, unsigned stream, unsigned hw, unsigned appl);
/* The client writes, or reads, in a stream that runs. */
void add_answer(double at_us, unsigned stream, unsigned hw, unsigned appl);
void add_wake(double at_us, unsigned cpu, unsigned tid);
void add_switch(double at_us, unsigned cpu, unsigned tid);
void add_irq(double at_us, const char *event);
/* An interrupt, in which a period ends and wakes the client, who runs 20 us later. */
void add_period(double at_us, unsigned stream, unsigned hw, unsigned appl);

/* The notification of that number in the first stream; there must be one. */
const struct jscope_notification *told(uint64_t seq);

#endif
