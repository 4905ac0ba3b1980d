#include "analysis/record_order.h"

#include <errno.h>
#include <stdlib.h>

struct jscope_record_order {
	jscope_record_take_fn *take;
	void *take_state;
	struct jscope_timeline_sink sink;
	uint64_t serial, disordered;
	jscope_ns last_ns; /* of the record that left last */
	size_t count;
	/* A heap: no record is before the one at half its index. Room for one more than are held. */
	struct jscope_record *records[JSCOPE_RECORDS_HELD + 2];
	struct jscope_record pool[JSCOPE_RECORDS_HELD + 1];
};

static bool goes_before(const struct jscope_record *a, const struct jscope_record *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->serial < b->serial;
}

/* Children of 1 are 2 and 3; records[0] is not used. */
static void heap_rise(struct jscope_record_order *order, size_t i)
{
	struct jscope_record *record = order->records[i];

	for (; i > 1 && goes_before(record, order->records[i / 2]); i /= 2)
		order->records[i] = order->records[i / 2];
	order->records[i] = record;
}

static void heap_sink(struct jscope_record_order *order)
{
	struct jscope_record *record = order->records[1];
	size_t i = 1;

	for (size_t child; (child = 2 * i) <= order->count; i = child) {
		if (child < order->count &&
		    goes_before(order->records[child + 1], order->records[child]))
			child++;
		if (!goes_before(order->records[child], record))
			break;
		order->records[i] = order->records[child];
	}
	order->records[i] = record;
}

/* Let the first one go. Its place in the pool changes to the end of the heap, free again. */
static void first_leave(struct jscope_record_order *order)
{
	struct jscope_record *record = order->records[1];

	order->records[1] = order->records[order->count];
	order->records[order->count--] = record;
	if (order->count > 0)
		heap_sink(order);
	if (record->at_ns < order->last_ns)
		order->disordered++;
	else
		order->last_ns = record->at_ns;
	order->take(order->take_state, record);
}

/* A free record, to be filled in and then put. */
static struct jscope_record *record_take(struct jscope_record_order *order)
{
	struct jscope_record *record = order->records[order->count + 1];

	record->serial = order->serial++;
	return record;
}

static void record_put(struct jscope_record_order *order)
{
	order->count++;
	heap_rise(order, order->count);
	if (order->count > JSCOPE_RECORDS_HELD)
		first_leave(order);
}

static void on_notification(void *state, const struct jscope_notification *notification)
{
	jscope_record_set_notification(record_take(state), notification);
	record_put(state);
}

static void on_request(void *state, const struct jscope_request *request)
{
	jscope_record_set_request(record_take(state), request);
	record_put(state);
}

static void on_position(void *state, const struct jscope_position *position)
{
	jscope_record_set_position(record_take(state), position);
	record_put(state);
}

static void on_defect(void *state, const struct jscope_position_defect *defect)
{
	jscope_record_set_defect(record_take(state), defect);
	record_put(state);
}

static void on_glitch(void *state, const struct jscope_glitch *glitch)
{
	jscope_record_set_glitch(record_take(state), glitch);
	record_put(state);
}

static void sink_init(struct jscope_record_order *order, unsigned what)
{
	order->sink.state = order;
	if (what & JSCOPE_WHAT_NOTIFICATIONS)
		order->sink.notification = on_notification;
	if (what & JSCOPE_WHAT_REQUESTS)
		order->sink.request = on_request;
	if (what & JSCOPE_WHAT_POSITIONS) {
		order->sink.position = on_position;
		order->sink.defect = on_defect;
		order->sink.glitch = on_glitch;
	}
}

int jscope_record_order_create(unsigned what, jscope_record_take_fn *take, void *state,
			       struct jscope_record_order **ret_order)
{
	struct jscope_record_order *order = calloc(1, sizeof *order);

	if (!order)
		return -ENOMEM;
	order->take = take;
	order->take_state = state;
	order->last_ns = JSCOPE_NS_UNKNOWN;
	for (size_t i = 0; i <= JSCOPE_RECORDS_HELD; i++)
		order->records[i + 1] = &order->pool[i];
	sink_init(order, what);
	*ret_order = order;
	return 0;
}

void jscope_record_order_destroy(struct jscope_record_order *order)
{
	free(order);
}

const struct jscope_timeline_sink *jscope_record_order_sink(struct jscope_record_order *order)
{
	return &order->sink;
}

void jscope_record_order_release(struct jscope_record_order *order, jscope_ns before_ns)
{
	while (order->count > 0 && order->records[1]->at_ns < before_ns)
		first_leave(order);
}

void jscope_record_order_finish(struct jscope_record_order *order)
{
	while (order->count > 0)
		first_leave(order);
}

uint64_t jscope_record_order_disordered(const struct jscope_record_order *order)
{
	return order->disordered;
}
