/*
 * Recordings of others, whole and damaged: what each gives, and that no cut and no flipped bit
 * does more than a sentence.
 */
#include "../cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "ctf/metadata.h"

static const struct jscope__ctf_limits usual;
static const char *traces;

static int traces_need(void **state)
{
	(void)state;
	traces = getenv("JSCOPE_TRACES");
	return traces ? 0 : -1;
}

static int trace_read(const char *name, struct jscope__ctf_metadata **ret_metadata)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", traces, name);
	return jscope__ctf_metadata_read(path, &usual, ret_metadata);
}

/* Streams and events as babeltrace and babeltrace2 count them, or the error that is expected. */
static void recordings(void **state)
{
	static const struct {
		const char *name;
		int error;
		size_t streams, events;
	} cases[] = {
		{ "real/tvl-simple-kernel/tvl-simple-kernel", 0, 1, 1161 },
		{ "real/tc-bug446190/tc-bug446190", 0, 1, 541 },
		{ "real/lami-irq-synthetic/lami-irq-synthetic/kernel", 0, 1, 20 },
		{ "real/lttng-2.0pre/cts-lttng-modules-trace", 0, 1, 53 },
		{ "lost/multi-domains/kernel", 0, 1, 1 },
		{ "lost/multi-domains/ust", 0, 3, 1 },
		{ "lost/packet-seq-num/2-lost-before-last", 0, 1, 1 },
		{ "lost/packet-seq-num/no-lost-not-starting-at-0", 0, 1, 1 },
		{ "guest-lttng/icount-480/trace/kernel", 0, 1, 99 },
		{ "guest-lttng/tcg-1024/trace/kernel", 0, 1, 99 },
		{ "guest-lttng/tcg-128-xruns/trace/kernel", 0, 1, 99 },
		{ "guest-lttng/tcg-480/trace/kernel", 0, 1, 99 },
		{ "bad/bitflip-magic", 0, 1, 1161 },
		{ "bad/clock-negative-offset-s", 0, 0, 0 },
		{ "bad/content-size-larger-than-packet-size", 0, 1, 1 },
		{ "bad/cross-packet-event-string", 0, 1, 1 },
		{ "bad/fail1", -EBADMSG, 0, 0 },
		{ "bad/invalid-packet-size/trace", 0, 1, 27 },
		{ "bad/metadata-syntax-error", -EBADMSG, 0, 0 },
		{ "bad/no-metadata", -ENOENT, 0, 0 },
		{ "bad/one-stream-missing", 0, 1, 1161 },
		{ "bad/out-of-bound-integer", 0, 1, 1 },
		{ "bad/out-of-bound-large-sequence-length", 0, 1, 1 },
		{ "bad/truncated-metadata", -EBADMSG, 0, 0 },
		{ "bad/truncated-mid-packet", 0, 1, 1161 },
		{ "bad/valid-events-then-invalid-events/trace", 0, 1, 1 },
		{ "bad/variant-out-of-range-enum-selector", 0, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct jscope__ctf_metadata *metadata = NULL;
		size_t events = 0;

		print_message("%s\n", cases[i].name);
		assert_int_equal(trace_read(cases[i].name, &metadata), cases[i].error);
		assert_int_equal(!jscope_error_sentence(0), cases[i].error == 0);
		jscope_error_clear();
		if (!metadata)
			continue;
		for (size_t k = 0; k < metadata->stream_count; k++)
			events += metadata->streams[k].event_count;
		assert_int_equal(metadata->stream_count, cases[i].streams);
		assert_int_equal(events, cases[i].events);
		jscope__ctf_metadata_destroy(metadata);
	}
}

/* A file as it lies there, packets and all. */
static char *file_load(const char *name, size_t *ret_size_bytes)
{
	char file_path[4096], *bytes = malloc(1 << 20);
	FILE *file;

	snprintf(file_path, sizeof file_path, "%s/%s/metadata", traces, name);
	file = fopen(file_path, "r");
	if (!file || !bytes)
		abort();
	*ret_size_bytes = fread(bytes, 1, 1 << 20, file);
	fclose(file);
	return bytes;
}

/* Parse a copy of just that size, so that a sanitizer sees the first byte too many. */
static int copy_parse(const char *text, size_t size_bytes)
{
	char *copy = malloc(size_bytes + !size_bytes);
	struct jscope__ctf_metadata *metadata;
	int error;

	memcpy(copy, text, size_bytes);
	error = jscope__ctf_metadata_parse("m", copy, size_bytes, &usual, &metadata);
	if (error == 0)
		jscope__ctf_metadata_destroy(metadata);
	assert_int_equal(!jscope_error_sentence(0), error == 0);
	assert_null(jscope_error_sentence(1));
	jscope_error_clear();
	free(copy);
	return error;
}

static void cut(const char *name)
{
	size_t size_bytes, sound = 0;
	char *text = file_load(name, &size_bytes);

	for (size_t i = 0; i <= size_bytes; i++)
		sound += copy_parse(text, i) == 0;
	/* Between two blocks there are places where a cut shows nowhere. */
	assert_in_range(sound, 1, size_bytes / 4);
	free(text);
}

static void cuts(void **state)
{
	(void)state;
	cut("lost/packet-seq-num/2-lost-before-last");
	cut("bad/out-of-bound-integer");
	cut("real/lami-irq-synthetic/lami-irq-synthetic/kernel");
}

static void flips(void **state)
{
	size_t size_bytes, refused = 0;
	char *text = file_load("lost/packet-seq-num/2-lost-before-last", &size_bytes);

	(void)state;
	for (size_t i = 0; i < 8 * size_bytes; i++) {
		text[i / 8] ^= (char)(1 << i % 8);
		refused += copy_parse(text, size_bytes) != 0;
		text[i / 8] ^= (char)(1 << i % 8);
	}
	assert_in_range(refused, size_bytes, 8 * size_bytes);
	assert_int_equal(copy_parse(text, size_bytes), 0);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recordings),
		cmocka_unit_test(cuts),
		cmocka_unit_test(flips),
	};
	char path[4096];

	snprintf(path, sizeof path, "%s/real",
		 getenv("JSCOPE_TRACES") ? getenv("JSCOPE_TRACES") : "");
	if (access(path, R_OK) != 0) {
		puts("skipped: no recordings at JSCOPE_TRACES");
		return 77;
	}
	return cmocka_run_group_tests(tests, traces_need, NULL);
}
