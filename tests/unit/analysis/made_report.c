#include "../cmocka_all.h"
#include "made_report.h"

struct jscope_report *report_of(feed_fn *feed, struct jscope_trace_info info)
{
	struct jscope_report *report;

	assert_int_equal(jscope_report_create(&report), 0);
	feed(jscope_report_sink(report));
	assert_int_equal(jscope_report_finish(report, &info), 0);
	return report;
}
