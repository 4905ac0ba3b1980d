#include "probes_pids.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "pids.skel.h"
#include "probes/kernel_programs.h"
#include "probes_log.h"
#include "probes_rights.h"

#define NUMBERS_READ 256

static void number_take(const struct jscope_kernel_number *number, const pid_t *pids, size_t count,
			uint32_t *tgids)
{
	for (size_t i = 0; i < count; i++)
		if (number->seen == (uint32_t)pids[i])
			tgids[i] = number->tgid;
}

/* The kernel hands out whole numbers only. */
static int numbers_read(int fd, const pid_t *pids, size_t count, uint32_t *tgids)
{
	struct jscope_kernel_number numbers[NUMBERS_READ];
	ssize_t size;

	while ((size = read(fd, numbers, sizeof numbers)) > 0)
		for (size_t i = 0; i < (size_t)size / sizeof numbers[0]; i++)
			number_take(&numbers[i], pids, count, tgids);
	return size < 0 ? -errno : 0;
}

static int threads_visit(struct pids_bpf *programs, const pid_t *pids, size_t count,
			 uint32_t *tgids)
{
	struct bpf_link *link = bpf_program__attach_iter(programs->progs.thread_tell, NULL);
	int fd = link ? bpf_iter_create(bpf_link__fd(link)) : -errno;
	int error = fd < 0 ? fd : numbers_read(fd, pids, count, tgids);

	if (fd >= 0)
		close(fd);
	bpf_link__destroy(link);
	return error;
}

int jscope__kernel_pids_translate(const pid_t *pids, size_t count, uint32_t *ret_tgids)
{
	struct pids_bpf *programs;
	int error;

	memset(ret_tgids, 0, count * sizeof *ret_tgids);
	if (count == 0)
		return 0;
	jscope__kernel_log_begin();
	programs = pids_bpf__open_and_load();
	error = programs ? threads_visit(programs, pids, count, ret_tgids) : -errno;
	pids_bpf__destroy(programs);
	if (error)
		return jscope__kernel_rights_refused(error, jscope__kernel_log_first());
	for (size_t i = 0; i < count; i++)
		if (!ret_tgids[i])
			return jscope_error(-ESRCH, "There is no process %d.", (int)pids[i]);
	return 0;
}
