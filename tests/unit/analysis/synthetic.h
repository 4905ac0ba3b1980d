/*
 * Made-up timelines, the same on every run: what a report looks like is tested on them.
 */
#ifndef TESTS_UNIT_ANALYSIS_SYNTHETIC_H
#define TESTS_UNIT_ANALYSIS_SYNTHETIC_H

#include "replay/timeline.h"
#include "replay/trace.h"

/*
 * A WaveRT stream of 1000 points, 10 ms apart: wake latency with a long tail, two late, one missed,
 * one merged, one cut by the end; positions and headroom; one glitch.
 */
void synthetic_audio(const struct jscope_timeline_sink *sink);
struct jscope_trace_info synthetic_audio_info(void);

/* A few points of the same stream: the first, the last, and each that is special. */
void synthetic_moments(const struct jscope_timeline_sink *sink);

/* Requests of a disk, two interrupt lines, softirqs and wake-ups of 300 tasks. */
void synthetic_kernel(const struct jscope_timeline_sink *sink);
struct jscope_trace_info synthetic_kernel_info(void);

/* One stream of each name that a hostile trace may hold, and instants at both ends of time. */
void synthetic_hostile(const struct jscope_timeline_sink *sink);
struct jscope_trace_info synthetic_hostile_info(void);

#endif
