#include <fcntl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "common/error.h"
#include "guard.h"
#include "help.h"
#include "output.h"
#include "source.h"
#include "version.h"

static int run_command(const struct jscope_command *command, int argc, char **argv)
{
	void *settings = calloc(1, command->settings_size + 1);
	char **operands;
	int result;

	if (!settings)
		return JSCOPE_EXIT_FAILED;
	result = jscope_options_parse(command, argc, argv, settings, &operands);
	if (result == 0 && command->reads_source)
		result = jscope_source_check(settings);
	if (result == 0) {
		result = jscope_guard_applies(command, settings, operands)
				 ? jscope_guard_run(command, settings, operands)
				 : command->run(settings, operands);
	} else if (result > 0) {
		jscope_help_print_command(stdout, command);
		result = JSCOPE_EXIT_DONE;
	} else {
		jscope_error_print(stderr, result);
		result = JSCOPE_EXIT_USAGE;
	}
	free(settings);
	return result;
}

/* Commands that begin like the word, so that "record" leads to "record live". */
static void list_commands(const char *word)
{
	const char *before = " Perhaps";

	for (size_t i = 0; jscope_commands[i]; i++) {
		if (strncmp(jscope_commands[i]->name, word, 3) == 0) {
			fprintf(stderr, "%s '%s'", before, jscope_commands[i]->name);
			before = " or";
		}
	}
	fputs(before[1] == 'o' ? "?\n" : "\n", stderr);
}

/* "record": the first of two words. */
static bool is_half(const char *word)
{
	const size_t length = strlen(word);

	for (size_t i = 0; jscope_commands[i]; i++)
		if (strncmp(jscope_commands[i]->name, word, length) == 0 &&
		    jscope_commands[i]->name[length] == ' ')
			return true;
	return false;
}

/* What is not a command: --help, --version, and the texts that the build installs. */
static int run_other(const char *word, const char *second)
{
	static const struct {
		const char *word;
		void (*print)(FILE *stream);
	} others[] = {
		{ "--help", jscope_help_print },
		{ "-h", jscope_help_print },
		{ "help", jscope_help_print },
		{ "--manual", jscope_manual_print },
		{ "--completion", jscope_completion_print },
		{ "--events", jscope_reference_print },
		{ "--kernel-events", jscope_reference_kernel },
		{ "--scenarios", jscope_reference_scenarios },
	};

	if (strcmp(word, "--version") == 0) {
		puts("jitterscope " JSCOPE_VERSION);
		return JSCOPE_EXIT_DONE;
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		if (strcmp(word, others[i].word) == 0) {
			others[i].print(stdout);
			return JSCOPE_EXIT_DONE;
		}
	}
	if (is_half(word) && second && (!strcmp(second, "--help") || !strcmp(second, "-h"))) {
		jscope_help_print(stdout);
		return JSCOPE_EXIT_DONE;
	}
	fprintf(stderr,
		"jitterscope: There is no command '%s%s%s'; 'jitterscope --help' lists them.", word,
		is_half(word) && second ? " " : "", is_half(word) && second ? second : "");
	list_commands(word);
	return JSCOPE_EXIT_USAGE;
}

/*
 * A standard stream that is closed would be the number of the next file that is opened: what is
 * printed would end up in there.
 */
static void streams_open(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int main(int argc, char **argv)
{
	const struct jscope_command *command;
	int words;

	streams_open();
	setlocale(LC_CTYPE, "");
	if (argc < 2) {
		jscope_help_print(stderr);
		return JSCOPE_EXIT_USAGE;
	}
	command = jscope_command_find(argc, argv, &words);
	if (command)
		return jscope_output_finish(run_command(command, argc - words, argv + words));
	return jscope_output_finish(run_other(argv[1], argv[2]));
}
