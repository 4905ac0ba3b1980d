/*
 * A disk and who uses it: clients that keep some requests outstanding each (or wait for those that were
 * recorded, which come by themselves, each when it did), and the task of the port
 * that brings the adapter up, resets its bus when asked, and takes it down when all have gone.
 */
#ifndef DEVICE_DISK_H
#define DEVICE_DISK_H

#include "hba.h"
#include "rig.h"

struct jscope__disk;

struct jscope__disk_client {
	struct jscope__disk *disk;
	uint32_t index;
	struct jscope__kevent event;
	struct jscope__delay think;
	struct jscope__random random;
	struct jscope__srb_list answering; /* seen at the latest wake, of the client alone */
	/* Under the lock: */
	struct jscope__srb_list done;
	uint64_t raise_count; /* how often the event went from down to up, to be waked for */
};

struct jscope__disk {
	struct jscope__rig *rig;		     /* borrowed */
	const struct jscope_disk_settings *settings; /* borrowed */
	struct jscope__adapter adapter;
	struct jscope__hba hba;
	struct jscope__kevent reset_event;
	struct jscope__disk_client *clients; /* of the rig */
	uint32_t present_count;		     /* tasks that have not ended; under the lock */
	/* Of a recorded disk (disk_traffic.c): */
	struct jscope__course course; /* which begins with the machine */
	struct jscope__timer arrival; /* of the next request */
	size_t arrived_count;
};

/* Fill in a client and its task; the disk is complete but for its clients. */
void jscope__disk_client_init(struct jscope__disk_client *client, struct jscope__disk *disk,
			      uint32_t index, struct jscope__task *task);

/* The task of the port. */
void jscope__disk_task_init(struct jscope__disk *disk, struct jscope__task *task);

/* A request of this client is over. Under the lock. state: struct jscope__disk_client */
void jscope__disk_client_done(struct jscope__context *context, void *state,
			      struct jscope__srb *srb);

/* A recorded disk: its delays are set up; its requests begin to come; no more of them come. */
void jscope__disk_traffic_init(struct jscope__disk *disk);
void jscope__disk_traffic_open(struct jscope__disk *disk);
void jscope__disk_traffic_close(struct jscope__disk *disk);

/* A task of the disk ends; the last one takes the adapter down. */
void jscope__disk_leave(struct jscope__context *context, struct jscope__disk *disk);

#endif
