/*
 * What a scenario may say, as tables: sections of keys, each with its type, range and remedy. The
 * reader (scenario_file.c) knows nothing else of them, and help texts come from here too.
 */
#ifndef DEVICE_SECTION_H
#define DEVICE_SECTION_H

#include "tracer/scenario.h"

enum jscope__key_type {
	JSCOPE__KEY_U32,
	JSCOPE__KEY_I32,
	JSCOPE__KEY_I64,
	JSCOPE__KEY_DURATION,
	JSCOPE__KEY_BOOL,
	JSCOPE__KEY_CHANCE, /* double from 0 to 1 */
	JSCOPE__KEY_WORD,   /* one of `words`, as their index into an enum or u32 */
	JSCOPE__KEY_NAME,   /* of another section */
	JSCOPE__KEY_FAULT,  /* enum jscope_fault_kind */
	JSCOPE__KEY_DISTRIBUTION,
};

struct jscope__key {
	const char *name;
	const char *sentence; /* what it means */
	enum jscope__key_type type;
	size_t offset;		  /* in the element */
	int64_t min, max;	  /* nanoseconds for durations and distributions */
	const char *what;	  /* the remedy of a bad value: "a number from 1 to 64" */
	const char *const *words; /* NULL-terminated */
};

struct jscope__section {
	const char *name;
	bool named; /* [stream NAME]: may be there several times */
	const struct jscope__key *keys;
	unsigned key_count;
	size_t element_size, elements_offset, count_offset; /* in struct jscope_scenario */
	unsigned element_max;
	const void *defaults;
	/* Why the settings of an element do not go together, with the remedy; NULL when they do.
	 * May be NULL. */
	const char *(*refusal)(const void *element);
};

/* All sections, NULL-terminated. */
extern const struct jscope__section *const jscope__sections[];

extern const struct jscope__section jscope__section_machine, jscope__section_load,
	jscope__section_delay, jscope__section_fault, jscope__section_stream,
	jscope__section_client, jscope__section_midi, jscope__section_module, jscope__section_disk;

const struct jscope__section *jscope__section_find(const char *name);
/* The index of a key, or -ENOENT. */
int jscope__section_key(const struct jscope__section *section, const char *key);
/* The element of a name, made with the defaults on first use; NULL when there are too many. */
void *jscope__section_element(const struct jscope__section *section,
			      struct jscope_scenario *scenario, const char *name);

/* The sections, and the keys of a section, as a list for people. */
void jscope__section_list(char *text, size_t size);
void jscope__section_keys(const struct jscope__section *section, char *text, size_t size);

/*
 * Set a key of an element from its text. directory: where the file lies, for the files that a value
 * names. Returns 0, -EINVAL (the text is none of what `what` says), or -ENOENT, -EBADMSG with a
 * sentence about a file that the value names.
 */
int jscope__value_set(struct jscope_scenario *scenario, void *element,
		      const struct jscope__key *key, const char *text, const char *directory);

/* Parse a distribution; returns as jscope__value_set(). */
int jscope__distribution_parse(struct jscope_scenario *scenario, const char *text, int64_t max_ns,
			       const char *directory, struct jscope_distribution *ret_distribution);

/* Memory that lives as long as the scenario; NULL when there is none left. */
void *jscope__scenario_own(struct jscope_scenario *scenario, size_t size);

/*
 * May a scenario name this file? A pipe would wait for its writer, a device may never end. Returns 0
 * (for none at all, too), or -EINVAL with a sentence.
 */
int jscope__file_check(const char *path);

/*
 * Do the sections fit together? Returns NULL, or why not in `text`, with the line of the section
 * that is at fault.
 */
const char *jscope__scenario_disagreement(const struct jscope_scenario *scenario, char *text,
					  size_t size, unsigned *ret_line);

#define JSCOPE__WORK_MAX_NS (60 * JSCOPE_NS_PER_SEC)
#define JSCOPE__DISTRIBUTION_WHAT                                                                  \
	"a duration with its unit up to 60s, such as 200us, or a distribution: uniform 1us 20us, " \
	"normal 50us 10us, lognormal 20us 0.5, exponential 5us, pareto 5us 1.5, "                  \
	"burst 5us 2ms 100ms 10ms, empirical FILE.csv COLUMN; each may end with 'max 1ms'"

#define JSCOPE__SECTION(array, count)                                                              \
	.elements_offset = offsetof(struct jscope_scenario, array),                                \
	.count_offset = offsetof(struct jscope_scenario, count),                                   \
	.element_size = sizeof(((struct jscope_scenario *)0)->array[0]),                           \
	.element_max = sizeof(((struct jscope_scenario *)0)->array) /                              \
		       sizeof(((struct jscope_scenario *)0)->array[0])

#endif
