/*
 * Probes: what a driver, a device model or any program includes to be seen by jitterscope.
 *
 *   #include <jscope/probe.h>
 *   ...
 *   JSCOPE_PROBE(ev_set, .dev = 1, .irql = 2, .event = (uintptr_t)event, .prev = was_set);
 *
 * Fields that are not named are 0. The header is all there is: nothing to link, no dependency but
 * libc. A probe that nobody records costs two loads and a branch.
 *
 * When the program is started by `jitterscope record app`, the environment variable JSCOPE_PROVIDER
 * names the LTTng-UST provider; it is loaded before main() and fills the table of probe points.
 * Without it (or without LTTng on the machine) the table stays empty. Preloading the provider with
 * LD_PRELOAD has the same effect, for use with the `lttng` command.
 *
 * Threads: probes may be hit from any thread and from signal handlers once main() runs. The time,
 * the CPU and the thread of an event are those at the probe. C only: `new` is a field name.
 */
#ifndef JSCOPE_PROBE_H
#define JSCOPE_PROBE_H

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/auxv.h>

/* Whoever includes this may have macros of these names. */
#pragma push_macro("FIELD")
#pragma push_macro("EVENT")
#undef FIELD
#undef EVENT

#define JSCOPE__TYPE_u8(name)   uint8_t name
#define JSCOPE__TYPE_u16(name)  uint16_t name
#define JSCOPE__TYPE_u32(name)  uint32_t name
#define JSCOPE__TYPE_u64(name)  uint64_t name
#define JSCOPE__TYPE_i32(name)  int32_t name
#define JSCOPE__TYPE_i64(name)  int64_t name
#define JSCOPE__TYPE_id(name)   uint64_t name
#define JSCOPE__TYPE_ts(name)   uint64_t name
#define JSCOPE__TYPE_guid(name) uint8_t name[16]

/* struct jscope_event_<name>: the fields of each event. */
#define FIELD(name, type, unit, sentence) JSCOPE__TYPE_##type(name);
#define EVENT(name, sentence, fields)                                                              \
	struct jscope_event_##name {                                                               \
		JSCOPE_COMMON_FIELDS                                                               \
		fields                                                                             \
	};
#include "events.def"
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

/* JSCOPE_EVENT_<name>: numbers of the events inside one build; not a file format. */
#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields) JSCOPE_EVENT_##name,
enum jscope_event_id {
#include "events.def"
	JSCOPE_EVENT_COUNT
};
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

/*
 * One probe point. `enabled` points to the switch of whoever records (never NULL); `emit` receives
 * the structure of the event and must return without blocking.
 */
struct jscope_probe_point {
	const int *enabled;
	void (*emit)(const void *event);
};

/*
 * What a recorder fills. It belongs to the program or library that includes this header. `layouts`
 * names each event with its fields ("irq_entry:dev u32;irql u8;..."), so that a provider of another
 * build fills just the events that both know alike.
 */
struct jscope_probe_table {
	unsigned count;
	const char *const *layouts;
	struct jscope_probe_point *points;
};

#define JSCOPE_PROVIDER_ATTACH   "jscope_provider_attach"
#define JSCOPE_PROVIDER_VARIABLE "JSCOPE_PROVIDER"

/* What a provider exports under the name JSCOPE_PROVIDER_ATTACH. Called before main(). */
typedef void jscope_provider_attach_fn(const struct jscope_probe_table *table);

/*
 * The tables of this program. Weak and hidden: every source file that includes the header carries
 * them, the linker keeps one, and each shared library has its own.
 */
#define JSCOPE__SHARED __attribute__((weak, visibility("hidden")))

static const int jscope__off __attribute__((unused)) = 0;

#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields) { &jscope__off, NULL },
JSCOPE__SHARED struct jscope_probe_point jscope_probe_points[JSCOPE_EVENT_COUNT] = {
#include "events.def"
};
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

#define FIELD(name, type, unit, sentence) #name " " #type ";"
#define EVENT(name, sentence, fields)     #name ":" JSCOPE_COMMON_FIELDS fields,
JSCOPE__SHARED const char *const jscope_probe_layouts[JSCOPE_EVENT_COUNT] = {
#include "events.def"
};
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS

/* Fill the table from a preloaded provider, or from the one that the environment names. */
void jscope_probe_attach(void);
JSCOPE__SHARED __attribute__((constructor)) void jscope_probe_attach(void)
{
	static int attached;
	const struct jscope_probe_table table = { JSCOPE_EVENT_COUNT, jscope_probe_layouts,
						  jscope_probe_points };
	const char *provider = getauxval(AT_SECURE) ? NULL : getenv(JSCOPE_PROVIDER_VARIABLE);
	jscope_provider_attach_fn *attach = NULL;
	void *handle;

	if (attached++)
		return;
	handle = dlopen(NULL, RTLD_LAZY);
	if (handle)
		*(void **)&attach = dlsym(handle, JSCOPE_PROVIDER_ATTACH);
	if (!attach && provider) {
		handle = dlopen(provider, RTLD_NOW | RTLD_GLOBAL);
		if (handle)
			*(void **)&attach = dlsym(handle, JSCOPE_PROVIDER_ATTACH);
	}
	if (attach)
		attach(&table);
}

#define JSCOPE_PROBE_ENABLED(name)                                                                 \
	__builtin_expect(*(const volatile int *)jscope_probe_points[JSCOPE_EVENT_##name].enabled, 0)

#define JSCOPE_PROBE(name, ...)                                                                    \
	do {                                                                                       \
		if (JSCOPE_PROBE_ENABLED(name)) {                                                  \
			const struct jscope_event_##name jscope__event = { __VA_ARGS__ };          \
			jscope_probe_points[JSCOPE_EVENT_##name].emit(&jscope__event);             \
		}                                                                                  \
	} while (0)

#pragma pop_macro("FIELD")
#pragma pop_macro("EVENT")

#endif
