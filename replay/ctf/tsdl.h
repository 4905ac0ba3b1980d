/*
 * The parser of TSDL, the language of CTF 1.8 metadata, as its files see each other. One thread.
 *
 * Text becomes tokens (tsdl_token.c), tokens become blocks and declared types (tsdl_block.c,
 * tsdl_type.c and what they call), each checked by itself. When the text has ended, each use of a
 * declared type is built into a tree of its own (tsdl_build.c), where references to lengths and
 * tags find what they mean (tsdl_path.c).
 *
 * Functions return 0 or a negative errno and have then said why. The first error makes the rest of
 * the text vanish, so that whoever goes on meets the end and fails without a second sentence.
 */
#ifndef REPLAY_CTF_TSDL_H
#define REPLAY_CTF_TSDL_H

#include "arena.h"
#include "metadata.h"

/* Longest name of a type of several words. */
#define JSCOPE__TSDL_NAME_BYTES 1024

/* The end of most sentences: what a person can do about a text that is no TSDL. */
#define JSCOPE__TSDL_REMEDY "copy the trace again, or have its tracer write it anew"

/* Kinds of tokens that are no single character. */
enum jscope__tsdl_token_kind {
	JSCOPE__TSDL_END = 256,
	JSCOPE__TSDL_WORD,
	JSCOPE__TSDL_NUMBER,
	JSCOPE__TSDL_STRING,
	JSCOPE__TSDL_IS_TYPE, /* := */
	JSCOPE__TSDL_ARROW,   /* -> */
	JSCOPE__TSDL_RANGE,   /* ... */
};

struct jscope__tsdl_token {
	int kind;	  /* or a character */
	const char *text; /* in the source; of a string: between its quotes */
	size_t length;
	uint64_t number;
	unsigned line;
};

enum jscope__tsdl_order { JSCOPE__TSDL_NATIVE, JSCOPE__TSDL_LITTLE, JSCOPE__TSDL_BIG };

/* Where a type can be bound to the trace, in the order of a packet's bytes. */
enum jscope__tsdl_root {
	JSCOPE__TSDL_PACKET_HEADER,
	JSCOPE__TSDL_PACKET_CONTEXT,
	JSCOPE__TSDL_EVENT_HEADER,
	JSCOPE__TSDL_STREAM_EVENT_CONTEXT,
	JSCOPE__TSDL_EVENT_CONTEXT,
	JSCOPE__TSDL_EVENT_FIELDS,
	JSCOPE__TSDL_ROOT_COUNT,
};

struct jscope__tsdl_field {
	const char *name, *written_name; /* as in jscope__ctf_field */
	struct jscope__tsdl_type *type;
};

/* A type as declared: shared by all that use it, references not yet resolved. */
struct jscope__tsdl_type {
	enum jscope__ctf_kind kind;
	enum jscope__tsdl_order order;
	unsigned align_bits;
	unsigned depth; /* of types in it, itself included */
	unsigned line;
	union {
		struct {		   /* of INTEGER and ENUMERATION */
			const char *clock; /* name; NULL for none */
			unsigned size_bits, base;
			bool is_signed, is_text, labels_ascend;
			struct jscope__ctf_label *labels;
			size_t label_count;
		};
		struct { /* of FLOAT */
			unsigned exponent_bits, mantissa_bits;
		};
		struct { /* of STRUCT and VARIANT */
			struct jscope__tsdl_field *fields;
			size_t field_count;
			uint32_t *by_name; /* indices of fields, by written name */
			const char *tag;   /* path; NULL where not given yet */
		};
		struct { /* of ARRAY and SEQUENCE */
			struct jscope__tsdl_type *element;
			uint64_t length;
			const char *length_path;
		};
	};
};

/* What the blocks `trace`, `stream` and `event` say; each uses what it can have. */
struct jscope__tsdl_block {
	uint64_t id, stream_id;
	bool has_stream_id;
	const char *name;
	unsigned line;
	struct jscope__tsdl_type *roots[JSCOPE__TSDL_ROOT_COUNT];
};

