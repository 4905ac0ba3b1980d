/*
 * Sound: functions of ALSA, which has no tracepoints for what we tell. Each program exists twice,
 * for trampolines (fentry, fexit) and for kprobes; tracer/kernel/probes_sound.h says which is
 * loaded.
 *
 * The device's position changes inside snd_pcm_period_elapsed() and the client's inside
 * pcm_lib_apply_appl_ptr(), so that both are told when these return.
 */
#ifndef BPF_SOUND_H
#define BPF_SOUND_H

#include <linux/ptrace.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct snd_card {
	int number;
	char id[JSCOPE_KERNEL_COMM_SIZE];
};

struct snd_pcm {
	struct snd_card *card;
	int device;
};

struct snd_pcm_mmap_status {
	int state;
	unsigned long hw_ptr;
};

struct snd_pcm_mmap_control {
	unsigned long appl_ptr;
};

struct snd_pcm_runtime {
	unsigned int rate;
	unsigned long period_size, buffer_size, boundary, stop_threshold;
	struct snd_pcm_mmap_status *status;
	struct snd_pcm_mmap_control *control;
};

/* From 6.1 on. */
struct snd_pcm_runtime___state {
	int state;
};

struct snd_pcm_substream {
	struct snd_pcm *pcm;
	int number, stream;
	struct snd_pcm_runtime *runtime;
};

struct snd_rawmidi {
	struct snd_card *card;
	unsigned int device;
};

struct snd_rawmidi_substream {
	int number;
	struct snd_rawmidi *rmidi;
};

#pragma clang attribute pop

/* Events with a position differ behind it only, those without end before it. */
typedef struct record_snd_pcm_appl_ptr pcm_record;
_Static_assert(sizeof(struct record_snd_pcm_period_elapsed_entry) ==
		       __builtin_offsetof(pcm_record, body.hw_ptr),
	       "who it is comes first");
_Static_assert(sizeof(struct record_snd_pcm_xrun) == sizeof(pcm_record),
	       "an xrun has a position and nothing else");
_Static_assert(__builtin_offsetof(struct record_snd_pcm_period_elapsed_exit, body.id) ==
		       sizeof(pcm_record),
	       "the card's id comes last");

static __always_inline void pcm_name(pcm_record *record, struct snd_pcm_substream *substream)
{
	record_put(record, card, BPF_CORE_READ(substream, pcm, card, number));
	record_put(record, device, BPF_CORE_READ(substream, pcm, device));
	record_put(record, substream, BPF_CORE_READ(substream, number));
	record_put(record, stream, BPF_CORE_READ(substream, stream));
}

static __always_inline __u32 pcm_state(struct snd_pcm_runtime *runtime)
{
	struct snd_pcm_runtime___state *own = (void *)runtime;

	if (bpf_core_field_exists(own->state))
		return BPF_CORE_READ(own, state);
	return BPF_CORE_READ(runtime, status, state);
}

static __always_inline void pcm_locate(pcm_record *record, struct snd_pcm_substream *substream)
{
	struct snd_pcm_runtime *runtime = BPF_CORE_READ(substream, runtime);

	record_put(record, hw_ptr, BPF_CORE_READ(runtime, status, hw_ptr));
	record_put(record, appl_ptr, BPF_CORE_READ(runtime, control, appl_ptr));
	record_put(record, boundary, BPF_CORE_READ(runtime, boundary));
	record_put(record, buffer_size, BPF_CORE_READ(runtime, buffer_size));
	record_put(record, period_size, BPF_CORE_READ(runtime, period_size));
	record_put(record, stop_threshold, BPF_CORE_READ(runtime, stop_threshold));
	record_put(record, rate, BPF_CORE_READ(runtime, rate));
	record_put(record, state, pcm_state(runtime));
}

static __always_inline bool pcm_wanted(struct snd_pcm_substream *substream)
{
	return card_wanted(BPF_CORE_READ(substream, pcm, card, number));
}

