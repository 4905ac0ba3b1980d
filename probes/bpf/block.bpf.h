/*
 * Block requests.
 *
 * Who makes a request is known when it is inserted, or issued where it never is: with a scheduler
 * any thread may issue what others inserted. It is not known when the request completes. So where
 * processes are listed, theirs are remembered by their address; where not, those of the recorder's
 * own process, of which there are few.
 *
 * A request that a scheduler merged into another never completes, and its memory serves the next
 * one, whosever that is: who inserts it says so again. Only one that the driver gave back is
 * inserted by somebody who does not own it.
 */
#ifndef BPF_BLOCK_H
#define BPF_BLOCK_H

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, __u8);
} requests SEC(".maps");

/* Requests that are remembered; none is searched for while there are none. */
static __u64 request_count;

enum request_state { REQUEST_KNOWN, REQUEST_GIVEN_BACK };

/* Where there is no room to remember what is asked for, it will not be recorded. */
static __always_inline void request_remember(__u64 key)
{
	const __u8 state = REQUEST_KNOWN;
	long error = bpf_map_update_elem(&requests, &key, &state, BPF_NOEXIST);
	struct jscope_kernel_cpu *cpu = this_cpu();

	if (!error)
		__sync_fetch_and_add(&request_count, 1);
	else if (error != -EEXIST && config.pid_count && cpu)
		record_lost(cpu, JSCOPE_KERNEL_EVENT_block_rq_issue);
}

static __always_inline bool request_known(__u64 key)
{
	return request_count && bpf_map_lookup_elem(&requests, &key);
}

static __always_inline void request_forget(__u64 key)
{
	if (request_count && !bpf_map_delete_elem(&requests, &key))
		__sync_fetch_and_add(&request_count, -1);
}

static __always_inline void request_give_back(__u64 key)
{
	__u8 *state = request_count ? bpf_map_lookup_elem(&requests, &key) : NULL;

	if (state)
		*state = REQUEST_GIVEN_BACK;
}

static __always_inline void request_insert_by_others(__u64 key)
{
	__u8 *state = request_count ? bpf_map_lookup_elem(&requests, &key) : NULL;

	if (!state)
		return;
	if (*state == REQUEST_GIVEN_BACK)
		*state = REQUEST_KNOWN;
	else
		request_forget(key);
}

static __always_inline bool request_is_by_us(void)
{
	struct task_struct *current = task_current();
	__u32 tgid = current->tgid;

	if (config.pid_count ? !pid_listed(tgid) : tgid != config.own_tgid)
		return false;
	return in_thread(current);
}

static __always_inline bool request_owner_wanted(__u64 key)
{
	return config.pid_count ? request_known(key) : !request_known(key);
}

static __always_inline __u32 request_dev(bool typed, struct request *rq)
{
	struct request___5_16 *old = (struct request___5_16 *)rq;
	struct gendisk *disk =
		bpf_core_field_exists(old->rq_disk) ? LOAD(old, rq_disk) : LOAD(rq, q, disk);

	return LOAD(disk, major) << 20 | LOAD(disk, first_minor);
}

static __always_inline __u32 request_op(__u32 flags)
{
	return flags & 0xff;
}

/* Commands address no sectors, and a flush has none. */
static __always_inline __u64 request_sector(bool typed, struct request *rq)
{
	__u64 sector = LOAD(rq, __sector);

	if (request_op(LOAD(rq, cmd_flags)) >= REQ_OP_PASSTHROUGH || sector == (__u64)-1)
		return 0;
	return sector;
}

static __always_inline __u32 request_sectors(bool typed, struct request *rq)
{
	if (request_op(LOAD(rq, cmd_flags)) >= REQ_OP_PASSTHROUGH)
		return 0;
	return LOAD(rq, __data_len) >> 9;
}

/* LTTng's bits. */
#define RWBS_WRITE    0x001
#define RWBS_DISCARD  0x002
#define RWBS_READ     0x004
#define RWBS_RAHEAD   0x008
#define RWBS_SYNC     0x020
#define RWBS_META     0x040
#define RWBS_SECURE   0x080
#define RWBS_FLUSH    0x100
#define RWBS_FUA      0x200
#define RWBS_PREFLUSH 0x400

static __always_inline __u32 rwbs_op(__u32 op)
{
	switch (op) {
	case REQ_OP_READ:
		return RWBS_READ;
	case REQ_OP_WRITE:
		return RWBS_WRITE;
	case REQ_OP_FLUSH:
		return RWBS_FLUSH;
	case REQ_OP_DISCARD:
		return RWBS_DISCARD;
	case REQ_OP_SECURE_ERASE:
		return RWBS_DISCARD | RWBS_SECURE;
	default:
		return 0;
	}
}

#define FLAG_IS_SET(flags, flag) ((flags) >> bpf_core_enum_value(enum req_flag_bits, flag) & 1)

