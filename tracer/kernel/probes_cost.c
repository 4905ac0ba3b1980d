#include "probes_cost.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "common/ns.h"
#include "probes/kernel_programs.h"
#include "cost.skel.h"
#include "probes_log.h"
#include "probes_rights.h"

#define ROUNDS	     9
#define ROUND_CALLS  1000
#define RECORD_BYTES 64 /* of sched_waking in a ring, rounded up */
#define RING_BYTES   (1u << 20)

_Static_assert(ROUNDS *ROUND_CALLS *RECORD_BYTES <= RING_BYTES, "nobody empties the ring");

/* What it takes while records are measured. */
struct bench {
	struct bpf_object *object;
	struct bpf_link *links[2];
	int ring_fd;
	cpu_set_t affinity; /* of this thread before */
	bool is_pinned;
};

static struct bpf_program *program_of(const struct bench *bench, const char *name)
{
	return bpf_object__find_program_by_name(bench->object, name);
}

static int bench_open(struct bench *bench, uint32_t cpu_count)
{
	size_t size;
	const void *bytes = cost_bpf__elf_bytes(&size);

	bench->object = bpf_object__open_mem(bytes, size, NULL);
	if (!bench->object)
		return -errno;
	bpf_map__set_max_entries(bpf_object__find_map_by_name(bench->object, "cpus"), cpu_count);
	bpf_map__set_max_entries(bpf_object__find_map_by_name(bench->object, "rings"), cpu_count);
	return bpf_object__load(bench->object);
}

static void bench_close(struct bench *bench)
{
	for (unsigned i = 0; i < 2; i++)
		bpf_link__destroy(bench->links[i]);
	if (bench->ring_fd >= 0)
		close(bench->ring_fd);
	if (bench->is_pinned)
		sched_setaffinity(0, sizeof bench->affinity, &bench->affinity);
	bpf_object__close(bench->object);
}

/* Run the program that asks who we are, and read its answer. */
static int own_tgid_ask(const struct bench *bench, uint32_t *ret_tgid)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	int fd = bpf_program__fd(program_of(bench, "ask_who"));
	int error = bpf_prog_test_run_opts(fd, &options);
	struct bpf_map *bss = bpf_object__find_map_by_name(bench->object, ".bss");
	uint32_t first = 0;
	uint64_t who = 0;

	if (!error && bpf_map__value_size(bss) != sizeof who)
		error = -EBADMSG;
	if (error)
		return error;
	error = bpf_map_lookup_elem(bpf_map__fd(bss), &first, &who);
	*ret_tgid = (uint32_t)(who >> 32);
	return error;
}

/* A ring for the CPU that we are on, and stay on. */
static int bench_pin(struct bench *bench)
{
	uint32_t cpu = (uint32_t)sched_getcpu();
	struct jscope_kernel_cpu state = { .mode = JSCOPE_KERNEL_CPU_ON };
	cpu_set_t here;
	int error;

	CPU_ZERO(&here);
	CPU_SET(cpu, &here);
	if (sched_getaffinity(0, sizeof bench->affinity, &bench->affinity) ||
	    sched_setaffinity(0, sizeof here, &here))
		return -errno;
	bench->is_pinned = true;
	bench->ring_fd =
		bpf_map_create(BPF_MAP_TYPE_RINGBUF, "jscope_cost", 0, 0, RING_BYTES, NULL);
	if (bench->ring_fd < 0)
		return bench->ring_fd;
	error = bpf_map_update_elem(bpf_object__find_map_fd_by_name(bench->object, "rings"), &cpu,
				    &bench->ring_fd, BPF_ANY);
	if (error)
		return error;
	return bpf_map_update_elem(bpf_object__find_map_fd_by_name(bench->object, "cpus"), &cpu,
				   &state, BPF_ANY);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)(now.tv_sec * JSCOPE_NS_PER_SEC + now.tv_nsec);
}

static int u64_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* ns of so many calls: the median of the rounds. */
static uint64_t calls_measure(void)
{
	uint64_t rounds[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t begin_ns = now_ns();

		for (int j = 0; j < ROUND_CALLS; j++)
			syscall(SYS_getppid);
		rounds[i] = now_ns() - begin_ns;
	}
	qsort(rounds, ROUNDS, sizeof rounds[0], u64_compare);
	return rounds[ROUNDS / 2];
}

/* The second program comes beside the first, so that both times calls are traced. */
static uint64_t bench_run(struct bench *bench)
{
	uint64_t nothing_ns, record_ns;

	if (bench_pin(bench))
		return 0;
	bench->links[0] = bpf_program__attach(program_of(bench, "do_nothing"));
	if (!bench->links[0])
		return 0;
	nothing_ns = calls_measure();
	bench->links[1] = bpf_program__attach(program_of(bench, "make_record"));
	if (!bench->links[1])
		return 0;
	record_ns = calls_measure();
	return record_ns > nothing_ns ? (record_ns - nothing_ns) / ROUND_CALLS : 0;
}

int jscope__kernel_cost_measure(uint32_t cpu_count, uint32_t *ret_own_tgid, uint64_t *ret_cost_ns)
{
	struct bench bench = { .ring_fd = -1 };
	int error;

	jscope__kernel_log_begin();
	error = bench_open(&bench, cpu_count);
	if (!error)
		error = own_tgid_ask(&bench, ret_own_tgid);
	if (error)
		error = jscope__kernel_rights_refused(error, jscope__kernel_log_first());
	else
		*ret_cost_ns = bench_run(&bench);
	bench_close(&bench);
	return error;
}
