/*
 * Scenarios: which virtual devices to run, how their clients behave, how long everything takes and
 * what goes wrong, as an INI file.
 *
 * A scenario is read strictly. An unknown section or key, a value without its unit or out of its
 * range, and a geometry that cannot exist are errors that name file, line and remedy. A key that is
 * left out has the default of its section; a file without any device has one stream (48 kHz, 10 ms
 * period, two notifications per buffer). One thread at a time; constant afterwards.
 */
#ifndef TRACER_SCENARIO_H
#define TRACER_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/ns.h"

#define JSCOPE_SCENARIO_DEFAULT "wavert-10ms"

#define JSCOPE_NAME_SIZE 32 /* of a section, with its NUL */

/* How long something takes: 0 unless said otherwise, at least 0, at most max_ns. */
enum jscope_distribution_kind {
	JSCOPE_DISTRIBUTION_NONE,
	JSCOPE_DISTRIBUTION_CONSTANT,	 /* a ns */
	JSCOPE_DISTRIBUTION_UNIFORM,	 /* a .. b ns */
	JSCOPE_DISTRIBUTION_NORMAL,	 /* mean a, standard deviation b ns */
	JSCOPE_DISTRIBUTION_LOGNORMAL,	 /* median a ns, sigma b of the logarithm */
	JSCOPE_DISTRIBUTION_EXPONENTIAL, /* mean a ns */
	JSCOPE_DISTRIBUTION_PARETO,	 /* minimum a ns, shape b */
	JSCOPE_DISTRIBUTION_BURST,	 /* a ns, in a burst b ns; bursts of `length` some `every` apart */
	JSCOPE_DISTRIBUTION_EMPIRICAL,	 /* one of the samples, each as likely */
	JSCOPE_DISTRIBUTION_RECORDED,	 /* as it was recorded, of a stream's stage */
};

/*
 * A delay as it was recorded, where it lies: from the due instant of a point of its stream, which the
 * new session has as well. Where that goes as the recorded one did, each delay is met at its begin, and
 * ends when it ended; elsewhere the one whose begin is nearest says how long it takes.
 */
struct jscope_recorded_delay {
	uint64_t point;	    /* 0: the first begin of RUN */
	jscope_ns begin_ns; /* from there on */
	jscope_ns end_ns;   /* JSCOPE_NS_UNKNOWN: it never was over */
};

/* A part that comes and goes with the time of the machine; it is 0 and rises at time 0. */
struct jscope_sine {
	double frequency_hz, amplitude_ns;
};
#define JSCOPE_SINES_MAX 4

struct jscope_distribution {
	enum jscope_distribution_kind kind;
	double a, b;
	jscope_ns every_ns, length_ns; /* BURST: mean distance, and length */
	jscope_ns max_ns;
	jscope_ns *samples; /* EMPIRICAL: owned by the scenario */
	size_t sample_count;
	const struct jscope_recorded_delay *recorded; /* RECORDED: by begin, owned by the scenario */
	size_t recorded_count;
	jscope_ns told_ns; /* RECORDED: what virtual time its own records take until its end shows */
	unsigned sine_count;
	struct jscope_sine sines[JSCOPE_SINES_MAX]; /* added to what is drawn */
};

/* What a delay belongs to; the words of the keys and of truth_delay. */
enum jscope_delay_stage {
	JSCOPE_DELAY_INTERRUPT, /* assertion -> ISR entry */
	JSCOPE_DELAY_DISPATCH,	/* ISR entry -> DPC insert */
	JSCOPE_DELAY_QUEUE,	/* insert -> DPC entry */
	JSCOPE_DELAY_HANDLER,	/* DPC entry -> signal */
	JSCOPE_DELAY_WAKE,	/* signal -> client runs */
	JSCOPE_DELAY_SERVICE,	/* client runs -> answers */
	JSCOPE_DELAY_DEVICE,	/* request handed over -> device done */
	JSCOPE_DELAY_ARRIVAL,	/* request or byte to the next one */
	JSCOPE_DELAY_STAGES
};

struct jscope_delay_settings {
	struct jscope_distribution interrupt, dispatch, queue, handler, wake;
};

/* What every section begins with. */
struct jscope_section_head {
	char name[JSCOPE_NAME_SIZE]; /* [stream NAME]; "" without one */
	unsigned line;		     /* in the file */
};

struct jscope_machine_settings {
	struct jscope_section_head head;
	uint32_t cpu_count; /* modelled CPUs, 1 .. 64 */
	jscope_ns tick_ns;  /* of the interval timer (KeQueryTickCount) */
	/* How long `record sim` runs it where nothing is asked for: 0 for either is no limit. */
	jscope_ns duration_ns;
	int64_t event_count;
};

