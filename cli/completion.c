#include "help.h"

#include <string.h>

/* First words of the command names, each once ("record live" and "record app" share one). */
static void print_first_words(FILE *stream)
{
	size_t previous = 0;

	for (size_t i = 0; jscope_commands[i]; i++) {
		const char *name = jscope_commands[i]->name;
		size_t length = strcspn(name, " ");

		if (i == 0 || previous != length ||
		    strncmp(name, jscope_commands[i - 1]->name, length) != 0)
			fprintf(stream, "%s%.*s", i ? " " : "", (int)length, name);
		previous = length;
	}
}

/* "case" pattern of a command: its name with the second word, where it has one. */
static void print_options(FILE *stream, const struct jscope_command *command)
{
	fprintf(stream, "\t\"%s\") words=\"", command->name);
	for (const struct jscope_option *option = command->options; option->name; option++)
		fprintf(stream, "--%s ", option->name);
	fputs("--help\" ;;\n", stream);
}

static void print_choices(FILE *stream, const struct jscope_command *command)
{
	for (const struct jscope_option *option = command->options; option->name; option++) {
		if (option->type != JSCOPE_OPTION_CHOICE)
			continue;
		fprintf(stream, "\t\"%s --%s\") COMPREPLY=($(compgen -W \"", command->name,
			option->name);
		for (size_t i = 0; option->words[i]; i++)
			fprintf(stream, "%s%s", i ? " " : "", option->words[i]);
		fputs("\" -- \"$current\")); return ;;\n", stream);
	}
}

static void print_second_words(FILE *stream)
{
	fputs("\tif [ \"$COMP_CWORD\" -eq 2 ] && [ \"$verb\" = record ]; then\n"
	      "\t\tCOMPREPLY=($(compgen -W \"",
	      stream);
	for (size_t i = 0; jscope_commands[i]; i++)
		if (strncmp(jscope_commands[i]->name, "record ", 7) == 0)
			fprintf(stream, "%s ", jscope_commands[i]->name + 7);
	fputs("\" -- \"$current\")); return\n\tfi\n", stream);
}

void jscope_completion_print(FILE *stream)
{
	fputs("# bash completion of jitterscope; for zsh: autoload bashcompinit && bashcompinit first.\n"
	      "_jitterscope()\n{\n"
	      "\tlocal current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
	      "\tlocal verb=\"${COMP_WORDS[1]}\" words=\n"
	      "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\tCOMPREPLY=($(compgen -W \"",
	      stream);
	print_first_words(stream);
	fputs(" --help --version\" -- \"$current\")); return\n\tfi\n", stream);
	print_second_words(stream);
	fputs("\t[ \"$verb\" = record ] && verb=\"record ${COMP_WORDS[2]}\"\n"
	      "\tcase \"$verb $previous\" in\n",
	      stream);
	for (size_t i = 0; jscope_commands[i]; i++)
		print_choices(stream, jscope_commands[i]);
	fputs("\tesac\n\tcase \"$verb\" in\n", stream);
	for (size_t i = 0; jscope_commands[i]; i++)
		print_options(stream, jscope_commands[i]);
	fputs("\tesac\n"
	      "\tcase \"$current\" in\n"
	      "\t-*) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
	      "\t*) COMPREPLY=($(compgen -f -- \"$current\")) ;;\n"
	      "\tesac\n}\n"
	      "complete -o filenames -F _jitterscope jitterscope\n",
	      stream);
}
