/* The file `metadata`: plain, in packets of both byte orders, damaged, and what is none. */
#include "../cmocka_all.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "ctf/metadata.h"
#include "scratch.h"

#define TEXT "/* CTF 1.8 */ trace { byte_order = be; };\n"

static char path[SCRATCH_PATH_SIZE];

/* The header of a packet, field by field, for tests to spoil. */
struct packet {
	uint32_t magic;
	uint8_t uuid, compression, encryption, checksum, major, minor;
	uint32_t content_bytes, padding_bytes; /* of the text in it and behind it */
	uint32_t content_bits, packet_bits;    /* where they are not 0: these instead */
	const char *text;
	bool is_big_endian;
};

static const struct packet sound = { .magic = 0x75d11d57, .major = 1, .minor = 8 };

static void word_write(FILE *file, uint32_t word, bool is_big_endian)
{
	const uint32_t stored = is_big_endian ? htobe32(word) : htole32(word);

	fwrite(&stored, sizeof stored, 1, file);
}

static void packet_write(FILE *file, const struct packet *packet)
{
	const uint32_t content_bits = 8 * (37 + (uint32_t)strlen(packet->text));
	const uint32_t packet_bits = content_bits + 8 * packet->padding_bytes;
	const uint8_t schemes[] = { packet->compression, packet->encryption, packet->checksum,
				    packet->major, packet->minor };

	word_write(file, packet->magic, packet->is_big_endian);
	for (int i = 0; i < 16; i++)
		fputc(packet->uuid, file);
	word_write(file, 0xdeadbeef, packet->is_big_endian);
	word_write(file, packet->content_bits ? packet->content_bits : content_bits,
		   packet->is_big_endian);
	word_write(file, packet->packet_bits ? packet->packet_bits : packet_bits,
		   packet->is_big_endian);
	fwrite(schemes, sizeof schemes, 1, file);
	fputs(packet->text, file);
	for (uint32_t i = 0; i < packet->padding_bytes; i++)
		fputc(0, file);
}

static FILE *file_begin(void)
{
	FILE *file = fopen(path, "w");

	if (!file)
		abort();
	return file;
}

/* Read it, and look whether the error's only sentence says so. part: NULL for success. */
static void read_expect(const struct jscope__ctf_limits *limits, int expected, const char *part)
{
	const struct jscope__ctf_limits usual = { .nesting = 0 };
	struct jscope__ctf_metadata *metadata = NULL;

	assert_int_equal(
		jscope__ctf_metadata_read(scratch_directory(), limits ? limits : &usual, &metadata),
		expected);
	if (expected == 0) {
		assert_true(metadata->is_big_endian);
		assert_null(jscope_error_sentence(0));
	} else {
		assert_non_null(strstr(jscope_error_sentence(0), part));
		assert_non_null(strstr(jscope_error_sentence(0), path));
		assert_null(jscope_error_sentence(1));
	}
	jscope_error_clear();
	jscope__ctf_metadata_destroy(metadata);
}

static void bytes_expect(const char *bytes, size_t size_bytes, int expected, const char *part)
{
	FILE *file = file_begin();

	fwrite(bytes, 1, size_bytes, file);
	fclose(file);
	read_expect(NULL, expected, part);
}

static void packets_expect(const struct packet *packets, size_t count, int expected,
			   const char *part)
{
	FILE *file = file_begin();

	for (size_t i = 0; i < count; i++)
		packet_write(file, &packets[i]);
	fclose(file);
	read_expect(NULL, expected, part);
}

static void plain(void **state)
{
	(void)state;
	bytes_expect(TEXT, strlen(TEXT), 0, NULL);
	bytes_expect("", 0, -EBADMSG, "without a 'trace' block");
	bytes_expect("W", 1, -EBADMSG, "Line 1 of");
	bytes_expect("\0\0\0\0", 4, -EBADMSG, "there is '?'");
}

