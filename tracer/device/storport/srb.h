/*
 * Requests (SCSI request blocks) and lists of them.
 *
 * A request is in one list of the port and in one of the miniport at most, each with a link of its
 * own: what one side does wrong with it cannot tear the lists of the other.
 */
#ifndef DEVICE_SRB_H
#define DEVICE_SRB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ns.h"

struct jscope__adapter;
struct jscope__context;
struct jscope_recorded_request;
struct jscope__srb;

enum jscope__srb_status {
	JSCOPE__SRB_PENDING = 0x00,
	JSCOPE__SRB_SUCCESS = 0x01,
	JSCOPE__SRB_ABORTED = 0x02,
	JSCOPE__SRB_BUSY = 0x05,
	JSCOPE__SRB_BUS_RESET = 0x0e,
};

enum { JSCOPE__SCSI_READ = 0x28, JSCOPE__SCSI_WRITE = 0x2a }; /* READ(10), WRITE(10) */

enum jscope__srb_state {
	JSCOPE__SRB_STATE_FREE,
	JSCOPE__SRB_STATE_QUEUED,  /* the port has not started it */
	JSCOPE__SRB_STATE_STARTED, /* the miniport has it */
	JSCOPE__SRB_STATE_DONE,	   /* the port has it again; its client has not answered yet */
};

/* When things happened to a request; 0: not yet. For the ground truth only. */
struct jscope__srb_instants {
	jscope_ns queued_ns, issue_ns, device_ns, asserted_ns, irq_ns, insert_ns, deferred_ns,
		complete_ns, signal_ns, run_ns;
	uint64_t irq_seq;
	uint64_t dpc_run;
};

/* What a client asks for. */
struct jscope__io {
	uint8_t path, target, lun;
	uint8_t op; /* SCSI operation code */
	uint32_t bytes;
	uint32_t channel; /* chooses the queue */
	/* The request is over. Under the lock, at dispatch level or below. */
	void (*done)(struct jscope__context *context, void *client, struct jscope__srb *srb);
	void *client;
	uint64_t event; /* that the client waits for, for the truth */
	const struct jscope_recorded_request *recorded; /* borrowed; NULL: it is a new one */
};

struct jscope__srb {
	uint64_t id;	 /* of the block, which is used again and again */
	uint64_t number; /* of the request, counted from 1 */
	struct jscope__io io;
	/* Of the port, under the lock: */
	enum jscope__srb_state state;
	struct jscope__srb *next;
	uint64_t done_index; /* place in the completions that a DPC of the port is to deliver */
	struct jscope__srb_instants at;
	uint64_t wake; /* of its client's event, with which it will be seen */
	/* Set by the miniport before RequestComplete: */
	uint8_t status;
	uint32_t bytes_done;
	/* The miniport's own (SrbExtension): */
	struct {
		struct jscope__srb *next;
		jscope_ns due_ns; /* the HBA may hand it over; then: the device has it done */
		jscope_ns
			programmed_ns; /* one reading of the clock for all that were handed over together */
		uint64_t found_index;
	} ext;
};

struct jscope__srb_list {
	struct jscope__srb *first, *last;
	uint32_t count;
};

/* Lists of the port. */
void jscope__srb_push(struct jscope__srb_list *list, struct jscope__srb *srb);
struct jscope__srb *jscope__srb_pop(struct jscope__srb_list *list);

/* Lists of the miniport. */
void jscope__command_push(struct jscope__srb_list *list, struct jscope__srb *srb);
struct jscope__srb *jscope__command_pop(struct jscope__srb_list *list);
/* In order of due_ns; of equal ones the earlier goes first. */
void jscope__command_insert(struct jscope__srb_list *list, struct jscope__srb *srb);

#endif
