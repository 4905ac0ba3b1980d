/*
 * A random machine that knows its own truth, whose records are partly lost: where no loss lies,
 * every pair is told with its value, and nothing else is.
 */
#include "../cmocka_all.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_story.h"
#include "pairs.h"

#define ROUNDS	 150
#define STEPS	 1500
#define THREADS	 12
#define REQUESTS 6
#define NESTING	 8
#define LINES	 4 /* interrupt lines, and vectors of softirqs */
#define DISK	 8

/* A pair, as it is or as it was told. */
struct pair {
	enum jscope_kernel_measure measure;
	uint64_t key;
	uint32_t cpu;
	bool lost; /* told without a value */
	jscope_ns begin_ns, end_ns;
};

/* From the first record of a CPU that was lost to the next that was not. */
struct loss {
	uint32_t cpu;
	jscope_ns begin_ns, end_ns;
};

enum thread_state { ASLEEP, WOKEN, PREEMPTED, RUNNING };

struct machine {
	uint64_t random;
	struct story story;
	struct jscope__kernel_pairs *pairs;
	struct {
		int current, dropping; /* thread; records that are still to be lost */
		bool lost;
		jscope_ns lost_ns; /* since when */
		unsigned depth;
		struct {
			bool is_softirq;
			uint32_t id;
			jscope_ns begin_ns;
		} stack[NESTING];
	} cpus[STORY_CPUS];
	struct {
		enum thread_state state;
		jscope_ns waking_ns;
	} threads[THREADS];
	struct {
		uint32_t sectors_left; /* 0: free */
		jscope_ns issue_ns;
	} requests[REQUESTS];
	size_t true_count, told_count, loss_count, doubt_count;
	struct pair true_pairs[2 * STEPS], told[2 * STEPS];
	struct loss losses[2 * STEPS];
};

static uint32_t below(struct machine *machine, uint32_t bound)
{
	machine->random ^= machine->random << 13;
	machine->random ^= machine->random >> 7;
	machine->random ^= machine->random << 17;
	return (uint32_t)(machine->random >> 20) % bound;
}

static void on_sample(void *state, const struct jscope_kernel_sample *sample)
{
	struct machine *machine = state;

	assert_int_equal(sample->value, sample->lost ? 0 : sample->end_ns - sample->begin_ns);
	assert_true(machine->told_count < 2 * STEPS);
	machine->told[machine->told_count++] = (struct pair){
		.measure = sample->measure,
		.key = sample->key,
		.cpu = sample->cpu,
		.lost = sample->lost,
		.begin_ns = sample->begin_ns,
		.end_ns = sample->end_ns,
	};
}

static void losses_begin(struct machine *machine, uint32_t cpu)
{
	if (!machine->cpus[cpu].lost)
		machine->cpus[cpu].lost_ns = machine->story.at_ns;
	machine->cpus[cpu].lost = true;
	machine->cpus[cpu].dropping--;
	machine->story.lost[cpu]++;
}

static void losses_end(struct machine *machine, uint32_t cpu)
{
	if (machine->cpus[cpu].lost)
		machine->losses[machine->loss_count++] =
			(struct loss){ cpu, machine->cpus[cpu].lost_ns, machine->story.at_ns };
	machine->cpus[cpu].lost = false;
}

static void on_record(void *state, uint32_t cpu, const struct jscope_kernel_head *head)
{
	struct machine *machine = state;

	if (machine->cpus[cpu].dropping) {
		losses_begin(machine, cpu);
		return;
	}
	losses_end(machine, cpu);
	jscope__kernel_pairs_record(machine->pairs, cpu, head);
}

static void is_true(struct machine *machine, enum jscope_kernel_measure measure, uint64_t key,
		    uint32_t cpu, jscope_ns begin_ns)
{
	machine->true_pairs[machine->true_count++] = (struct pair){
		.measure = measure,
		.key = key,
		.cpu = cpu,
		.begin_ns = begin_ns,
		.end_ns = machine->story.at_ns,
	};
}

static bool is_open(const struct machine *machine, uint32_t cpu, bool is_softirq, uint32_t id)
{
	for (unsigned i = 0; i < machine->cpus[cpu].depth; i++)
		if (machine->cpus[cpu].stack[i].is_softirq == is_softirq &&
		    machine->cpus[cpu].stack[i].id == id)
			return true;
	return false;
}

