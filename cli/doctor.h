/*
 * What this machine can capture: each check looks at one ability and, where it is missing, knows
 * the remedy. Checks change nothing on the machine.
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <stddef.h>

enum jscope_ability { JSCOPE_ABILITY_OK, JSCOPE_ABILITY_LIMITED, JSCOPE_ABILITY_MISSING };

struct jscope_finding {
	enum jscope_ability ability;
	char detail[512]; /* what was found */
	char remedy[512]; /* "" when nothing needs to be done */
};

struct jscope_check {
	const char *name; /* the ability in words */
	void (*look)(struct jscope_finding *finding);
};

extern const struct jscope_check jscope_checks[];
extern const size_t jscope_check_count;

/* "ok", "limited", "missing" */
const char *jscope_ability_name(enum jscope_ability ability);

#endif
