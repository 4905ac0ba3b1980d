/*
 * Scenarios: which virtual device to run and how its clients behave, as an INI file.
 *
 * A scenario is read strictly. An unknown section or key, a value without its unit or out of its
 * range, and a geometry that cannot exist are errors that name file, line and remedy. Keys that are
 * left out have the value of jscope_scenario_default (48 kHz, 10 ms period, two notifications per
 * buffer, one client). One thread at a time; plain data afterwards.
 */
#ifndef TRACER_SCENARIO_H
#define TRACER_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ns.h"

#define JSCOPE_SCENARIO_DEFAULT "wavert-10ms"

struct jscope_machine_settings {
	uint32_t cpu_count; /* modelled CPUs, 1 .. 64 */
};

enum jscope_stream_kind { JSCOPE_STREAM_WAVERT };

struct jscope_stream_settings {
	enum jscope_stream_kind kind;
	uint32_t rate_hz;
	uint32_t frame_bytes;
	uint32_t period_frames;	     /* from one notification to the next */
	uint32_t notification_count; /* per buffer cycle, 1 or 2 */
	bool capture;
	int32_t drift_ppm; /* of the device's clock; positive: it runs fast */
};

struct jscope_client_settings {
	uint32_t count;	   /* each has an event of its own; the first one writes */
	jscope_ns work_ns; /* CPU time between waking and writing */
};

struct jscope_scenario {
	struct jscope_machine_settings machine;
	struct jscope_stream_settings stream;
	struct jscope_client_settings client;
};

extern const struct jscope_scenario jscope_scenario_default;

/*
 * Read a scenario file. Returns 0, -EINVAL with a sentence "FILE:LINE: ..." on a defect,
 * or the negative errno of opening or reading it, with a sentence.
 */
int jscope_scenario_read(const char *path, struct jscope_scenario *ret_scenario);

/*
 * Read a scenario by its file, or by its name: a word without '/' and without ".ini" at its end is
 * looked up as DIRECTORY/WORD.ini. Returns as jscope_scenario_read().
 */
int jscope_scenario_find(const char *directory, const char *name_or_file,
			 struct jscope_scenario *ret_scenario);

/*
 * Call `each` with the name of every scenario of a directory and the first line of its comment (""
 * without one), sorted by name. Returns 0 or a negative errno with a sentence.
 */
int jscope_scenario_list(const char *directory,
			 void (*each)(void *state, const char *name, const char *summary),
			 void *state);

#endif
