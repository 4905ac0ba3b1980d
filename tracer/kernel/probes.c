#include "probes.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/error.h"
#include "probes_config.h"
#include "probes_cost.h"
#include "probes_log.h"
#include "probes_object.h"
#include "probes_pids.h"
#include "probes_rights.h"
#include "probes_tell.h"

struct jscope__kernel_probes {
	struct jscope__kernel_object object;
	struct bpf_link **links;
	unsigned link_count;
	int *ring_fds;
	size_t ring_bytes;
	uint32_t cpu_count;
	struct jscope_kernel_cpu *cpus; /* shared with the programs */
	uint32_t *modes;		/* what each CPU records once attached */
	uint64_t cost_ns;
	struct jscope__kernel_probes_settings settings;
};

/* Programs, their links and maps; of a CPU the ring and its file, twice where chunks meet. */
#define FILES	      256
#define FILES_PER_CPU 3

static size_t cpus_bytes(const struct jscope__kernel_probes *probes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (probes->cpu_count * sizeof *probes->cpus + page - 1) / page * page;
}

static int cpus_map(struct jscope__kernel_probes *probes)
{
	int fd = bpf_object__find_map_fd_by_name(probes->object.object, "cpus");
	void *cpus = mmap(NULL, cpus_bytes(probes), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (cpus == MAP_FAILED)
		return jscope_error(-errno, "The counters of our programs cannot be mapped: %s.",
				    strerror(errno));
	probes->cpus = cpus;
	return 0;
}

static int ring_make(struct jscope__kernel_probes *probes, uint32_t cpu)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "jscope_ring", 0, 0,
				(uint32_t)probes->ring_bytes, NULL);

	if (fd == -EMFILE || fd == -ENFILE)
		return jscope__kernel_rights_refused(fd, "");
	if (fd < 0)
		return jscope_error(
			fd,
			"The kernel has no room for a ring of %zu KiB on each of %u CPUs (%s): "
			"give --buffer less.",
			probes->ring_bytes >> 10, probes->cpu_count, strerror(-fd));
	probes->ring_fds[cpu] = fd;
	return 0;
}

static int memory_missing(const struct jscope__kernel_probes *probes)
{
	return jscope_error(-ENOMEM, "No memory for the probes of %u CPUs.", probes->cpu_count);
}

static int rings_give_singly(struct jscope__kernel_probes *probes, int rings)
{
	int error = 0;

	for (uint32_t cpu = 0; cpu < probes->cpu_count && !error; cpu++)
		error = bpf_map_update_elem(rings, &cpu, &probes->ring_fds[cpu], BPF_ANY);
	return error;
}

/* All at once, where the kernel can: it waits for all CPUs after each time. */
static int rings_give(struct jscope__kernel_probes *probes)
{
	int rings = bpf_object__find_map_fd_by_name(probes->object.object, "rings");
	uint32_t *cpus = malloc(probes->cpu_count * sizeof *cpus), count = probes->cpu_count;
	int error;

	if (!cpus)
		return memory_missing(probes);
	for (uint32_t cpu = 0; cpu < count; cpu++)
		cpus[cpu] = cpu;
	error = bpf_map_update_batch(rings, cpus, probes->ring_fds, &count, NULL);
	free(cpus);
	if (error)
		error = rings_give_singly(probes, rings);
	return error ? jscope_error(error, "Our programs do not take their rings: %s.",
				    strerror(-error))
		     : 0;
}

static int rings_make(struct jscope__kernel_probes *probes)
{
	int error = 0;

	for (uint32_t cpu = 0; cpu < probes->cpu_count && !error; cpu++)
		error = ring_make(probes, cpu);
	return error ? error : rings_give(probes);
}

static int arrays_take(struct jscope__kernel_probes *probes)
{
	struct bpf_program *program;
	unsigned program_count = 0;

	bpf_object__for_each_program(program, probes->object.object) program_count++;
	probes->links = calloc(program_count, sizeof(struct bpf_link *));
	probes->ring_fds = malloc(probes->cpu_count * sizeof *probes->ring_fds);
	if (!probes->links || !probes->ring_fds)
		return memory_missing(probes);
	memset(probes->ring_fds, -1, probes->cpu_count * sizeof *probes->ring_fds);
	return 0;
}

