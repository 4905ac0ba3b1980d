#include "gate_words.h"

#include <stdio.h>
#include <string.h>

#define DIST(section, word, name, is_time)                                                         \
	{                                                                                          \
		section, word, name, false, is_time                                                \
	}
#define COUNT(section, name)                                                                       \
	{                                                                                          \
		section, name, name, true, false                                                   \
	}

/* Where two sections have the same word the first one has it without its section. */
static const struct jscope__gate_word words[] = {
	DIST("notification", "end_to_end", "end_to_end", true),
	DIST("notification", "interrupt", "interrupt", true),
	DIST("notification", "dispatch", "dispatch", true),
	DIST("notification", "queue", "queue", true),
	DIST("notification", "handler", "handler", true),
	DIST("notification", "wake", "wake", true),
	DIST("notification", "unexplained", "unexplained", true),
	DIST("notification", "service", "service", true),
	DIST("notification", "period", "period", true),
	DIST("notification", "headroom", "headroom_time", true),
	DIST("notification", "headroom_frames", "headroom_frames", false),
	DIST("request", "latency", "latency", true),
	DIST("request", "submit", "submit", true),
	DIST("request", "device", "device", true),
	DIST("request", "complete", "complete", true),
	DIST("request", "wake", "wake", true),
	DIST("irq", "duration", "duration", true),
	DIST("irq", "interval", "interval", true),
	DIST("softirq", "raise_to_entry", "raise_to_entry", true),
	DIST("softirq", "duration", "duration", true),
	DIST("wakeup", "latency", "latency", true),
	DIST("wakeup", "all", "all", true),
	DIST("wakeup", "task", "task", true),
	DIST("wakeup", "softirq", "softirq", true),
	DIST("wakeup", "irq", "irq", true),
	COUNT("notification", "glitches"),
	COUNT("notification", "points"),
	COUNT("notification", "on_time"),
	COUNT("notification", "late"),
	COUNT("notification", "early"),
	COUNT("notification", "merged"),
	COUNT("notification", "missed"),
	COUNT("notification", "spurious"),
	COUNT("notification", "censored"),
	COUNT("notification", "partial_chains"),
	COUNT("request", "issued"),
	COUNT("request", "completed"),
	COUNT("request", "empty"),
	COUNT("request", "errors"),
	COUNT("irq", "count"),
	COUNT("irq", "unmatched"),
	COUNT("softirq", "raised"),
	COUNT("softirq", "coalesced"),
	COUNT("softirq", "entered"),
	COUNT("trace", "lost_events"),
	COUNT("trace", "lost_packets"),
	COUNT("trace", "errors"),
};

#define WORDS (sizeof words / sizeof words[0])

const struct jscope__gate_word *jscope__gate_word(const char *section, const char *word,
						  size_t length, bool is_count)
{
	for (size_t i = 0; i < WORDS; i++)
		if (words[i].is_count == is_count && strlen(words[i].word) == length &&
		    !strncmp(words[i].word, word, length) &&
		    (!*section || !strcmp(words[i].section, section)))
			return &words[i];
	return NULL;
}

char *jscope__gate_words(char *text, size_t size, bool is_count)
{
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < WORDS && used < size; i++) {
		const struct jscope__gate_word *word = &words[i];
		const struct jscope__gate_word *first =
			jscope__gate_word("", word->word, strlen(word->word), is_count);

		if (word->is_count != is_count)
			continue;
		used += (size_t)snprintf(text + used, size - used, "%s%s%s%s", used ? ", " : "",
					 first == word ? "" : word->section,
					 first == word ? "" : ".", word->word);
	}
	return text;
}
