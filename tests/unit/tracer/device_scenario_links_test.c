/* Scenarios of several files and sections: names, includes, distributions, samples, references. */
#include "../cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "scratch.h"
#include "tracer/scenario.h"

static void file_write(const char *name, const char *text)
{
	char path[SCRATCH_PATH_SIZE];
	FILE *file;

	scratch_path(path, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static int read_file(const char *name, struct jscope_scenario **ret_scenario)
{
	char path[SCRATCH_PATH_SIZE];

	scratch_path(path, name);
	jscope_error_clear();
	return jscope_scenario_read(path, ret_scenario);
}

static struct jscope_scenario *read_text(const char *text)
{
	struct jscope_scenario *scenario = NULL;

	file_write("x.ini", text);
	assert_int_equal(read_file("x.ini", &scenario), 0);
	return scenario;
}

static void refused(const char *text, const char *fragment)
{
	struct jscope_scenario *scenario = NULL;
	bool found = false;

	file_write("x.ini", text);
	assert_true(read_file("x.ini", &scenario) < 0);
	assert_null(scenario);
	for (unsigned i = 0; jscope_error_sentence(i); i++)
		found = found || strstr(jscope_error_sentence(i), fragment);
	if (!found)
		fail_msg("'%s' is not in '%s'", fragment, jscope_error_sentence(0));
}

static void sections_have_names(void **state)
{
	struct jscope_scenario *scenario =
		read_text("[machine]\ncpus = 3\n[stream main]\nrate = 44100\n[stream aux]\n"
			  "capture = yes\ncpu = 2\n[client]\nstream = aux\ncount = 2\n"
			  "[stream main]\nperiod_frames = 441\n");

	(void)state;
	assert_int_equal(scenario->stream_count, 2);
	assert_string_equal(scenario->streams[0].head.name, "main");
	assert_int_equal(scenario->streams[0].rate_hz, 44100);
	assert_int_equal(scenario->streams[0].period_frames, 441);
	assert_true(scenario->streams[1].capture);
	assert_int_equal(scenario->streams[1].cpu, 2);
	assert_string_equal(scenario->clients[0].stream, "aux");
	jscope_scenario_destroy(scenario);
}

static void bad_names_are_told(void **state)
{
	(void)state;
	refused("[machine two]\ncpus = 2\n", ":1: There is one [machine] only");
	refused("[stream a b]\n", ":1: A name is one word");
	refused("[stream a/b]\n", ":1: A name is one word");
	refused("[stream 1234567890123456789012345678901234]\n", "is longer than 31 bytes");
}

static void too_many_sections_are_told(void **state)
{
	char text[4096] = "";

	(void)state;
	for (int i = 0; i <= JSCOPE_STREAMS_MAX; i++)
		sprintf(text + strlen(text), "[stream s%d]\nrate = 48000\n", i);
	refused(text, ":33: There are more than 16 sections [stream]");
}

static void an_include_comes_first_and_is_overridden(void **state)
{
	struct jscope_scenario *scenario;

	(void)state;
	file_write("base.ini", "[stream main]\nrate = 44100\nperiod_frames = 441\n");
	scenario = read_text("include = base.ini\n[stream main]\nperiod_frames = 882\n"
			     "[fault one]\nkind = drop-interrupt\ndevice = main\nat = 1s\n");
	assert_int_equal(scenario->stream_count, 1);
	assert_int_equal(scenario->streams[0].rate_hz, 44100);
	assert_int_equal(scenario->streams[0].period_frames, 882);
	assert_int_equal(scenario->faults[0].kind, JSCOPE_FAULT_drop_interrupt);
	assert_int_equal(scenario->faults[0].at_ns, JSCOPE_NS_PER_SEC);
	jscope_scenario_destroy(scenario);
	refused("[machine]\ncpus = 2\ninclude = base.ini\n", ":3: There is no key 'include'");
	refused("include = none.ini\n", "none.ini: The scenario cannot be opened");
	refused("\ninclude = none.ini\n", "/x.ini:2: It is included here");
	refused("include = .\n", "can name plain files only");
	refused("include = /dev/zero\n", "can name plain files only");
}

static void a_defect_names_the_included_file(void **state)
{
	(void)state;
	file_write("base.ini", "\n[stream main]\nrate = fast\n");
	refused("include = base.ini\n", "/base.ini:3: 'rate' cannot be 'fast'");
}

static void recursion_is_told(void **state)
{
	(void)state;
	refused("include = x.ini\n", "/x.ini:1: Files include each other more than 8 deep");
	file_write("a.ini", "include = b.ini\n");
	file_write("b.ini", "include = a.ini\n");
	refused("include = a.ini\n", "include each other");
}

static void references_are_followed(void **state)
{
	(void)state;
	refused("[stream a]\nrate = 48000\n[client]\nstream = b\n", ":4: There is no [stream b]");
	refused("[stream a]\ncpu = 2\n", ":2: There is no CPU 2; [machine] has cpus = 2");
	refused("[stream a]\nrate = 48000\n[delay]\ndevice = b\n", ":4: There is no device 'b'");
	refused("[fault x]\nat = 1s\n", ":2: Impossible [fault]: a fault needs its kind");
	refused("[fault x]\nkind = no-such\n", ":2: 'kind' cannot be 'no-such'");
	refused("[fault x]\nkind = drop-interrupt\ndevice = b\n", ":3: There is no device 'b'");
	refused("[fault x]\nkind = drop-interrupt\nchance = 1.5\n", "a number from 0 to 1");
	refused("[disk d]\nqueues = 1\n[client]\ncount = 1\n", "A [client] needs a [stream]");
}

static struct jscope_distribution work_of(const char *value)
{
	char text[256];
	struct jscope_scenario *scenario;
	struct jscope_distribution work;

	snprintf(text, sizeof text, "[client]\nwork = %s\n", value);
	scenario = read_text(text);
	work = scenario->clients[0].work;
	jscope_scenario_destroy(scenario);
	return work;
}

static void distributions_are_read(void **state)
{
	struct jscope_distribution work;

	(void)state;
	assert_int_equal(work_of("0us").kind, JSCOPE_DISTRIBUTION_NONE);
	work = work_of("constant 3us");
	assert_true(work.kind == JSCOPE_DISTRIBUTION_CONSTANT && work.a == 3000);
	work = work_of("uniform 1us 20us");
	assert_true(work.kind == JSCOPE_DISTRIBUTION_UNIFORM && work.a == 1000 && work.b == 20000);
	work = work_of("lognormal 20us 0.5 max 1ms");
	assert_true(work.kind == JSCOPE_DISTRIBUTION_LOGNORMAL && work.b == 0.5);
	assert_int_equal(work.max_ns, JSCOPE_NS_PER_MS);
	work = work_of("burst 5us 2ms 100ms 10ms");
	assert_int_equal(work.every_ns, 100 * JSCOPE_NS_PER_MS);
	assert_int_equal(work.length_ns, 10 * JSCOPE_NS_PER_MS);
}

static void sines_are_read(void **state)
{
	struct jscope_distribution work;

	(void)state;
	work = work_of("normal 20us 5us + sine 37Hz 15us max 1ms");
	assert_true(work.kind == JSCOPE_DISTRIBUTION_NORMAL && work.a == 20000);
	assert_int_equal(work.max_ns, JSCOPE_NS_PER_MS);
	assert_int_equal(work.sine_count, 1);
	assert_true(work.sines[0].frequency_hz == 37 && work.sines[0].amplitude_ns == 15000);
	work = work_of("0us + sine 1.5kHz 1us + sine 0.25Hz 2us");
	assert_int_equal(work.kind, JSCOPE_DISTRIBUTION_CONSTANT);
	assert_int_equal(work.sine_count, 2);
	assert_true(work.sines[0].frequency_hz == 0.25 && work.sines[1].frequency_hz == 1500);
}

static void refused_work(const char *value)
{
	char text[128];

	snprintf(text, sizeof text, "[client]\nwork = %s\n", value);
	refused(text, ":2: 'work' cannot be '");
}

static void bad_distributions_are_told(void **state)
{
	static const char *const values[] = {
		"uniform 20us 1us", "uniform 1us",
		"normal 1 2",	    "lognormal 20us 0",
		"lognormal 20us x", "exponential",
		"exponential -5us", "pareto 5us 1.5 7us",
		"gauss 1us",	    "1us max",
		"1us max 61s",	    "burst 1us 2us 0s 1s",
		"1us 2us",	    "uniform 1us 2us 3us 4us 5us 6us 7us 8us 9us",
	};
	static const char *const sums[] = {
		"+ sine 37Hz 15us",
		"1us + sine 37 15us",
		"1us + sine 0Hz 1us",
		"1us + sine 37Hz",
		"1us + saw 37Hz 1us",
		"1us + sine 1.2.3Hz 1us",
		"1us + sine 2000kHz 1us",
		"1us + sine 1Hz -1us",
		"1us + sine 1Hz 1us + sine 2Hz 1us + sine 3Hz 1us + sine 4Hz 1us + sine 5Hz 1us",
	};

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		refused_work(values[i]);
	for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
		refused_work(sums[i]);
}

static void samples_come_from_a_column(void **state)
{
	struct jscope_scenario *scenario;

	(void)state;
	file_write("s.csv", "seq,wake_ns,class\n1,100,on_time\n2,,missed\n3,300,late\r\n");
	scenario = read_text("[delay]\nwake = empirical s.csv wake_ns\n");
	assert_int_equal(scenario->delays[0].stages.wake.sample_count, 2);
	assert_int_equal(scenario->delays[0].stages.wake.samples[1], 300);
	jscope_scenario_destroy(scenario);
	refused("[delay]\nwake = empirical s.csv queue_ns\n", "There is no column 'queue_ns'");
	refused("[delay]\nwake = empirical s.csv class\n", "s.csv:2: 'on_time' is no number");
	refused("[delay]\nwake = empirical t.csv wake_ns\n", "The samples cannot be opened");
	refused("[delay]\nwake = empirical /dev/zero wake_ns\n", "can name plain files only");
	file_write("s.csv", "wake_ns\n");
	refused("[delay]\nwake = empirical s.csv wake_ns\n", "holds no value");
	refused("[delay]\nwake = empirical s.csv\n", ":2: 'wake' cannot be '");
}

static double wake_of(const struct jscope_scenario *scenario, const char *device, bool is_virtual)
{
	return jscope_scenario_delays(scenario, device, is_virtual)->wake.a;
}

static void delays_belong_to_devices(void **state)
{
	struct jscope_scenario *scenario =
		read_text("[stream a]\nrate = 48000\n[stream b]\nrate = 48000\n"
			  "[delay]\nwake = 1us\n[delay of-b]\ndevice = b\nwake = 2us\n");

	(void)state;
	assert_true(wake_of(scenario, "a", true) == 1000);
	assert_true(wake_of(scenario, "b", false) == 2000);
	jscope_scenario_destroy(scenario);
}

static void delays_may_belong_to_one_clock(void **state)
{
	struct jscope_scenario *scenario = read_text(
		"[delay]\nwake = 1us\nwhen = sim\n[delay real]\nwake = 2us\nwhen = live\n");

	(void)state;
	assert_true(wake_of(scenario, "", true) == 1000);
	assert_true(wake_of(scenario, "", false) == 2000);
	jscope_scenario_destroy(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_have_names),
		cmocka_unit_test(bad_names_are_told),
		cmocka_unit_test(too_many_sections_are_told),
		cmocka_unit_test(an_include_comes_first_and_is_overridden),
		cmocka_unit_test(a_defect_names_the_included_file),
		cmocka_unit_test(recursion_is_told),
		cmocka_unit_test(references_are_followed),
		cmocka_unit_test(distributions_are_read),
		cmocka_unit_test(sines_are_read),
		cmocka_unit_test(bad_distributions_are_told),
		cmocka_unit_test(samples_come_from_a_column),
		cmocka_unit_test(delays_belong_to_devices),
		cmocka_unit_test(delays_may_belong_to_one_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