static void handler_enter(struct machine *machine, uint32_t cpu)
{
	const bool is_softirq = below(machine, 2);
	const uint32_t id = below(machine, LINES);
	unsigned depth = machine->cpus[cpu].depth;

	if (depth == NESTING || is_open(machine, cpu, is_softirq, id))
		return;
	machine->cpus[cpu].stack[depth].is_softirq = is_softirq;
	machine->cpus[cpu].stack[depth].id = id;
	machine->cpus[cpu].stack[depth].begin_ns = machine->story.at_ns;
	machine->cpus[cpu].depth++;
	if (is_softirq)
		story_softirq_entry(&machine->story, cpu, id);
	else
		story_irq_entry(&machine->story, cpu, (int32_t)id, "handler");
}

static void handler_leave(struct machine *machine, uint32_t cpu)
{
	unsigned top = machine->cpus[cpu].depth - 1;
	const uint32_t id = machine->cpus[cpu].stack[top].id;
	const bool is_softirq = machine->cpus[cpu].stack[top].is_softirq;

	is_true(machine, is_softirq ? JSCOPE_KERNEL_MEASURE_SOFTIRQ : JSCOPE_KERNEL_MEASURE_IRQ, id,
		cpu, machine->cpus[cpu].stack[top].begin_ns);
	machine->cpus[cpu].depth--;
	if (is_softirq)
		story_softirq_exit(&machine->story, cpu, id);
	else
		story_irq_exit(&machine->story, cpu, (int32_t)id);
}

/*
 * Thread 0 is never woken: each CPU has one of that name. Those that run may be woken to no effect.
 */
static void thread_wake(struct machine *machine, uint32_t cpu)
{
	const uint32_t tid = 1 + below(machine, THREADS - 1);

	if (machine->threads[tid].state == PREEMPTED)
		return;
	if (machine->threads[tid].state == ASLEEP) {
		machine->threads[tid].state = WOKEN;
		machine->threads[tid].waking_ns = machine->story.at_ns;
	}
	story_waking(&machine->story, cpu, (int32_t)tid);
}

static void thread_switch(struct machine *machine, uint32_t cpu)
{
	const int prev = machine->cpus[cpu].current;
	int next = (int)below(machine, THREADS);

	if (next && machine->threads[next].state != WOKEN &&
	    machine->threads[next].state != PREEMPTED)
		next = 0;
	if (next == prev || machine->cpus[cpu].depth)
		return;
	if (next && machine->threads[next].state == WOKEN)
		is_true(machine, JSCOPE_KERNEL_MEASURE_WAKE, (uint64_t)next, cpu,
			machine->threads[next].waking_ns);
	machine->threads[prev].state = below(machine, 3) ? ASLEEP : PREEMPTED;
	machine->threads[next].state = RUNNING;
	machine->cpus[cpu].current = next;
	story_switch(&machine->story, cpu, prev, next);
}

static void request_move(struct machine *machine, uint32_t cpu)
{
	const uint32_t rq = below(machine, REQUESTS);
	const uint32_t left = machine->requests[rq].sectors_left;
	uint32_t sectors;

	if (!left) {
		sectors = 8 * (1 + below(machine, 4));
		machine->requests[rq].sectors_left = sectors;
		machine->requests[rq].issue_ns = machine->story.at_ns;
		story_issue(&machine->story, cpu, DISK, rq, sectors);
		return;
	}
	if (below(machine, 8) == 0) {
		machine->requests[rq].sectors_left = 0;
		story_requeue(&machine->story, cpu, DISK, rq);
		return;
	}
	sectors = below(machine, 2) ? left : 8;
	machine->requests[rq].sectors_left -= sectors;
	if (sectors == left)
		is_true(machine, JSCOPE_KERNEL_MEASURE_BLOCK, DISK, cpu,
			machine->requests[rq].issue_ns);
	story_complete(&machine->story, cpu, DISK, rq, sectors);
}

static void step(struct machine *machine, bool with_losses)
{
	const uint32_t cpu = below(machine, STORY_CPUS);

	machine->story.at_ns += 1 + below(machine, 1000);
	if (with_losses && below(machine, 100) == 0)
		machine->cpus[cpu].dropping = 1 + (int)below(machine, 10);
	switch (below(machine, 6)) {
	case 0:
		handler_enter(machine, cpu);
		break;
	case 1:
	case 2:
		if (machine->cpus[cpu].depth)
			handler_leave(machine, cpu);
		break;
	case 3:
		thread_wake(machine, cpu);
		break;
	case 4:
		thread_switch(machine, cpu);
		break;
	default:
		request_move(machine, cpu);
	}
}

/* Handlers are of one CPU; the rest may have ended unseen on any. */
static bool is_touched(const struct machine *machine, const struct pair *pair)
{
	const bool is_handler = pair->measure == JSCOPE_KERNEL_MEASURE_IRQ ||
				pair->measure == JSCOPE_KERNEL_MEASURE_SOFTIRQ;

	for (size_t i = 0; i < machine->loss_count; i++) {
		const struct loss *loss = &machine->losses[i];

		if ((!is_handler || loss->cpu == pair->cpu) && loss->begin_ns <= pair->end_ns &&
		    loss->end_ns >= pair->begin_ns)
			return true;
	}
	return false;
}

