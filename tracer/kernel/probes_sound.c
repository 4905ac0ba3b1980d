#include "probes_sound.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probes_tell.h"

static const struct module {
	const char *name;
	enum jscope_kernel_group group;
	const char *driver; /* what it serves */
	const char *example;
	const char *without; /* what is missing then */
	unsigned event_count;
} modules[] = {
	{ "snd_pcm", JSCOPE_KERNEL_PCM, "sound card", "snd-hda-intel",
	  "periods and positions of sound cards", 4 },
	{ "snd_rawmidi", JSCOPE_KERNEL_MIDI, "MIDI", "snd-usb-audio", "received MIDI bytes", 1 },
};
#define MODULE_COUNT (sizeof modules / sizeof modules[0])

static const struct function {
	const char *name;
	const struct module *module;
	const char *without;
	unsigned event_count; /* that are made from it */
} functions[] = {
	{ "snd_pcm_period_elapsed", &modules[0], "periods of sound cards", 2 },
	{ "pcm_lib_apply_appl_ptr", &modules[0], "what clients of sound cards write and read", 1 },
	{ "__snd_pcm_xrun", &modules[0], "underruns and overruns, as the kernel declares them", 1 },
	{ "snd_rawmidi_receive", &modules[1], "received MIDI bytes", 1 },
};
#define FUNCTION_COUNT (sizeof functions / sizeof functions[0])

/* How a program comes to its function. */
enum way { WAY_NONE, WAY_FENTRY, WAY_KPROBE };

/* What is known of a module while its programs are chosen. */
struct choice {
	const struct jscope__kernel_probes_settings *settings;
	struct bpf_object *object;
	const struct module *module;
	struct btf *kernel_btf, *btf; /* the latter has its functions; may be the same */
	int btf_fd;		      /* the kernel's handle of btf; 0 for kernel_btf */
	unsigned missing;
};

static bool module_has(const char *folder, const struct module *module)
{
	char path[64];

	snprintf(path, sizeof path, "/sys/%s/%s", folder, module->name);
	return access(path, F_OK) == 0;
}

static bool btf_knows(const struct btf *btf, const char *function)
{
	return btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) > 0;
}

static bool is_built_in(const struct choice *choice)
{
	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		if (functions[i].module == choice->module &&
		    btf_knows(choice->kernel_btf, functions[i].name))
			return true;
	return false;
}

/* Whether the kernel's handle `fd` of types is that of a module. */
static bool btf_fd_is(int fd, const char *module)
{
	char name[64] = "";
	struct bpf_btf_info info = { .name = (__u64)(uintptr_t)name, .name_len = sizeof name };
	__u32 size = sizeof info;

	return bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && !strcmp(name, module);
}

