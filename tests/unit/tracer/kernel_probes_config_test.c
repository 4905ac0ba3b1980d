/* What our programs are told, and that there is one for every event: needs no rights. */
#include "probes_config.h"

#include "../cmocka_all.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "common/error.h"
#include "probes/kernel_vocabulary.h"
#include "probes_points.h"
#include "probes_tell.h"
#include "kernel.skel.h"

static struct jscope_kernel_config make(const struct jscope_kernel_filter *filter)
{
	const struct jscope__kernel_probes_settings settings = { .groups = ~0u, .filter = filter };
	const struct jscope__kernel_processes processes = { 4711, { 815, 816 } };

	return jscope__kernel_config_make(&settings, &processes);
}

static void names_are_cut_as_records_cut_them(void **state)
{
	const struct jscope_kernel_filter filter = {
		.irqs = { { 36, NULL }, { -1, "a name of more than twenty-three letters" } },
		.irq_count = 2,
	};
	const struct jscope_kernel_config config = make(&filter);

	(void)state;
	assert_int_equal(config.irq_count, 2);
	assert_int_equal(config.irq_lines[0], 36);
	assert_int_equal(config.irq_lines[1], -1);
	assert_string_equal(config.irq_names[1], "a name of more than twe");
	assert_int_equal(strlen(config.irq_names[1]), JSCOPE_KERNEL_TEXT_SIZE - 1);
}

static void disks_are_told_as_in_the_trace(void **state)
{
	const struct jscope_kernel_filter filter = {
		.disks = { makedev(259, 70000), makedev(254, 0) },
		.disk_count = 2,
	};
	const struct jscope_kernel_config config = make(&filter);

	(void)state;
	assert_int_equal(config.disks[0], 259 << 20 | 70000);
	assert_int_equal(config.disks[1], 254 << 20);
}

static void cpus_that_are_left_out_show_chains_end(void **state)
{
	struct jscope_kernel_filter filter = { .cpus = { 3 }, .cpu_count = 1 };

	(void)state;
	assert_int_equal(jscope__kernel_config_cpu_mode(&filter, 3), JSCOPE_KERNEL_CPU_ON);
	assert_int_equal(jscope__kernel_config_cpu_mode(&filter, 1), JSCOPE_KERNEL_CPU_RUNS);
	filter.sched = JSCOPE_KERNEL_SCHED_ALL;
	assert_int_equal(jscope__kernel_config_cpu_mode(&filter, 1), JSCOPE_KERNEL_CPU_OFF);
	filter.cpu_count = 0;
	assert_int_equal(jscope__kernel_config_cpu_mode(&filter, 1), JSCOPE_KERNEL_CPU_ON);
}

static void processes_are_told_as_the_kernel_numbers_them(void **state)
{
	const struct jscope_kernel_filter filter = { .pids = { 7, 8 }, .pid_count = 2 };
	const struct jscope_kernel_config config = make(&filter);

	(void)state;
	assert_int_equal(config.own_tgid, 4711);
	assert_int_equal(config.pid_count, 2);
	assert_int_equal(config.pids[0], 815);
	assert_int_equal(config.pids[1], 816);
}

static void groups_of_no_schedule_are_left_out(void **state)
{
	const struct jscope_kernel_filter filter = { .sched = JSCOPE_KERNEL_SCHED_NONE };
	const struct jscope_kernel_config config = make(&filter);

	(void)state;
	assert_false(config.groups >> JSCOPE_KERNEL_WAKE & 1);
	assert_false(config.groups >> JSCOPE_KERNEL_SWITCH & 1);
	assert_true(config.groups >> JSCOPE_KERNEL_IRQ & 1);
}

static struct bpf_object *object_open(void)
{
	size_t size;
	const void *bytes = kernel_bpf__elf_bytes(&size);
	struct bpf_object *object = bpf_object__open_mem(bytes, size, NULL);

	assert_non_null(object);
	return object;
}

static void every_point_has_both_programs(void **state)
{
	struct bpf_object *object = object_open();
	const struct jscope__kernel_point *point;
	char name[64];

	(void)state;
	for (unsigned i = 0; (point = jscope__kernel_point(i)); i++) {
		snprintf(name, sizeof name, "%s__tp_btf", point->name);
		assert_non_null(bpf_object__find_program_by_name(object, name));
		snprintf(name, sizeof name, "%s__raw_tp", point->name);
		assert_non_null(bpf_object__find_program_by_name(object, name));
	}
	bpf_object__close(object);
}

static bool point_makes(size_t event)
{
	const struct jscope__kernel_point *point;

	for (unsigned i = 0; (point = jscope__kernel_point(i)); i++)
		for (unsigned j = 0; j < point->event_count; j++)
			if (point->events[j] == event)
				return point->groups >> jscope_kernel_event_describe(event)->group &
				       1;
	return false;
}

static bool function_makes(const struct bpf_object *object, const char *event)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		if (jscope__kernel_program_is_of(bpf_program__name(program), event))
			return true;
	}
	return false;
}

static void every_event_of_the_kernel_has_a_program(void **state)
{
	struct bpf_object *object = object_open();
	const struct jscope_kernel_event_desc *event;

	(void)state;
	for (size_t id = 0; (event = jscope_kernel_event_describe(id)); id++)
		if (event->group != JSCOPE_KERNEL_TOLD && !point_makes(id) &&
		    !function_makes(object, event->name))
			fail_msg("nothing makes %s", event->name);
	bpf_object__close(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_cut_as_records_cut_them),
		cmocka_unit_test(disks_are_told_as_in_the_trace),
		cmocka_unit_test(cpus_that_are_left_out_show_chains_end),
		cmocka_unit_test(processes_are_told_as_the_kernel_numbers_them),
		cmocka_unit_test(groups_of_no_schedule_are_left_out),
		cmocka_unit_test(every_point_has_both_programs),
		cmocka_unit_test(every_event_of_the_kernel_has_a_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