/* How the client of a stream learns where the device is, and answers. */
enum jscope_stream_mode {
	JSCOPE_MODE_PACKET, /* notified; SetWritePacket, GetReadPacket */
	JSCOPE_MODE_EVENT,  /* notified; reads the position and moves its write position */
	JSCOPE_MODE_POLL,   /* AllocateAudioBuffer without notification: looks once a period */
};

struct jscope_stream_settings {
	struct jscope_section_head head;
	uint32_t rate_hz;
	uint32_t frame_bytes;
	uint32_t period_frames;	     /* from one notification to the next */
	uint32_t notification_count; /* per buffer cycle, 1 or 2 */
	uint32_t requested_bytes;    /* of the buffer; 0: just what the periods need */
	bool capture;
	enum jscope_stream_mode mode;
	int32_t drift_ppm; /* of the device's clock; positive: it runs fast */
	uint32_t irq;	   /* interrupt line; 0: one of its own */
	uint32_t cpu;	   /* that it interrupts and that runs its DPC */
	uint32_t importance; /* enum jscope__importance */
	bool threaded;	     /* its DPC is a threaded one */
	uint32_t fifo_bytes; /* KSRTAUDIO_HWLATENCY */
	jscope_ns chipset_ns, codec_ns;
	uint32_t accuracy_frames; /* of the position register */
	jscope_ns pause_every_ns; /* RUN -> PAUSE -> RUN so often; 0: never */
	jscope_ns pause_ns;	  /* how long the pauses are */
	uint32_t end_packet;	  /* write this packet as the end of the stream; 0: never */

	/* Of recorded streams alone: no key of a file sets these. */
	jscope_ns start_ns;   /* the client comes so long after the machine */
	bool stops;	      /* the engine halts when it runs out, until its client begins anew */
	bool whole_packets;   /* mode EVENT: answers by whole packets, not up to where the engine is */
	uint32_t drain_packet; /* all is written before this one: it is no glitch; 0: never */
	/* How long from point i, or the RUN after it, to the next; by the rate beyond. Owned as above. */
	const jscope_ns *steps;
	size_t step_count;
	uint64_t last_point;  /* the engine stands from there on; 0: no end */
	bool forgives;	      /* it runs out only at points that a pause begins at */
	/* When the client pauses, by begin; owned by the scenario. */
	const struct jscope_recorded_delay *pauses;
	size_t pause_count;
};

struct jscope_client_settings {
	struct jscope_section_head head;
	char stream[JSCOPE_NAME_SIZE]; /* "": the streams that no other [client] names */
	uint32_t count; /* each has an event of its own; the first one writes or reads */
	struct jscope_distribution work; /* CPU time between waking and answering */
	struct jscope_distribution wake; /* kind NONE: what the stream's [delay] says */
	uint32_t priority;
};

enum jscope_midi_grouping { JSCOPE_MIDI_SHARED, JSCOPE_MIDI_OWN };

/* A MIDI port: its wires, its service groups and who sends. */
struct jscope_midi_settings {
	struct jscope_section_head head;
	uint32_t stream_count; /* DIN ports, one stream each */
	bool capture;	       /* bytes come in from the wire; else they go out */
	enum jscope_midi_grouping grouping; /* one service group for all streams, or one each */
	bool notify_null;      /* IPortMidi::Notify(NULL) */
	struct jscope_distribution arrival; /* from one message to the next, per stream */
	struct jscope_distribution work; /* CPU time of a client between waking and answering */
	uint32_t message_bytes;
	uint32_t fifo_bytes;
	uint32_t priority; /* of the clients */
	jscope_ns delayed_service_ns; /* RequestDelayedService again and again; 0: never */
	uint32_t irq, cpu;
};

/* An audio module that tells its clients (IPortClsNotifications). */
struct jscope_module_settings {
	struct jscope_section_head head;
	struct jscope_distribution arrival; /* from one notification to the next */
	uint32_t size_bytes;   /* of the payload, 40 and up */
	bool from_dpc;	       /* allocated in a DPC, sent and freed by a work item */
	struct jscope_distribution work; /* CPU time of a listener between waking and answering */
	uint32_t listener_count;
	uint32_t priority; /* of the listeners */
	uint32_t irq, cpu;
};

/*
 * A request as it was recorded. Instants are those of the machine, from its begin on. Where it goes as
 * the recorded one did it meets each of them; elsewhere what lies between two of them takes as long.
 */
struct jscope_recorded_request {
	jscope_ns queued_ns; /* the adapter is given it */
	jscope_ns issue_ns;  /* the device is */
	jscope_ns irq_ns;    /* the interrupt that finds it done; UNKNOWN: there never was one */
	jscope_ns complete_ns;
	uint32_t bytes, told_100ns; /* told_100ns: what the miniport says it took; 0: nothing */
	uint8_t op;		    /* SCSI operation code */
	uint8_t status;		    /* SRB_STATUS that it is completed with */
	uint8_t queue;		    /* of the adapter, whose interrupt finds it */
	uint8_t client;		    /* who waits for it; JSCOPE_CLIENT_NONE: nobody */
};
#define JSCOPE_CLIENT_NONE 255

