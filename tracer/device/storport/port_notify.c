/* StorPortNotification: one call for all that a miniport has to tell, by type. */
#include "stor.h"

#include <errno.h>
#include <stdarg.h>

#include "common/error.h"
#include "fault.h"
#include "jscope/probe.h"

/* A call at work: who calls, for which adapter, and what is recorded of it. */
struct call {
	struct jscope__context *context;
	struct jscope__adapter *adapter;
	uint32_t type;
};

/* Where a notification is about; target and lun are 0 for the adapter itself. */
struct place {
	uint8_t path, target, lun;
};

static jscope_status refuse(jscope_status status, const char *sentence)
{
	jscope_error(-EINVAL, "StorPortNotification: %s", sentence);
	return status;
}

static jscope_status refuse_parameter(const char *sentence)
{
	return refuse(JSCOPE_STATUS_INVALID_PARAMETER, sentence);
}

static jscope_status refuse_state(const char *sentence)
{
	return refuse(JSCOPE_STATUS_INVALID_DEVICE_STATE, sentence);
}

/* Under the lock. */
static void tell(const struct call *call, struct place place, uint32_t size_bytes, uint64_t tick)
{
	JSCOPE_PROBE(stor_notify, .dev = call->adapter->dev, .irql = call->context->irql,
		     .type = (uint16_t)call->type, .path = place.path, .target = place.target,
		     .lun = place.lun, .size = size_bytes, .tick = tick);
}

static bool is_block(const struct jscope__adapter *adapter, const struct jscope__srb *srb)
{
	const uintptr_t first = (uintptr_t)adapter->srbs, address = (uintptr_t)srb;

	return address >= first && address < first + adapter->srb_count * sizeof *srb &&
	       (address - first) % sizeof *srb == 0;
}

/* A request that is none cannot be told by its identity: the call is. Under the lock. */
static jscope_status refuse_block(const struct call *call)
{
	tell(call, (struct place){ JSCOPE__STOR_PATH_ADAPTER, 0, 0 }, 0, 0);
	return refuse_parameter("the request is not one of this adapter; pass the SRB that "
				"HwStorStartIo was given.");
}

static jscope_status request_complete(const struct call *call, struct jscope__srb *srb)
{
	struct jscope__adapter *adapter = call->adapter;
	const bool pending = srb->status == JSCOPE__SRB_PENDING;

	if (srb->state != JSCOPE__SRB_STATE_STARTED) {
		JSCOPE_PROBE(stor_complete, .dev = adapter->dev, .irql = call->context->irql,
			     .srb = srb->id, .status = srb->status, .bytes = srb->bytes_done);
		return refuse_state("the request is not started, or complete already; complete "
				    "each request that HwStorStartIo took once.");
	}
	jscope__stor_finish(call->context, adapter, srb);
	return pending ? refuse_parameter("a request that is pending is not complete; set "
					  "another SrbStatus.")
		       : JSCOPE_STATUS_SUCCESS;
}

static jscope_status notify_complete(const struct call *call, va_list *arguments)
{
	struct jscope__srb *srb = va_arg(*arguments, struct jscope__srb *);

	return is_block(call->adapter, srb) ? request_complete(call, srb) : refuse_block(call);
}

static jscope_status notify_service(const struct call *call, va_list *arguments)
{
	const uint64_t duration = va_arg(*arguments, uint64_t);
	const struct jscope__srb *srb = va_arg(*arguments, const struct jscope__srb *);

	if (!is_block(call->adapter, srb))
		return refuse_block(call);
	JSCOPE_PROBE(stor_service, .dev = call->adapter->dev, .irql = call->context->irql,
		     .srb = srb->id, .duration_100ns = duration);
	if (srb->state != JSCOPE__SRB_STATE_STARTED)
		return refuse_state("the request is complete; tell its service time before.");
	return duration > 0 ? JSCOPE_STATUS_SUCCESS
			    : refuse_parameter("a service time of 0 says nothing; leave it out.");
}

