#include "random_trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/map.h"
#include "probes/vocabulary.h"
#include "random_source.h"

#define CLASSES_MAX 160
#define BATCH_MAX   37
#define BEGIN_NS    INT64_C(1700000000000000000)
#define TOLD_MAX    (1u << 22)
#define COUNTERS    8

static const char *const kernel_names[] = {
	"irq_handler_entry",
	"irq_handler_exit",
	"irq:irq_handler_entry",
	"irq_softirq_raise",
	"irq_softirq_entry",
	"irq_softirq_exit",
	"softirq_raise",
	"irq:softirq_entry",
	"softirq_exit",
	"sched_waking",
	"sched_wakeup",
	"sched_wakeup_new",
	"sched_switch",
	"sched:sched_switch",
	"block_rq_insert",
	"block_rq_issue",
	"block_rq_complete",
	"block:block_rq_complete",
	"pcm_period_elapsed_entry",
	"pcm_period_elapsed_exit",
	"snd_pcm_period_probe",
	"timer_hrtimer_start",
	"timer_hrtimer_expire_entry",
	"timer_hrtimer_expire_exit",
	"x86_irq_vectors_local_timer_entry",
	"x86_irq_vectors_local_timer_exit",
	"irq_tasklet_low_entry",
	"irq_tasklet_low_exit",
	"workqueue_queue_work",
	"workqueue_execute_start",
	"workqueue_execute_end",
	"block_rq_requeue",
	"lttng_statedump_block_device",
	"jscope_probe_stats",
	"jscope_flight_trigger",
	"snd_pcm_period_elapsed_entry",
	"snd_pcm_period_elapsed_exit",
	"snd_pcm_appl_ptr",
	"snd_pcm_xrun",
	"snd_rawmidi_receive",
	"",
	":",
	"jscope:",
	"jscope:no_such_event",
	"_exit",
	"a name \x1b[31m with \"everything\",\n<&> in it",
};

