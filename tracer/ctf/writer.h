/*
 * The writer of CTF 1.8: takes what the probes of this program tell, and writes it down as a trace.
 *
 *   DIR/metadata           what the bytes mean
 *   DIR/jscope_0 ...       the events of each CPU
 *   DIR/truth_0            ground truth (truth_*), which no loss touches
 *
 * Time, CPU and thread of an event are those of the present that the writer was given. Truth takes
 * no time: the same scenario has the same timestamps with and without it. One writer per process at
 * a time; one thread.
 */
#ifndef CTF_WRITER_H
#define CTF_WRITER_H

#include <stdbool.h>

#include "metadata.h"
#include "present.h"

/* Classes of streams, as the metadata counts them. */
enum jscope__ctf_class { JSCOPE__CTF_EVENTS, JSCOPE__CTF_TRUTH };

struct jscope__ctf_writer;

struct jscope__ctf_counts {
	uint64_t event_count; /* written, without truth */
	uint64_t truth_count;
	uint64_t discarded_count;
};

/*
 * Begin a trace in an empty directory and take the probe points. present: borrowed.
 * cpu_count: 1 to 64.
 * Returns 0, -ENOMEM, or the negative errno of making the files, with a sentence.
 */
int jscope__ctf_writer_create(const char *directory, uint32_t cpu_count,
			      const struct jscope__ctf_origin *origin,
			      struct jscope__present *present,
			      struct jscope__ctf_writer **ret_writer);

/*
 * Give the probe points back and end the trace. Returns 0, or the negative errno of the first write
 * that failed, with a sentence; the trace can be read up to there.
 */
int jscope__ctf_writer_finish(struct jscope__ctf_writer *writer);
/* Finishes first where that has not been done. NULL is allowed. */
void jscope__ctf_writer_destroy(struct jscope__ctf_writer *writer);

/* The events of a CPU are lost from now on, and kept again. */
void jscope__ctf_writer_lose(struct jscope__ctf_writer *writer, uint32_t cpu);
void jscope__ctf_writer_keep(struct jscope__ctf_writer *writer, uint32_t cpu);

struct jscope__ctf_counts jscope__ctf_writer_counts(const struct jscope__ctf_writer *writer);

/* Whether a packet could not be written. */
bool jscope__ctf_writer_has_failed(const struct jscope__ctf_writer *writer);

/* Whether an event of the vocabulary belongs to the stream of truth. */
bool jscope__ctf_is_truth(const char *event_name);

#endif
