#include <string.h>

#include "request_story.h"

#define DEV	   2
#define DPC	   0x20
#define CPUS	   3
#define OBJECTS	   4
#define WINDOWS	   3
#define STORY_US   1000
#define STEP_US	   0.5 /* between neighbouring events */
#define KERNEL_TID 10  /* of the handlers of CPU 0; then by CPU */
#define CLIENT_TID 100
#define UNKNOWN	   JSCOPE_NS_UNKNOWN

enum { READ = 0x28, WRITE = 0x2a, SUCCESS = 1, BUS_RESET = 14 };

struct window {
	uint32_t cpu; /* JSCOPE_CPU_UNKNOWN: all */
	double begin_us, end_us;
	bool is_partial; /* loses every other event */
};

enum state { IDLE, STARTED, ISSUED };

struct object {
	enum state state;
	double next_us;
	struct story_request *request;
	uint32_t cpu; /* of its client */
	bool returns_late;
	unsigned wake_count;
};

static struct {
	struct story *story;
	uint64_t random;
	double now_us;
	struct object objects[OBJECTS];
	struct window windows[WINDOWS];
	unsigned in_flight, seq, run;
} world;

static unsigned below(unsigned bound)
{
	world.random = world.random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(world.random >> 33) % bound;
}

static bool is_in(const struct window *window, double at_us)
{
	return window->begin_us <= at_us && at_us <= window->end_us;
}

static bool is_lost(uint32_t cpu, double at_us)
{
	for (unsigned i = 0; i < WINDOWS; i++) {
		const struct window *window = &world.windows[i];

		if (is_in(window, at_us) &&
		    (window->cpu == cpu || window->cpu == JSCOPE_CPU_UNKNOWN) &&
		    (!window->is_partial || below(2)))
			return true;
	}
	return false;
}

/* Time goes on; returns whether the trace gets to know. */
static bool happens(uint32_t cpu, jscope_ns *ret_at_ns)
{
	world.now_us += STEP_US;
	if (ret_at_ns)
		*ret_at_ns = fake_us(world.now_us);
	return !is_lost(cpu, world.now_us);
}

#define TELL(at_ns, cpu, tid, ...)                                                                 \
	(happens(cpu, at_ns) ? (fake_add(world.now_us, cpu, tid, __VA_ARGS__), true) : false)

static void returns(struct object *object)
{
	struct story_request *request = object->request;
	jscope_ns at_ns;

	TELL(&at_ns, object->cpu, CLIENT_TID + object->cpu, "jscope:stor_start", F("dev", DEV),
	     F("srb", request->srb), F("op", strcmp(request->op, "read") ? WRITE : READ),
	     F("bytes", 512), F("ret", 1));
	if (object->state == STARTED)
		request->queued_ns = at_ns;
}

static void issues(struct object *object)
{
	struct story_request *request = object->request;
	const uint32_t cpu = object->state == STARTED ? below(CPUS) : object->cpu;

	world.story->issue_count +=
		TELL(&request->issue_ns, cpu, CLIENT_TID + cpu, "jscope:stor_issue", F("dev", DEV),
		     F("srb", request->srb));
	request->outstanding_issued = world.in_flight;
	object->state = ISSUED;
	object->next_us = world.now_us + 1 + below(60);
}

static void starts(struct object *object)
{
	struct story *story = world.story;
	struct story_request *request = &story->requests[story->request_count++];

	*request = (struct story_request){ .srb = 1 + (uint64_t)(object - world.objects),
					   .op = below(2) ? "read" : "write",
					   .irq_ns = UNKNOWN,
					   .softirq_ns = UNKNOWN,
					   .complete_ns = UNKNOWN,
					   .run_ns = UNKNOWN,
					   .outstanding = ++world.in_flight };
	object->request = request;
	object->cpu = below(CPUS);
	object->returns_late = false;
	TELL(&request->entry_ns, object->cpu, CLIENT_TID + object->cpu, "jscope:stor_startio_entry",
	     F("dev", DEV), F("srb", request->srb));
	request->queued_ns = request->entry_ns;
	if (below(3)) {
		issues(object);
		object->returns_late = !below(8);
		if (!object->returns_late)
			returns(object);
	} else {
		object->state = STARTED;
		returns(object);
		object->next_us = world.now_us + 1 + below(20);
	}
}

static void completes(struct object *object, uint32_t cpu, int64_t tid, unsigned status)
{
	struct story_request *request = object->request;

	if (status == SUCCESS && below(2))
		TELL(NULL, cpu, tid, "jscope:stor_service", F("dev", DEV), F("srb", request->srb),
		     F("duration_100ns",
		       (fake_us(world.now_us) - request->issue_ns) / 100 - below(3)));
	world.story->complete_count +=
		TELL(&request->complete_ns, cpu, tid, "jscope:stor_complete", F("dev", DEV),
		     F("srb", request->srb), F("status", status), F("bytes", 512));
	request->outstanding_last = world.in_flight--;
	TELL(NULL, cpu, tid, "jscope:ev_set", F("dev", DEV), F("event", 0x30 + request->srb),
	     F("dpc", status == SUCCESS ? DPC : 0), F("run", world.run));
}