static int modes_take(struct jscope__kernel_probes *probes)
{
	const struct jscope_kernel_filter *filter = probes->settings.filter;

	for (size_t i = 0; i < filter->cpu_count; i++)
		if (filter->cpus[i] >= probes->cpu_count)
			return jscope_error(-EINVAL, "There is no CPU %u: this machine has %u.",
					    filter->cpus[i], probes->cpu_count);
	probes->modes = calloc(probes->cpu_count, sizeof *probes->modes);
	if (!probes->modes)
		return memory_missing(probes);
	for (uint32_t cpu = 0; cpu < probes->cpu_count; cpu++)
		probes->modes[cpu] = jscope__kernel_config_cpu_mode(filter, cpu);
	return 0;
}

static int probes_load(struct jscope__kernel_probes *probes)
{
	const struct jscope_kernel_filter *filter = probes->settings.filter;
	struct jscope__kernel_processes processes = { 0 };
	struct jscope_kernel_config config;
	int error =
		jscope__kernel_cost_measure(probes->cpu_count, &processes.own, &probes->cost_ns);

	if (!error)
		error = jscope__kernel_pids_translate(filter->pids, filter->pid_count,
						      processes.listed);
	config = jscope__kernel_config_make(&probes->settings, &processes);
	if (!error)
		error = jscope__kernel_object_load(&probes->settings, &config, probes->cpu_count,
						   &probes->object);
	if (!error)
		error = arrays_take(probes);
	if (!error)
		error = cpus_map(probes);
	return error ? error : rings_make(probes);
}

int jscope__kernel_probes_cpus_possible(uint32_t *ret_count)
{
	int count = libbpf_num_possible_cpus();

	if (count < 0)
		return jscope_error(count,
				    "The CPUs cannot be counted ('/sys/devices/system/cpu/"
				    "possible'): %s.",
				    strerror(-count));
	*ret_count = (uint32_t)count;
	return 0;
}

/*
 * A shell's usual limit is for machines of some 250 CPUs. Where more is forbidden it is said at
 * once: what libbpf makes of a want of files is anything.
 */
static int files_allow(uint32_t cpu_count)
{
	const rlim_t wanted = FILES + (rlim_t)FILES_PER_CPU * cpu_count;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
		return 0;
	limit.rlim_cur = wanted;
	if (wanted > limit.rlim_max || setrlimit(RLIMIT_NOFILE, &limit))
		return jscope__kernel_rights_refused(-EMFILE, "");
	return 0;
}

int jscope__kernel_probes_create(const struct jscope__kernel_probes_settings *settings,
				 struct jscope__kernel_probes **ret_probes)
{
	struct jscope__kernel_probes *probes;
	int error = jscope__kernel_rights_check();

	if (error)
		return error;
	probes = calloc(1, sizeof *probes);
	if (!probes)
		return jscope_error(-ENOMEM, "No memory for the probes.");
	probes->settings = *settings;
	probes->ring_bytes = settings->ring_bytes;
	jscope__kernel_log_begin();
	error = jscope__kernel_probes_cpus_possible(&probes->cpu_count);
	if (!error)
		error = files_allow(probes->cpu_count);
	if (!error)
		error = modes_take(probes);
	if (!error)
		error = probes_load(probes);
	probes->settings.filter = NULL;
	if (error)
		jscope__kernel_probes_destroy(probes);
	else
		*ret_probes = probes;
	return error;
}

static void modes_set(struct jscope__kernel_probes *probes, bool on)
{
	for (uint32_t cpu = 0; cpu < probes->cpu_count; cpu++)
		__atomic_store_n(&probes->cpus[cpu].mode,
				 on ? probes->modes[cpu] : JSCOPE_KERNEL_CPU_OFF, __ATOMIC_RELEASE);
}

static void maker_forget(struct jscope__kernel_probes *probes, const struct bpf_program *program)
{
	for (size_t id = 0; id < JSCOPE_KERNEL_EVENT_COUNT; id++)
		if (probes->object.makers[id] == program)
			probes->object.makers[id] = NULL;
}

