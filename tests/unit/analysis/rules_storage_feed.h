/*
 * What the tests of storage rules share: an adapter, requests in three calls, notifications.
 */
#ifndef RULES_STORAGE_FEED_H
#define RULES_STORAGE_FEED_H

#include "probes/codes.h"
#include "rules_feed.h"

#define PASSED	       JSCOPE_VERDICT_PASSED
#define VIOLATED       JSCOPE_VERDICT_VIOLATED
#define INCONCLUSIVE   JSCOPE_VERDICT_INCONCLUSIVE
#define NOT_APPLICABLE JSCOPE_VERDICT_NOT_APPLICABLE

#define SUCCESS JSCOPE_SRB_STATUS_SUCCESS

static inline void adapter_begin(void)
{
	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(1), stor_init, .dev = 1, .limit = 4, .full_duplex = 1, .tick_ns = ms(10));
}

/* HwStorStartIo hands the request over and returns, within 20 us. */
static inline void start(jscope_ns at_ns, int64_t srb)
{
	FEED(at_ns, stor_startio_entry, .dev = 1, .irql = 2, .srb = srb);
	FEED(at_ns + us(10), stor_issue, .dev = 1, .irql = 2, .srb = srb);
	FEED(at_ns + us(20), stor_start, .dev = 1, .irql = 2, .srb = srb, .path = 0, .ret = 1);
}

static inline void complete(jscope_ns at_ns, int64_t srb, int64_t status)
{
	FEED(at_ns, stor_complete, .dev = 1, .irql = 2, .srb = srb, .status = status);
}

static inline void notify(jscope_ns at_ns, int64_t type)
{
	FEED(at_ns, stor_notify, .dev = 1, .irql = 2, .type = type, .path = 255);
}

static inline void forget_one(void)
{
	for (int i = 0; i < 40; i++) {
		start(ms(10 + i), 0x20);
		complete(ms(10 + i) + us(500), 0x20, SUCCESS);
	}
}

#endif
