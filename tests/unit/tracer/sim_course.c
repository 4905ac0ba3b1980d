#include "sim_course.h"

#include "../cmocka_all.h"
#include "device_capture.h"

/* What happened when, in us since the beginning. */
static struct {
	const char *what;
	jscope_ns at_us;
} happened[64];
unsigned happened_count;

struct jscope__machine machine;
struct jscope__sim *sim;
static struct jscope_distribution laws[ORDERS];
static unsigned law_count;

jscope_ns elapsed_us(void)
{
	return (jscope__machine_now(&machine) - JSCOPE__SIM_BEGIN_NS) / US;
}

void happen(const char *what)
{
	happened[happened_count].what = what;
	happened[happened_count++].at_us = elapsed_us();
}

void expect(unsigned index, const char *what, jscope_ns at_us)
{
	assert_true(index < happened_count);
	assert_string_equal(happened[index].what, what);
	assert_int_equal(happened[index].at_us, at_us);
}

void constant(struct jscope__delay *delay, jscope_ns us)
{
	struct jscope_distribution *law = &laws[law_count++];

	*law = (struct jscope_distribution){ .kind = JSCOPE_DISTRIBUTION_CONSTANT,
					     .a = (double)(us * US),
					     .max_ns = JSCOPE_NS_PER_SEC };
	jscope__delay_init(delay, &machine, law, JSCOPE_DELAY_HANDLER, 1, law_count);
}

struct jscope__line line;
struct jscope__dpc dpc, threaded;

static bool isr(struct jscope__context *context, void *state,
		const struct jscope__interrupt *interrupt)
{
	(void)context;
	(void)interrupt;
	happen(state);
	return true;
}

static void routine(struct jscope__context *context, void *state, uint64_t argument)
{
	(void)context;
	(void)argument;
	happen(state);
}

static void dpc_make(struct jscope__dpc *new_dpc, enum jscope__dpc_kind kind, const char *name,
		     jscope_ns work_us)
{
	*new_dpc = (struct jscope__dpc){ .id = jscope__machine_id(&machine),
					 .dev = 1,
					 .kind = kind,
					 .routine = routine,
					 .state = (void *)name };
	constant(&new_dpc->handler_delay, work_us);
}

struct order orders[ORDERS];
static unsigned order_count;

static void order_fire(struct jscope__context *context, void *state)
{
	struct order *order = state;

	if (order->dpc) {
		jscope__dpc_insert(context, order->dpc, 0, 0);
	} else if (order->event) {
		jscope__kevent_set(context, order->event, 0);
	} else if (order->stall_us) {
		jscope__sim_stall(sim, 0, order->stall_us * US);
	} else {
		jscope__line_assert(context, &line, jscope__machine_now(&machine), 0);
	}
	if (order->again_us && elapsed_us() < STORM_END_US)
		machine.clock->ops->timer_arm(machine.clock, &order->timer,
					      order->timer.due_ns + order->again_us * US);
}

void order_at(jscope_ns at_us, struct order order)
{
	struct order *place = &orders[order_count++];

	*place = order;
	place->timer = (struct jscope__timer){ .fire = order_fire, .state = place };
	machine.clock->ops->timer_arm(machine.clock, &place->timer,
				      JSCOPE__SIM_BEGIN_NS + at_us * US);
}

void run_until(jscope_ns at_us)
{
	while (jscope__sim_advance(sim, JSCOPE__SIM_BEGIN_NS + at_us * US))
		;
}

int set_up(void **state)
{
	(void)state;
	capture_start();
	happened_count = 0;
	order_count = 0;
	law_count = 0;
	assert_int_equal(jscope__sim_create(2, &machine, &sim), 0);
	line = (struct jscope__line){ .number = 16, .dev = 1, .isr = isr, .state = (void *)"isr" };
	constant(&line.dispatch_delay, 10);
	dpc_make(&dpc, JSCOPE__DPC_ORDINARY, "dpc", 50);
	dpc_make(&threaded, JSCOPE__DPC_THREADED, "threaded", 40);
	return 0;
}

int tear_down(void **state)
{
	(void)state;
	jscope__sim_destroy(sim);
	return 0;
}
