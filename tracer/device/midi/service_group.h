/*
 * Service groups (IServiceGroup, PcNewServiceGroup): whom to serve when a device has notified.
 *
 *   RequestService (any level) ──▶ DPC of the group ──▶ RequestService of every member (dispatch)
 *
 * A group is a sink itself, so that groups can nest. RequestDelayedService does the same after a
 * time; a group has one timer, so that a new request replaces an earlier one.
 *
 * A request carries along what it was for. Requests merge in the DPC as interrupts do: one execution
 * stands for all requests since the one before, and hands them to each member.
 */
#ifndef DEVICE_SERVICE_GROUP_H
#define DEVICE_SERVICE_GROUP_H

#include "follow.h"
#include "ktimer.h"
#include "status.h"

#define JSCOPE__GROUP_MEMBERS  64
#define JSCOPE__GROUP_REQUESTS 128
#define JSCOPE__SERVICE_NEVER  INT64_MAX

enum jscope__service_origin {
	JSCOPE__SERVICE_NOTIFY,
	JSCOPE__SERVICE_TIMER,
	JSCOPE__SERVICE_NESTED,
};

struct jscope__service_request {
	struct jscope__origin origin;
	enum jscope__service_origin kind;
	const void *source; /* of a notification: the stream whose interrupt it was */
	uint64_t token;	    /* what the source said when it interrupted */
	uint64_t number;    /* the group's */
};

/* One execution of the DPC: the requests that it stands for, the oldest first. */
struct jscope__service_run {
	const struct jscope__service_request *requests;
	unsigned request_count;
};

struct jscope__service_sink {
	uint64_t id;
	uint32_t dev;
	/* IServiceSink::RequestService. At dispatch level, without the lock. */
	void (*serve)(struct jscope__context *context, void *state,
		      const struct jscope__service_run *run);
	void *state;
	/* Under the lock: */
	uint32_t ref_count;
	uint64_t serve_count;
};

struct jscope__service_group {
	struct jscope__service_sink sink; /* its identity is the group's */
	struct jscope__dpc dpc;
	struct jscope__dpc timer_dpc;
	struct jscope__ktimer timer;
	/* Under the lock: */
	bool supports_delay;
	jscope_ns delay_due_ns[4]; /* of the expiries, by their number modulo the size */
	jscope_ns delay_asked_ns;  /* what the timer is set to; JSCOPE__SERVICE_NEVER: it is not */
	struct jscope__service_sink *members[JSCOPE__GROUP_MEMBERS]; /* borrowed */
	unsigned member_count;
	uint64_t request_count;
	struct jscope__service_request requests[JSCOPE__GROUP_REQUESTS]; /* not yet served */
	unsigned pending_count;
	uint64_t refused_count; /* requests that no member was told what they were for */
};

/* A sink with one reference, its owner's. */
void jscope__service_sink_init(struct jscope__service_sink *sink, struct jscope__machine *machine,
			       uint32_t dev);

/* Identities of a group, whose DPCs have been set up. While the machine is put together. */
void jscope__service_group_init(struct jscope__service_group *group,
				struct jscope__machine *machine, uint32_t dev);

/* PcNewServiceGroup, and the last Release: members that are left are not served any more. */
void jscope__service_group_create(struct jscope__context *context,
				  struct jscope__service_group *group);
void jscope__service_group_destroy(struct jscope__context *context,
				   struct jscope__service_group *group);

/*
 * AddMember takes a reference: INSUFFICIENT_RESOURCES when there are too many. A sink that is added
 * twice is served twice. RemoveMember releases it; one that is no member is ignored. Both at passive
 * level.
 */
jscope_status jscope__service_group_add(struct jscope__context *context,
					struct jscope__service_group *group,
					struct jscope__service_sink *sink);
void jscope__service_group_remove(struct jscope__context *context,
				  struct jscope__service_group *group,
				  struct jscope__service_sink *sink);

/* RequestService. At any level, without the lock. */
void jscope__service_group_request(struct jscope__context *context,
				   struct jscope__service_group *group,
				   const struct jscope__service_request *request);

/* SupportDelayedService: once, before the first delayed request. */
void jscope__service_group_support_delay(struct jscope__context *context,
					 struct jscope__service_group *group);
/*
 * RequestDelayedService, in units of 100 ns: negative as a signed number is relative to now, else an
 * instant of the system time, which counts as the machine's clock does. Ignored without support.
 */
void jscope__service_group_delay(struct jscope__context *context,
				 struct jscope__service_group *group, uint64_t delay_100ns);
/* CancelDelayedService. A service whose DPC is queued already still comes. */
void jscope__service_group_cancel(struct jscope__context *context,
				  struct jscope__service_group *group);

#endif
