/*
 * All families of devices at once in real time, with real threads that meet on shared lines, DPC
 * queues and events while everything goes wrong that can. What races is for the thread sanitizer to
 * find; here, what must hold of any such run: it ends, and what was begun was ended.
 */
#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/error.h"
#include "device_capture.h"
#include "scratch.h"
#include "tracer/device.h"
#include "tracer/scenario.h"

static void pass(jscope_ns duration_ns)
{
	const struct timespec time = { .tv_sec = duration_ns / JSCOPE_NS_PER_SEC,
				       .tv_nsec = duration_ns % JSCOPE_NS_PER_SEC };

	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

/* The scenario of a text, as a person would write it. */
static struct jscope_scenario *scenario_of(const char *text)
{
	char path[SCRATCH_PATH_SIZE];
	struct jscope_scenario *scenario = NULL;
	FILE *file;

	scratch_path(path, "written.ini");
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	if (jscope_scenario_read(path, &scenario) != 0)
		jscope_error_print(stderr, 0);
	assert_non_null(scenario);
	return scenario;
}

static const char devices[] =
	"[stream speaker]\nperiod_frames = 480\nirq = 77\npause_every = 60ms\npause = 9ms\n"
	"[stream mic]\ncapture = yes\nperiod_frames = 441\nirq = 77\ncpu = 1\nmode = event\n"
	"[client]\ncount = 2\nwork = 100us\n"
	"[midi in]\nstreams = 3\ncapture = yes\narrival = exponential 15ms\nirq = 77\ncpu = 1\n"
	"delayed_service = 25ms\nnotify_null = yes\n"
	"[midi out]\nstreams = 2\ngroups = own\narrival = 20ms\ndelayed_service = 30ms\n"
	"[module eq]\narrival = exponential 12ms\nlisteners = 2\nirq = 78\n"
	"[module gain]\narrival = 15ms\nfrom_dpc = yes\nlisteners = 2\nirq = 78\ncpu = 1\n"
	"[disk fast]\nqueues = 2\nclients = 3\noutstanding = 3\ndevice = exponential 20ms\nbatch = 3\n"
	"timer = 20ms\nreset_every = 90ms\npause_every = 70ms\npause = 5ms\nwmi_every = 31ms\n"
	"link_down_every = 110ms\nlink_down = 8ms\n"
	"[disk slow]\nfrom_isr = yes\nfull_duplex = no\nclients = 2\ndevice = 25ms\nthink = 50us\n"
	"cpu = 1\n"
	"[disk wide]\nqueues = 2\nchannels = 2\nclients = 4\noutstanding = 2\nreset_every = 80ms\n"
	"pause_every = 60ms\npause = 4ms\nlink_down_every = 100ms\nlink_down = 6ms\ndevice = exponential 20ms\n"
	"[load isr]\nlevel = isr\nbusy = 20us\nevery = exponential 20ms\n"
	"[load dpc]\nlevel = dpc\ncpu = 1\nbusy = 50us\nevery = exponential 20ms\n"
	"[load thread]\nbusy = 300us\nevery = 30ms\n"
	"[delay]\ninterrupt = exponential 20us max 1ms\ndispatch = 2us\nqueue = exponential 30us max 1ms\n"
	"handler = uniform 1us 20us\nwake = exponential 40us max 2ms\n";

static const char faults[] =
	"[fault drop-interrupt]\nkind = drop-interrupt\nchance = 0.02\ncount = 0\nat = 0s\n"
	"[fault delay-dpc]\nkind = delay-dpc\nchance = 0.02\ncount = 0\nlength = 5ms\n"
	"[fault lose-wakeup]\nkind = lose-wakeup\nchance = 0.01\ncount = 0\n"
	"[fault interrupt-storm]\nkind = interrupt-storm\nlength = 2ms\n"
	"[fault position-jump]\nkind = position-jump\namount = 50\n"
	"[fault slow-client]\nkind = slow-client\nchance = 0.05\ncount = 0\nlength = 8ms\n"
	"[fault timer-storm]\nkind = timer-storm\nlength = 1ms\namount = 300000\n"
	"[fault late-schedule]\nkind = late-schedule\nchance = 0.1\ncount = 0\nlength = 2ms\n"
	"[fault skip-member]\nkind = skip-member\nchance = 0.05\ncount = 0\n"
	"[fault no-notification-memory]\nkind = no-notification-memory\nchance = 0.05\ncount = 0\n"
	"[fault leak-buffer]\nkind = leak-buffer\n"
	"[fault link-flap]\nkind = link-flap\nlength = 4ms\n"
	"[fault reset-active]\nkind = reset-active\n"
	"[fault foreign-reset]\nkind = foreign-reset\nat = 150ms\n"
	"[fault double-completion]\nkind = double-completion\nchance = 0.01\ncount = 0\n"
	"[fault miniport-busy]\nkind = miniport-busy\nchance = 0.05\ncount = 0\n"
	"[fault wrong-packet-count]\nkind = wrong-packet-count\nchance = 0.05\ncount = 0\n";

/* cpu_count 1: what belongs on the second CPU is on the only one. */
static char *text_of(unsigned cpu_count, const char *tail)
{
	char *text = NULL, *place;

	assert_true(asprintf(&text, "[machine]\ncpus = %u\n%s%s", cpu_count, devices, tail) > 0);
	while (cpu_count == 1 && (place = strstr(text, "cpu = 1")))
		place[strlen("cpu = ")] = '0';
	return text;
}

static void run(unsigned cpu_count, const char *tail, jscope_ns duration_ns)
{
	char *text = text_of(cpu_count, tail);
	struct jscope_scenario *scenario = scenario_of(text);
	struct jscope_device *device;
	bool real_time;

	capture_start();
	assert_int_equal(jscope_device_start(scenario, 1, &device, &real_time), 0);
	pass(duration_ns);
	assert_int_equal(jscope_device_stop(device), 0);
	jscope_device_destroy(device);
	jscope_scenario_destroy(scenario);
	free(text);
}

/* Asked of each event that begins something: how often did it end? */
static void check_pairs(void)
{
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry),
			 capture_count_of(JSCOPE_EVENT_irq_exit));
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dpc_entry),
			 capture_count_of(JSCOPE_EVENT_dpc_exit));
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_newstream), 2);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_close), 2);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_register), 4);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_unregister), 4);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_svc_add),
			 capture_count_of(JSCOPE_EVENT_svc_remove));
}

