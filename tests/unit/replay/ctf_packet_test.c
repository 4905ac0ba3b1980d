/* Packets whose parts refer to each other, or are larger than anybody expects. */
#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctf_reading.h"

#define TYPES                                                                                      \
	"/* CTF 1.8 */ typealias integer { size = 8; align = 8; } := u8;"                          \
	"typealias integer { size = 32; align = 8; } := u32;"

static struct ctf_reading reading;

static void stream_read(const char *metadata, const void *bytes, size_t size_bytes)
{
	ctf_reading_file("metadata", metadata, strlen(metadata));
	ctf_reading_file("stream", bytes, size_bytes);
	ctf_reading_make(ctf_reading_directory(), 0, &reading);
	for (unsigned i = 0; i < reading.sentence_count; i++)
		print_message("%s\n", reading.sentences[i]);
	assert_int_equal(reading.status, 0);
}

/* A length in the event header: each event has its own, also when several are found at once. */
static void lengths_in_headers(void **state)
{
	static const char metadata[] = TYPES
		"trace { major = 1; minor = 8; byte_order = le; }; stream { packet.context := "
		"struct { u32 packet_size; }; event.header := struct { u8 id; u8 n; }; };"
		"event { id = 1; fields := struct { struct { u8 x; } d[stream.event.header.n]; "
		"u8 a; }; };";
	uint8_t together[4 + 4 * 6], apart[4 * 10];
	uint64_t digest;
	size_t at = 4;

	(void)state;
	memset(together, 0, sizeof together);
	memset(apart, 0, sizeof apart);
	for (uint8_t i = 0; i < 4; i++) {
		const uint8_t event[6] = { 1, i, 7, 7, 7, 7 };
		const size_t size = (size_t)(3 + i);

		memcpy(together + at, event, size);
		at += size;
		together[at - 1] = (uint8_t)(100 + i);
	}
	together[0] = (uint8_t)(8 * at);
	stream_read(metadata, together, at);
	assert_int_equal(reading.events, 4);
	assert_int_equal(reading.info.damages, 0);
	digest = reading.digest;
	/* The same events in packets of their own. */
	at = 0;
	for (uint8_t i = 0; i < 4; i++) {
		const uint8_t packet[10] = { (uint8_t)(8 * (7 + i)), 0, 0, 0, 1, i, 7, 7, 7, 7 };
		const size_t size = (size_t)(7 + i);

		memcpy(apart + at, packet, size);
		at += size;
		apart[at - 1] = (uint8_t)(100 + i);
	}
	stream_read(metadata, apart, at);
	assert_int_equal(reading.events, 4);
	assert_int_equal(reading.digest, digest);
}

/* The 81st member of a packet context is not kept for events, but does no harm. */
static void wide_context(void **state)
{
	char metadata[4096] = TYPES
		"trace { major = 1; minor = 8; byte_order = le; }; stream { packet.context := "
		"struct { ";
	uint8_t bytes[100];
	uint64_t digest;

	(void)state;
	for (int i = 0; i < 80; i++)
		snprintf(metadata + strlen(metadata), sizeof metadata - strlen(metadata),
			 "u8 m%d; ", i);
	strcat(metadata, "u8 b; u8 cpu_id; }; }; event { fields := struct { u8 a; }; };");
	memset(bytes, 3, sizeof bytes);
	stream_read(metadata, bytes, sizeof bytes);
	assert_int_equal(reading.events, 18);
	assert_int_equal(reading.info.damages, 0);
	digest = reading.digest;
	/* As if there were no such member. */
	memcpy(strstr(metadata, "u8 b;"), "u8 B;", 5);
	stream_read(metadata, bytes, sizeof bytes);
	assert_int_equal(reading.digest, digest);
}

/* Padding before a header may lead beyond what is in memory: that is no end of the file. */
static void padding_at_the_window(void **state)
{
	static const char metadata[] = TYPES
		"trace { major = 1; minor = 8; byte_order = le; }; stream { packet.context := "
		"struct { u32 packet_size; u32 content_size; }; event.header := struct { integer { size = 64; "
		"align = 64; } id; }; }; event { id = 0; fields := struct { u8 a; }; };";
	const size_t first_bytes = 26, rest_bytes = 16 * 5000 + 1;
	uint8_t *bytes = calloc(1, first_bytes + rest_bytes);

	(void)state;
	assert_non_null(bytes);
	/* A packet of odd size moves all that follows away from multiples of eight. */
	memcpy(bytes, (uint32_t[]){ 8 * 26, 8 * 17 }, 8);
	memcpy(bytes + first_bytes, (uint32_t[]){ 8 * (16 * 5000 + 1), 8 * (16 * 5000 + 1) }, 8);
	stream_read(metadata, bytes, first_bytes + rest_bytes);
	assert_int_equal(reading.info.damages, 0);
	assert_int_equal(reading.events, 1 + 5000);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_in_headers),
		cmocka_unit_test(wide_context),
		cmocka_unit_test(padding_at_the_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
