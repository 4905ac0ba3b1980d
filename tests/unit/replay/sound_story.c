#include "sound_story.h"

#include "../cmocka_all.h"

void add_pcm(double at_us, unsigned cpu, const char *event, unsigned stream, unsigned hw,
	     unsigned appl, unsigned state)
{
	fake_add(at_us, cpu, -1, event, F("card", 1), F("device", 2), F("substream", 0),
		 F("stream", stream), F("hw_ptr", hw), F("appl_ptr", appl), F("boundary", BOUNDARY),
		 F("buffer_size", BUFFER), F("period_size", PERIOD), F("stop_threshold", BUFFER),
		 F("rate", 48000), F("state", state), S("id", "PCH"));
}

void add_entry(double at_us, unsigned cpu, unsigned stream)
{
	fake_add(at_us, cpu, -1, "snd_pcm_period_elapsed_entry", F("card", 1), F("device", 2),
		 F("substream", 0), F("stream", stream));
}

void add_exit(double at_us, unsigned cpu, unsigned stream, unsigned hw, unsigned appl)
{
	add_pcm(at_us, cpu, "snd_pcm_period_elapsed_exit", stream, hw, appl, RUNNING);
}

void add_answer(double at_us, unsigned stream, unsigned hw, unsigned appl)
{
	add_pcm(at_us, 0, "snd_pcm_appl_ptr", stream, hw, appl, RUNNING);
}

void add_wake(double at_us, unsigned cpu, unsigned tid)
{
	fake_add(at_us, cpu, -1, "sched_waking", F("tid", tid));
}

void add_switch(double at_us, unsigned cpu, unsigned tid)
{
	fake_add(at_us, cpu, -1, "sched_switch", F("next_tid", tid), S("next_comm", "client"));
}

void add_irq(double at_us, const char *event)
{
	fake_add(at_us, 0, -1, event, F("irq", 26), S("name", "hda"));
}

/* An interrupt, in which a period ends and wakes the client, who runs 20 us later. */
void add_period(double at_us, unsigned stream, unsigned hw, unsigned appl)
{
	add_irq(at_us, "irq_handler_entry");
	add_entry(at_us + 1, 0, stream);
	add_wake(at_us + 3, 0, CLIENT);
	add_exit(at_us + 4, 0, stream, hw, appl);
	add_irq(at_us + 6, "irq_handler_exit");
	add_switch(at_us + 23, 0, CLIENT);
	add_switch(at_us + 500, 0, 0);
}

const struct jscope_notification *told(uint64_t seq)
{
	const struct fake_record *record = fake_find(seq, 0);

	assert_non_null(record);
	return &record->notification;
}
