#include "device_wavert_fixture.h"

#include "fault.h"

static struct fixture fixture;

/* Some tests open it several times. */
static void release(void)
{
	jscope__faults_destroy(fixture.fake.machine.faults);
	jscope_scenario_destroy(fixture.scenario);
	fixture.fake.machine.faults = NULL;
	fixture.scenario = NULL;
}

static int open_stream(void **state, bool capture)
{
	const struct jscope__stream_format format = { .rate_hz = 48000,
						      .frame_bytes = 4,
						      .capture = capture };

	release();
	fake_clock_init(&fixture.fake, 1);
	fixture.fake.now_ns = 1000 * MS;
	fixture.stream = (struct jscope__stream){ 0 };
	fixture.line = (struct jscope__line){ .number = 16, .dev = 1 };
	fixture.context = fake_context(&fixture.fake, JSCOPE__IRQL_PASSIVE);
	fixture.event = (struct jscope__kevent){ .id = 99 };
	assert_int_equal(jscope_scenario_create(&fixture.scenario), 0);
	capture_start();
	jscope__stream_open(&fixture.context, &fixture.stream, &fixture.line, &format);
	*state = &fixture;
	return 0;
}

int fixture_open(void **state)
{
	return open_stream(state, false);
}

static void to_pause(struct fixture *f)
{
	assert_int_equal(jscope__stream_allocate(&f->context, &f->stream, 2, 3840, &f->bytes), 0);
	assert_int_equal(jscope__stream_register(&f->context, &f->stream, &f->event), 0);
	assert_int_equal(go(f, JSCOPE__KSSTATE_ACQUIRE), 0);
	assert_int_equal(go(f, JSCOPE__KSSTATE_PAUSE), 0);
}

int fixture_pause(void **state)
{
	open_stream(state, false);
	to_pause(*state);
	return 0;
}

int fixture_run(void **state)
{
	struct fixture *f;

	fixture_pause(state);
	f = *state;
	assert_int_equal(write_packet(f, 0), 0);
	assert_int_equal(go(f, JSCOPE__KSSTATE_RUN), 0);
	assert_int_equal(write_packet(f, 1), 0);
	return 0;
}

int fixture_record(void **state)
{
	open_stream(state, true);
	to_pause(*state);
	assert_int_equal(go(*state, JSCOPE__KSSTATE_RUN), 0);
	return 0;
}

int fixture_run_plain(void **state)
{
	struct fixture *f;

	open_stream(state, false);
	f = *state;
	assert_int_equal(jscope__stream_allocate_plain(&f->context, &f->stream, 3840, &f->bytes),
			 0);
	for (unsigned next = JSCOPE__KSSTATE_ACQUIRE; next <= JSCOPE__KSSTATE_RUN; next++)
		assert_int_equal(go(f, next), 0);
	return 0;
}

int fixture_close(void **state)
{
	(void)state;
	release();
	return 0;
}

static int no_device(void *state, const char *name)
{
	(void)state;
	(void)name;
	return -1;
}

void fault_schedule(struct fake_clock *fake, struct jscope_scenario *scenario,
		    const struct jscope_fault_settings *fault)
{
	scenario->fault_count = 1;
	scenario->faults[0] = *fault;
	scenario->faults[0].chance = 1;
	jscope__faults_destroy(fake->machine.faults);
	assert_int_equal(jscope__faults_create(scenario, 1, fake->now_ns, no_device, NULL,
					       &fake->machine.faults),
			 0);
}

void fixture_fault(struct fixture *f, enum jscope_fault_kind kind, uint32_t count,
		   jscope_ns length_ns, int64_t amount)
{
	const struct jscope_fault_settings fault = {
		.kind = kind, .count = count, .length_ns = length_ns, .amount = amount
	};

	fault_schedule(&f->fake, f->scenario, &fault);
}

jscope_status go(struct fixture *f, unsigned state)
{
	return jscope__stream_set_state(&f->context, &f->stream, state);
}

jscope_status write_packet(struct fixture *f, uint32_t packet)
{
	return jscope__stream_set_write_packet(&f->context, &f->stream, packet, 0, 0);
}

uint32_t packet_count(struct fixture *f)
{
	uint32_t count = UINT32_MAX;

	assert_int_equal(jscope__stream_get_packet_count(&f->context, &f->stream, &count), 0);
	return count;
}

void pass_to(struct fixture *f, jscope_ns now_ns)
{
	fake_clock_leap(&f->fake, now_ns);
	fake_clock_run_dpcs(&f->fake);
}