static const char *const texts[] = {
	"",
	"eth0",
	"snd_hda_intel:card0",
	"a,b;c\"d\"",
	"\x1b]0;title\x07\x01\x02",
	"</svg><script>&amp;",
	"\xff\xfe\xc3",
	"line\nbreak\r\n\ttab",
	"stream 0x1",
	"%s%n%d",
	"ein sehr langer Name, der in keine Spalte pa\xc3\x9ft, und dann noch l\xc3\xa4nger wird "
	"als jede Zeile, die ein Mensch auf einem Bildschirm lesen will, und noch l\xc3\xa4nger",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct random_trace {
	struct jscope_reader base;
	jscope_announce_fn *announce;
	void *announce_state;
	struct jscope_reader_info info;
	struct random_source random;
	struct {
		const char *name;
		const struct jscope_want *wants;
		int want_count;
	} classes[CLASSES_MAX];
	uint32_t class_count;
	bool announced;
	jscope_ns now_ns;
	uint64_t counters[COUNTERS];
};

static struct random_trace_options settings;
static struct jscope_map *told;
static uint64_t delivered;

void random_trace_set(const struct random_trace_options *options)
{
	settings = *options;
	jscope_map_destroy(told);
	told = NULL;
	delivered = 0;
}

bool random_trace_told(jscope_ns at_ns)
{
	return told && jscope_map_get(told, (struct jscope_key){ 0, (uint64_t)at_ns });
}

uint64_t random_trace_delivered(void)
{
	return delivered;
}

static void tell(jscope_ns at_ns)
{
	if (!told && jscope_map_create(1, TOLD_MAX, &told) < 0)
		abort();
	if (!jscope_map_put(told, (struct jscope_key){ 0, (uint64_t)at_ns }))
		abort();
}

static void class_add(struct random_trace *trace, const char *name)
{
	if (trace->class_count == CLASSES_MAX)
		abort();
	trace->classes[trace->class_count++].name = name;
}

static void names_collect(struct random_trace *trace)
{
	static char ours[CLASSES_MAX][64];
	const struct jscope_event_desc *event;

	for (size_t id = 0; id < CLASSES_MAX && (event = jscope_event_describe(id)); id++) {
		strcpy(ours[id], JSCOPE_PROVIDER_NAME ":");
		strncat(ours[id], event->name, sizeof ours[id] - strlen(ours[id]) - 1);
		class_add(trace, ours[id]);
	}
	for (size_t i = 0; i < COUNT(kernel_names); i++)
		class_add(trace, kernel_names[i]);
}

/* Some classes are not announced at all: then what other events say of them is all there is. */
static int announce_all(struct random_trace *trace)
{
	bool only_ours = random_percent(&trace->random, 40);

	names_collect(trace);
	for (uint32_t i = 0; i < trace->class_count; i++) {
		bool ours = !strncmp(trace->classes[i].name, "jscope:", 7);
		const struct jscope_event_class class = { i, trace->classes[i].name,
							  ours ? "ust"
							  : random_percent(&trace->random, 90)
								  ? "kernel"
								  : "",
							  "lttng", "" };

		if (random_percent(&trace->random, 5) || (only_ours && !ours))
			continue;
		trace->classes[i].want_count =
			trace->announce(trace->announce_state, &class, &trace->classes[i].wants);
		if (trace->classes[i].want_count < 0)
			return trace->classes[i].want_count;
	}
	trace->announced = true;
	return 0;
}

static void clock_move(struct random_trace *trace)
{
	struct random_source *random = &trace->random;

	if (settings.orderly)
		trace->now_ns += 1 + (jscope_ns)random_below(random, 20000);
	else if (random_percent(random, 2))
		trace->now_ns = random_extreme(random);
	else
		trace->now_ns =
			(jscope_ns)((uint64_t)trace->now_ns + random_below(random, 100000) - 20000);
	if (trace->now_ns == JSCOPE_NS_UNKNOWN)
		trace->now_ns++;
}

/* Numbers that count up, seldom stand still, seldom jump. */
static int64_t counter(struct random_trace *trace, const char *field)
{
	uint64_t *count = &trace->counters[(unsigned char)field[0] % COUNTERS];

	*count += random_percent(&trace->random, 40);
	if (random_percent(&trace->random, 1))
		*count += random_below(&trace->random, 5);
	return (int64_t)(*count - (*count && random_percent(&trace->random, 20)));
}

struct shape {
	const char *field;
	int from;
	unsigned count; /* 0: counts up */
};

static const struct shape shapes[] = {
	{ "seq", 0, 0 },	 { "caller_seq", 0, 0 },
	{ "run", 0, 0 },	 { "packet", 0, 0 },
	{ "k", 0, 0 },		 { "count", 0, 0 },
	{ "dev", 1, 2 },	 { "stream", 1, 3 },
	{ "event", 1, 3 },	 { "dpc", 1, 2 },
	{ "sink", 1, 2 },	 { "srb", 1, 20 },
	{ "vtid", 100, 3 },	 { "tid", 100, 3 },
	{ "next_tid", 100, 3 },	 { "inserted", 0, 2 },
	{ "prev", 0, 2 },	 { "status", 0, 1 },
	{ "fs", 48000, 2 },	 { "ba", 4, 1 },
	{ "notif_count", 1, 2 }, { "actual", 3840, 2 },
	{ "new", 0, 4 },	 { "irq", 16, 2 },
	{ "vec", 0, 10 },	 { "sector", 8, 30 },
	{ "nr_sector", 0, 3 },	 { "linear", 0, 1000000000 },
	{ "prev_tid", 100, 3 },	 { "ret", 1, 2 },
	{ "rq", 0, 8 },		 { "tag", -1, 3 },
};

static int64_t plausible(struct random_trace *trace, const char *field)
{
	for (size_t i = 0; i < COUNT(shapes); i++) {
		if (strcmp(field, shapes[i].field) != 0)
			continue;
		return shapes[i].count ? shapes[i].from + (int64_t)random_below(&trace->random,
										shapes[i].count)
				       : counter(trace, "srp"[0] == *field ? "s" : field);
	}
	return (int64_t)random_below(&trace->random, 4);
}

static int64_t instant(struct random_trace *trace)
{
	if (random_percent(&trace->random, 20))
		return JSCOPE_NS_UNKNOWN;
	if (!settings.orderly && random_percent(&trace->random, 10))
		return random_extreme(&trace->random);
	return jscope_sub_sat(trace->now_ns, (jscope_ns)random_below(&trace->random, 30000));
}

static int64_t slot_make(struct random_trace *trace, const struct jscope_want *want)
{
	struct random_source *random = &trace->random;
	int64_t value;

	if (!want->field || random_percent(random, settings.orderly ? 1 : 5))
		return want->missing;
	if (want->convert == JSCOPE_CONVERT_STRING)
		return (int64_t)random_below(random, COUNT(texts) + 3) - 1;
	if (want->convert == JSCOPE_CONVERT_INSTANT) {
		value = instant(trace);
		tell(value);
		return value;
	}
	if (random_percent(random, settings.orderly ? 1 : 10))
		return random_extreme(random);
	return plausible(trace, want->field);
}

static void slots_make(struct random_trace *trace, uint32_t class, uint32_t cpu,
		       struct jscope_batch *batch)
{
	const int count = trace->classes[class].want_count;
	int64_t *slots = &batch->slots[batch->slot_count];

	for (int i = 0; i < count; i++)
		slots[i] = slot_make(trace, &trace->classes[class].wants[i]);
	if (!count)
		return;
	tell(trace->now_ns);
	batch->events[batch->count++] = (struct jscope_event){ .ts_ns = trace->now_ns,
							       .slot = slots,
							       .cpu = cpu,
							       .class_index = (uint16_t) class,
							       .slot_count = (uint16_t)count };
	batch->slot_count += (size_t)count;
}

static void event_make(struct random_trace *trace, struct jscope_batch *batch)
{
	uint32_t class = (uint32_t)random_below(&trace->random, trace->class_count);
	uint32_t cpu = (uint32_t)random_below(&trace->random, 3);

	clock_move(trace);
	if (random_percent(&trace->random, 1) && !settings.orderly)
		cpu = (uint32_t)random_next(&trace->random);
	slots_make(trace, class, cpu, batch);
	if (!trace->info.events++)
		trace->info.begin_ns = trace->now_ns;
	trace->info.end_ns = trace->now_ns;
}

static void gap_make(struct random_trace *trace, struct jscope_batch *batch)
{
	struct random_source *random = &trace->random;
	jscope_ns before_ns = (jscope_ns)random_below(random, 1000000);
	struct jscope_gap *gap = &batch->gap;

	if (!random_percent(random, settings.lost_percent))
		return;
	*gap = (struct jscope_gap){
		.events = random_below(random, 1000),
		.packets = random_below(random, 2),
		.begin_ns = trace->now_ns,
		.end_ns = trace->now_ns,
		.cpu = JSCOPE_CPU_UNKNOWN,
	};
	if (__builtin_sub_overflow(trace->now_ns, before_ns, &gap->begin_ns) ||
	    random_percent(random, 5))
		gap->begin_ns = JSCOPE_NS_UNKNOWN;
	if (random_percent(random, 5))
		gap->end_ns = settings.orderly ? JSCOPE_NS_UNKNOWN : random_extreme(random);
	trace->info.lost_events += gap->events;
	trace->info.lost_packets += gap->packets;
	batch->has_gap = true;
}

static int trace_next(struct jscope_reader *base, struct jscope_batch *batch)
{
	struct random_trace *trace = (struct random_trace *)base;
	int error = trace->announced ? 0 : announce_all(trace);
	size_t size;

	if (error < 0)
		return error;
	jscope_batch_reset(batch);
	size = random_below(&trace->random, BATCH_MAX) + 1;
	if (trace->info.events >= settings.event_count)
		return random_percent(&trace->random, 10) ? -EBADMSG : 0;
	while (batch->count < size && trace->info.events < settings.event_count)
		event_make(trace, batch);
	delivered += batch->count;
	gap_make(trace, batch);
	batch->info = trace->info;
	return 1;
}

static const char *trace_string(struct jscope_reader *base, int64_t id)
{
	(void)base;
	return id > 0 && id <= (int64_t)COUNT(texts) ? texts[id - 1] : "";
}

static bool trace_class_has(struct jscope_reader *base, const char *field)
{
	(void)base;
	(void)field;
	return false;
}

static const struct jscope_reader_info *trace_info(struct jscope_reader *base)
{
	return &((struct random_trace *)base)->info;
}

static void trace_destroy(struct jscope_reader *base)
{
	free(base);
}

static int trace_create(const char *path, unsigned flags, jscope_announce_fn *announce,
			void *announce_state, struct jscope_reader **ret_reader)
{
	struct random_trace *trace = calloc(1, sizeof *trace);

	(void)path;
	(void)flags;
	if (!trace)
		return -ENOMEM;
	trace->base.ops = &random_trace_ops;
	trace->announce = announce;
	trace->announce_state = announce_state;
	trace->info.begin_ns = trace->info.end_ns = JSCOPE_NS_UNKNOWN;
	trace->now_ns = BEGIN_NS;
	random_seed(&trace->random, settings.seed);
	*ret_reader = &trace->base;
	return 0;
}

const struct jscope_reader_ops random_trace_ops = {
	.name = "random",
	.create = trace_create,
	.next = trace_next,
	.class_has = trace_class_has,
	.string = trace_string,
	.info = trace_info,
	.destroy = trace_destroy,
};