/* No more calls of StartIo run at a time than the adapter allows. */
static void check_channels(void)
{
	uint32_t allowed[16] = { 0 }, open[16] = { 0 };

	for (size_t i = 0; i < capture_count(); i++) {
		const struct capture_event *event = capture_at(i);

		if (event->id == JSCOPE_EVENT_stor_init)
			allowed[event->as.stor_init.dev % 16] =
				event->as.stor_init.channels ? event->as.stor_init.channels : 1;
		else if (event->id == JSCOPE_EVENT_stor_startio_entry)
			assert_true(++open[event->as.stor_startio_entry.dev % 16] <=
				    allowed[event->as.stor_startio_entry.dev % 16]);
		else if (event->id == JSCOPE_EVENT_stor_start)
			open[event->as.stor_start.dev % 16]--;
	}
}

/* Every line that is shared has asked its devices: more entries than interrupts. */
static size_t disowned_count(void)
{
	size_t count = 0;

	for (size_t i = 0; i < capture_count(); i++)
		count += capture_at(i)->id == JSCOPE_EVENT_irq_exit &&
			 !capture_at(i)->as.irq_exit.claimed;
	return count;
}

static void all_families_share_a_machine(void **state)
{
	(void)state;
	run(4, "", 300 * JSCOPE_NS_PER_MS);
	check_pairs();
	check_channels();
	assert_true(disowned_count() > 0);
	assert_true(capture_count_of(JSCOPE_EVENT_dev_point) > 10);
	assert_true(capture_count_of(JSCOPE_EVENT_svc_serve) > 0);
	assert_true(capture_count_of(JSCOPE_EVENT_pcn_send) > 0);
	assert_true(capture_count_of(JSCOPE_EVENT_stor_complete) > 10);
	assert_true(capture_count_of(JSCOPE_EVENT_truth_chain) > 10);
	assert_true(capture_count_of(JSCOPE_EVENT_truth_request) > 10);
}

static void all_families_go_wrong_together(void **state)
{
	(void)state;
	run(4, faults, 300 * JSCOPE_NS_PER_MS);
	check_pairs();
	assert_true(capture_count_of(JSCOPE_EVENT_truth_fault) > 0);
}

static void one_cpu_does_it_all(void **state)
{
	(void)state;
	run(1, faults, 150 * JSCOPE_NS_PER_MS);
	check_pairs();
}

static void sixty_four_cpus_are_possible(void **state)
{
	(void)state;
	run(64, "[load far]\nlevel = dpc\ncpu = 63\nevery = 10ms\nbusy = 10us\n",
	    100 * JSCOPE_NS_PER_MS);
	check_pairs();
}

/* Stopped while everything is busy, at another moment each time; the first one at once. */
static void stopped_at_any_moment(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		run(3, i % 2 ? faults : "", i * 777 * JSCOPE_NS_PER_US);
		check_pairs();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_families_share_a_machine),
		cmocka_unit_test(all_families_go_wrong_together),
		cmocka_unit_test(one_cpu_does_it_all),
		cmocka_unit_test(sixty_four_cpus_are_possible),
		cmocka_unit_test(stopped_at_any_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
