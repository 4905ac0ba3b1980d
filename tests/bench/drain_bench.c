/*
 * What the recorder of the kernel needs for each record: a program in the kernel makes records of 48
 * bytes at a steady rate on one CPU, and the recorder's own ring, drain and writer put them on disk on
 * another.
 *
 * usage: drain_bench DIRECTORY EVENTS_PER_S SECONDS
 * prints: produced written lost cpu_ns wall_ns bytes          (cpu_ns of the thread that writes)
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "common/error.h"
#include "drain.h"
#include "producer.h"
#include "producer.skel.h"
#include "ring.h"
#include "writer.h"

#define SKIPPED 77

struct production {
	struct producer_bpf *programs;
	uint64_t rate;
	unsigned seconds;
	atomic_bool ended;
};

static void cpu_keep(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof set, &set);
}

/* Bursts at their times; one that is late is made up for, so that the rate is what was asked for. */
static void *production_run(void *given)
{
	struct production *production = given;
	const int program = bpf_program__fd(production->programs->progs.produce);
	const jscope_ns step_ns = PRODUCER_BURST * JSCOPE_NS_PER_SEC / (jscope_ns)production->rate;
	const jscope_ns begin_ns = jscope_ns_now(),
			end_ns = begin_ns + production->seconds * JSCOPE_NS_PER_SEC;
	LIBBPF_OPTS(bpf_test_run_opts, options);

	cpu_keep(0);
	for (jscope_ns due_ns = begin_ns; due_ns < end_ns; due_ns += step_ns) {
		while (jscope_ns_now() < due_ns)
			;
		bpf_prog_test_run_opts(program, &options);
	}
	atomic_store(&production->ended, true);
	return NULL;
}

static void record_write(void *writer, uint32_t cpu, const struct jscope_kernel_head *head)
{
	jscope__kernel_writer_record(writer, cpu, head);
}

static void pause_for(jscope_ns ns)
{
	const struct timespec pause = { ns / JSCOPE_NS_PER_SEC, ns % JSCOPE_NS_PER_SEC };

	nanosleep(&pause, NULL);
}

static void drain_run(struct jscope__kernel_drain *drain, struct production *production)
{
	bool ended;

	do {
		ended = atomic_load(&production->ended);
		jscope__kernel_drain_pass(drain);
		if (!ended)
			pause_for(jscope__kernel_drain_pause_ns(drain));
	} while (!ended || !jscope__kernel_drain_is_dry(drain));
}

static jscope_ns thread_cpu_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec * JSCOPE_NS_PER_SEC + time.tv_nsec;
}

static int measure(struct production *production, struct jscope__kernel_drain *drain,
		   struct jscope__kernel_writer *writer)
{
	const jscope_ns begin_ns = jscope_ns_now(), cpu_begin_ns = thread_cpu_ns();
	pthread_t thread;
	jscope_ns cpu_ns;

	if (pthread_create(&thread, NULL, production_run, production))
		return -EAGAIN;
	cpu_keep(1);
	drain_run(drain, production);
	jscope__kernel_writer_flush(writer, jscope_ns_now());
	cpu_ns = thread_cpu_ns() - cpu_begin_ns;
	pthread_join(thread, NULL);
	printf("%" PRIu64 " %" PRIu64 " %" PRIu32 " %" PRId64 " %" PRId64 " %" PRIu64 "\n",
	       (uint64_t)production->programs->bss->produced, jscope__kernel_writer_events(writer),
	       production->programs->bss->lost, cpu_ns, jscope_ns_now() - begin_ns,
	       jscope__kernel_writer_bytes(writer));
	return jscope__kernel_writer_finish(writer, jscope_ns_now());
}

static int bench(struct production *production, const char *directory)
{
	const struct jscope__kernel_origin origin = {
		.cpu_count = 1,
		.groups = 1u << JSCOPE_KERNEL_TIMER,
	};
	struct jscope__kernel_ring *ring = NULL;
	struct jscope__kernel_drain_settings settings = { .rings = &ring,
							  .cpu_count = 1,
							  .ring_bytes = PRODUCER_RING_BYTES,
							  .record = record_write };
	struct jscope__kernel_drain *drain = NULL;
	struct jscope__kernel_writer *writer = NULL;
	int error = jscope__kernel_ring_create(bpf_map__fd(production->programs->maps.ring),
					       PRODUCER_RING_BYTES, &ring);

	if (!error)
		error = jscope__kernel_writer_create(directory, &origin, NULL, &writer);
	settings.state = writer;
	if (!error)
		error = jscope__kernel_drain_create(&settings, &drain);
	if (!error)
		error = measure(production, drain, writer);
	jscope__kernel_drain_destroy(drain);
	jscope__kernel_writer_destroy(writer);
	jscope__kernel_ring_destroy(ring);
	return error;
}

static int silent(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

int main(int argc, char **argv)
{
	struct production production = { 0 };
	int error;

	if (argc != 4) {
		fprintf(stderr, "usage: drain_bench DIRECTORY EVENTS_PER_S SECONDS\n");
		return 2;
	}
	production.rate = strtoull(argv[2], NULL, 10);
	production.seconds = (unsigned)atoi(argv[3]);
	libbpf_set_print(silent);
	production.programs = producer_bpf__open_and_load();
	if (!production.programs) {
		fprintf(stderr, "drain_bench: no BPF program can be loaded here: %s\n",
			strerror(errno));
		return SKIPPED;
	}
	error = bench(&production, argv[1]);
	producer_bpf__destroy(production.programs);
	if (error)
		jscope_error_print(stderr, error);
	return error ? 1 : 0;
}