#define JSCOPE_QUEUES_MAX	16
#define JSCOPE_DISK_CLIENTS_MAX 64

/* What a recorded disk was asked for, in the order of queued_ns. Owned by the scenario. */
struct jscope_recorded_traffic {
	const struct jscope_recorded_request *requests;
	size_t count;
	struct jscope_distribution queue[JSCOPE_QUEUES_MAX];	  /* of the DPC of each queue */
	struct jscope_distribution wake[JSCOPE_DISK_CLIENTS_MAX]; /* of each client */
};

/* A StorPort adapter with one disk, and who uses it. */
struct jscope_disk_settings {
	struct jscope_section_head head;
	uint32_t queue_count; /* of the adapter, each with an interrupt and a CPU of its own */
	uint32_t depth;	      /* requests that the adapter takes */
	uint32_t slots;	      /* of them the device works on at once; the others wait in the HBA */
	uint32_t client_count; /* threads that each have `outstanding` requests in flight */
	uint32_t outstanding;
	uint32_t request_bytes;
	uint32_t request_max_bytes; /* sizes are drawn from request_bytes to this; 0: all alike */
	uint32_t write_percent;
	uint32_t lun_count;
	struct jscope_distribution device; /* how long the device takes, at least 1 us */
	struct jscope_distribution think;  /* CPU time of a client from its wake to its answer */
	uint32_t priority;		   /* of the clients */
	uint32_t batch;	      /* completions that one interrupt waits for, at most */
	jscope_ns batch_ns;   /* and how long it waits */
	bool from_isr;	      /* completed in the ISR instead of a DPC */
	bool full_duplex;
	uint32_t channel_count; /* StartIo calls at a time; 0: one, under the StartIo lock */
	bool service_times;   /* IoTargetRequestServiceTime for each request */
	jscope_ns timer_ns;   /* RequestTimerCall again and again; 0: never */
	jscope_ns link_down_every_ns, link_down_ns;
	jscope_ns reset_every_ns;
	jscope_ns pause_every_ns, pause_ns;
	jscope_ns wmi_every_ns;
	uint32_t irq, cpu;

	/* Of recorded disks alone: no key of a file sets these. */
	const struct jscope_recorded_traffic *traffic; /* NULL: its clients ask for what they like */
	uint32_t client_cpu;			       /* with traffic: that all its tasks run on */
};

enum jscope_load_level { JSCOPE_LOAD_THREAD, JSCOPE_LOAD_DPC, JSCOPE_LOAD_ISR };

/* Something else that keeps a CPU busy. */
struct jscope_load_settings {
	struct jscope_section_head head;
	uint32_t cpu;
	enum jscope_load_level level;
	uint32_t priority; /* of a thread */
	struct jscope_distribution busy;
	struct jscope_distribution every; /* from one beginning to the next */
};

/* A real machine is late by itself: delays that stand for it belong to virtual time alone. */
enum jscope_delay_when { JSCOPE_WHEN_BOTH, JSCOPE_WHEN_SIM, JSCOPE_WHEN_LIVE };

/* Delays of the stages of one device, or of all devices that have no section of their own. */
struct jscope_delays {
	struct jscope_section_head head;
	char device[JSCOPE_NAME_SIZE]; /* section name; "": all others */
	enum jscope_delay_when when;
	struct jscope_delay_settings stages;
};

enum jscope_fault_kind {
#define FAULT(name, sentence) JSCOPE_FAULT_##name,
#define FORGED(name, sentence, event, field, how, amount) JSCOPE_FAULT_##name,
#include "tracer/faults.def"
#undef FAULT
#undef FORGED
	JSCOPE_FAULT_COUNT
};

/* "drop-interrupt", and what it does. */
const char *jscope_fault_name(enum jscope_fault_kind kind);
const char *jscope_fault_sentence(enum jscope_fault_kind kind);
/* What this one and those that follow have in common, where that begins; else NULL. */
const char *jscope_fault_heading(enum jscope_fault_kind kind);

struct jscope_fault_settings {
	struct jscope_section_head head;
	enum jscope_fault_kind kind;
	char device[JSCOPE_NAME_SIZE]; /* section name; "": any */
	jscope_ns at_ns;	       /* since the beginning */
	jscope_ns every_ns;	       /* 0: not again */
	uint32_t count;		       /* 0: no limit */
	double chance;		       /* 0 .. 1, of each opportunity */
	jscope_ns length_ns;	       /* of what lasts */
	int64_t amount;		       /* of what has one; its unit is the kind's */
};

