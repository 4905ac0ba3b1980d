#include "device_storport_fixture.h"

#include <string.h>

#include "common/error.h"

#define TICK_NS (10 * MS)

struct fake_clock fake;
struct jscope__context dispatch, passive, device;
struct jscope__adapter adapter;
struct jscope__srb blocks[BLOCKS];
char extension[4];
struct jscope__line line = { .number = 9, .dev = 3, .isr = jscope__stor_isr, .state = &adapter };

struct jscope__srb *started[BLOCKS];
unsigned built_count, started_count, done_count, timer_count;
uint8_t started_irql, done_irql;
unsigned busy_left, complete_in_isr;
bool busy_in_isr;
struct jscope__srb *done_last;

static void build_io(struct jscope__context *context, void *state, struct jscope__srb *srb)
{
	assert_false(fake.locked);
	assert_int_equal(context->irql, JSCOPE__IRQL_DISPATCH);
	assert_ptr_equal(state, extension);
	assert_int_equal(srb->state, JSCOPE__SRB_STATE_QUEUED);
	built_count++;
}

static bool start_io(struct jscope__context *context, void *state, struct jscope__srb *srb)
{
	(void)state;
	assert_true(fake.locked);
	started_irql = context->irql;
	if (busy_left > 0) {
		busy_left--;
		srb->status = JSCOPE__SRB_BUSY;
		return false;
	}
	started[started_count++] = srb;
	return true;
}

void complete(struct jscope__context *context, unsigned index)
{
	started[index]->status = busy_in_isr ? JSCOPE__SRB_BUSY : JSCOPE__SRB_SUCCESS;
	started[index]->bytes_done = 512;
	assert_int_equal(jscope__stor_notification(context, JSCOPE__STOR_REQUEST_COMPLETE,
						   extension, started[index]),
			 JSCOPE_STATUS_SUCCESS);
}

static bool interrupt(struct jscope__context *context, void *state,
		      const struct jscope__interrupt *told)
{
	(void)state;
	(void)told;
	for (unsigned i = 0; i < complete_in_isr; i++)
		complete(context, i);
	return complete_in_isr > 0;
}

static const struct jscope__miniport miniport = { .build_io = build_io,
						  .start_io = start_io,
						  .interrupt = interrupt };

void client_done(struct jscope__context *context, void *client, struct jscope__srb *srb)
{
	assert_ptr_equal(client, &done_count);
	done_irql = context->irql;
	done_count++;
	done_last = srb;
}

void ask(unsigned count)
{
	const struct jscope__io io = {
		.op = JSCOPE__SCSI_READ, .bytes = 512, .done = client_done, .client = &done_count
	};

	for (unsigned i = 0; i < count; i++)
		assert_int_equal(jscope__stor_submit(&passive, &adapter, &io),
				 JSCOPE_STATUS_SUCCESS);
}

void hw_timer(struct jscope__context *context, void *state)
{
	assert_ptr_equal(state, extension);
	assert_int_equal(context->irql, JSCOPE__IRQL_DISPATCH);
	timer_count++;
}

int attach(void **state)
{
	(void)state;
	fake_clock_init(&fake, 1);
	dispatch = fake_context(&fake, JSCOPE__IRQL_DISPATCH);
	passive = fake_context(&fake, JSCOPE__IRQL_PASSIVE);
	device = fake_context(&fake, JSCOPE__IRQL_DEVICE);
	memset(blocks, 0, sizeof blocks);
	memset(&adapter, 0, sizeof adapter);
	adapter.machine = &fake.machine;
	adapter.miniport = &miniport;
	adapter.extension = extension;
	adapter.dev = 3;
	adapter.limit = LIMIT;
	adapter.full_duplex = true;
	adapter.tick_ns = TICK_NS;
	adapter.srbs = blocks;
	adapter.srb_count = BLOCKS;
	jscope__stor_attach(&adapter);
	built_count = started_count = done_count = timer_count = 0;
	busy_left = complete_in_isr = 0;
	busy_in_isr = false;
	jscope_error_clear();
	capture_start();
	return 0;
}

int initialise(void **state)
{
	attach(state);
	jscope__stor_initialise(&passive, &adapter);
	return 0;
}

void pass_to(jscope_ns end_ns)
{
	fake_clock_run_dpcs(&fake);
	while (fake_clock_step(&fake, end_ns))
		fake_clock_run_dpcs(&fake);
}

void sentence_has(const char *fragment)
{
	const char *sentence = jscope_error_sentence(0);

	if (!sentence || !strstr(sentence, fragment))
		fail_msg("'%s' is not in '%s'", fragment, sentence ? sentence : "(nothing)");
	jscope_error_clear();
}

const struct jscope_event_stor_notify *last_notify(void)
{
	return &capture_last_of(JSCOPE_EVENT_stor_notify)->as.stor_notify;
}