static void program_attach(struct jscope__kernel_probes *probes, struct bpf_program *program)
{
	struct bpf_link *link = bpf_program__attach(program);

	if (link) {
		probes->links[probes->link_count++] = link;
		return;
	}
	jscope__kernel_probes_tell(&probes->settings,
				   "Our program %s cannot be attached (%s): what it tells will be "
				   "missing.",
				   bpf_program__name(program), strerror(errno));
	maker_forget(probes, program);
	probes->object.missing++;
}

int jscope__kernel_probes_attach(struct jscope__kernel_probes *probes)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, probes->object.object)
	{
		if (bpf_program__autoload(program))
			program_attach(probes, program);
	}
	if (!probes->link_count)
		return jscope_error(-ENOTSUP,
				    "Nothing that was asked for can be recorded here, for the "
				    "reasons above: ask for more with --preset.");
	modes_set(probes, true);
	return 0;
}

/*
 * Programs that were about to make a record still do. The kernel waits for them when a map of maps
 * is written to.
 */
static void programs_await(struct jscope__kernel_probes *probes)
{
	int rings = bpf_object__find_map_fd_by_name(probes->object.object, "rings");
	uint32_t first = 0;

	bpf_map_update_elem(rings, &first, &probes->ring_fds[first], BPF_ANY);
}

void jscope__kernel_probes_detach(struct jscope__kernel_probes *probes)
{
	if (!probes->link_count)
		return;
	modes_set(probes, false);
	programs_await(probes);
	while (probes->link_count)
		bpf_link__destroy(probes->links[--probes->link_count]);
}

void jscope__kernel_probes_destroy(struct jscope__kernel_probes *probes)
{
	if (!probes)
		return;
	jscope__kernel_probes_detach(probes);
	for (uint32_t cpu = 0; probes->ring_fds && cpu < probes->cpu_count; cpu++)
		if (probes->ring_fds[cpu] >= 0)
			close(probes->ring_fds[cpu]);
	if (probes->cpus)
		munmap(probes->cpus, cpus_bytes(probes));
	bpf_object__close(probes->object.object);
	free(probes->links);
	free(probes->ring_fds);
	free(probes->modes);
	free(probes);
}

uint32_t jscope__kernel_probes_cpus(const struct jscope__kernel_probes *probes)
{
	return probes->cpu_count;
}

int jscope__kernel_probes_ring_fd(const struct jscope__kernel_probes *probes, uint32_t cpu)
{
	return cpu < probes->cpu_count ? probes->ring_fds[cpu] : -1;
}

size_t jscope__kernel_probes_ring_bytes(const struct jscope__kernel_probes *probes)
{
	return probes->ring_bytes;
}

uint64_t jscope__kernel_probes_lost(const struct jscope__kernel_probes *probes, uint32_t cpu,
				    enum jscope_kernel_event event)
{
	if (cpu >= probes->cpu_count || event >= JSCOPE_KERNEL_EVENT_COUNT)
		return 0;
	return __atomic_load_n(&probes->cpus[cpu].event_lost[event], __ATOMIC_RELAXED);
}

static bool shares_maker(const struct jscope__kernel_probes *probes, enum jscope_kernel_event event)
{
	for (size_t id = 0; id < event; id++)
		if (probes->object.makers[id] == probes->object.makers[event])
			return true;
	return false;
}

uint64_t jscope__kernel_probes_missed(const struct jscope__kernel_probes *probes,
				      enum jscope_kernel_event event)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof info;

	if (!jscope__kernel_probes_has(probes, event) || shares_maker(probes, event))
		return 0;
	if (bpf_obj_get_info_by_fd(bpf_program__fd(probes->object.makers[event]), &info, &size))
		return 0;
	return info.recursion_misses;
}

bool jscope__kernel_probes_has(const struct jscope__kernel_probes *probes,
			       enum jscope_kernel_event event)
{
	return event < JSCOPE_KERNEL_EVENT_COUNT && probes->object.makers[event];
}

unsigned jscope__kernel_probes_missing(const struct jscope__kernel_probes *probes)
{
	return probes->object.missing;
}

uint64_t jscope__kernel_probes_cost_ns(const struct jscope__kernel_probes *probes)
{
	return probes->cost_ns;
}
