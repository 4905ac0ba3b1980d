/* The names of rules, verdicts and profiles. */
#include "analysis/rules.h"

#include <stddef.h>

static const struct jscope_rule rules[] = {
#define RULE(number, class, title, basis) { number, JSCOPE_RULE_##class, title, basis },
#include "rules.def"
#undef RULE
};

_Static_assert(sizeof rules / sizeof rules[0] == JSCOPE_RULE_COUNT, "a row per rule");

const struct jscope_rule *jscope_rule_describe(unsigned number)
{
	return number >= 1 && number <= JSCOPE_RULE_COUNT ? &rules[number - 1] : NULL;
}

const char *jscope_rule_class_name(enum jscope_rule_class class)
{
	static const char *const names[] = { "error", "warning", "metric" };

	return names[class];
}

const char *jscope_profile_name(enum jscope_profile profile)
{
	static const char *const names[] = { "none", "hlk", "strict", "sysvad", "reactos" };

	return names[profile];
}

const char *jscope_verdict_name(enum jscope_verdict verdict)
{
	static const char *const names[] = { "not applicable", "passed", "inconclusive",
					     "violated" };

	return names[verdict];
}
