#define FIELD "a program may have a macro of this name"
#include <jscope/probe.h>

const char *probe_alone(void);

const char *probe_alone(void)
{
	JSCOPE_PROBE(ev_set, .dev = 1, .event = 2);
	return FIELD;
}
