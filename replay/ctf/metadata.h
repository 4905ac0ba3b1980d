/*
 * The metadata of a CTF 1.8 trace: TSDL text, plain or in packets, parsed into types and classes.
 * One thread while parsing; read-only afterwards.
 */
#ifndef REPLAY_CTF_METADATA_H
#define REPLAY_CTF_METADATA_H

#include "common/ns.h"
#include "type.h"

/* Limits: generous, stated, and configurable by whoever opens the trace (0: the default). */
struct jscope__ctf_limits {
	uint64_t metadata_bytes;  /* of the file; default 64 MiB */
	uint64_t type_count;	  /* nodes of all types together; default 1 Mi */
	unsigned nesting;	  /* of types and scopes in the text; default 64 */
	uint64_t sequence_length; /* elements of one sequence; default 16 Mi */
	uint64_t packet_bytes;	  /* of one packet; default 4 GiB */
	uint64_t event_bytes;	  /* of one event, since it must fit into memory; default 16 MiB */
};
#define JSCOPE__CTF_METADATA_BYTES  ((uint64_t)64 << 20)
#define JSCOPE__CTF_TYPE_COUNT	    ((uint64_t)1 << 20)
#define JSCOPE__CTF_NESTING	    64
#define JSCOPE__CTF_SEQUENCE_LENGTH ((uint64_t)16 << 20)
#define JSCOPE__CTF_PACKET_BYTES    ((uint64_t)4 << 30)
#define JSCOPE__CTF_EVENT_BYTES	    ((uint64_t)16 << 20)

/* Fill in the defaults where a limit is 0. */
void jscope__ctf_limits_complete(struct jscope__ctf_limits *limits);

struct jscope__ctf_clock {
	const char *name;
	uint64_t frequency_hz; /* 1..2^63-1 */
	int64_t offset_s;      /* of the clock's zero from its origin */
	int64_t offset_cycles;
	bool is_absolute; /* its origin is 1970 */
	uint8_t uuid[16]; /* all zero where there is none */
};

/* An entry of `env`. */
struct jscope__ctf_environment {
	const char *name;
	const char *text; /* NULL where it is a number */
	int64_t number;
};

struct jscope__ctf_event_class {
	uint64_t id;
	const char *name;			   /* "" where it has none */
	struct jscope__ctf_type *context, *fields; /* structures; NULL where there is none */
};

struct jscope__ctf_stream_class {
	uint64_t id;
	/* Structures; NULL where there is none. */
	struct jscope__ctf_type *packet_context, *event_header, *event_context;
	struct jscope__ctf_event_class *events; /* ascending ids */
	size_t event_count;
};

struct jscope__ctf_metadata {
	bool is_big_endian; /* what the trace says of itself */
	bool has_uuid;
	uint8_t uuid[16];
	struct jscope__ctf_type *packet_header; /* NULL where there is none */
	struct jscope__ctf_clock *clocks;
	size_t clock_count;
	struct jscope__ctf_environment *environment;
	size_t environment_count;
	struct jscope__ctf_stream_class *streams; /* ascending ids */
	size_t stream_count;
	uint32_t reference_count;	 /* size of refs[] while decoding */
	struct jscope__ctf_arena *arena; /* owns everything above */
};

/*
 * Parse TSDL text.
 *
 * name: of the file, for sentences ("Line 12 of '/x/metadata': ...").
 * text, size_bytes: need not end in zero and may be anything.
 * Returns 0, -EBADMSG (not TSDL, or not meaningful; a sentence with line and remedy), -E2BIG (a
 * limit is passed; a sentence says which), -ENOMEM.
 */
int jscope__ctf_metadata_parse(const char *name, const char *text, size_t size_bytes,
			       const struct jscope__ctf_limits *limits,
			       struct jscope__ctf_metadata **ret_metadata);

/*
 * Read `<directory>/metadata`, plain or in packets of either byte order, and parse it. CTF 2
 * (JSON text sequences) is recognised and refused: -ENOTSUP with a sentence.
 * Returns what jscope__ctf_metadata_parse() does, or the errno of opening or reading the file; a
 * sentence says which.
 */
int jscope__ctf_metadata_read(const char *directory, const struct jscope__ctf_limits *limits,
			      struct jscope__ctf_metadata **ret_metadata);
void jscope__ctf_metadata_destroy(struct jscope__ctf_metadata *metadata);

/* The stream class or event class of an id; NULL for none. */
const struct jscope__ctf_stream_class *
jscope__ctf_metadata_stream(const struct jscope__ctf_metadata *metadata, uint64_t id);
const struct jscope__ctf_event_class *
jscope__ctf_stream_class_event(const struct jscope__ctf_stream_class *stream_class, uint64_t id);

/* The text of an entry of the environment, "" where there is none or it is a number. */
const char *jscope__ctf_metadata_environment(const struct jscope__ctf_metadata *metadata,
					     const char *name);

#endif