static __always_inline __u32 rwbs_of(__u32 flags)
{
	return rwbs_op(request_op(flags)) | (FLAG_IS_SET(flags, __REQ_RAHEAD) ? RWBS_RAHEAD : 0) |
	       (FLAG_IS_SET(flags, __REQ_SYNC) ? RWBS_SYNC : 0) |
	       (FLAG_IS_SET(flags, __REQ_META) ? RWBS_META : 0) |
	       (FLAG_IS_SET(flags, __REQ_PREFLUSH) ? RWBS_PREFLUSH : 0) |
	       (FLAG_IS_SET(flags, __REQ_FUA) ? RWBS_FUA : 0);
}

/* Two events of one shape. */
#define REQUEST_RECORD(event, rq, device)                                                          \
	do {                                                                                       \
		struct record_##event *record = record_begin(event);                               \
                                                                                                   \
		if (!record)                                                                       \
			break;                                                                     \
		record_put(record, dev, device);                                                   \
		record_put(record, sector, request_sector(typed, rq));                             \
		record_put(record, nr_sector, request_sectors(typed, rq));                         \
		record_put(record, bytes, LOAD(rq, __data_len));                                   \
		record_put(record, tid, (__u32)bpf_get_current_pid_tgid());                        \
		record_put(record, rwbs, rwbs_of(LOAD(rq, cmd_flags)));                            \
		comm_put(record->body.comm, task_current()->comm);                                 \
		record_put(record, rq, (__u64)(rq));                                               \
		record_put(record, tag, LOAD(rq, tag));                                            \
		record_end(record);                                                                \
	} while (0)

PROBE(block_rq_insert, struct request *rq)
{
	__u32 dev = request_dev(typed, rq);

	if (!disk_wanted(dev))
		return 0;
	if (request_is_by_us())
		request_remember((__u64)rq);
	else
		request_insert_by_others((__u64)rq);
	if (request_owner_wanted((__u64)rq))
		REQUEST_RECORD(block_rq_insert, rq, dev);
	return 0;
}

PROBE(block_rq_issue, struct request *rq)
{
	__u32 dev = request_dev(typed, rq);

	if (!disk_wanted(dev))
		return 0;
	if (!LOAD(rq, q, elevator) && request_is_by_us())
		request_remember((__u64)rq);
	if (request_owner_wanted((__u64)rq))
		REQUEST_RECORD(block_rq_issue, rq, dev);
	return 0;
}

/* The errno behind a blk_status_t, in the order of its values. */
static __always_inline int errno_of_status(__u8 status)
{
	switch (status) {
	case 0:
		return 0;
	case 1:
		return -EOPNOTSUPP;
	case 2:
		return -ETIMEDOUT;
	case 3:
		return -ENOSPC;
	case 4:
		return -ENOLINK;
	case 5:
		return -EREMOTEIO;
	case 6:
		return -EBADE;
	case 7:
		return -ENODATA;
	case 8:
		return -EILSEQ;
	case 9:
		return -ENOMEM;
	case 12:
		return -EAGAIN;
	case 13:
		return -EBUSY;
	default:
		return -EIO;
	}
}

PROBE(block_rq_complete, struct request *rq, int status, unsigned int nr_bytes)
{
	__u32 dev = request_dev(typed, rq);
	struct record_block_rq_complete *record;
	bool wanted;

	if (!disk_wanted(dev))
		return 0;
	wanted = request_owner_wanted((__u64)rq);
	if (nr_bytes >= LOAD(rq, __data_len))
		request_forget((__u64)rq);
	record = wanted ? record_begin(block_rq_complete) : NULL;
	if (!record)
		return 0;
	record_put(record, dev, dev);
	record_put(record, sector, request_sector(typed, rq));
	record_put(record, nr_sector, nr_bytes >> 9);
	record_put(record, error, config.complete_has_errno ? status : errno_of_status(status));
	record_put(record, rwbs, rwbs_of(LOAD(rq, cmd_flags)));
	record_put(record, rq, (__u64)rq);
	record_put(record, tag, LOAD(rq, tag));
	record_put(record, bytes, nr_bytes);
	record_end(record);
	return 0;
}

PROBE(block_rq_requeue, struct request *rq)
{
	__u32 dev = request_dev(typed, rq);
	struct record_block_rq_requeue *record;

	if (!disk_wanted(dev))
		return 0;
	request_give_back((__u64)rq);
	if (!request_owner_wanted((__u64)rq))
		return 0;
	record = record_begin(block_rq_requeue);
	if (!record)
		return 0;
	record_put(record, dev, dev);
	record_put(record, sector, request_sector(typed, rq));
	record_put(record, nr_sector, request_sectors(typed, rq));
	record_put(record, rwbs, rwbs_of(LOAD(rq, cmd_flags)));
	record_put(record, rq, (__u64)rq);
	record_put(record, tag, LOAD(rq, tag));
	record_end(record);
	return 0;
}

#endif
