/*
 * A program whose recording holds every type of field that LTTng-UST can write, with values at the
 * edges and random ones. Two threads, so that contexts differ. The same values in every run.
 *
 * usage: ust_types COUNT
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "provider.h"

struct teller {
	struct sample sample;
	unsigned seed;
	long count;
};

static uint64_t any(struct teller *teller)
{
	static const uint64_t edges[] = {
		0, 1, 2, 9, 100, UINT64_MAX, INT64_MAX, 0x8080808080808080
	};
	const uint64_t high = (uint64_t)rand_r(&teller->seed),
		       low = (uint64_t)rand_r(&teller->seed);

	if (high % 3 == 0)
		return edges[low % (sizeof edges / sizeof *edges)];
	return high << 40 ^ low << 16 ^ high;
}

static void numbers_make(struct teller *teller)
{
	struct sample *sample = &teller->sample;

	sample->u8 = (uint8_t)any(teller);
	sample->s8 = (int8_t)any(teller);
	sample->u16 = (uint16_t)any(teller);
	sample->s16 = (int16_t)any(teller);
	sample->u32 = (uint32_t)any(teller);
	sample->s32 = (int32_t)any(teller);
	sample->u64 = any(teller);
	sample->s64 = (int64_t)any(teller);
	sample->letter = (char)any(teller);
	sample->single = (float)(int64_t)any(teller) / 7;
	sample->real = (double)(int64_t)any(teller) / 7e3;
}

static void lists_make(struct teller *teller)
{
	static const unsigned lengths[] = { 0, 0, 1, 2, 3, 8, 17, LIST_MAX };
	struct sample *sample = &teller->sample;

	sample->length = lengths[any(teller) % (sizeof lengths / sizeof *lengths)];
	for (unsigned i = 0; i < LIST_MAX; i++) {
		sample->bytes[i] = (uint8_t)any(teller);
		sample->chars[i] = (int8_t)any(teller);
		sample->words[i] = (uint16_t)any(teller);
		sample->numbers[i] = (int32_t)any(teller);
		sample->longs[i] = any(teller);
		sample->characters[i] = "abc \n\"\\\x7f"[any(teller) % 9];
	}
}

static void string_make(struct teller *teller)
{
	static const char *const pieces[] = { "x",	  "\"",		  "\\", "\t",
					      "\xc3\xa4", "\xe2\x82\xac", "%s" };
	static const unsigned counts[] = { 0, 0, 1, 5, 30, 300, STRING_MAX / 3 };
	const unsigned count = counts[any(teller) % (sizeof counts / sizeof *counts)];
	char *end = teller->sample.string;

	for (unsigned i = 0; i < count; i++)
		end = stpcpy(end, pieces[any(teller) % (sizeof pieces / sizeof *pieces)]);
	*end = '\0';
}

static void tell(const struct sample *sample)
{
	lttng_ust_tracepoint(ust_types, integers, sample);
	lttng_ust_tracepoint(ust_types, hexadecimal, sample);
	lttng_ust_tracepoint(ust_types, network, sample);
	lttng_ust_tracepoint(ust_types, enumerations, sample);
	lttng_ust_tracepoint(ust_types, reals, sample);
	lttng_ust_tracepoint(ust_types, strings, sample);
	lttng_ust_tracepoint(ust_types, arrays, sample);
	lttng_ust_tracepoint(ust_types, sequences, sample);
	lttng_ust_tracepoint(ust_types, nothing);
}

static void *run(void *state)
{
	struct teller *teller = state;

	for (long i = 0; i < teller->count; i++) {
		numbers_make(teller);
		lists_make(teller);
		string_make(teller);
		tell(&teller->sample);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static struct teller tellers[2] = { { .seed = 1 }, { .seed = 2 } };
	const long count = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
	pthread_t thread;

	tellers[0].count = tellers[1].count = count;
	if (pthread_create(&thread, NULL, run, &tellers[1]) != 0)
		return 1;
	run(&tellers[0]);
	return pthread_join(thread, NULL) != 0;
}
