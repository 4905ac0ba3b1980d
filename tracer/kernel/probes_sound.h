/*
 * Our programs on functions of ALSA (probes/bpf/sound.bpf.h): which of them this kernel takes. The
 * functions are those of modules, which may not be loaded, and there are two ways to them: fentry
 * and fexit, or kprobes where the kernel forbids trampolines. A program's name is that of the event
 * that it makes, "__", and the way: snd_pcm_xrun__fentry. Called by probes.c; one thread.
 */
#ifndef KERNEL_PROBES_SOUND_H
#define KERNEL_PROBES_SOUND_H

#include "probes.h"

struct bpf_object;

/*
 * Before the object is loaded: have it load those programs that this kernel takes, of groups that
 * are asked for (PCM, MIDI); the others are left out, which is how an object begins with them. What
 * cannot be had is told, with what will be missing. bpf_program__attach() attaches what was chosen.
 * Returns how many events that were asked for will not come.
 */
unsigned jscope__kernel_sound_choose(struct bpf_object *object,
				     const struct jscope__kernel_probes_settings *settings);

#endif
