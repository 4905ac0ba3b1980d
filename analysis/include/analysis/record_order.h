/*
 * Records in order of time. They come when they are complete and leave in the order of their first
 * known instant: up to JSCOPE_RECORDS_HELD are held back for that. One that comes even later leaves
 * where it comes, and is counted. One thread.
 */
#ifndef ANALYSIS_RECORD_ORDER_H
#define ANALYSIS_RECORD_ORDER_H

#include "analysis/record.h"

#define JSCOPE_RECORDS_HELD 4096

struct jscope_record_order;

/* Takes a record as it leaves; borrowed for the call. */
typedef void jscope_record_take_fn(void *state, struct jscope_record *record);

/* what: bits of JSCOPE_WHAT_...; others are not looked at. Returns 0 or -ENOMEM. */
int jscope_record_order_create(unsigned what, jscope_record_take_fn *take, void *state,
			       struct jscope_record_order **ret_order);
void jscope_record_order_destroy(struct jscope_record_order *order);

/* Device and stream names of its records must live until they have left, as those of a trace do. */
const struct jscope_timeline_sink *jscope_record_order_sink(struct jscope_record_order *order);

/* Let those go whose first known instant lies before. */
void jscope_record_order_release(struct jscope_record_order *order, jscope_ns before_ns);

/* Let all go. */
void jscope_record_order_finish(struct jscope_record_order *order);

/* Records that came too late to leave in order. */
uint64_t jscope_record_order_disordered(const struct jscope_record_order *order);

#endif
