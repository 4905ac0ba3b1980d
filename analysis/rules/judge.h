/* Insides of the judge: the life of its benches and its windows of loss. */
#ifndef RULES_JUDGE_H
#define RULES_JUDGE_H

#include "rules/bench.h"

/*
 * ret_bench: to be destroyed even where this fails, with what there is of it.
 * Returns 0 or -ENOMEM.
 */
int jscope__bench_create(const struct jscope__bench_ops *ops, struct jscope_judge *judge,
			 void **ret_bench);
void jscope__bench_destroy(const struct jscope__bench_ops *ops, void *bench);
/* What its maps could not take. */
uint64_t jscope__bench_refused(const struct jscope__bench_ops *ops, const void *bench);
/* Events were lost: its tables forget what that leaves unknown. */
void jscope__bench_forget(const struct jscope__bench_ops *ops, void *bench);

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
