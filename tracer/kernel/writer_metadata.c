#include "writer_metadata.h"

#include <inttypes.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "describe.h"
#include "probes/kernel_vocabulary.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

bool jscope__kernel_metadata_has(const struct jscope__kernel_origin *origin, size_t id)
{
	const uint32_t groups = origin->groups | UINT32_C(1) << JSCOPE_KERNEL_TOLD;

	return groups >> jscope_kernel_event_describe(id)->group & 1;
}

static void entry_print(FILE *stream, const char *name, const char *text)
{
	fprintf(stream, "\t%s = \"", name);
	jscope__ctf_describe_text(stream, text);
	fputs("\";\n", stream);
}

static void creation_print(FILE *stream)
{
	const time_t now_s = time(NULL);
	char text[32] = "";
	struct tm now;

	if (gmtime_r(&now_s, &now))
		strftime(text, sizeof text, "%Y%m%dT%H%M%S+0000", &now);
	entry_print(stream, "trace_creation_datetime", text);
}

/*
 * Tools that know LTTng choose the layout of events, and the meaning of priorities, by the tracer
 * and its version: it is named whose vocabulary this is. The entries of our own stand beside.
 */
static void environment_print(FILE *stream, const struct jscope__kernel_origin *origin)
{
	struct utsname machine;

	fputs("env {\n", stream);
	if (uname(&machine) == 0) {
		entry_print(stream, "hostname", machine.nodename);
		entry_print(stream, "sysname", machine.sysname);
		entry_print(stream, "kernel_release", machine.release);
		entry_print(stream, "kernel_version", machine.version);
	}
	entry_print(stream, "domain", "kernel");
	entry_print(stream, "tracer_name", "lttng-modules");
	fputs("\ttracer_major = 2;\n"
	      "\ttracer_minor = 13;\n"
	      "\ttracer_patchlevel = 9;\n",
	      stream);
	entry_print(stream, "trace_buffering_scheme", "global");
	entry_print(stream, "trace_name", "jitterscope");
	creation_print(stream);
	entry_print(stream, "jscope_version", JSCOPE_VERSION);
	fprintf(stream, "\tjscope_probe_cost_ns = \"%" PRIu64 "\";\n};\n\n", origin->probe_cost_ns);
}

/* Clocks of one boot are the same: readers merge its traces by the boot's id. */
static void boot_print(FILE *stream)
{
	char id[64] = "";
	FILE *file = fopen(BOOT_ID, "re");

	if (!file)
		return;
	if (fgets(id, sizeof id, file) && strlen(id) == 37 && id[36] == '\n') {
		id[36] = '\0';
		entry_print(stream, "uuid", id);
	}
	fclose(file);
}

static void clock_print(FILE *stream, const struct jscope__kernel_origin *origin)
{
	fputs("clock {\n\tname = \"monotonic\";\n", stream);
	boot_print(stream);
	fprintf(stream,
		"\tdescription = \"Monotonic Clock\";\n"
		"\tfreq = 1000000000;\n"
		"\toffset = %" PRId64 ";\n"
		"};\n\n"
		"typealias integer {\n"
		"\tsize = 64; align = 8; signed = false;\n"
		"\tmap = clock.monotonic.value;\n"
		"} := instant_t;\n\n"
		"typealias integer {\n"
		"\tsize = 32; align = 8; signed = false;\n"
		"\tmap = clock.monotonic.value;\n"
		"} := short_instant_t;\n\n",
		origin->clock_offset_ns);
}

static void stream_class_print(FILE *stream)
{
	fputs("stream {\n"
	      "\tid = 0;\n"
	      "\tevent.header := struct {\n"
	      "\t\tuint8_t id;\n"
	      "\t\tshort_instant_t timestamp;\n"
	      "\t};\n",
	      stream);
	jscope__ctf_describe_packets(stream);
	fputs("};\n\n", stream);
}

static void field_print(FILE *stream, const struct jscope_kernel_field_desc *field)
{
	static const struct {
		const char *type, *length;
	} types[] = {
		[JSCOPE_KERNEL_TYPE_u32] = { "integer { size = 32; align = 8; signed = 0; }", "" },
		[JSCOPE_KERNEL_TYPE_i32] = { "integer { size = 32; align = 8; signed = 1; }", "" },
		[JSCOPE_KERNEL_TYPE_u64] = { "integer { size = 64; align = 8; signed = 0; }", "" },
		[JSCOPE_KERNEL_TYPE_i64] = { "integer { size = 64; align = 8; signed = 1; }", "" },
		[JSCOPE_KERNEL_TYPE_x64] = { "integer { size = 64; align = 8; signed = 0; "
					     "base = 16; }",
					     "" },
		[JSCOPE_KERNEL_TYPE_comm] = { "integer { size = 8; align = 8; signed = 1; "
					      "encoding = UTF8; }",
					      "[16]" },
		[JSCOPE_KERNEL_TYPE_text] = { "string", "" },
	};
	_Static_assert(JSCOPE_KERNEL_COMM_SIZE == 16, "the metadata says so");

	fprintf(stream, "\t\t%s _%s%s;\n", types[field->type].type, field->name,
		types[field->type].length);
}

static void event_print(FILE *stream, size_t id)
{
	const struct jscope_kernel_event_desc *event = jscope_kernel_event_describe(id);

	fprintf(stream,
		"event {\n"
		"\tname = \"%s\";\n"
		"\tid = %zu;\n"
		"\tstream_id = 0;\n"
		"\tfields := struct {\n",
		event->name, id);
	for (size_t i = 0; i < event->field_count; i++)
		field_print(stream, &event->fields[i]);
	fputs("\t};\n};\n\n", stream);
}

static void metadata_print(FILE *stream, const void *state)
{
	const struct jscope__kernel_origin *origin = state;

	jscope__ctf_describe_trace(stream, origin->uuid, true);
	environment_print(stream, origin);
	clock_print(stream, origin);
	stream_class_print(stream);
	for (size_t id = 0; id < JSCOPE_KERNEL_EVENT_COUNT; id++)
		if (jscope__kernel_metadata_has(origin, id))
			event_print(stream, id);
}

int jscope__kernel_metadata_write(int directory, const struct jscope__kernel_origin *origin)
{
	return jscope__ctf_describe_file(directory, metadata_print, origin);
}
