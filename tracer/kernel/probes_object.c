#include "probes_object.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "common/error.h"
#include "probes/kernel_vocabulary.h"
#include "kernel.skel.h"
#include "probes_log.h"
#include "probes_points.h"
#include "probes_rights.h"
#include "probes_sound.h"
#include "probes_tell.h"

#define REFUSED_MAX 16
#define NAME_MAX_   64

enum way { WAY_TYPED, WAY_RAW, WAY_NONE };
static const char *const way_names[] = { "tp_btf", "raw_tp" };

/* One attempt after the other to load. */
struct loader {
	const struct jscope__kernel_probes_settings *settings;
	struct jscope_kernel_config *config;
	uint32_t cpu_count;
	enum way ways[JSCOPE__KERNEL_POINT_MAX]; /* of the points that are asked for */
	unsigned missing;
	char refused[REFUSED_MAX][NAME_MAX_]; /* programs on functions that the kernel refused */
	unsigned refused_count;
	bool sound_told;
	struct bpf_object *object;
};

static bool is_asked_for(const struct loader *loader, const struct jscope__kernel_point *point)
{
	return loader->config->groups & point->groups;
}

static void point_leave_out(struct loader *loader, unsigned index, const char *why)
{
	const struct jscope__kernel_point *point = jscope__kernel_point(index);
	struct utsname kernel = { 0 };

	uname(&kernel);
	loader->ways[index] = WAY_NONE;
	loader->missing++;
	jscope__kernel_probes_tell(loader->settings, "This kernel (%s) %s %s: %s.", kernel.release,
				   why, point->name, point->without);
}

/* Facts about the kernel from how it declares its tracepoints. */
static void config_learn(struct loader *loader, const struct btf *btf,
			 const struct jscope__kernel_point *point, const struct btf_type *type)
{
	const struct btf_type *proto;
	const struct btf_param *params;

	proto = btf__type_by_id(btf, btf__type_by_id(btf, type->type)->type);
	if (!proto || !btf_is_func_proto(proto))
		return;
	params = btf_params(proto);
	if (strcmp(point->name, "sched_switch") == 0)
		loader->config->switch_has_state = btf_vlen(proto) > 4;
	if (strcmp(point->name, "block_rq_complete") == 0 && btf_vlen(proto) > 2)
		loader->config->complete_has_errno =
			btf_is_int(btf__type_by_id(btf, params[2].type));
}

/* Every tracepoint is declared as btf_trace_NAME. One pass: names are not sorted. */
static void points_find(struct loader *loader, const struct btf *btf, bool *found)
{
	static const char prefix[] = "btf_trace_";

	for (unsigned id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *name =
			btf_is_typedef(type) ? btf__name_by_offset(btf, type->name_off) : NULL;
		const struct jscope__kernel_point *point;

		if (!name || strncmp(name, prefix, sizeof prefix - 1) != 0)
			continue;
		for (unsigned i = 0; (point = jscope__kernel_point(i)); i++)
			if (strcmp(point->name, name + sizeof prefix - 1) == 0) {
				found[i] = true;
				config_learn(loader, btf, point, type);
			}
	}
}

static int points_choose(struct loader *loader)
{
	struct btf *btf = btf__load_vmlinux_btf();
	const struct jscope__kernel_point *point;
	bool found[JSCOPE__KERNEL_POINT_MAX] = { false };

	if (!btf)
		return jscope__kernel_rights_refused(-errno, "its BTF cannot be read");
	points_find(loader, btf, found);
	btf__free(btf);
	for (unsigned i = 0; (point = jscope__kernel_point(i)); i++) {
		loader->ways[i] = is_asked_for(loader, point) ? WAY_TYPED : WAY_NONE;
		if (is_asked_for(loader, point) && !found[i])
			point_leave_out(loader, i, "has no tracepoint");
	}
	return 0;
}

static void maps_size(const struct loader *loader)
{
	struct bpf_object *object = loader->object;

	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "cpus"), loader->cpu_count);
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "rings"), loader->cpu_count);
	if (loader->config->sched_mode != JSCOPE_KERNEL_SCHED_MODE_CHAIN)
		bpf_map__set_value_size(bpf_object__find_map_by_name(object, "pendings"), 8);
}

static int config_give(const struct loader *loader)
{
	struct bpf_map *map = bpf_object__find_map_by_name(loader->object, ".rodata.config");
	int error = map ? bpf_map__set_initial_value(map, loader->config, sizeof *loader->config)
			: -ENOENT;

	if (error)
		return jscope_error(error, "Our programs do not have the settings that they were "
					   "made with: build jitterscope anew.");
	return 0;
}