static __always_inline void period_elapsed_begin(struct snd_pcm_substream *substream)
{
	struct record_snd_pcm_period_elapsed_entry *record;

	if (!pcm_wanted(substream))
		return;
	record = record_begin(snd_pcm_period_elapsed_entry);
	if (!record)
		return;
	pcm_name((pcm_record *)record, substream);
	record_end(record);
}

static __always_inline void period_elapsed_end(struct snd_pcm_substream *substream)
{
	struct record_snd_pcm_period_elapsed_exit *record;
	struct snd_card *card;

	if (!pcm_wanted(substream))
		return;
	record = record_begin(snd_pcm_period_elapsed_exit);
	if (!record)
		return;
	pcm_name((pcm_record *)record, substream);
	pcm_locate((pcm_record *)record, substream);
	card = BPF_CORE_READ(substream, pcm, card);
	bpf_probe_read_kernel(record->body.id, sizeof record->body.id, card->id);
	record_end(record);
}

static __always_inline void appl_ptr_moved(struct snd_pcm_substream *substream, int error)
{
	struct record_snd_pcm_appl_ptr *record;

	if (error < 0 || !pcm_wanted(substream))
		return;
	record = record_begin(snd_pcm_appl_ptr);
	if (!record)
		return;
	pcm_name(record, substream);
	pcm_locate(record, substream);
	record_end(record);
}

static __always_inline void xrun_met(struct snd_pcm_substream *substream)
{
	struct record_snd_pcm_xrun *record;

	if (!pcm_wanted(substream))
		return;
	record = record_begin(snd_pcm_xrun);
	if (!record)
		return;
	pcm_name((pcm_record *)record, substream);
	pcm_locate((pcm_record *)record, substream);
	record_end(record);
}

/* The verifier is to see the bound that the compiler knows already. */
static __always_inline __u64 midi_first(const unsigned char *bytes, int count)
{
	__u64 first = 0, size = count < (int)sizeof(first) ? count : (int)sizeof(first);

	if (count <= 0)
		return 0;
	barrier_var(size);
	if (size <= sizeof(first))
		bpf_probe_read_kernel(&first, size, bytes);
	return first;
}

static __always_inline void midi_received(struct snd_rawmidi_substream *substream,
					  const unsigned char *bytes, int count)
{
	struct record_snd_rawmidi_receive *record;
	__u32 card = BPF_CORE_READ(substream, rmidi, card, number);

	if (!card_wanted(card))
		return;
	record = record_begin(snd_rawmidi_receive);
	if (!record)
		return;
	record_put(record, card, card);
	record_put(record, device, BPF_CORE_READ(substream, rmidi, device));
	record_put(record, substream, BPF_CORE_READ(substream, number));
	record_put(record, count, count);
	record_put(record, first, midi_first(bytes, count));
	record_end(record);
}

SEC("?fentry/snd_pcm_period_elapsed")
int BPF_PROG(snd_pcm_period_elapsed_entry__fentry, struct snd_pcm_substream *substream)
{
	period_elapsed_begin(substream);
	return 0;
}

SEC("?fexit/snd_pcm_period_elapsed")
int BPF_PROG(snd_pcm_period_elapsed_exit__fentry, struct snd_pcm_substream *substream)
{
	period_elapsed_end(substream);
	return 0;
}

SEC("?fexit/pcm_lib_apply_appl_ptr")
int BPF_PROG(snd_pcm_appl_ptr__fentry, struct snd_pcm_substream *substream, unsigned long appl_ptr,
	     int error)
{
	appl_ptr_moved(substream, error);
	return 0;
}

SEC("?fentry/__snd_pcm_xrun")
int BPF_PROG(snd_pcm_xrun__fentry, struct snd_pcm_substream *substream)
{
	xrun_met(substream);
	return 0;
}

SEC("?fentry/snd_rawmidi_receive")
int BPF_PROG(snd_rawmidi_receive__fentry, struct snd_rawmidi_substream *substream,
	     const unsigned char *bytes, int count)
{
	midi_received(substream, bytes, count);
	return 0;
}

#ifdef bpf_target_defined /* else nobody knows the registers of arguments */

