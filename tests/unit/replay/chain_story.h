/*
 * The story of one WaveRT stream with its interrupt, DPC, events and client, told to the fake trace
 * in our own vocabulary. Times are in microseconds.
 */
#ifndef TESTS_UNIT_REPLAY_CHAIN_STORY_H
#define TESTS_UNIT_REPLAY_CHAIN_STORY_H

#include "fake_trace.h"

#define DEV	  1
#define STREAM	  0x10
#define DPC	  0x20
#define EVENT	  0x30
#define EVENT_TWO 0x31
#define CLIENT	  100
#define PERIOD_US 10000
#define PACKET	  1920 /* bytes: 480 frames of 4 */
#define UNKNOWN	  JSCOPE_NS_UNKNOWN

/* Times of one chain behind its point, in microseconds. */
enum { IRQ_US = 5, QUEUED_US = 7, DEFERRED_US = 20, SIGNAL_US = 25, RUN_US = 60, SERVED_US = 200 };

double point_us(unsigned k);

/* Forget all, then a stream that runs from 0 on, with EVENT registered. */
void add_setup(void);

/* One step each. */
void add_state(double at_us, unsigned old, unsigned new, unsigned linear);
void add_register(double at_us, unsigned event);
void add_point(unsigned k, double at_us);
void add_irq(unsigned seq, double asserted_us, double at_us);
void add_insert(unsigned seq, double at_us, unsigned inserted);
void add_run(unsigned run, double at_us);
void add_set(unsigned event, unsigned run, unsigned packet, double at_us, unsigned prev);
void add_wake(unsigned event, unsigned tid, unsigned count, double at_us);
void add_packet(unsigned packet, unsigned tid, double at_us);

/* What an interrupt asserted at that time leads to: it queues the DPC. */
void add_request(unsigned seq, double asserted_us);
/* The DPC that was asked for then runs, and signals EVENT, which nothing had set. */
void add_execution(unsigned run, unsigned packet, double asserted_us);

/* Everything up to the signal, for one point with one interrupt, where seq, run and k agree. */
void add_signal(unsigned k);
/* The same, and the client wakes and answers. */
void add_chain(unsigned k);
/* add_setup(), and the chains from 1 on. */
void add_chains(unsigned count);

/* Replay with the defaults; nothing may be refused. */
void replay(void);

void assert_at(const struct fake_record *record, enum jscope_instant instant, double us);
void assert_class(uint64_t seq, enum jscope_class class);

#endif
