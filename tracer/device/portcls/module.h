/*
 * An audio module: a device that has news now and then, its driver, and who listens.
 *
 *   news ─▶ interrupt ─▶ ISR ─▶ DPC: alloc ─▶ work item: fill, send, free ─▶ event ─▶ listener
 *                                  (or all of it in the work item)
 *
 * Several interrupts that one DPC stands for are one notification.
 */
#ifndef DEVICE_MODULE_H
#define DEVICE_MODULE_H

#include "line.h"
#include "notifications.h"
#include "rig.h"
#include "work.h"

#define JSCOPE__MODULE_ASSERTED 256
#define JSCOPE__MODULE_ORIGINS	64
#define JSCOPE__MODULE_JOBS	16

/* What the DPC leaves to the work item. */
struct jscope__module_job {
	uint64_t buffer; /* 0: to be allocated */
	bool sent;
	struct jscope__origin origins[JSCOPE__MODULE_ORIGINS];
	unsigned origin_count;
};

struct jscope__module_client {
	struct jscope__module *module; /* borrowed */
	struct jscope__pcn_listener listener;
	struct jscope__delay work;
};

struct jscope__module {
	const struct jscope_module_settings *settings; /* borrowed */
	uint32_t dev;
	struct jscope__guid device;
	struct jscope__pcn_port port;
	struct jscope__line line;
	struct jscope__dpc dpc;
	struct jscope__timer timer; /* of the news */
	struct jscope__delay arrival;
	struct jscope__worker worker;
	struct jscope__work work;
	struct jscope__module_client *clients; /* borrowed */
	unsigned client_count;
	/* Under the lock: */
	bool running;
	unsigned thread_count; /* that have not stopped */
	jscope_ns news_ns;     /* the next */
	uint64_t seq_seen;     /* of the latest interrupt that arrived, or was given up */
	jscope_ns asserted_ns[JSCOPE__MODULE_ASSERTED];	       /* by seq modulo the size */
	struct jscope__origin origins[JSCOPE__MODULE_ORIGINS]; /* not yet served */
	unsigned origin_count;
	struct jscope__module_job jobs[JSCOPE__MODULE_JOBS];
	unsigned job_first, job_count;
	uint64_t refused_count; /* news that found no room */
};

/* The hardware and what runs above passive level (module_device.c). */
void jscope__module_device_init(struct jscope__module *module);
void jscope__module_device_start(struct jscope__context *context, struct jscope__module *module);
/* No interrupt and no DPC from here on. */
void jscope__module_device_halt(struct jscope__context *context, struct jscope__module *module);

/* The driver's passive half (module_driver.c). */

/* AllocNotificationBuffer as the driver does it; returns the identity, 0 for none. */
uint64_t jscope__module_alloc(struct jscope__context *context, struct jscope__module *module,
			      enum jscope__pool pool);
void jscope__module_send(struct jscope__context *context, struct jscope__module *module,
			 const struct jscope__module_job *job);
/* Nobody will hear of these. Takes the lock. */
void jscope__module_forget(struct jscope__context *context, struct jscope__module *module,
			   const struct jscope__origin *origins, unsigned origin_count);
/* The work item. */
void jscope__module_work(struct jscope__context *context, void *module);
void jscope__module_open(struct jscope__context *context, void *module);
/* A thread of the module stops; the last one takes it down. */
void jscope__module_leave(struct jscope__context *context, void *module);

#endif
