/* Programs on functions of ALSA, as far as a machine can show that has no sound card. */
#include "../cmocka_all.h"
#include "kernel_probes_rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A sentence that begins so and names the module. */
static bool is_told(const struct rig *rig, const char *begin, const char *module)
{
	for (unsigned i = 0; i < rig->sentence_count; i++)
		if (!strncmp(rig->sentences[i], begin, strlen(begin)) &&
		    strstr(rig->sentences[i], module))
			return true;
	return false;
}

static void nothing(void *state)
{
	(void)state;
}

/* Either the module's programs are there, or it is told what is missing and how it comes. */
static void module_check(const char *path, const char *begin, uint32_t group,
			 enum jscope_kernel_event event, unsigned count)
{
	const char *module = strrchr(path, '/') + 1;
	struct rig *rig = rig_create(GROUP(WAKE) | group);

	rig_run(rig, nothing, NULL);
	assert_true(jscope__kernel_probes_has(rig->probes, JSCOPE_KERNEL_EVENT_sched_waking));
	if (access(path, F_OK) != 0 && !jscope__kernel_probes_has(rig->probes, event)) {
		assert_true(is_told(rig, begin, module));
		assert_int_equal(jscope__kernel_probes_missing(rig->probes), count);
	} else {
		assert_false(is_told(rig, begin, module));
	}
	rig_destroy(rig);
}

static void a_missing_driver_is_told(void **state)
{
	(void)state;
	module_check("/sys/module/snd_pcm", "No sound card driver is loaded", GROUP(PCM),
		     JSCOPE_KERNEL_EVENT_snd_pcm_period_elapsed_exit, 4);
	module_check("/sys/module/snd_rawmidi", "No MIDI driver is loaded", GROUP(MIDI),
		     JSCOPE_KERNEL_EVENT_snd_rawmidi_receive, 1);
}

static void nobody_is_told_who_does_not_ask(void **state)
{
	struct rig *rig = rig_create(GROUP(WAKE));

	(void)state;
	rig_run(rig, nothing, NULL);
	assert_false(is_told(rig, "No ", "snd_"));
	rig_destroy(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_driver_is_told),
		cmocka_unit_test(nobody_is_told_who_does_not_ask),
	};

	rig_need_rights();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