/* Names of types; an inner one hides an outer one. */
struct jscope__tsdl_scope {
	struct jscope__tsdl_scope *outer;
	void *names; /* as tsearch() has it */
};

struct jscope__tsdl_parser {
	const char *file;
	const struct jscope__ctf_limits *limits;
	struct jscope__ctf_arena *arena;
	const char *next, *end;
	unsigned line;
	struct jscope__tsdl_token token; /* the next one, not yet taken */
	int error;			 /* the first one */
	unsigned nesting;
	uint64_t declared_count; /* fields, labels and other types so far */
	struct jscope__tsdl_scope *scope;
	bool has_trace;
	enum jscope__tsdl_order order; /* of the trace */
	struct jscope__tsdl_block trace, *streams, *events;
	size_t stream_count, event_count;
	void *clocks; /* jscope__tsdl_name by name, as tsearch() has it */
	struct jscope__ctf_metadata *metadata;
};

/* A value after `=`. */
enum jscope__tsdl_value_kind {
	JSCOPE__TSDL_VALUE_PATH, /* one or more words: le, clock.monotonic.value */
	JSCOPE__TSDL_VALUE_TEXT,
	JSCOPE__TSDL_VALUE_NUMBER,
};

struct jscope__tsdl_value {
	enum jscope__tsdl_value_kind kind;
	const char *attribute; /* whose value it is, for sentences */
	const char *text;      /* of PATH and TEXT */
	uint64_t magnitude;
	bool is_negative;
	unsigned line;
};

