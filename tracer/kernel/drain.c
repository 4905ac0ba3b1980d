#include "drain.h"

#include <errno.h>
#include <stdlib.h>

/* Room is given back to the kernel in pieces: each time costs both sides a cache line. */
#define RELEASE_BYTES ((size_t)64 << 10)

/* A pause is to find a ring with this part of it filled: eight times as much may come. */
#define FILL_PARTS 8
/* What comes at once, after silence, on one CPU: some 4 million records a second. */
#define FLOOD_BYTES_PER_SEC ((uint64_t)320 << 20)
#define PAUSE_NS_MIN	    JSCOPE_NS_PER_MS
#define PAUSE_NS_MAX	    (200 * JSCOPE_NS_PER_MS)

struct lane {
	struct jscope__kernel_ring *ring; /* borrowed */
	jscope_ns last_ns;		  /* of the last record */
	jscope_ns busy_since_ns;	  /* since when nothing comes but is there; 0: not so */
	size_t taken_bytes;		  /* and not given back */
};

/* The next record of a CPU. */
struct entry {
	uint64_t at_ns;
	uint32_t cpu;
};

struct jscope__kernel_drain {
	struct jscope__kernel_drain_settings settings;
	struct lane *lanes;
	struct entry *heap; /* of cpu_count; the earliest first */
	uint32_t heap_count;
	jscope_ns pass_ns; /* when the last pass began */
	jscope_ns safe_ns; /* what it returned */
	jscope_ns pause_ns, pause_ns_max;
};

static jscope_ns pause_longest(size_t ring_bytes)
{
	const jscope_ns pause_ns =
		jscope_muldiv((int64_t)ring_bytes, JSCOPE_NS_PER_SEC, FLOOD_BYTES_PER_SEC);

	if (pause_ns < PAUSE_NS_MIN)
		return PAUSE_NS_MIN;
	return pause_ns < PAUSE_NS_MAX ? pause_ns : PAUSE_NS_MAX;
}

int jscope__kernel_drain_create(const struct jscope__kernel_drain_settings *settings,
				struct jscope__kernel_drain **ret_drain)
{
	struct jscope__kernel_drain *drain = calloc(1, sizeof *drain);

	if (!drain)
		return -ENOMEM;
	drain->settings = *settings;
	drain->lanes = calloc(settings->cpu_count, sizeof *drain->lanes);
	drain->heap = calloc(settings->cpu_count, sizeof *drain->heap);
	if (!drain->lanes || !drain->heap) {
		jscope__kernel_drain_destroy(drain);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < settings->cpu_count; i++)
		drain->lanes[i].ring = settings->rings[i];
	drain->settings.rings = NULL;
	drain->pass_ns = jscope_ns_now();
	drain->pause_ns_max = pause_longest(settings->ring_bytes);
	drain->pause_ns = PAUSE_NS_MIN;
	*ret_drain = drain;
	return 0;
}

void jscope__kernel_drain_destroy(struct jscope__kernel_drain *drain)
{
	if (!drain)
		return;
	free(drain->lanes);
	free(drain->heap);
	free(drain);
}

/* How far the fullest ring got since the last pass tells when it would be full enough. */
static void pause_adapt(struct jscope__kernel_drain *drain, size_t fill_max, jscope_ns now)
{
	const jscope_ns elapsed_ns = now - drain->pass_ns;
	jscope_ns pause_ns = 2 * drain->pause_ns;

	if (fill_max > 0) {
		const jscope_ns until_ns = jscope_muldiv(
			elapsed_ns, (int64_t)(drain->settings.ring_bytes / FILL_PARTS),
			(int64_t)fill_max);

		pause_ns = until_ns < pause_ns ? until_ns : pause_ns;
	}
	if (pause_ns > drain->pause_ns_max)
		pause_ns = drain->pause_ns_max;
	drain->pause_ns = pause_ns > PAUSE_NS_MIN ? pause_ns : PAUSE_NS_MIN;
	drain->pass_ns = now;
}

static void lane_release(struct lane *lane)
{
	jscope__kernel_ring_release(lane->ring);
	lane->taken_bytes = 0;
}

/* Hand a record out. Returns how much of the ring it takes. */
static size_t lane_take(struct jscope__kernel_drain *drain, uint32_t cpu,
			const struct jscope_kernel_head *head)
{
	struct lane *lane = &drain->lanes[cpu];
	size_t size;

	drain->settings.record(drain->settings.state, cpu, head);
	lane->last_ns = (jscope_ns)head->at_ns;
	lane->busy_since_ns = 0;
	size = jscope__kernel_ring_take(lane->ring);
	lane->taken_bytes += size;
	if (lane->taken_bytes >= RELEASE_BYTES)
		lane_release(lane);
	return size;
}

/* Nothing comes: because a program is still writing, and not because nothing is there? */
static bool lane_is_busy(struct lane *lane, jscope_ns now)
{
	if (jscope__kernel_ring_fill(lane->ring) == 0) {
		lane->busy_since_ns = 0;
		return false;
	}
	if (!lane->busy_since_ns)
		lane->busy_since_ns = now;
	return true;
}

static bool lane_wears_patience_out(const struct lane *lane, jscope_ns now)
{
	return now - lane->busy_since_ns > JSCOPE__KERNEL_DRAIN_PATIENCE_NS;
}

/* CPU after CPU */

static void lane_empty(struct jscope__kernel_drain *drain, uint32_t cpu, size_t size)
{
	struct jscope__kernel_ring *ring = drain->lanes[cpu].ring;
	const struct jscope_kernel_head *head;
	size_t taken = 0;

	while (taken < size && (head = jscope__kernel_ring_peek(ring)))
		taken += lane_take(drain, cpu, head);
	lane_release(&drain->lanes[cpu]);
}