static const struct pair *pair_find(const struct pair *pairs, size_t count,
				    const struct pair *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (pairs[i].measure == wanted->measure && pairs[i].key == wanted->key &&
		    pairs[i].cpu == wanted->cpu && pairs[i].end_ns == wanted->end_ns)
			return &pairs[i];
	return NULL;
}

static void pair_fail(const struct pair *pair, const char *what)
{
	fail_msg("measure %d of %" PRIu64 " on CPU %u, %" PRId64 "-%" PRId64 ", is not %s",
		 pair->measure, pair->key, pair->cpu, pair->begin_ns, pair->end_ns, what);
}

/* Where the first waking fell into a loss, the second of the same wait counts. */
static void told_check(const struct machine *machine, const struct pair *told)
{
	const struct pair *pair = pair_find(machine->true_pairs, machine->true_count, told);

	if (told->lost || is_touched(machine, told))
		return;
	if (!pair || (pair->begin_ns != told->begin_ns && !is_touched(machine, pair)))
		pair_fail(told, "true");
}

/*
 * Returns whether it was told with its value. A wake may be in doubt for what was lost before it:
 * where nobody saw the thread run after its waking before, that one still counts as the first.
 */
static bool true_check(struct machine *machine, const struct pair *pair)
{
	const struct pair *told = pair_find(machine->told, machine->told_count, pair);

	if (is_touched(machine, pair))
		return false;
	if (told && told->lost && pair->measure == JSCOPE_KERNEL_MEASURE_WAKE) {
		machine->doubt_count++;
		return false;
	}
	if (!told || told->lost || told->begin_ns != pair->begin_ns)
		pair_fail(pair, "told");
	return true;
}

/* Returns how many pairs were told with their values, though there were losses. */
static size_t machine_check(struct machine *machine)
{
	size_t whole_count = 0;

	for (size_t i = 0; i < machine->told_count; i++)
		told_check(machine, &machine->told[i]);
	for (size_t i = 0; i < machine->true_count; i++)
		whole_count += true_check(machine, &machine->true_pairs[i]);
	return whole_count;
}

/*
 * Of who runs when the records begin nobody knows that, so that each may seem to have been woken.
 */
static void lossless_check(const struct machine *machine)
{
	size_t lost_count = 0;

	for (size_t i = 0; i < machine->told_count; i++)
		lost_count += machine->told[i].lost;
	assert_int_equal(machine->told_count - lost_count, machine->true_count);
	assert_in_range(lost_count, 0, STORY_CPUS);
}

static size_t machine_run(struct machine *machine, uint64_t seed, bool with_losses)
{
	size_t whole_count;

	memset(machine, 0, sizeof *machine);
	machine->random = seed * 0x9e3779b97f4a7c15u + 1;
	machine->story = (struct story){ .record = on_record, .state = machine };
	for (int cpu = 0; cpu < STORY_CPUS; cpu++) {
		machine->cpus[cpu].current = cpu + 1;
		machine->threads[cpu + 1].state = RUNNING;
	}
	assert_int_equal(
		jscope__kernel_pairs_create(STORY_CPUS, on_sample, machine, &machine->pairs), 0);
	for (int i = 0; i < STEPS; i++)
		step(machine, with_losses);
	machine->story.at_ns++;
	for (uint32_t cpu = 0; cpu < STORY_CPUS; cpu++)
		losses_end(machine, cpu);
	whole_count = machine_check(machine);
	assert_int_equal(jscope__kernel_pairs_refused(machine->pairs), 0);
	jscope__kernel_pairs_destroy(machine->pairs);
	return whole_count;
}

static void what_is_told_is_what_is_true(void **state)
{
	struct machine *machine = malloc(sizeof *machine);
	size_t whole_count = 0, touched_count = 0, doubt_count = 0;

	(void)state;
	assert_non_null(machine);
	for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
		machine_run(machine, seed, false);
		lossless_check(machine);
		assert_int_equal(machine->doubt_count, 0);
		whole_count += machine_run(machine, seed, true);
		doubt_count += machine->doubt_count;
		touched_count += machine->true_count;
	}
	/* Else nothing was tested. */
	touched_count -= whole_count;
	assert_in_range(whole_count, ROUNDS * 50, SIZE_MAX);
	assert_in_range(touched_count, ROUNDS * 50, SIZE_MAX);
	assert_in_range(doubt_count, 1, whole_count / 50);
	free(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_told_is_what_is_true),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
