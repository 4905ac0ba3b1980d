/*
 * A gate: conditions that a recording, or one against a baseline, has to keep to.
 *
 *   gate       = condition { ";" condition }
 *   condition  = figure ("<" | "<=" | ">" | ">=" | "==" | "!=") sum
 *   figure     = "p" NUMBER "(" name [ "," owner ] ")"        a percentile: p99.9(wake)
 *              | ("min" | "max") "(" name [ "," owner ] ")"
 *              | count [ "(" owner ")" ]                      glitches, late, lost_events
 *   name       = WORD [ "." WORD ]                            wake, request.latency, irq.duration
 *   owner      = WORD | '"' TEXT '"'                          a device, stream, line or thread
 *   sum        = product { ("+" | "-") product }
 *   product    = operand { ("*" | "/") operand }
 *   operand    = NUMBER [ UNIT ] | "baseline" | "-" operand | "(" sum ")"
 *
 * `baseline` is the same figure on side A. Times have a unit (ns, us, ms, s); frames and counts have
 * none. Without an owner a condition holds for every device, stream, line or thread that has the figure.
 * One thread.
 */
#ifndef ANALYSIS_GATE_H
#define ANALYSIS_GATE_H

#include <stdbool.h>

#define JSCOPE_GATE_CONDITIONS_MAX 32

enum jscope_gate_verdict {
	JSCOPE_GATE_PASS,
	JSCOPE_GATE_FAIL,
	JSCOPE_GATE_INSUFFICIENT, /* too little data to tell either */
	JSCOPE_GATE_INVALID,	  /* a trace that it speaks of cannot be trusted at all */
	JSCOPE_GATE_VERDICT_COUNT
};
/* "pass", "fail", "insufficient", "invalid". */
const char *jscope_gate_verdict_name(enum jscope_gate_verdict verdict);

struct jscope_gate;

/*
 * Parse a gate. Returns 0, -ENOMEM, or -EINVAL with sentences that point at the place.
 */
int jscope_gate_parse(const char *text, struct jscope_gate **ret_gate);
/* NULL is allowed. */
void jscope_gate_destroy(struct jscope_gate *gate);

/* Whether any condition speaks of a baseline. */
bool jscope_gate_needs_baseline(const struct jscope_gate *gate);

#endif
