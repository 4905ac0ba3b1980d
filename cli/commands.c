#include "command.h"

#include <string.h>

#include "cmd.h"

const struct jscope_command *const jscope_commands[] = {
	&jscope_cmd_record_sim,
	&jscope_cmd_record_live,
	&jscope_cmd_record_app,
	&jscope_cmd_record_kernel,
	&jscope_cmd_replay,
	&jscope_cmd_events,
	&jscope_cmd_report,
	&jscope_cmd_check,
	&jscope_cmd_compare,
	&jscope_cmd_blame,
	&jscope_cmd_whatif,
	&jscope_cmd_doctor,
	NULL,
};

/* Does the name ("record live") equal the first arguments? Then how many it takes, else 0. */
static int name_match(const char *name, int argc, char **argv)
{
	int words = 0;

	while (*name) {
		size_t length = strcspn(name, " ");

		if (++words >= argc || strlen(argv[words]) != length ||
		    strncmp(argv[words], name, length) != 0)
			return 0;
		name += length;
		name += *name == ' ';
	}
	return words;
}

const struct jscope_command *jscope_command_find(int argc, char **argv, int *ret_words)
{
	for (size_t i = 0; jscope_commands[i]; i++) {
		int words = name_match(jscope_commands[i]->name, argc, argv);

		if (words) {
			*ret_words = words;
			return jscope_commands[i];
		}
	}
	return NULL;
}
