/*
 * A probe is two programs with one body: NAME__tp_btf, for which the verifier knows what its
 * arguments point to, so that they are read in place, and NAME__raw_tp, which asks the kernel for
 * every read. The recorder loads the first where it can. Within the body `typed` says which one
 * this is.
 *
 *	PROBE(softirq_entry, unsigned int vec)
 *	{
 *		...
 *	}
 *
 * A `?` in the section: not loaded unless the recorder says so.
 */
#ifndef BPF_PROBE_H
#define BPF_PROBE_H

#define PROBE(tracepoint, args...)                                                                 \
	static __always_inline int tracepoint##__body(bool typed, unsigned long long *ctx,         \
						      ##args);                                     \
	SEC("?tp_btf/" #tracepoint) int tracepoint##__tp_btf(unsigned long long *ctx)              \
	{                                                                                          \
		return tracepoint##__body(true, ___bpf_ctx_cast(args));                            \
	}                                                                                          \
	SEC("?raw_tp/" #tracepoint) int tracepoint##__raw_tp(unsigned long long *ctx)              \
	{                                                                                          \
		return tracepoint##__body(false, ___bpf_ctx_cast(args));                           \
	}                                                                                          \
	static __always_inline int tracepoint##__body(bool typed, unsigned long long *ctx, ##args)

/* LOAD(rq, q, disk): rq->q->disk. */
#define LOAD(...) (typed ? ___arrow(__VA_ARGS__) : BPF_CORE_READ(__VA_ARGS__))

#endif