/*
 * A kretprobe does not see the argument of the call that it ends: it is the last one kept by the
 * same thread, or by the same CPU where that is idle, for a call of that function.
 */
enum sound_function { SOUND_PERIOD_ELAPSED, SOUND_APPL_PTR };
#define SOUND_NESTING 4

struct sound_caller {
	__u32 thread, cpu; /* one of them is 0 */
	__u32 function;
};

struct sound_calls {
	__u32 depth;
	struct snd_pcm_substream *substreams[SOUND_NESTING];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct sound_caller);
	__type(value, struct sound_calls);
} sound_callers SEC(".maps");

static __always_inline struct sound_caller sound_caller(enum sound_function function)
{
	struct sound_caller caller = { .thread = bpf_get_current_pid_tgid(), .function = function };

	if (!caller.thread)
		caller.cpu = bpf_get_smp_processor_id();
	return caller;
}

/*
 * A stream is not in the same function twice: if it is here already, that call ended unseen (a
 * kretprobe has room for few calls at a time), and so did those inside it.
 */
static __always_inline void call_keep(enum sound_function function,
				      struct snd_pcm_substream *substream)
{
	struct sound_caller caller = sound_caller(function);
	struct sound_calls first = {}, *calls = bpf_map_lookup_elem(&sound_callers, &caller);
	__u32 depth = 0;

	if (!calls) {
		first.depth = 1;
		first.substreams[0] = substream;
		bpf_map_update_elem(&sound_callers, &caller, &first, BPF_ANY);
		return;
	}
	while (depth < SOUND_NESTING - 1 && depth < calls->depth &&
	       calls->substreams[depth] != substream)
		depth++;
	calls->substreams[depth] = substream;
	calls->depth = depth + 1;
}

static __always_inline struct snd_pcm_substream *call_take(enum sound_function function)
{
	struct sound_caller caller = sound_caller(function);
	struct sound_calls *calls = bpf_map_lookup_elem(&sound_callers, &caller);
	__u32 last;

	if (!calls || !calls->depth)
		return NULL;
	last = calls->depth - 1;
	if (last >= SOUND_NESTING)
		return NULL;
	calls->depth = last;
	return calls->substreams[last];
}

SEC("?kprobe/snd_pcm_period_elapsed")
int BPF_KPROBE(snd_pcm_period_elapsed_entry__kprobe, struct snd_pcm_substream *substream)
{
	call_keep(SOUND_PERIOD_ELAPSED, substream);
	period_elapsed_begin(substream);
	return 0;
}

SEC("?kretprobe/snd_pcm_period_elapsed")
int BPF_KRETPROBE(snd_pcm_period_elapsed_exit__kprobe)
{
	struct snd_pcm_substream *substream = call_take(SOUND_PERIOD_ELAPSED);

	if (substream)
		period_elapsed_end(substream);
	return 0;
}

SEC("?kprobe/pcm_lib_apply_appl_ptr")
int BPF_KPROBE(snd_pcm_appl_ptr_argument__kprobe, struct snd_pcm_substream *substream)
{
	call_keep(SOUND_APPL_PTR, substream);
	return 0;
}

SEC("?kretprobe/pcm_lib_apply_appl_ptr")
int BPF_KRETPROBE(snd_pcm_appl_ptr__kprobe, int error)
{
	struct snd_pcm_substream *substream = call_take(SOUND_APPL_PTR);

	if (substream)
		appl_ptr_moved(substream, error);
	return 0;
}

SEC("?kprobe/__snd_pcm_xrun")
int BPF_KPROBE(snd_pcm_xrun__kprobe, struct snd_pcm_substream *substream)
{
	xrun_met(substream);
	return 0;
}

SEC("?kprobe/snd_rawmidi_receive")
int BPF_KPROBE(snd_rawmidi_receive__kprobe, struct snd_rawmidi_substream *substream,
	       const unsigned char *bytes, int count)
{
	midi_received(substream, bytes, count);
	return 0;
}

#endif

#endif