static void wakes(struct object *object)
{
	struct story_request *request = object->request;

	if (object->returns_late)
		returns(object);
	TELL(&request->run_ns, object->cpu, 200 + (int64_t)request->srb, "jscope:ev_wake",
	     F("dev", DEV), F("event", 0x30 + request->srb), F("tid", 200 + request->srb),
	     F("count", ++object->wake_count));
	object->state = IDLE;
	object->next_us = world.now_us + 1 + below(40);
}

/* What the device has done by now, or a reset all that it has. */
static unsigned done_take(struct object *done[OBJECTS], bool is_reset)
{
	unsigned count = 0;

	for (unsigned i = 0; i < OBJECTS; i++)
		if (world.objects[i].state == ISSUED &&
		    (is_reset || world.objects[i].next_us <= world.now_us))
			done[count++] = &world.objects[i];
	return count;
}

static void resets(void)
{
	const uint32_t cpu = below(CPUS);
	struct object *done[OBJECTS];
	const unsigned count = done_take(done, true);

	for (unsigned i = 0; i < count; i++)
		completes(done[i], cpu, CLIENT_TID + cpu, BUS_RESET);
	for (unsigned i = 0; i < count; i++)
		wakes(done[i]);
}

static void interrupts(void)
{
	const uint32_t cpu = below(8) ? 0 : below(CPUS);
	const int64_t tid = KERNEL_TID + cpu;
	struct object *done[OBJECTS];
	const unsigned count = done_take(done, false);
	jscope_ns irq_ns, entry_ns;

	world.seq++;
	TELL(&irq_ns, cpu, tid, "jscope:irq_entry", F("dev", DEV), F("irq", 5),
	     F("seq", world.seq));
	TELL(NULL, cpu, tid, "jscope:dpc_insert", F("dev", DEV), F("dpc", DPC),
	     F("caller_seq", world.seq), F("inserted", 1));
	TELL(NULL, cpu, tid, "jscope:irq_exit", F("dev", DEV), F("irq", 5), F("seq", world.seq),
	     F("claimed", 1));
	world.run++;
	TELL(&entry_ns, cpu, tid, "jscope:dpc_entry", F("dev", DEV), F("dpc", DPC),
	     F("run", world.run));
	for (unsigned i = 0; i < count; i++) {
		done[i]->request->irq_ns = irq_ns;
		done[i]->request->softirq_ns = entry_ns;
		completes(done[i], cpu, tid, SUCCESS);
	}
	TELL(NULL, cpu, tid, "jscope:dpc_exit", F("dev", DEV), F("dpc", DPC), F("run", world.run));
	for (unsigned i = 0; i < count; i++)
		wakes(done[i]);
}

static void windows_make(void)
{
	for (unsigned i = 0; i < WINDOWS; i++) {
		struct window *window = &world.windows[i];
		const unsigned cpu = below(CPUS + 1);

		window->cpu = cpu < CPUS ? cpu : JSCOPE_CPU_UNKNOWN;
		window->begin_us = below(STORY_US);
		window->end_us = window->begin_us + below(below(2) ? 10 : 100);
		window->is_partial = below(2);
		fake_add_gap_on(window->cpu, 5, window->begin_us, window->end_us);
	}
}

static bool is_whole(const struct story_request *request)
{
	for (unsigned i = 0; i < WINDOWS; i++)
		if (fake_us(world.windows[i].begin_us) <= request->run_ns &&
		    request->entry_ns <= fake_us(world.windows[i].end_us))
			return false;
	return request->run_ns != UNKNOWN;
}

static struct object *object_next(void)
{
	struct object *next = &world.objects[0];

	for (unsigned i = 1; i < OBJECTS; i++)
		if (world.objects[i].next_us < next->next_us)
			next = &world.objects[i];
	return next;
}

static void object_step(struct object *object)
{
	if (world.now_us < object->next_us)
		world.now_us = object->next_us;
	if (!below(40))
		resets();
	else if (object->state == IDLE)
		starts(object);
	else if (object->state == STARTED)
		issues(object);
	else
		interrupts();
}

void story_make(struct story *story, unsigned seed)
{
	memset(story, 0, sizeof *story);
	memset(&world, 0, sizeof world);
	world.story = story;
	world.random = seed;
	fake_reset();
	windows_make();
	while (story->request_count < STORY_REQUESTS && world.now_us < STORY_US)
		object_step(object_next());
	for (unsigned i = 0; i < story->request_count; i++)
		story->requests[i].is_whole = is_whole(&story->requests[i]);
}
