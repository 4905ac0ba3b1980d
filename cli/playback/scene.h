/*
 * What is to be seen of a trace at one instant, after so many of its records: each stream and each
 * device with requests as it was then, and the lines of late. Follows from the records alone, so
 * that playing and seeking to an instant show the same. One thread.
 */
#ifndef CLI_PLAYBACK_SCENE_H
#define CLI_PLAYBACK_SCENE_H

#include "analysis/record.h"

#define JSCOPE_SUBJECTS_MAX 256
#define JSCOPE_LINES_MAX    128

/* A stream, or a device that takes requests. */
struct jscope_subject {
	bool has_requests;
	/* Told last; each valid only where its flag says so. */
	struct jscope_record chain; /* notification or request */
	struct jscope_record position, glitch;
	bool has_chain, has_position, has_glitch;
	struct jscope_stream_info stream; /* as told last; of a stream */
	/* So far. late: late and missed points, or requests that failed. */
	uint64_t chains, late, glitches, defects;
};

/* A line of late, and of whom. */
struct jscope_scene_line {
	struct jscope_record record;
	unsigned subject;
	bool is_notable;
};

struct jscope_scene {
	uint64_t applied; /* records, from the begin of the trace on */
	jscope_ns at_ns;  /* latest instant of these, UNKNOWN before the first */
	unsigned subject_count;
	uint64_t homeless; /* records of subjects that there was no room for */
	struct jscope_subject subjects[JSCOPE_SUBJECTS_MAX];
	/* The last ones of `listed` in a ring: number i, from 0, lies at i % JSCOPE_LINES_MAX. */
	uint64_t listed;
	struct jscope_scene_line lines[JSCOPE_LINES_MAX];
};

#define JSCOPE_SUBJECT_NONE JSCOPE_SUBJECTS_MAX

/* What a record does to a scene, besides changing it. */
struct jscope_scene_step {
	unsigned subject; /* JSCOPE_SUBJECT_NONE where there was no room */
	bool is_notable;  /* a glitch, a late or missed point, a request that failed */
};

void jscope_scene_init(struct jscope_scene *scene);

/* listed_what: bits of JSCOPE_WHAT_... of the records that are lines, too. */
struct jscope_scene_step jscope_scene_apply(struct jscope_scene *scene,
					    const struct jscope_record *record,
					    unsigned listed_what);

/* The instant at which a record is to be seen: its own, but never before those ahead of it. */
jscope_ns jscope_scene_instant(const struct jscope_scene *scene,
			       const struct jscope_record *record);

void jscope_scene_copy(struct jscope_scene *copy, const struct jscope_scene *scene);

/*
 * Whom to look at first: a stream whose buffer is told, else one that has a buffer, else a device with
 * requests, else one that is no timer or interrupt line, else the first.
 */
unsigned jscope_scene_favourite(const struct jscope_scene *scene);

/* Its device and stream as people call them, cleaned. Returns text. */
char *jscope_subject_name(char *text, size_t size, const struct jscope_subject *subject);

#endif
