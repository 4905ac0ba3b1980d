/*
 * What a subcommand is: one row of the command table. The parser, --help, the man page and the
 * shell completion are all made from these rows (help.c, manual.c, completion.c).
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ns.h"

/* Exit codes, the first that applies (a contract; see the man page). */
enum jscope_exit {
	JSCOPE_EXIT_DONE = 0,
	JSCOPE_EXIT_FAILED = 1,
	JSCOPE_EXIT_USAGE = 2,
	JSCOPE_EXIT_DEGRADED = 3,
	JSCOPE_EXIT_VIOLATED = 4,
};

/* What the place in the settings is, and how the argument is read. */
enum jscope_option_type {
	JSCOPE_OPTION_FLAG,	/* bool, no argument */
	JSCOPE_OPTION_TEXT,	/* const char *, borrowed from argv */
	JSCOPE_OPTION_FILE,	/* the same, completed as a file name */
	JSCOPE_OPTION_DURATION, /* jscope_ns */
	JSCOPE_OPTION_INTEGER,	/* int64_t */
	JSCOPE_OPTION_FACTOR,	/* int64_t, in millionths; its argument is a decimal number */
	JSCOPE_OPTION_CHOICE,	/* int: index into words */
	JSCOPE_OPTION_WHEN,	/* struct jscope_when */
	JSCOPE_OPTION_SIZE,	/* uint64_t, bytes */
	JSCOPE_OPTION_EXTENT,	/* struct jscope_extent */
	JSCOPE_OPTION_LIST, /* struct jscope_list; may be given several times, and with commas */
};

/* An instant as a person gives it: "2.5s" since the first event, or ns of the trace clock. */
struct jscope_when {
	bool given, absolute;
	jscope_ns ns;
};

/* How much of something: a size ("1G") or a time ("10m"); the other is 0. */
struct jscope_extent {
	uint64_t bytes;
	jscope_ns ns;
};

#define JSCOPE_LIST_MAX 16

struct jscope_list {
	const char *items[JSCOPE_LIST_MAX]; /* borrowed from argv, where commas were cut */
	size_t count;
};

struct jscope_option {
	char letter; /* 0 for none */
	const char *name;
	const char *argument; /* "FILE", "T"; NULL for a flag */
	const char *help;     /* one sentence */
	enum jscope_option_type type;
	size_t offset;		  /* in the settings structure of the command */
	int64_t minimum, maximum; /* INTEGER, DURATION, FACTOR, SIZE; of both parts of an EXTENT */
	const char *const *words; /* CHOICE: NULL-terminated */
};

struct jscope_command {
	const char *name;     /* "report", "record live" */
	const char *operands; /* "SOURCE", "-- PROGRAM [ARG...]", "" */
	int operand_min, operand_max;
	const char *summary;		     /* one sentence */
	const char *details;		     /* paragraph for the man page and --help */
	const char *example;		     /* one command line and what it does */
	const struct jscope_option *options; /* ends with a row without name */
	size_t settings_size;
	const void *defaults; /* of settings_size bytes; NULL for all zero */
	/* Its settings begin with struct jscope_source_settings, and its operand is a SOURCE. */
	bool reads_source;
	/* operands: NULL-terminated. Prints its own errors. Returns an exit code. */
	int (*run)(const void *settings, char **operands);
};

/* The table, in the order of a session's work; NULL-terminated. */
extern const struct jscope_command *const jscope_commands[];

/*
 * Find the command that argv[1...] names; ret_words: how many arguments its name takes.
 * Returns NULL when there is none.
 */
const struct jscope_command *jscope_command_find(int argc, char **argv, int *ret_words);

/*
 * Parse the options of a command into settings (of settings_size bytes) and leave the operands.
 * argv[0] is the last word of the command's name. Returns 0, -EINVAL (a sentence says what is
 * wrong), or 1 when --help was asked for.
 */
int jscope_options_parse(const struct jscope_command *command, int argc, char **argv,
			 void *settings, char ***ret_operands);

#endif
