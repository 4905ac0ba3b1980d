/* A WaveRT stream on a clock that is turned by hand, at several stages of its life. */
#ifndef TESTS_DEVICE_WAVERT_FIXTURE_H
#define TESTS_DEVICE_WAVERT_FIXTURE_H

#include "../cmocka_all.h"

#include "device_capture.h"
#include "device_clock_fake.h"
#include "wavert.h"

#define MS JSCOPE_NS_PER_MS

struct fixture {
	struct fake_clock fake;
	struct jscope__line line;
	struct jscope__stream stream;
	struct jscope__context context;
	struct jscope__kevent event;
	struct jscope_scenario *scenario; /* of its faults; owned */
	uint32_t bytes;
};

/* For cmocka: 48 kHz, 4 bytes per frame. Render, not yet a buffer. */
int fixture_open(void **state);
/* Two packets of 10 ms, one event, 1 s on the clock; in PAUSE. */
int fixture_pause(void **state);
/* Since t = 1 s, with the first two packets written. */
int fixture_run(void **state);
/* A capture stream in RUN since t = 1 s. */
int fixture_record(void **state);
/* A buffer of 960 frames without notification, in RUN since t = 1 s. */
int fixture_run_plain(void **state);
int fixture_close(void **state);

/* From now on this fault strikes at each opportunity, and no other does. */
void fault_schedule(struct fake_clock *fake, struct jscope_scenario *scenario,
		    const struct jscope_fault_settings *fault);
/* `count` times. */
void fixture_fault(struct fixture *f, enum jscope_fault_kind kind, uint32_t count,
		   jscope_ns length_ns, int64_t amount);

jscope_status go(struct fixture *f, unsigned state);
jscope_status write_packet(struct fixture *f, uint32_t packet);
uint32_t packet_count(struct fixture *f);
/* Go to an instant and run what is due there, DPCs too. */
void pass_to(struct fixture *f, jscope_ns now_ns);

#endif