static void packets(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct packet three[] = { sound, sound, sound };

		for (int k = 0; k < 3; k++)
			three[k].is_big_endian = i;
		three[0].text = "trace { byte_or";
		three[0].padding_bytes = 100;
		three[1].text = "";
		three[2].text = "der = be; };";
		packets_expect(three, 3, 0, NULL);
	}
}

static void spoilt_packets(void **state)
{
	static const struct {
		const char *part;
		struct packet packet;
	} cases[] = {
		{ "is not of CTF 1.8", { .major = 2 } },
		{ "is not of CTF 1.8", { .major = 1, .minor = 9 } },
		{ "compressed, encrypted or", { .major = 1, .minor = 8, .compression = 1 } },
		{ "compressed, encrypted or", { .major = 1, .minor = 8, .encryption = 1 } },
		{ "compressed, encrypted or", { .major = 1, .minor = 8, .checksum = 1 } },
		{ "sizes that cannot be", { .major = 1, .minor = 8, .content_bits = 8 * 36 } },
		{ "sizes that cannot be", { .major = 1, .minor = 8, .content_bits = 8 * 37 + 1 } },
		{ "sizes that cannot be", { .major = 1, .minor = 8, .packet_bits = 8 * 37 } },
		{ "sizes that cannot be", { .major = 1, .minor = 8, .packet_bits = 8000 + 1 } },
		{ "does not end before the file", { .major = 1, .minor = 8, .packet_bits = 8000 } },
		{ "does not end before the file",
		  { .major = 1, .minor = 8, .packet_bits = UINT32_MAX - 7 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct packet packet = cases[i].packet;

		packet.magic = sound.magic;
		packet.text = TEXT;
		packets_expect(&packet, 1, -EBADMSG, cases[i].part);
	}
}

static void spoilt_second_packet(void **state)
{
	struct packet two[] = { sound, sound };

	(void)state;
	two[0].text = TEXT;
	two[1].text = "";
	two[1].uuid = 1;
	packets_expect(two, 2, -EBADMSG, "The packet at byte 79 of");
	packets_expect(two, 2, -EBADMSG, "is of another trace than the first one");
	two[1].uuid = 0;
	two[1].magic = 0;
	packets_expect(two, 2, -EBADMSG, "does not begin with the magic number");
	two[1].magic = sound.magic;
	packets_expect(two, 2, 0, NULL);
	assert_int_equal(truncate(path, 79 + 36), 0);
	read_expect(NULL, -EBADMSG, "has no whole header");
}

static void newer(void **state)
{
	(void)state;
	bytes_expect("\x1e{\"type\":\"preamble\"}\n", 21, -ENOTSUP, "CTF 2");
	bytes_expect(" \n[", 3, -ENOTSUP, "babeltrace2");
	bytes_expect("{}", 2, -ENOTSUP, "CTF 2");
	bytes_expect("\x1e", 1, -EBADMSG, "Line 1");
}

static void other_files(void **state)
{
	const struct jscope__ctf_limits limits = { .metadata_bytes = strlen(TEXT) };
	FILE *file = file_begin();

	(void)state;
	fputs(TEXT, file);
	fclose(file);
	read_expect(&limits, 0, NULL);
	file = fopen(path, "a");
	fputs(" ", file);
	fclose(file);
	read_expect(&limits, -E2BIG, "more than the limit of 42");
	unlink(path);
	read_expect(NULL, -ENOENT, "No such file");
	assert_int_equal(mkdir(path, 0700), 0);
	read_expect(NULL, -EBADMSG, "no regular file");
	rmdir(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	read_expect(NULL, -EBADMSG, "no regular file");
}

static int path_make(void **state)
{
	(void)state;
	scratch_path(path, "metadata");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),	  cmocka_unit_test(packets),
		cmocka_unit_test(spoilt_packets), cmocka_unit_test(spoilt_second_packet),
		cmocka_unit_test(newer),	  cmocka_unit_test(other_files),
	};

	return cmocka_run_group_tests(tests, path_make, NULL);
}