/* Returns the kernel's handle of a module's types, to be closed, or a negative errno. */
static int btf_fd_get(const char *module)
{
	__u32 id = 0;
	int fd, error;

	while ((error = bpf_btf_get_next_id(id, &id)) == 0) {
		fd = bpf_btf_get_fd_by_id(id);
		if (fd >= 0 && btf_fd_is(fd, module))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return error;
}

/* Returns 0, or a negative errno where the module's functions cannot be seen; that is told. */
static int module_open(struct choice *choice)
{
	const struct module *module = choice->module;

	if (!module_has("kernel/btf", module)) {
		if (is_built_in(choice)) {
			choice->btf = choice->kernel_btf;
			return 0;
		}
		if (module_has("module", module))
			jscope__kernel_probes_tell(
				choice->settings,
				"This kernel tells no types of its modules (there is no "
				"/sys/kernel/btf/%s): %s will be missing.",
				module->name, module->without);
		else
			jscope__kernel_probes_tell(
				choice->settings,
				"No %s driver is loaded (there is no module %s): %s will be missing. "
				"Load it before you record, for example with modprobe %s.",
				module->driver, module->name, module->without, module->example);
		return -ENOENT;
	}
	choice->btf_fd = btf_fd_get(module->name);
	if (choice->btf_fd >= 0)
		choice->btf = btf__load_module_btf(module->name, choice->kernel_btf);
	if (choice->btf)
		return 0;
	jscope__kernel_probes_tell(
		choice->settings, "The module %s cannot be looked into (%s)%s: %s will be missing.",
		module->name, strerror(errno),
		choice->btf_fd == -EPERM ? ", which takes CAP_SYS_ADMIN" : "", module->without);
	return -EPERM;
}

static void module_close(struct choice *choice)
{
	if (choice->btf_fd > 0)
		close(choice->btf_fd);
	if (choice->btf != choice->kernel_btf)
		btf__free(choice->btf);
	choice->btf_fd = 0;
	choice->btf = NULL;
}

/*
 * Put a program that does nothing on a function, and take it off again. What cannot be loaded would
 * take the whole object down with it, and there are kernels that have all it takes and forbid it.
 */
static int trampoline_try(const struct choice *choice, __s32 function_id)
{
	const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = (__u32)function_id,
		    .attach_btf_obj_fd = (__u32)choice->btf_fd);
	int program_fd =
		bpf_prog_load(BPF_PROG_TYPE_TRACING, "jscope_try", "GPL", nothing, 2, &options);
	int link_fd;

	if (program_fd < 0)
		return program_fd;
	link_fd = bpf_raw_tracepoint_open(NULL, program_fd);
	close(program_fd);
	if (link_fd < 0)
		return link_fd;
	close(link_fd);
	return 0;
}

static enum way way_choose(const struct choice *choice, const struct function *function)
{
	__s32 id = btf__find_by_name_kind(choice->btf, function->name, BTF_KIND_FUNC);
	int error;

	if (id <= 0) {
		jscope__kernel_probes_tell(choice->settings,
					   "This kernel has no function %s: %s will be missing.",
					   function->name, function->without);
		return WAY_NONE;
	}
	error = trampoline_try(choice, id);
	if (!error)
		return WAY_FENTRY;
	if (access("/sys/bus/event_source/devices/kprobe", F_OK) == 0)
		return WAY_KPROBE;
	jscope__kernel_probes_tell(
		choice->settings,
		"Nothing can be put on %s (fentry: %s; kprobes: none): %s will be missing.",
		function->name, strerror(-error), function->without);
	return WAY_NONE;
}

/* "fexit/snd_pcm_period_elapsed": fexit and fentry are one way, as are kprobe and kretprobe. */
static bool section_is(const char *section, const char *function, enum way way)
{
	const char *slash = strchr(section, '/');

	return slash && !strcmp(slash + 1, function) &&
	       way == (*section == 'f' ? WAY_FENTRY : WAY_KPROBE);
}

static void function_choose(struct choice *choice, const struct function *function)
{
	enum way way = way_choose(choice, function);
	struct bpf_program *program;

	if (way == WAY_NONE)
		choice->missing += function->event_count;
	bpf_object__for_each_program(program, choice->object)
	{
		if (section_is(bpf_program__section_name(program), function->name, way))
			bpf_program__set_autoload(program, true);
	}
}

static void module_choose(struct choice *choice)
{
	if (module_open(choice) < 0) {
		choice->missing += choice->module->event_count;
	} else {
		for (size_t i = 0; i < FUNCTION_COUNT; i++)
			if (functions[i].module == choice->module)
				function_choose(choice, &functions[i]);
	}
	module_close(choice);
}

unsigned jscope__kernel_sound_choose(struct bpf_object *object,
				     const struct jscope__kernel_probes_settings *settings)
{
	struct choice choice = { .settings = settings, .object = object };

	for (size_t i = 0; i < MODULE_COUNT; i++) {
		if (!(settings->groups & 1u << modules[i].group))
			continue;
		if (!choice.kernel_btf)
			choice.kernel_btf = btf__load_vmlinux_btf();
		choice.module = &modules[i];
		if (choice.kernel_btf)
			module_choose(&choice);
		else
			choice.missing += modules[i].event_count;
	}
	btf__free(choice.kernel_btf);
	return choice.missing;
}
