/* Block requests: from the last issue to the completion of the whole. */
#include "pairs_event.h"

#include <string.h>

#define REQUESTS_MAX 16384
#define DISKS_MAX    1024

struct request {
	jscope_ns issue_ns;
	uint64_t loss_count;
	int64_t sectors_left;
};

struct disk {
	char name[JSCOPE_KERNEL_TEXT_SIZE];
};

int jscope__pairs_requests_create(struct jscope_map **ret_requests)
{
	return jscope__pairs_map_create(sizeof(struct request), REQUESTS_MAX, ret_requests);
}

int jscope__pairs_disks_create(struct jscope_map **ret_disks)
{
	return jscope__pairs_map_create(sizeof(struct disk), DISKS_MAX, ret_disks);
}

static struct jscope_key request_key(uint32_t dev, uint64_t rq)
{
	return (struct jscope_key){ dev, rq };
}

/* Flushes are not measured; one that uses the memory of a request tells that this is over. */
void jscope__pairs_issue(const struct jscope__pairs_event *event)
{
	const struct jscope_kernel_block_rq_issue *fields = event->fields;
	const struct jscope_key key = request_key(fields->dev, fields->rq);
	struct request *request;

	if (!fields->nr_sector) {
		jscope_map_remove(event->pairs->requests, key);
		return;
	}
	request = jscope_map_put(event->pairs->requests, key);
	if (request)
		*request = (struct request){ .issue_ns = event->at_ns,
					     .loss_count = event->pairs->loss_count,
					     .sectors_left = fields->nr_sector };
}

void jscope__pairs_requeue(const struct jscope__pairs_event *event)
{
	const struct jscope_kernel_block_rq_requeue *fields = event->fields;

	jscope_map_remove(event->pairs->requests, request_key(fields->dev, fields->rq));
}

static const char *disk_name(const struct jscope__kernel_pairs *pairs, uint32_t dev)
{
	const struct disk *disk = jscope_map_get(pairs->disks, (struct jscope_key){ 0, dev });

	return disk ? disk->name : "";
}

void jscope__pairs_complete(const struct jscope__pairs_event *event)
{
	const struct jscope_kernel_block_rq_complete *fields = event->fields;
	const struct jscope_key key = request_key(fields->dev, fields->rq);
	struct request *request = jscope_map_get(event->pairs->requests, key);

	if (!request)
		return;
	request->sectors_left -= fields->nr_sector;
	if (request->sectors_left > 0)
		return;
	jscope__pairs_tell(event, JSCOPE_KERNEL_MEASURE_BLOCK, fields->dev,
			   disk_name(event->pairs, fields->dev), request->issue_ns,
			   request->loss_count != event->pairs->loss_count);
	jscope_map_remove(event->pairs->requests, key);
}

void jscope__pairs_disk(const struct jscope__pairs_event *event)
{
	const struct jscope_kernel_lttng_statedump_block_device *fields = event->fields;
	struct disk *disk =
		jscope_map_put(event->pairs->disks, (struct jscope_key){ 0, fields->dev });

	if (!disk)
		return;
	memcpy(disk->name, fields->diskname, sizeof disk->name);
	disk->name[sizeof disk->name - 1] = '\0';
}
