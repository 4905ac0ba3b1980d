#include "jscope/probe.h"

void probe_other_hit(void);

void probe_other_hit(void)
{
	JSCOPE_PROBE(ev_set, .event = 77);
}
