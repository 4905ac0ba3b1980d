#include "help.h"

#include "replay/limits.h"
#include "version.h"

/* man(7) text: a leading dot or quote would be a macro, a minus an hyphen. */
static void print_escaped(FILE *stream, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stream);
	for (; *text; text++) {
		if (*text == '-' || *text == '\\')
			fputc('\\', stream);
		fputc(*text, stream);
		if (*text == '\\')
			fputc('e', stream);
	}
}

static void print_option(FILE *stream, const struct jscope_option *option)
{
	fputs(".TP\n", stream);
	if (option->letter)
		fprintf(stream, "\\fB\\-%c\\fR, ", option->letter);
	fputs("\\fB\\-\\-", stream);
	print_escaped(stream, option->name);
	fputs("\\fR", stream);
	if (option->argument)
		fprintf(stream, " \\fI%s\\fR", option->argument);
	fputc('\n', stream);
	print_escaped(stream, option->help);
	fputc('\n', stream);
}

static void print_command(FILE *stream, const struct jscope_command *command)
{
	fprintf(stream, ".SS \"jitterscope %s\"\n.B jitterscope %s\n[OPTIONS] ", command->name,
		command->name);
	print_escaped(stream, command->operands);
	fputs("\n.PP\n", stream);
	print_escaped(stream, command->summary);
	fputc('\n', stream);
	if (command->details) {
		fputs(".PP\n", stream);
		print_escaped(stream, command->details);
		fputc('\n', stream);
	}
	for (const struct jscope_option *option = command->options; option->name; option++)
		print_option(stream, option);
	if (command->example) {
		fputs(".PP\nExample:\n.PP\n.nf\n.RS\n", stream);
		print_escaped(stream, command->example);
		fputs("\n.RE\n.fi\n", stream);
	}
}

static void print_limits(FILE *stream)
{
	char text[JSCOPE_LIMIT_TEXT_SIZE];

	fputs(".SH LIMITS\n"
	      "A damaged or hostile trace gets no more memory and time than this, unless\n"
	      ".B \\-\\-limits\nallows it: NAME=VALUE, several of them with commas between; "
	      "K, M, G and T are powers of 1024. They are those of the native reader.\n",
	      stream);
	for (const struct jscope_limit *limit = jscope_limit_table; limit->name; limit++)
		fprintf(stream, ".TP\n.B %s\nMost %s; else %s.\n", limit->name, limit->help,
			jscope_limit_format(text, limit->usual));
}

void jscope_manual_print(FILE *stream)
{
	fprintf(stream, ".TH JITTERSCOPE 1 \"\" \"jitterscope %s\" \"User Commands\"\n",
		JSCOPE_VERSION);
	fputs(".SH NAME\n"
	      "jitterscope \\- see when your device rings, and how late everyone hears it\n"
	      ".SH SYNOPSIS\n.B jitterscope\nCOMMAND [OPTIONS] ...\n"
	      ".SH DESCRIPTION\n"
	      "jitterscope records when a device interrupts, when the deferred work runs, when the\n"
	      "waiting client is told and when it really wakes; it replays such recordings into\n"
	      "timelines and turns them into numbers.\n"
	      "SOURCE is a CTF trace or a directory tree with several of one session.\n"
	      "Times take a unit: 250us, 1.5ms, 10s, 2m.\n"
	      ".SH COMMANDS\n",
	      stream);
	for (size_t i = 0; jscope_commands[i]; i++)
		print_command(stream, jscope_commands[i]);
	print_limits(stream);
	fputs(".SH EXIT STATUS\n"
	      ".TP\n.B 0\nDone.\n"
	      ".TP\n.B 1\nIt could not be done; a sentence on standard error says why.\n"
	      ".TP\n.B 2\nWrong usage.\n"
	      ".TP\n.B 3\nDone, but the trace is partial, damaged or lost events, or a figure is "
	      "degraded; the report says how many and where.\n"
	      ".TP\n.B 4\nA rule, gate or limit was violated.\n"
	      ".SH SEE ALSO\n.BR lttng (1),\n.BR babeltrace2 (1)\n",
	      stream);
}
