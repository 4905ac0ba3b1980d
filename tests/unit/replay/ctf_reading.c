#include "ctf_reading.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "scratch.h"

/* More batches than any input of a test has. */
#define BATCHES_MAX (1u << 24)

static const struct jscope_want wants[] = {
	{ "a", JSCOPE_CONVERT_NONE, -1 },      { "b", JSCOPE_CONVERT_NONE, -2 },
	{ "c", JSCOPE_CONVERT_NONE, -3 },      { "d", JSCOPE_CONVERT_NONE, -4 },
	{ "e", JSCOPE_CONVERT_NONE, -5 },      { "f", JSCOPE_CONVERT_NONE, -6 },
	{ "s", JSCOPE_CONVERT_STRING, 0 },     { "t", JSCOPE_CONVERT_INSTANT, -7 },
	{ "cpu_id", JSCOPE_CONVERT_NONE, -8 },
};
#define WANT_COUNT  (sizeof wants / sizeof wants[0])
#define WANT_STRING 6

static void require(bool is_so)
{
	if (!is_so)
		abort();
}

static int announce(void *state, const struct jscope_event_class *event_class,
		    const struct jscope_want **ret_wants)
{
	uint32_t *count = state;

	require(event_class->index == (*count)++);
	require(event_class->name && event_class->domain && event_class->tracer);
	*ret_wants = wants;
	return WANT_COUNT;
}

static void digest_add(struct ctf_reading *reading, const void *bytes, size_t size_bytes)
{
	const uint8_t *byte = bytes;

	for (size_t i = 0; i < size_bytes; i++)
		reading->digest = (reading->digest ^ byte[i]) * 0x100000001b3;
}

static void text_digest(struct ctf_reading *reading, const char *text)
{
	require(text != NULL);
	digest_add(reading, text, strlen(text));
}

static void event_digest(struct ctf_reading *reading, struct jscope_reader *reader,
			 const struct jscope_event *event)
{
	require(event->slot_count == WANT_COUNT);
	require(event->ts_ns != JSCOPE_NS_UNKNOWN);
	text_digest(reading, reader->ops->string(reader, event->slot[WANT_STRING]));
	digest_add(reading, event->slot, WANT_STRING * sizeof *event->slot);
	digest_add(reading, &event->slot[WANT_STRING + 1],
		   (WANT_COUNT - WANT_STRING - 1) * sizeof *event->slot);
}

static void batch_check(struct ctf_reading *reading, struct jscope_reader *reader,
			const struct jscope_batch *batch, bool as_text)
{
	require(batch->count <= JSCOPE_BATCH_EVENTS && batch->slot_count <= JSCOPE_BATCH_SLOTS);
	for (size_t i = 0; i < batch->count; i++) {
		const struct jscope_event *event = &batch->events[i];

		if (as_text)
			text_digest(reading, batch->texts[i]);
		event_digest(reading, reader, event);
		digest_add(reading, &event->ts_ns, sizeof event->ts_ns);
		digest_add(reading, &event->cpu, sizeof event->cpu);
		reading->last_ns = event->ts_ns;
	}
	reading->events += batch->count;
	reading->gaps += batch->has_gap;
	if (batch->has_gap)
		reading->gap = batch->gap;
}

static void sentence_keep(struct ctf_reading *reading, const char *sentence)
{
	require(reading->sentence_count < CTF_READING_SENTENCES);
	require(strlen(sentence) > 0);
	for (const char *letter = sentence; *letter; letter++)
		require((unsigned char)*letter >= ' ');
	snprintf(reading->sentences[reading->sentence_count++], CTF_READING_SENTENCE_SIZE, "%s",
		 sentence);
}

static void info_check(struct ctf_reading *reading, const struct jscope_reader_info *info)
{
	require(info->damage_sentence_count <= info->damages);
	require((info->damage_sentence_count > 0) == (info->damages > 0));
	require(!info->damages || info->partial);
	require(info->events >= reading->events);
	require((info->begin_ns == JSCOPE_NS_UNKNOWN) == (info->events == 0));
	for (unsigned i = 0; i < info->damage_sentence_count; i++)
		sentence_keep(reading, info->damage_sentences[i]);
	snprintf(reading->remark, sizeof reading->remark, "%s",
		 info->remark_count ? info->remarks[0] : "");
	reading->info = *info;
	reading->info.damage_sentences = reading->info.remarks = NULL;
}

static void errors_take(struct ctf_reading *reading)
{
	const char *sentence;

	require((reading->status < 0) == (jscope_error_sentence(0) != NULL));
	for (unsigned i = 0; (sentence = jscope_error_sentence(i)); i++)
		sentence_keep(reading, sentence);
	jscope_error_clear();
}

void ctf_reading_make(const char *path, unsigned flags, struct ctf_reading *ret_reading)
{
	static struct jscope_batch batch;
	struct ctf_reading *reading = ret_reading;
	struct jscope_reader *reader;
	uint32_t classes = 0;
	int status;

	memset(reading, 0, sizeof *reading);
	status = jscope_reader_native.create(path, flags, announce, &classes, &reader);
	if (status == 0) {
		for (unsigned i = 0; (status = reader->ops->next(reader, &batch)) > 0; i++) {
			require(i < BATCHES_MAX);
			batch_check(reading, reader, &batch, flags & JSCOPE_READER_TEXT);
		}
		info_check(reading, reader->ops->info(reader));
		reader->ops->destroy(reader);
	}
	reading->status = status;
	reading->classes = classes;
	errors_take(reading);
}

bool ctf_reading_says(const struct ctf_reading *reading, const char *words)
{
	for (unsigned i = 0; i < reading->sentence_count; i++)
		if (strstr(reading->sentences[i], words))
			return true;
	return false;
}

const char *ctf_reading_directory(void)
{
	return scratch_directory();
}

void ctf_reading_file(const char *name, const void *bytes, size_t size_bytes)
{
	char path[SCRATCH_PATH_SIZE];
	int fd;

	scratch_path(path, name);
	for (char *slash = path + strlen(scratch_directory()) + 1; (slash = strchr(slash, '/'));
	     slash++) {
		*slash = '\0';
		require(mkdir(path, 0700) == 0 || errno == EEXIST);
		*slash = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	require(fd >= 0 && write(fd, bytes, size_bytes) == (ssize_t)size_bytes);
	close(fd);
}

void ctf_reading_unlink(const char *name)
{
	char path[SCRATCH_PATH_SIZE];

	scratch_path(path, name);
	require(unlink(path) == 0 || errno == ENOENT);
}
