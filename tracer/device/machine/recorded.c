#include "recorded.h"

#include "delay.h"

/* Two sessions that go alike differ by what their own records take, some nanoseconds each. */
#define ALIKE_NS JSCOPE_NS_PER_US

static jscope_ns instant(const struct jscope__course *course,
			 const struct jscope_recorded_delay *delay, jscope_ns offset_ns)
{
	return jscope_add_sat(course->due(course->device, delay->point), offset_ns);
}

static jscope_ns distance(const struct jscope__course *course,
			  const struct jscope_recorded_delay *delay, jscope_ns at_ns)
{
	const jscope_ns ahead_ns = jscope_sub_sat(instant(course, delay, delay->begin_ns), at_ns);

	return ahead_ns < 0 ? jscope_sub_sat(0, ahead_ns) : ahead_ns;
}

/* The nearest one from the last one on; of several at once, the last. */
static const struct jscope_recorded_delay *find(const struct jscope_distribution *law,
						const struct jscope__course *course,
						jscope_ns begin_ns, size_t *cursor)
{
	const struct jscope_recorded_delay *delays = law->recorded;

	while (*cursor + 1 < law->recorded_count &&
	       distance(course, &delays[*cursor + 1], begin_ns) <=
		       distance(course, &delays[*cursor], begin_ns))
		++*cursor;
	return &delays[*cursor];
}

jscope_ns jscope__recorded_end(jscope_ns recorded_begin_ns, jscope_ns recorded_end_ns,
			       jscope_ns begin_ns)
{
	const jscope_ns later_ns = jscope_sub_sat(begin_ns, recorded_begin_ns);

	if (recorded_end_ns == JSCOPE_NS_UNKNOWN || (later_ns >= -ALIKE_NS && later_ns <= ALIKE_NS))
		return recorded_end_ns;
	return jscope_add_sat(begin_ns, jscope_sub_sat(recorded_end_ns, recorded_begin_ns));
}

jscope_ns jscope__recorded_left(const struct jscope_distribution *law,
				const struct jscope__course *course, jscope_ns begin_ns,
				jscope_ns now_ns, size_t *cursor)
{
	const struct jscope_recorded_delay *delay = find(law, course, begin_ns, cursor);
	jscope_ns end_ns, left_ns;

	if (delay->end_ns == JSCOPE_NS_UNKNOWN)
		return JSCOPE__DELAY_NEVER;
	end_ns = jscope__recorded_end(instant(course, delay, delay->begin_ns),
				      instant(course, delay, delay->end_ns), begin_ns);
	left_ns = jscope_sub_sat(jscope_sub_sat(end_ns, now_ns), law->told_ns);
	return left_ns < 0 ? 0 : left_ns;
}