static jscope_status notify_tick_count(const struct call *call, va_list *arguments)
{
	struct jscope__adapter *adapter = call->adapter;
	const struct jscope__machine *machine = adapter->machine;
	uint64_t *ret_ticks = va_arg(*arguments, uint64_t *);
	uint64_t ticks = (uint64_t)((jscope__machine_now(adapter->machine) - machine->boot_ns) /
				    adapter->tick_ns);

	if (adapter->tick_last > 0 &&
	    jscope__fault_strike(call->context, adapter->dev, JSCOPE_FAULT_tick_back))
		ticks = adapter->tick_last - 1;
	adapter->tick_last = ticks;
	tell(call, (struct place){ JSCOPE__STOR_PATH_ADAPTER, 0, 0 }, 0, ticks);
	if (!ret_ticks)
		return refuse_parameter("QueryTickCount needs a place for the count.");
	*ret_ticks = ticks;
	return JSCOPE_STATUS_SUCCESS;
}

static struct place place_read(va_list *arguments)
{
	struct place place = { .path = (uint8_t)va_arg(*arguments, int) };

	if (place.path != JSCOPE__STOR_PATH_ADAPTER) {
		place.target = (uint8_t)va_arg(*arguments, int);
		place.lun = (uint8_t)va_arg(*arguments, int);
	}
	return place;
}

static jscope_status notify_wmi_event(const struct call *call, va_list *arguments)
{
	const struct jscope__wmi_event *event =
		va_arg(*arguments, const struct jscope__wmi_event *);
	const struct place place = place_read(arguments);

	tell(call, place, event ? event->size_bytes : 0, 0);
	if (!event)
		return refuse_parameter("WMIEvent needs an event.");
	if (event->size_bytes <= JSCOPE__STOR_WMI_MAX)
		return JSCOPE_STATUS_SUCCESS;
	call->adapter->ignored_count++;
	return refuse_parameter("a WMI event of more than 128 bytes is ignored; send a smaller "
				"one.");
}

static jscope_status notify_wmi_reregister(const struct call *call, va_list *arguments)
{
	tell(call, place_read(arguments), 0, 0);
	return JSCOPE_STATUS_SUCCESS;
}

/* The port asks all targets of the path again. */
static jscope_status notify_bus_change(const struct call *call, va_list *arguments)
{
	tell(call, (struct place){ .path = (uint8_t)va_arg(*arguments, int) }, 0, 0);
	call->adapter->enumeration_count++;
	return JSCOPE_STATUS_SUCCESS;
}

/* Of those without arguments, what each changes. The adapter starts again after the call. */
static jscope_status notify_plain(const struct call *call, va_list *arguments)
{
	struct jscope__adapter *adapter = call->adapter;
	const bool was_down = adapter->link_down;

	(void)arguments;
	tell(call, (struct place){ JSCOPE__STOR_PATH_ADAPTER, 0, 0 }, 0, 0);
	if (call->type == JSCOPE__STOR_LINK_DOWN)
		adapter->link_down = true;
	else if (call->type == JSCOPE__STOR_LINK_UP)
		adapter->link_down = false;
	else if (call->type == JSCOPE__STOR_BUFFER_OVERRUN_DETECTED)
		jscope__stor_stop(adapter);
	return call->type == JSCOPE__STOR_LINK_UP && !was_down
		       ? refuse_state("LinkUp is only for a link that is down.")
		       : JSCOPE_STATUS_SUCCESS;
}

static const struct handler {
	uint32_t type;
	jscope_status (*run)(const struct call *call, va_list *arguments); /* under the lock */
} handlers[] = {
	{ JSCOPE__STOR_REQUEST_COMPLETE, notify_complete },
	{ JSCOPE__STOR_IO_TARGET_REQUEST_SERVICE_TIME, notify_service },
	{ JSCOPE__STOR_QUERY_TICK_COUNT, notify_tick_count },
	{ JSCOPE__STOR_WMI_EVENT, notify_wmi_event },
	{ JSCOPE__STOR_WMI_REREGISTER, notify_wmi_reregister },
	{ JSCOPE__STOR_BUS_CHANGE_DETECTED, notify_bus_change },
	{ JSCOPE__STOR_RESET_DETECTED, notify_plain },
	{ JSCOPE__STOR_LINK_DOWN, notify_plain },
	{ JSCOPE__STOR_LINK_UP, notify_plain },
	{ JSCOPE__STOR_BUFFER_OVERRUN_DETECTED, notify_plain },
};

