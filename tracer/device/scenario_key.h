/*
 * The keys of a scenario, as the reader of the file sees them (scenario_file.c): rows of one table,
 * named by their index.
 */
#ifndef DEVICE_SCENARIO_KEY_H
#define DEVICE_SCENARIO_KEY_H

#include "tracer/scenario.h"

#define JSCOPE__SCENARIO_KEYS_MAX 64

bool jscope__scenario_has_section(const char *section);

/* The index of a key, or -ENOENT. */
int jscope__scenario_key_find(const char *section, const char *key);

/* Set a key from its text. Returns 0 or -EINVAL. */
int jscope__scenario_key_set(struct jscope_scenario *scenario, int key, const char *text);

/* What a value of the key has to be, for the error sentence. */
const char *jscope__scenario_key_remedy(int key);

/* The sections, and the keys of a section, as a list for people. */
void jscope__scenario_sections(char *text, size_t size);
void jscope__scenario_keys(const char *section, char *text, size_t size);

/* Why the settings do not go together, with the remedy; NULL when they do. */
const char *jscope__scenario_refusal(const struct jscope_scenario *scenario);

#endif