#define JSCOPE_STREAMS_MAX 16
#define JSCOPE_CLIENTS_MAX 16
#define JSCOPE_MIDIS_MAX   8
#define JSCOPE_MODULES_MAX 8
#define JSCOPE_DISKS_MAX   8
#define JSCOPE_LOADS_MAX   16
#define JSCOPE_DELAYS_MAX  32
#define JSCOPE_FAULTS_MAX  32

struct jscope_scenario {
	struct jscope_machine_settings machine;
	unsigned machine_count; /* 1 */
	unsigned stream_count, client_count, midi_count, module_count, disk_count, load_count,
		delay_count, fault_count;
	struct jscope_stream_settings streams[JSCOPE_STREAMS_MAX];
	struct jscope_client_settings clients[JSCOPE_CLIENTS_MAX];
	struct jscope_midi_settings midis[JSCOPE_MIDIS_MAX];
	struct jscope_module_settings modules[JSCOPE_MODULES_MAX];
	struct jscope_disk_settings disks[JSCOPE_DISKS_MAX];
	struct jscope_load_settings loads[JSCOPE_LOADS_MAX];
	struct jscope_delays delays[JSCOPE_DELAYS_MAX];
	struct jscope_fault_settings faults[JSCOPE_FAULTS_MAX];
	void *owned; /* samples, by jscope_scenario_destroy() */
};

/* The scenario of an empty file. Returns 0 or -ENOMEM; released with jscope_scenario_destroy(). */
int jscope_scenario_create(struct jscope_scenario **ret_scenario);

/*
 * Read a scenario file. Returns 0, -EINVAL with a sentence "FILE:LINE: ..." on a defect, or the
 * negative errno of opening or reading it, with a sentence. ret_scenario: to be released with
 * jscope_scenario_destroy().
 */
int jscope_scenario_read(const char *path, struct jscope_scenario **ret_scenario);

/*
 * Read a scenario by its file, or by its name: a word without '/' and without ".ini" at its end is
 * looked up as DIRECTORY/WORD.ini. Returns as jscope_scenario_read().
 */
int jscope_scenario_find(const char *directory, const char *name_or_file,
			 struct jscope_scenario **ret_scenario);

/* NULL is allowed. */
void jscope_scenario_destroy(struct jscope_scenario *scenario);

/* The delays that hold for the device of a section, in virtual or real time. Never NULL. */
const struct jscope_delay_settings *jscope_scenario_delays(const struct jscope_scenario *scenario,
							   const char *section_name,
							   bool is_virtual);

/* Print the reference page: every section, key and fault, as Markdown. */
void jscope_scenario_reference(FILE *stream);

/*
 * Make a distribution of measured values, which are copied into the scenario's memory. count > 0.
 * Returns 0 or -ENOMEM.
 */
int jscope_scenario_samples(struct jscope_scenario *scenario, const jscope_ns *values, size_t count,
			    struct jscope_distribution *ret_distribution);

/*
 * Make recorded delays part of the scenario's memory. delays: by begin; copied. count > 0. Returns them,
 * or NULL without memory.
 */
const struct jscope_recorded_delay *
jscope_scenario_recorded(struct jscope_scenario *scenario,
			 const struct jscope_recorded_delay *delays, size_t count);

/* The same of instants or lengths of time. */
const jscope_ns *jscope_scenario_times(struct jscope_scenario *scenario, const jscope_ns *times,
				       size_t count);

/*
 * Make a recorded traffic and its requests part of the scenario's memory. count > 0. Returns it, or NULL
 * without memory.
 */
const struct jscope_recorded_traffic *
jscope_scenario_traffic(struct jscope_scenario *scenario,
			const struct jscope_recorded_traffic *traffic);

/* Another disk of that name, with the defaults of its section; NULL: there are JSCOPE_DISKS_MAX. */
struct jscope_disk_settings *jscope_scenario_disk(struct jscope_scenario *scenario,
						  const char *section_name);

/*
 * The delays of the device of a section alone, all 0 at first. NULL: too many [delay].
 */
struct jscope_delay_settings *jscope_scenario_own_delays(struct jscope_scenario *scenario,
							 const char *section_name);

/* The delays of all devices that have none of their own, made if need be; NULL: too many [delay]. */
struct jscope_delay_settings *jscope_scenario_general_delays(struct jscope_scenario *scenario);

/*
 * Call `each` with the name of every scenario of a directory and the first line of its comment (""
 * without one), sorted by name. Returns 0 or a negative errno with a sentence.
 */
int jscope_scenario_list(const char *directory,
			 void (*each)(void *state, const char *name, const char *summary),
			 void *state);

#endif
