#include "help.h"

#include <string.h>

#define TEXT_COLUMNS 80
#define NAME_COLUMNS 14 /* of commands; at least one blank stands behind each */

/* Words of a paragraph, wrapped, each line indented; the first line starts at `column`. */
static void print_wrapped(FILE *stream, const char *text, int indent, int column)
{
	while (*text) {
		int length = (int)strcspn(text, " ");

		if (column > indent && column + 1 + length > TEXT_COLUMNS) {
			fputc('\n', stream);
			column = 0;
		}
		if (column < indent)
			column += fprintf(stream, "%*s", indent - column, "");
		else if (column > indent)
			column += fprintf(stream, " ");
		column += fprintf(stream, "%.*s", length, text);
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', stream);
}

void jscope_help_print(FILE *stream)
{
	fputs("jitterscope: see when your device rings, and how late everyone hears it.\n\n"
	      "usage: jitterscope COMMAND [OPTIONS] ...\n\n",
	      stream);
	for (size_t i = 0; jscope_commands[i]; i++) {
		int column = fprintf(stream, "  %-*s", NAME_COLUMNS, jscope_commands[i]->name);

		print_wrapped(stream, jscope_commands[i]->summary, NAME_COLUMNS + 3, column);
	}
	fputs("\n'jitterscope COMMAND --help' explains one command, 'man jitterscope' all of them.\n"
	      "Start with:\n"
	      "  jitterscope record live --duration 10s -o /tmp/first\n"
	      "  jitterscope report /tmp/first\n",
	      stream);
}

static void print_option(FILE *stream, const struct jscope_option *option)
{
	char spelled[80];
	int column;

	snprintf(spelled, sizeof spelled, "%c%c%s--%s%s%s", option->letter ? '-' : ' ',
		 option->letter ? option->letter : ' ', option->letter ? ", " : "  ", option->name,
		 option->argument ? " " : "", option->argument ? option->argument : "");
	column = fprintf(stream, "  %-22s", spelled);
	if (column > 25) {
		fputc('\n', stream);
		column = 0;
	}
	print_wrapped(stream, option->help, 25, column);
}

void jscope_help_print_command(FILE *stream, const struct jscope_command *command)
{
	static const struct jscope_option help = {
		'h', "help", NULL, "This text.", JSCOPE_OPTION_FLAG, 0, 0, 0, NULL
	};

	fprintf(stream, "usage: jitterscope %s [OPTIONS]%s%s\n\n", command->name,
		*command->operands ? " " : "", command->operands);
	print_wrapped(stream, command->summary, 0, 0);
	if (command->details) {
		fputc('\n', stream);
		print_wrapped(stream, command->details, 0, 0);
	}
	fputs("\noptions:\n", stream);
	for (const struct jscope_option *option = command->options; option->name; option++)
		print_option(stream, option);
	print_option(stream, &help);
	if (command->example)
		fprintf(stream, "\nexample:\n  %s\n", command->example);
}
