/* When the judge could not see: the windows in which events were lost. */
#include "rules/judge.h"

#include <string.h>

void jscope__blindness_init(struct jscope__blindness *blindness)
{
	*blindness = (struct jscope__blindness){ .until_ns = JSCOPE_NS_UNKNOWN };
}

static jscope_ns max_ns(jscope_ns a, jscope_ns b)
{
	return a > b ? a : b;
}

/* The two oldest become one that covers both and what lies between them. */
static void oldest_join(struct jscope__blindness *blindness)
{
	struct jscope__blind_window *windows = blindness->windows;

	if (windows[1].begin_ns < windows[0].begin_ns)
		windows[0].begin_ns = windows[1].begin_ns;
	windows[0].end_ns = max_ns(windows[0].end_ns, windows[1].end_ns);
	blindness->count--;
	memmove(&windows[1], &windows[2], (blindness->count - 1) * sizeof windows[0]);
}

void jscope__blindness_add(struct jscope__blindness *blindness, jscope_ns begin_ns,
			   jscope_ns end_ns)
{
	/* Who does not know when events were lost must assume that it was all the time. */
	const bool is_known = begin_ns != JSCOPE_NS_UNKNOWN && end_ns != JSCOPE_NS_UNKNOWN;

	if (blindness->count == JSCOPE__BLIND_WINDOWS)
		oldest_join(blindness);
	blindness->windows[blindness->count++] = (struct jscope__blind_window){
		is_known ? begin_ns : INT64_MIN,
		is_known ? end_ns : INT64_MAX,
	};
	blindness->until_ns = max_ns(blindness->until_ns, is_known ? end_ns : INT64_MAX);
}

bool jscope__blindness_touches(const struct jscope__blindness *blindness, jscope_ns begin_ns,
			       jscope_ns end_ns)
{
	/* Late windows first: what is asked for is mostly recent. */
	for (unsigned i = blindness->count; i-- > 0;)
		if (blindness->windows[i].begin_ns <= end_ns &&
		    blindness->windows[i].end_ns >= begin_ns)
			return true;
	return false;
}