/* tsdl_token.c */
int jscope__tsdl_refuse(struct jscope__tsdl_parser *parser, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Refuse with another error than -EBADMSG: a limit was passed, or memory is short. */
int jscope__tsdl_limit(struct jscope__tsdl_parser *parser, const char *what, uint64_t limit);
int jscope__tsdl_no_memory(struct jscope__tsdl_parser *parser);
/* Refuse the next token. expected: "a type". */
int jscope__tsdl_unexpected(struct jscope__tsdl_parser *parser, const char *expected);
/* Read the next token into parser->token. */
void jscope__tsdl_advance(struct jscope__tsdl_parser *parser);
bool jscope__tsdl_at_word(const struct jscope__tsdl_parser *parser, const char *word);
/* Take the next token if it is this one. */
bool jscope__tsdl_take(struct jscope__tsdl_parser *parser, int kind);
bool jscope__tsdl_take_word(struct jscope__tsdl_parser *parser, const char *word);
/* Take it, or refuse. expected: "';' after a field". */
int jscope__tsdl_expect(struct jscope__tsdl_parser *parser, int kind, const char *expected);
/* Enter and leave something that nests; every entered one is left. */
int jscope__tsdl_nest(struct jscope__tsdl_parser *parser);
void jscope__tsdl_unnest(struct jscope__tsdl_parser *parser);

/* tsdl_value.c */
int jscope__tsdl_value_parse(struct jscope__tsdl_parser *parser, const char *attribute,
			     struct jscope__tsdl_value *ret_value);
/* Words joined by dots, in the arena. */
int jscope__tsdl_path_parse(struct jscope__tsdl_parser *parser, const char **ret_path);
/* A string or word whose escapes are replaced, in the arena. */
int jscope__tsdl_text_parse(struct jscope__tsdl_parser *parser, const char **ret_text);
int jscope__tsdl_value_unsigned(struct jscope__tsdl_parser *parser,
				const struct jscope__tsdl_value *value, uint64_t min, uint64_t max,
				uint64_t *ret_number);
int jscope__tsdl_value_signed(struct jscope__tsdl_parser *parser,
			      const struct jscope__tsdl_value *value, int64_t *ret_number);
/* Whether it is one of some words, which stand one space apart. */
bool jscope__tsdl_value_is_word(const struct jscope__tsdl_value *value, const char *words);
int jscope__tsdl_value_bool(struct jscope__tsdl_parser *parser,
			    const struct jscope__tsdl_value *value, bool *ret_is_true);
int jscope__tsdl_value_text(struct jscope__tsdl_parser *parser,
			    const struct jscope__tsdl_value *value, const char **ret_text);
int jscope__tsdl_value_uuid(struct jscope__tsdl_parser *parser,
			    const struct jscope__tsdl_value *value, uint8_t ret_uuid[16]);
int jscope__tsdl_value_order(struct jscope__tsdl_parser *parser,
			     const struct jscope__tsdl_value *value,
			     enum jscope__tsdl_order *ret_order);
int jscope__tsdl_value_align(struct jscope__tsdl_parser *parser,
			     const struct jscope__tsdl_value *value, unsigned *ret_align_bits);

/*
 * tsdl_form.c: attributes between braces.
 *
 * A row either takes a value (`set`) or a type (`root`), which goes into the jscope__tsdl_block
 * that target points to. Attributes without a row are skipped, as the specification asks.
 */
struct jscope__tsdl_row {
	const char *name;
	int (*set)(struct jscope__tsdl_parser *parser, void *target,
		   const struct jscope__tsdl_value *value);
	enum jscope__tsdl_root root; /* where `set` is NULL */
};

struct jscope__tsdl_form {
	const char *noun; /* "an integer" */
	const struct jscope__tsdl_row *rows;
	size_t row_count; /* at most 32 */
	/* Takes values that have no row; NULL where they are skipped. */
	int (*other)(struct jscope__tsdl_parser *parser, void *target,
		     const struct jscope__tsdl_value *value);
};

int jscope__tsdl_form_parse(struct jscope__tsdl_parser *parser,
			    const struct jscope__tsdl_form *form, void *target);

/* tsdl_name.c: what is found by its name. */
struct jscope__tsdl_name {
	const char *name;
	void *thing;
};

/* Returns 0, -EEXIST without a sentence where there is such a name, -ENOMEM. */
int jscope__tsdl_name_add(struct jscope__tsdl_parser *parser, void **names, const char *name,
			  void *thing);
void *jscope__tsdl_name_find(void *const *names, const char *name);
void jscope__tsdl_names_finish(void **names);
void jscope__tsdl_scope_enter(struct jscope__tsdl_parser *parser, struct jscope__tsdl_scope *scope);
void jscope__tsdl_scope_leave(struct jscope__tsdl_parser *parser);
/* kind: "struct ", "variant ", "enum " or "". */
int jscope__tsdl_scope_declare(struct jscope__tsdl_parser *parser, const char *kind,
			       const char *name, struct jscope__tsdl_type *type);
struct jscope__tsdl_type *jscope__tsdl_scope_find(struct jscope__tsdl_parser *parser,
						  const char *kind, const char *name);

/* tsdl_type.c */
/* Parse a type and, where ret_name is not NULL, the name behind it (NULL where there is none). */
int jscope__tsdl_type_parse(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type **ret_type,
			    const char **ret_name);
int jscope__tsdl_type_create(struct jscope__tsdl_parser *parser, enum jscope__ctf_kind kind,
			     struct jscope__tsdl_type **ret_type);
/* Whether it may stand by itself, since it can have a name: struct, variant, enum. */
bool jscope__tsdl_can_be_named(const struct jscope__tsdl_type *type);
/* Count one more field or label against the limit. */
int jscope__tsdl_count(struct jscope__tsdl_parser *parser);
/* A type contains another: refuse where they go too deep. */
int jscope__tsdl_type_contain(struct jscope__tsdl_parser *parser, struct jscope__tsdl_type *type,
			      const struct jscope__tsdl_type *inner);

/* tsdl_scalar.c, tsdl_enum.c, tsdl_struct.c: types behind their keyword. */
int jscope__tsdl_integer_parse(struct jscope__tsdl_parser *parser,
			       struct jscope__tsdl_type **ret_type);
int jscope__tsdl_float_parse(struct jscope__tsdl_parser *parser,
			     struct jscope__tsdl_type **ret_type);
int jscope__tsdl_string_parse(struct jscope__tsdl_parser *parser,
			      struct jscope__tsdl_type **ret_type);
int jscope__tsdl_enum_parse(struct jscope__tsdl_parser *parser,
			    struct jscope__tsdl_type **ret_type);
int jscope__tsdl_struct_parse(struct jscope__tsdl_parser *parser,
			      struct jscope__tsdl_type **ret_type);
int jscope__tsdl_variant_parse(struct jscope__tsdl_parser *parser,
			       struct jscope__tsdl_type **ret_type);
/* The index of a member or option by its written name; field_count for none. */
size_t jscope__tsdl_field_find(const struct jscope__tsdl_type *type, const char *name,
			       size_t length);

/* tsdl_declaration.c */
/*
 * Words and stars up to what is neither: the name of a type, behind what `words` holds already.
 * ret_name: as with type_parse().
 */
int jscope__tsdl_words_parse(struct jscope__tsdl_parser *parser,
			     char words[JSCOPE__TSDL_NAME_BYTES], const char **ret_name);
/* The brackets behind a name: `[16]`, `[len][2]`. */
int jscope__tsdl_brackets_parse(struct jscope__tsdl_parser *parser,
				struct jscope__tsdl_type *element,
				struct jscope__tsdl_type **ret_type);
/* Whether `typealias …;` or `typedef …;` is next. */
bool jscope__tsdl_at_alias(const struct jscope__tsdl_parser *parser);
/* The same, or a struct, variant or enum by itself. */
bool jscope__tsdl_at_declaration(const struct jscope__tsdl_parser *parser);
int jscope__tsdl_declaration_parse(struct jscope__tsdl_parser *parser);

/* tsdl_block.c */
int jscope__tsdl_blocks_parse(struct jscope__tsdl_parser *parser);

/* tsdl_clock.c */
int jscope__tsdl_clock_parse(struct jscope__tsdl_parser *parser);
/* The clock of a name, NULL for none. Once all text is parsed, it stays where it is. */
const struct jscope__ctf_clock *jscope__tsdl_clock_find(const struct jscope__tsdl_parser *parser,
							const char *name);
/* The clock of a timestamp that names none; line: of the timestamp. */
int jscope__tsdl_clock_only(struct jscope__tsdl_parser *parser, unsigned line,
			    const struct jscope__ctf_clock **ret_clock);

/* tsdl_classes.c: everything declared becomes the metadata. */
int jscope__tsdl_classes_build(struct jscope__tsdl_parser *parser);

/* tsdl_build.c */
struct jscope__tsdl_tree {
	const struct jscope__tsdl_type *declared;
	struct jscope__ctf_type *type;
};

struct jscope__tsdl_builder {
	struct jscope__tsdl_parser *parser;
	struct jscope__tsdl_tree roots[JSCOPE__TSDL_ROOT_COUNT]; /* built or being built */
	enum jscope__tsdl_root root;				 /* which is being built */
	uint64_t type_count;
};

/* A structure, variant, array or sequence being built, and what it lies in. */
struct jscope__tsdl_place {
	const struct jscope__tsdl_place *outer;
	struct jscope__tsdl_tree tree;
};

/* Build the tree of a root; declared NULL: there is none. */
int jscope__tsdl_build(struct jscope__tsdl_builder *builder, enum jscope__tsdl_root root,
		       const struct jscope__tsdl_type *declared,
		       struct jscope__ctf_type **ret_type);

/*
 * tsdl_path.c: the member that a path means, seen from a place; it lies before that place. NULL
 * where there is none.
 */
struct jscope__ctf_type *jscope__tsdl_path_resolve(const struct jscope__tsdl_builder *builder,
						   const struct jscope__tsdl_place *place,
						   const char *path);

#endif
