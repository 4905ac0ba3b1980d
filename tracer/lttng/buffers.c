#include "buffers.h"

#include <errno.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/error.h"

#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)

/* For each CPU; the figures of buffers.h. Below the least, losing events is the better choice. */
#define CPU_BYTES_MOST	(64 * MIB)
#define CPU_BYTES_LEAST (MIB / 2)
#define PART_COUNT	16
#define METADATA_BYTES	(11 * MIB / 4)

static struct jscope__buffers buffers_of(uint64_t cpu_bytes)
{
	return (struct jscope__buffers){ cpu_bytes / PART_COUNT, PART_COUNT };
}

struct jscope__buffers jscope__buffers_truth(void)
{
	return (struct jscope__buffers){ 64 * KIB, 4 };
}

static uint64_t cpu_shm_bytes(struct jscope__buffers buffers)
{
	return buffers.part_bytes * (buffers.part_count + 1);
}

uint64_t jscope__buffers_shm_bytes(unsigned cpus, struct jscope__buffers buffers)
{
	return cpus * (cpu_shm_bytes(buffers) + cpu_shm_bytes(jscope__buffers_truth())) +
	       METADATA_BYTES;
}

struct jscope__buffers jscope__buffers_fit(unsigned cpus, uint64_t memory_bytes, uint64_t shm_bytes)
{
	const uint64_t memory = memory_bytes / 8, shm = shm_bytes / 2;
	const uint64_t most = (memory < shm ? memory : shm) / (cpus ? cpus : 1);
	uint64_t bytes = CPU_BYTES_MOST;

	while (bytes > CPU_BYTES_LEAST &&
	       (bytes > most || jscope__buffers_shm_bytes(cpus, buffers_of(bytes)) > shm_bytes))
		bytes /= 2;
	return buffers_of(bytes);
}

int jscope__buffers_here(struct jscope__buffers *ret_buffers)
{
	const long conf = sysconf(_SC_NPROCESSORS_CONF), pages = sysconf(_SC_AVPHYS_PAGES);
	const uint64_t memory_bytes = (uint64_t)(pages > 0 ? pages : 0) * sysconf(_SC_PAGESIZE);
	const unsigned cpus = conf > 0 ? (unsigned)conf : 1;
	uint64_t wanted_bytes, shm_bytes = UINT64_MAX;
	struct jscope__buffers buffers;
	struct statvfs shm;

	if (statvfs("/dev/shm", &shm) == 0)
		shm_bytes = (uint64_t)shm.f_bavail * shm.f_frsize;
	buffers = jscope__buffers_fit(cpus, memory_bytes, shm_bytes);
	wanted_bytes = jscope__buffers_shm_bytes(cpus, buffers);
	if (wanted_bytes > shm_bytes)
		return jscope_error(-ENOSPC,
				    "Only %llu KiB are free in /dev/shm, where LTTng keeps its "
				    "buffers; a recording takes %llu: mount -o remount,size=64m "
				    "/dev/shm (for a container: --shm-size 64m)",
				    (unsigned long long)(shm_bytes / KIB),
				    (unsigned long long)(wanted_bytes / KIB));
	*ret_buffers = buffers;
	return 0;
}
