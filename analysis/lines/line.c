#include "line.h"

const char *const jscope__request_instant_names[JSCOPE__REQUEST_INSTANTS] = { "queued",	  "issue",
									      "irq",	  "softirq",
									      "complete", "run" };

void jscope__request_instants(const struct jscope_request *request, jscope_ns *ret_at)
{
	ret_at[0] = request->queued_ns;
	ret_at[1] = request->issue_ns;
	ret_at[2] = request->irq_ns;
	ret_at[3] = request->softirq_ns;
	ret_at[4] = request->complete_ns;
	ret_at[5] = request->run_ns;
}

jscope_ns jscope__request_latency(const struct jscope_request *request)
{
	if (request->issue_ns == JSCOPE_NS_UNKNOWN || request->complete_ns == JSCOPE_NS_UNKNOWN)
		return JSCOPE_NS_UNKNOWN;
	return jscope_sub_sat(request->complete_ns, request->issue_ns);
}
