#include "describe.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void jscope__ctf_describe_uuid(FILE *stream, const uint8_t uuid[16])
{
	for (int i = 0; i < 16; i++)
		fprintf(stream, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			uuid[i]);
}

/* A name that a person gave to a file may hold what ends a string. */
static void string_print(FILE *stream, const char *text, char least)
{
	for (; *text; text++)
		fputc(*text >= least && *text != '"' && *text != '\\' && *text < 127 ? *text : '_',
		      stream);
}

void jscope__ctf_describe_word(FILE *stream, const char *word)
{
	string_print(stream, word, '!');
}

void jscope__ctf_describe_text(FILE *stream, const char *text)
{
	string_print(stream, text, ' ');
}

void jscope__ctf_describe_trace(FILE *stream, const uint8_t uuid[16], bool is_part)
{
	fputs("/* CTF 1.8 */\n\n"
	      "typealias integer { size = 8; align = 8; signed = false; } := uint8_t;\n"
	      "typealias integer { size = 16; align = 8; signed = false; } := uint16_t;\n"
	      "typealias integer { size = 32; align = 8; signed = false; } := uint32_t;\n"
	      "typealias integer { size = 64; align = 8; signed = false; } := uint64_t;\n\n"
	      "trace {\n"
	      "\tmajor = 1;\n"
	      "\tminor = 8;\n"
	      "\tuuid = \"",
	      stream);
	jscope__ctf_describe_uuid(stream, uuid);
	fprintf(stream,
		"\";\n"
		"\tbyte_order = le;\n"
		"\tpacket.header := struct {\n"
		"\t\tuint32_t magic;\n"
		"\t\tuint8_t uuid[16];\n"
		"\t\tuint32_t stream_id;\n"
		"%s"
		"\t};\n"
		"};\n\n",
		is_part ? "\t\tuint64_t stream_instance_id;\n" : "");
}

void jscope__ctf_describe_packets(FILE *stream)
{
	fputs("\tpacket.context := struct {\n"
	      "\t\tinstant_t timestamp_begin;\n"
	      "\t\tinstant_t timestamp_end;\n"
	      "\t\tuint64_t content_size;\n"
	      "\t\tuint64_t packet_size;\n"
	      "\t\tuint64_t packet_seq_num;\n"
	      "\t\tuint64_t events_discarded;\n"
	      "\t\tuint32_t cpu_id;\n"
	      "\t};\n",
	      stream);
}

int jscope__ctf_describe_file(int directory, void (*print)(FILE *stream, const void *state),
			      const void *state)
{
	const int fd = openat(directory, "metadata", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "w");
	int error = 0;

	if (!stream) {
		error = -errno;
		if (fd >= 0)
			close(fd);
		return error;
	}
	print(stream, state);
	if (ferror(stream))
		error = -EIO;
	if (fclose(stream) != 0 && !error)
		error = -errno;
	return error;
}
