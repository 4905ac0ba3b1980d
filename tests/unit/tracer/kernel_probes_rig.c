#include "kernel_probes_rig.h"

#include "../cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"
#include "kernel_probes_work.h"
#include "probes_cost.h"
#include "probes_rights.h"
#include "ring.h"

/* All rings together; each holds what a CPU makes in a test at least. */
#define RINGS_BYTES	 ((size_t)128 << 20)
#define RING_BYTES_MOST	 ((size_t)16 << 20)
#define RING_BYTES_LEAST ((size_t)512 << 10)

static void skip_all(const char *why)
{
	fprintf(stderr, "skipped: %s\n", why);
	exit(77);
}

static uint32_t cpus_possible(void)
{
	uint32_t count;

	assert_int_equal(jscope__kernel_probes_cpus_possible(&count), 0);
	return count;
}

/* A policy may forbid programs to those who have the rights. */
void rig_need_rights(void)
{
	uint32_t own_tgid;
	uint64_t cost_ns;

	if (jscope__kernel_rights_check())
		skip_all(jscope_error_sentence(0));
	if (cpus_possible() > RIG_CPUS)
		skip_all("this machine may have more CPUs than the test counts");
	if (jscope__kernel_cost_measure(cpus_possible(), &own_tgid, &cost_ns) == -EPERM)
		skip_all(jscope_error_sentence(0));
	jscope_error_clear();
}

static size_t ring_bytes(void)
{
	size_t bytes = RING_BYTES_MOST;

	while (bytes > RING_BYTES_LEAST && bytes * cpus_possible() > RINGS_BYTES)
		bytes /= 2;
	return bytes;
}

static void sentence_keep(void *state, const char *sentence)
{
	struct rig *rig = state;

	if (rig->sentence_count < RIG_SENTENCES)
		snprintf(rig->sentences[rig->sentence_count++], sizeof rig->sentences[0], "%s",
			 sentence);
}

struct rig *rig_create(uint32_t groups)
{
	struct rig *rig = calloc(1, sizeof *rig);

	rig->filter.sched = JSCOPE_KERNEL_SCHED_ALL;
	rig->settings = (struct jscope__kernel_probes_settings){ .groups = groups,
								 .filter = &rig->filter,
								 .ring_bytes = ring_bytes(),
								 .tell = sentence_keep,
								 .state = rig };
	return rig;
}

static void records_forget(struct rig *rig)
{
	for (size_t i = 0; i < rig->record_count; i++)
		free((void *)rig->records[i].head);
	free(rig->records);
	rig->records = NULL;
	rig->record_count = 0;
}

void rig_destroy(struct rig *rig)
{
	records_forget(rig);
	jscope__kernel_probes_destroy(rig->probes);
	jscope_error_clear();
	free(rig);
}

static void record_keep(struct rig *rig, uint32_t cpu, const struct jscope_kernel_head *head)
{
	const size_t size = sizeof *head + head->size;
	struct jscope_kernel_head *copy = malloc(size);

	if ((rig->record_count & (rig->record_count - 1)) == 0)
		rig->records =
			realloc(rig->records, (rig->record_count * 2 + 1) * sizeof *rig->records);
	memcpy(copy, head, size);
	rig->records[rig->record_count++] = (struct rig_record){ copy, cpu };
}

static void ring_take(struct rig *rig, uint32_t cpu)
{
	const int fd = jscope__kernel_probes_ring_fd(rig->probes, cpu);
	const struct jscope_kernel_head *head;
	struct jscope__kernel_ring *ring;

	assert_int_equal(jscope__kernel_ring_create(fd, rig->settings.ring_bytes, &ring), 0);
	while ((head = jscope__kernel_ring_peek(ring))) {
		record_keep(rig, cpu, head);
		jscope__kernel_ring_take(ring);
	}
	jscope__kernel_ring_release(ring);
	jscope__kernel_ring_destroy(ring);
}

static int record_compare(const void *a, const void *b)
{
	const uint64_t x = ((const struct rig_record *)a)->head->at_ns;
	const uint64_t y = ((const struct rig_record *)b)->head->at_ns;

	return (x > y) - (x < y);
}

static void probes_open(struct rig *rig)
{
	int error;

	if (rig->probes)
		return;
	error = jscope__kernel_probes_create(&rig->settings, &rig->probes);
	if (error)
		jscope_error_print(stderr, error);
	assert_int_equal(error, 0);
	assert_int_equal(jscope__kernel_probes_cpus(rig->probes), cpus_possible());
}

void rig_take(struct rig *rig)
{
	records_forget(rig);
	for (uint32_t cpu = 0; cpu < jscope__kernel_probes_cpus(rig->probes); cpu++)
		ring_take(rig, cpu);
	if (rig->record_count)
		qsort(rig->records, rig->record_count, sizeof rig->records[0], record_compare);
}

void rig_run(struct rig *rig, void (*action)(void *state), void *state)
{
	probes_open(rig);
	assert_int_equal(jscope__kernel_probes_attach(rig->probes), 0);
	action(state);
	jscope__kernel_probes_detach(rig->probes);
	rig_take(rig);
}

const struct rig_record *rig_next(const struct rig *rig, enum jscope_kernel_event event, size_t *at)
{
	while (*at < rig->record_count)
		if (rig->records[(*at)++].head->id == event)
			return &rig->records[*at - 1];
	return NULL;
}

size_t rig_count(const struct rig *rig, enum jscope_kernel_event event)
{
	size_t count = 0, at = 0;

	while (rig_next(rig, event, &at))
		count++;
	return count;
}

uint64_t rig_lost(const struct rig *rig, enum jscope_kernel_event event)
{
	uint64_t lost = 0;

	for (uint32_t cpu = 0; cpu < jscope__kernel_probes_cpus(rig->probes); cpu++)
		lost += jscope__kernel_probes_lost(rig->probes, cpu, event);
	return lost;
}

bool rig_is_work(const char *comm)
{
	return strncmp(comm, WORK_NAME, JSCOPE_KERNEL_COMM_SIZE) == 0;
}

void rig_wait(int pid)
{
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

void rig_child(void (*action)(void *state), void *state)
{
	const pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		action(state);
		_exit(0);
	}
	rig_wait(child);
}