/* Nothing that comes from a CPU later is earlier than this. */
static jscope_ns lane_safe_ns(struct lane *lane, jscope_ns now)
{
	const struct jscope_kernel_head *head = jscope__kernel_ring_peek(lane->ring);

	if (head)
		return (jscope_ns)head->at_ns < now ? (jscope_ns)head->at_ns : now;
	return lane_is_busy(lane, now) ? lane->last_ns : now;
}

static jscope_ns pass_by_cpu(struct jscope__kernel_drain *drain, jscope_ns now)
{
	jscope_ns safe_ns = now;

	for (uint32_t cpu = 0; cpu < drain->settings.cpu_count; cpu++) {
		struct lane *lane = &drain->lanes[cpu];
		jscope_ns lane_ns;

		lane_empty(drain, cpu, jscope__kernel_ring_fill(lane->ring));
		lane_ns = lane_safe_ns(lane, now);
		safe_ns = lane_ns < safe_ns ? lane_ns : safe_ns;
	}
	return safe_ns;
}

/* By time */

static void heap_settle(struct jscope__kernel_drain *drain, uint32_t place, struct entry entry)
{
	struct entry *heap = drain->heap;
	uint32_t child;

	while ((child = 2 * place + 1) < drain->heap_count) {
		if (child + 1 < drain->heap_count && heap[child + 1].at_ns < heap[child].at_ns)
			child++;
		if (entry.at_ns <= heap[child].at_ns)
			break;
		heap[place] = heap[child];
		place = child;
	}
	heap[place] = entry;
}

/* Bring a CPU in. Returns false where its next record is still being written, and is waited for. */
static bool heap_collect(struct jscope__kernel_drain *drain, uint32_t cpu, jscope_ns now)
{
	struct lane *lane = &drain->lanes[cpu];
	const struct jscope_kernel_head *head = jscope__kernel_ring_peek(lane->ring);

	if (!head)
		return !lane_is_busy(lane, now) || lane_wears_patience_out(lane, now);
	drain->heap[drain->heap_count++] = (struct entry){ head->at_ns, cpu };
	return true;
}

static bool heap_fill(struct jscope__kernel_drain *drain, jscope_ns now)
{
	bool whole = true;

	drain->heap_count = 0;
	for (uint32_t cpu = 0; cpu < drain->settings.cpu_count; cpu++)
		whole = heap_collect(drain, cpu, now) && whole;
	for (uint32_t place = drain->heap_count / 2; place-- > 0;)
		heap_settle(drain, place, drain->heap[place]);
	return whole;
}

/* The CPU of the first entry goes on. Returns as heap_collect(). */
static bool heap_step(struct jscope__kernel_drain *drain, jscope_ns now)
{
	const uint32_t cpu = drain->heap[0].cpu;
	struct lane *lane = &drain->lanes[cpu];
	const struct jscope_kernel_head *head;

	lane_take(drain, cpu, jscope__kernel_ring_peek(lane->ring));
	head = jscope__kernel_ring_peek(lane->ring);
	if (head) {
		heap_settle(drain, 0, (struct entry){ head->at_ns, cpu });
		return true;
	}
	drain->heap_count--;
	heap_settle(drain, 0, drain->heap[drain->heap_count]);
	return !lane_is_busy(lane, now) || lane_wears_patience_out(lane, now);
}

/*
 * Whoever has nothing may have something from `now` on. Who is still writing, something from its
 * last record on: there the pass ends.
 */
static jscope_ns pass_by_time(struct jscope__kernel_drain *drain, jscope_ns now)
{
	bool whole = heap_fill(drain, now);
	jscope_ns safe_ns = drain->safe_ns;

	while (whole && drain->heap_count > 0 && drain->heap[0].at_ns < (uint64_t)now) {
		safe_ns = (jscope_ns)drain->heap[0].at_ns;
		whole = heap_step(drain, now);
	}
	for (uint32_t cpu = 0; cpu < drain->settings.cpu_count; cpu++)
		lane_release(&drain->lanes[cpu]);
	return whole ? now : safe_ns;
}

static size_t fill_longest(const struct jscope__kernel_drain *drain)
{
	size_t fill_max = 0;

	for (uint32_t cpu = 0; cpu < drain->settings.cpu_count; cpu++) {
		const size_t fill = jscope__kernel_ring_fill(drain->lanes[cpu].ring);

		fill_max = fill > fill_max ? fill : fill_max;
	}
	return fill_max;
}

jscope_ns jscope__kernel_drain_pass(struct jscope__kernel_drain *drain)
{
	const jscope_ns now = jscope_ns_now();
	jscope_ns safe_ns;

	pause_adapt(drain, fill_longest(drain), now);
	safe_ns = drain->settings.by_time ? pass_by_time(drain, now) : pass_by_cpu(drain, now);
	if (safe_ns > drain->safe_ns)
		drain->safe_ns = safe_ns;
	return drain->safe_ns;
}

jscope_ns jscope__kernel_drain_pause_ns(const struct jscope__kernel_drain *drain)
{
	return drain->pause_ns;
}

bool jscope__kernel_drain_is_dry(const struct jscope__kernel_drain *drain)
{
	return fill_longest(drain) == 0;
}

uint64_t jscope__kernel_drain_broken(const struct jscope__kernel_drain *drain)
{
	uint64_t count = 0;

	for (uint32_t cpu = 0; cpu < drain->settings.cpu_count; cpu++)
		count += jscope__kernel_ring_broken(drain->lanes[cpu].ring);
	return count;
}