static void programs_choose(struct loader *loader)
{
	const struct jscope__kernel_point *point;
	struct bpf_program *program;
	char name[NAME_MAX_];

	for (unsigned i = 0; (point = jscope__kernel_point(i)); i++) {
		if (loader->ways[i] == WAY_NONE)
			continue;
		snprintf(name, sizeof name, "%s__%s", point->name, way_names[loader->ways[i]]);
		program = bpf_object__find_program_by_name(loader->object, name);
		bpf_program__set_autoload(program, true);
	}
	for (unsigned i = 0; i < loader->refused_count; i++) {
		program = bpf_object__find_program_by_name(loader->object, loader->refused[i]);
		bpf_program__set_autoload(program, false);
	}
}

/* What is missing is told once. */
static unsigned sound_choose(struct loader *loader)
{
	struct jscope__kernel_probes_settings settings = *loader->settings;

	if (loader->sound_told)
		settings.tell = NULL;
	loader->sound_told = true;
	return jscope__kernel_sound_choose(loader->object, &settings);
}

static int object_try(struct loader *loader, unsigned *ret_sound_missing)
{
	size_t size;
	const void *bytes = kernel_bpf__elf_bytes(&size);
	int error;

	jscope__kernel_log_begin();
	loader->object = bpf_object__open_mem(bytes, size, NULL);
	if (!loader->object)
		return -errno;
	error = config_give(loader);
	if (error)
		return error;
	maps_size(loader);
	*ret_sound_missing = sound_choose(loader);
	programs_choose(loader);
	return bpf_object__load(loader->object);
}

static int point_of_program(const char *name)
{
	const struct jscope__kernel_point *point;

	for (unsigned i = 0; (point = jscope__kernel_point(i)); i++)
		if (jscope__kernel_program_is_of(name, point->name))
			return (int)i;
	return -1;
}

/* What another program would not cure. */
static bool is_want(int error)
{
	return error == -ENOMEM || error == -EMFILE || error == -ENFILE;
}

/* Replace the program that the kernel refused. Returns whether there is something else to try. */
static bool refused_replace(struct loader *loader, int error)
{
	const char *name = jscope__kernel_log_refused();
	int index = point_of_program(name);

	if (!name[0] || is_want(error))
		return false;
	if (index < 0) {
		if (loader->refused_count == REFUSED_MAX)
			return false;
		jscope__kernel_probes_tell(loader->settings,
					   "This kernel refuses our program %s (%s).", name,
					   strerror(-error));
		snprintf(loader->refused[loader->refused_count++], NAME_MAX_, "%s", name);
		loader->missing++;
		return true;
	}
	if (error == -EPERM)
		return false;
	if (loader->ways[index] == WAY_TYPED)
		loader->ways[index] = WAY_RAW;
	else
		point_leave_out(loader, (unsigned)index, "refuses our program for");
	return true;
}

static int loader_run(struct loader *loader, unsigned *ret_sound_missing)
{
	int error = points_choose(loader);

	if (error)
		return error;
	for (;;) {
		error = object_try(loader, ret_sound_missing);
		if (!error)
			return 0;
		bpf_object__close(loader->object);
		loader->object = NULL;
		if (!refused_replace(loader, error))
			return jscope__kernel_rights_refused(error, jscope__kernel_log_first());
	}
}

/* Programs on functions are named after the event that they make; -1: they make none. */
static int event_of_program(const char *name)
{
	const struct jscope_kernel_event_desc *event;

	for (size_t id = 0; (event = jscope_kernel_event_describe(id)); id++)
		if (jscope__kernel_program_is_of(name, event->name))
			return (int)id;
	return -1;
}

static void maker_note(const struct loader *loader, struct bpf_program *program,
		       struct bpf_program *makers[])
{
	const char *name = bpf_program__name(program);
	int index = point_of_program(name), event = event_of_program(name);
	const struct jscope__kernel_point *point = index < 0 ? NULL : jscope__kernel_point(index);

	if (!point && event >= 0)
		makers[event] = program;
	for (unsigned i = 0; point && i < point->event_count; i++) {
		enum jscope_kernel_group group =
			jscope_kernel_event_describe(point->events[i])->group;

		if (loader->config->groups >> group & 1)
			makers[point->events[i]] = program;
	}
}

int jscope__kernel_object_load(const struct jscope__kernel_probes_settings *settings,
			       struct jscope_kernel_config *config, uint32_t cpu_count,
			       struct jscope__kernel_object *ret_object)
{
	struct loader loader = { .settings = settings, .config = config, .cpu_count = cpu_count };
	struct bpf_program *program;
	unsigned sound_missing = 0;
	int error = loader_run(&loader, &sound_missing);

	if (error)
		return error;
	*ret_object = (struct jscope__kernel_object){ .object = loader.object,
						      .missing = loader.missing + sound_missing };
	bpf_object__for_each_program(program, loader.object)
	{
		if (bpf_program__autoload(program))
			maker_note(&loader, program, ret_object->makers);
	}
	return 0;
}
