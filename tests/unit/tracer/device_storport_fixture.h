/* The port of an adapter on a clock turned by hand, with a miniport that does as it is told. */
#ifndef TESTS_DEVICE_STORPORT_FIXTURE_H
#define TESTS_DEVICE_STORPORT_FIXTURE_H

#include "../cmocka_all.h"

#include "device_capture.h"
#include "device_clock_fake.h"
#include "stor.h"

#define MS     JSCOPE_NS_PER_MS
#define BLOCKS 8
#define LIMIT  2

/* The variadic call at dispatch level, with at least its type. */
#define NOTIFY(...) NOTIFY_(__VA_ARGS__, 0)
#define NOTIFY_(type, ...)                                                                         \
	jscope__stor_notification(&dispatch, JSCOPE__STOR_##type, extension, __VA_ARGS__)

extern struct fake_clock fake;
extern struct jscope__context dispatch, passive, device;
extern struct jscope__adapter adapter; /* takes LIMIT requests; its tick is 10 ms */
extern struct jscope__srb blocks[BLOCKS];
extern char extension[4];
extern struct jscope__line line;

/* What the miniport has been given, and how it is to behave. */
extern struct jscope__srb *started[BLOCKS];
extern unsigned built_count, started_count, timer_count;
extern uint8_t started_irql;
extern unsigned busy_left;	 /* so many requests find it busy */
extern unsigned complete_in_isr; /* so many of the started ones */
extern bool busy_in_isr;	 /* what completes does so because it was too busy */
/* What the client was told. */
extern unsigned done_count;
extern uint8_t done_irql;
extern struct jscope__srb *done_last;

/* For cmocka: before StorPortInitialize, and after. */
int attach(void **state);
int initialise(void **state);

/* Ask for so many requests of 512 bytes; complete one that was started. */
void ask(unsigned count);
void complete(struct jscope__context *context, unsigned index);
void client_done(struct jscope__context *context, void *client, struct jscope__srb *srb);
void hw_timer(struct jscope__context *context, void *state);

/* Fire the timers up to an instant, and run what they queue. */
void pass_to(jscope_ns end_ns);

void sentence_has(const char *fragment);
const struct jscope_event_stor_notify *last_notify(void);

#endif
