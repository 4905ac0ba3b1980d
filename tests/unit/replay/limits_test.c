/* Limits as a person writes them, and that the reader keeps to them. */
#include "../cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/error.h"
#include "replay/trace.h"

#include "ctf_reading.h"

static void lists(void **state)
{
	struct jscope_limits limits = { 0 };

	(void)state;
	assert_int_equal(jscope_limits_parse("", &limits), 0);
	assert_int_equal(jscope_limits_parse("packet=8G,nesting=128,event=131072", &limits), 0);
	assert_int_equal(limits.packet_bytes, (uint64_t)8 << 30);
	assert_int_equal(limits.nesting, 128);
	assert_int_equal(limits.event_bytes, 131072);
	assert_int_equal(limits.sequence_length, 0);
	assert_int_equal(jscope_limits_parse("sequence=2m,types=3k", &limits), 0);
	assert_int_equal(limits.sequence_length, 2 << 20);
	assert_int_equal(limits.type_count, 3 << 10);
}

static void faults(void **state)
{
	static const struct {
		const char *list, *sentence;
	} cases[] = {
		{ "packet", "Limits are a list such as packet=8G,event=64M, not 'packet'." },
		{ "nesting=9,,", "Limits are a list such as packet=8G,event=64M, not ''." },
		{ "pack=1G", "There is no limit 'pack'; the manual page names them." },
		{ "packet=", "The limit 'packet' takes a number such as 100 or 64M, not ''." },
		{ "packet=-1", "The limit 'packet' takes a number such as 100 or 64M, not '-1'." },
		{ "packet=1GB",
		  "The limit 'packet' takes a number such as 100 or 64M, not '1GB'." },
		{ "packet=1X", "The limit 'packet' takes a number such as 100 or 64M, not '1X'." },
		{ "packet=99999999999T",
		  "The limit 'packet' takes a number such as 100 or 64M, not '99999999999T'." },
		{ "packet=99999999999999999999",
		  "The limit 'packet' takes a number such as 100 or 64M, not "
		  "'99999999999999999999'." },
		{ "packet=1,event=1M", "The limit 'packet' takes 1K to 1T, not '1'." },
		{ "nesting=513", "The limit 'nesting' takes 1 to 512, not '513'." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct jscope_limits limits = { 0 };

		assert_int_equal(jscope_limits_parse(cases[i].list, &limits), -EINVAL);
		assert_string_equal(jscope_error_sentence(0), cases[i].sentence);
		jscope_error_clear();
	}
}

/* Every usual value is one that may be asked for, and is read as it is written. */
static void table(void **state)
{
	(void)state;
	for (const struct jscope_limit *limit = jscope_limit_table; limit->name; limit++) {
		char item[96], text[JSCOPE_LIMIT_TEXT_SIZE];
		struct jscope_limits limits = { 0 };

		snprintf(item, sizeof item, "%s=%s", limit->name,
			 jscope_limit_format(text, limit->usual));
		assert_int_equal(jscope_limits_parse(item, &limits), 0);
		assert_int_equal(*(uint64_t *)((char *)&limits + limit->offset), limit->usual);
	}
}

/* Two packets without a header: one of 2 KiB, one of 1000 bytes with a sequence of 90. */
static void trace_write(void)
{
	static const char metadata[] =
		"/* CTF 1.8 */ typealias integer { size = 8; align = 8; } := u8;"
		"typealias integer { size = 32; align = 8; } := u32;"
		"trace { major = 1; minor = 8; byte_order = le; }; stream { packet.context := struct "
		"{ u32 packet_size; u32 content_size; }; event.header := struct { u8 id; }; };"
		"event { id = 1; fields := struct { u8 n; struct { u8 x; } d[n]; }; };";
	uint8_t bytes[2048 + 1000] = { 0x00, 0x40, 0, 0, 8 * 12, 0, 0, 0, 1, 2 };

	memcpy(bytes + 2048, (uint8_t[]){ 0x40, 0x1f, 0, 0, 0x20, 3, 0, 0, 1, 90 }, 10);
	ctf_reading_file("metadata", metadata, sizeof metadata - 1);
	ctf_reading_file("stream", bytes, sizeof bytes);
}

static void limited(void **state)
{
	static const struct {
		const char *list;
		uint64_t events;
		const char *words; /* NULL: nothing is said */
	} cases[] = {
		{ "packet=2K,sequence=90", 2, NULL },
		{ "packet=1K", 1,
		  "it is larger than the limit for packets (--limits packet=SIZE)" },
		{ "sequence=89", 1, "a sequence is longer than the limit" },
	};
	static const struct jscope_timeline_sink sink;

	(void)state;
	trace_write();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct jscope_trace_info *info;
		struct jscope_trace_options options;
		struct jscope_trace *trace;

		jscope_trace_options_init(&options);
		assert_int_equal(jscope_limits_parse(cases[i].list, &options.limits), 0);
		assert_int_equal(jscope_trace_open(ctf_reading_directory(), &options, &trace), 0);
		assert_int_equal(jscope_trace_replay(trace, &sink), 0);
		info = jscope_trace_info(trace);
		assert_int_equal(info->events, cases[i].events);
		assert_int_equal(info->error_count, cases[i].words != NULL);
		if (cases[i].words)
			assert_non_null(strstr(info->errors[0], cases[i].words));
		jscope_trace_destroy(trace);
	}
}

/* Metadata beyond a limit are not read at all. */
static void metadata(void **state)
{
	static const char *const lists[] = { "types=5", "nesting=1" };

	(void)state;
	trace_write();
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct jscope_trace_options options;
		struct jscope_trace *trace;

		jscope_trace_options_init(&options);
		assert_int_equal(jscope_limits_parse(lists[i], &options.limits), 0);
		assert_int_equal(jscope_trace_open(ctf_reading_directory(), &options, &trace),
				 -E2BIG);
		assert_non_null(jscope_error_sentence(0));
		jscope_error_clear();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),   cmocka_unit_test(faults),   cmocka_unit_test(table),
		cmocka_unit_test(limited), cmocka_unit_test(metadata),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
