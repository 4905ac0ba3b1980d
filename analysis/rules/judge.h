/* The judge's own state, for judge.c and its windows of loss. */
#ifndef RULES_JUDGE_H
#define RULES_JUDGE_H

#include "rules/bench.h"

/* Windows of loss that are told apart; older ones are joined, which makes rules abstain more. */
#define JSCOPE__BLIND_WINDOWS 64

struct jscope__blindness {
	struct jscope__blind_window {
		jscope_ns begin_ns, end_ns;
	} windows[JSCOPE__BLIND_WINDOWS];
	unsigned count;
	jscope_ns until_ns; /* UNKNOWN: nothing was lost */
};

void jscope__blindness_init(struct jscope__blindness *blindness);
void jscope__blindness_add(struct jscope__blindness *blindness, jscope_ns begin_ns,
			   jscope_ns end_ns);
bool jscope__blindness_touches(const struct jscope__blindness *blindness, jscope_ns begin_ns,
			       jscope_ns end_ns);

#endif
