/*
 * Any bytes as a stream file, under metadata that use most of what there is: the first byte says
 * which.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctf_reading.h"
#include "driver.h"

#define U8	 "integer { size = 8; align = 8; }"
#define U16	 "integer { size = 16; align = 8; }"
#define U32	 "integer { size = 32; align = 8; }"
#define U64	 "integer { size = 64; align = 8; }"
#define TS(size) "integer { size = " #size "; align = 8; map = clock.c.value; }"
#define CLOCK	 "clock { name = c; freq = 1000000000; offset_s = 5; offset = 7; };"

#define HEADER "packet.header := struct { " U32 " magic; " U8 " stream_id; }; };"
#define CONTEXT                                                                                    \
	"packet.context := struct { " TS(64) " timestamp_begin; " TS(                              \
		64) " timestamp_end; " U32 " content_size; " U32 " packet_size; " U16              \
		    " packet_seq_num; " U16 " events_discarded; " U8 " cpu_id; };"

/* Fields of fixed size, of variable size, and such as depend on others. */
#define EVENTS(stream)                                                                                \
	"event { id = 0; name = fix; stream_id = " stream "; fields := struct { " U32 " a; "          \
	"integer { size = 5; align = 1; signed = true; } b; integer { size = 11; align = 1; } c; " U8 \
	" s[4]; " U64 " t; }; };"                                                                     \
	"event { id = 1; name = vary; stream_id = " stream "; fields := struct { string s; " U16      \
	" n; " U16 " d[n]; floating_point { exp_dig = 8; mant_dig = 24; align = 32; } e; }; };"       \
	"event { id = 2; name = choose; stream_id = " stream "; fields := struct { "                  \
	"enum : " U8 " { x, y = 1 ... 3, z = 9 } tag; variant <tag> { " U8 " x; string y; "           \
	"struct { } z; } f; }; };"                                                                    \
	"event { id = 3; name = none; stream_id = " stream "; fields := struct { }; };"               \
	"event { id = 300; name = far; stream_id = " stream "; fields := struct { "                   \
	"integer { size = 64; align = 64; } a; }; };"

static const char *const metadata[] = {
	/* Compact headers of LTTng, two streams of different form. */
	"trace { major = 1; minor = 8; byte_order = le; " HEADER CLOCK "stream { id = 0; " CONTEXT
	"event.header := struct { enum : integer { size = 5; align = 1; } { compact = 0 ... 30, "
	"extended = 31 } id; variant <id> { struct { integer { size = 27; align = 1; "
	"map = clock.c.value; } timestamp; } compact; struct { " U32
	" id; " TS(64) " timestamp; } "
		       "extended; } v; } align(8); };"
		       "stream { id = 1; " CONTEXT "event.header := struct { " U16
		       " id; " TS(32) " timestamp; }; "
				      "event.context := struct { " U8
				      " cpu_id; string f; }; };" EVENTS("0") EVENTS("1"),
	/* Big endian, nothing at whole bytes, a header whose id others refer to. */
	"trace { major = 1; minor = 8; byte_order = be; " HEADER CLOCK "stream { id = 0; " CONTEXT
	"event.header := struct { " U8 " id; "
	"integer { size = 24; align = 8; map = clock.c.value; } timestamp; }; };"
	"event { id = 4; name = refers; stream_id = 0; fields := struct { integer { size = 3; "
	"align = 1; } a; " U8 " d[stream.event.header.id]; }; };" EVENTS("0"),
	/* Neither header nor context: the file is one packet. */
	"trace { major = 1; minor = 8; byte_order = le; };" CLOCK
	"stream { event.header := struct { " U8
	" id; " TS(8) " timestamp; }; };"
		      "event { id = 0; name = one; fields := struct { " U8 " a; }; };"
		      "event { id = 1; name = two; fields := struct { string s; }; };",
	/* Events without any header, larger than a byte by chance. */
	"trace { major = 1; minor = 8; byte_order = le; " HEADER CLOCK
	"stream { id = 0; packet.context := struct { " U32 " packet_size; " U8 " n; " U8
	" list[n]; }; }; event { name = only; fields := struct { integer { size = 3; align = 1; } "
	"a; integer { size = 1; align = 1; } list[stream.packet.context.n]; }; };",
};
#define METADATA_COUNT (sizeof metadata / sizeof metadata[0])

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	static struct ctf_reading slots, text;
	const char *text_of;

	if (size_bytes == 0)
		return 0;
	text_of = metadata[bytes[0] % METADATA_COUNT];
	ctf_reading_file("metadata", text_of, strlen(text_of));
	ctf_reading_file("k_0", bytes + 1, size_bytes - 1);
	ctf_reading_make(ctf_reading_directory(), 0, &slots);
	ctf_reading_make(ctf_reading_directory(), JSCOPE_READER_TEXT, &text);
	if (slots.status < 0 || text.status < 0)
		abort();
	if (slots.events != text.events || slots.info.damages != text.info.damages)
		abort();
	return 0;
}