static const struct handler *handler_find(uint32_t type)
{
	for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++)
		if (handlers[i].type == type)
			return &handlers[i];
	return NULL;
}

static struct jscope__adapter *adapter_find(struct jscope__machine *machine, const void *extension)
{
	struct jscope__adapter *adapter = machine->adapters;

	while (adapter && adapter->extension != extension)
		adapter = adapter->next;
	return adapter;
}

/* Whether the call comes in the life of the adapter; NULL when it does. */
static const char *untimely(const struct jscope__adapter *adapter)
{
	if (!adapter->initialised)
		return "the adapter is not there before StorPortInitialize has returned.";
	if (adapter->removed)
		return "the adapter has been removed, and its device extension is gone.";
	if (adapter->overrun)
		return "nothing may follow BufferOverrunDetected.";
	return NULL;
}

/* Returns true when the call is refused as a whole, with its status. Under the lock. */
static bool is_refused(const struct call *call, bool known, jscope_status *ret_status)
{
	const char *sentence = untimely(call->adapter);

	if (known && !sentence)
		return false;
	tell(call, (struct place){ JSCOPE__STOR_PATH_ADAPTER, 0, 0 }, 0, 0);
	*ret_status = known ? refuse_state(sentence)
			    : refuse(JSCOPE_STATUS_NOT_SUPPORTED,
				     "the type is not one of the eleven documented ones.");
	return true;
}

static jscope_status timer_call(const struct call *call, va_list *arguments)
{
	jscope__stor_timer_routine *routine = va_arg(*arguments, jscope__stor_timer_routine *);
	const uint32_t microseconds = va_arg(*arguments, uint32_t);
	const jscope_status status =
		jscope__stor_timer_call(call->context, call->adapter, routine, microseconds);

	return status == JSCOPE_STATUS_SUCCESS
		       ? status
		       : refuse(status, "RequestTimerCall needs a HwStorTimer routine.");
}

/* Nothing is started after it, nor while it is told. */
static bool is_stop(uint32_t type)
{
	return type == JSCOPE__STOR_LINK_DOWN || type == JSCOPE__STOR_BUFFER_OVERRUN_DETECTED;
}

static jscope_status notify(const struct call *call, va_list *arguments)
{
	struct jscope__machine *machine = call->adapter->machine;
	const bool is_timer = call->type == JSCOPE__STOR_REQUEST_TIMER_CALL;
	const struct handler *handler = handler_find(call->type);
	const bool stops = is_stop(call->type);
	jscope_status status;
	bool refused;

	if (stops)
		jscope__channels_hold(&call->adapter->channels);
	jscope__machine_lock(machine);
	refused = is_refused(call, handler || is_timer, &status);
	if (!refused && handler)
		status = handler->run(call, arguments);
	jscope__machine_unlock(machine);
	if (stops)
		jscope__channels_release(&call->adapter->channels);
	/* Timers take the lock themselves. */
	return refused || !is_timer ? status : timer_call(call, arguments);
}

jscope_status jscope__stor_notification(struct jscope__context *context, uint32_t type,
					void *extension, ...)
{
	struct call call = { context, adapter_find(context->machine, extension), type };
	jscope_status status;
	va_list arguments;

	if (!call.adapter)
		return refuse(JSCOPE_STATUS_INVALID_DEVICE_REQUEST,
			      "the device extension belongs to no adapter.");
	va_start(arguments, extension);
	status = notify(&call, &arguments);
	va_end(arguments);
	jscope__stor_start(context, call.adapter);
	return status;
}
