#include "disks.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DISKS_PATH "/sys/class/block"

/* "254:0" as events tell it. */
static bool read_number(int directory, const char *name, __u32 *ret_dev)
{
	char path[300], text[32] = "";
	unsigned major, minor;
	ssize_t size;
	int fd;

	snprintf(path, sizeof path, "%s/dev", name);
	fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	size = read(fd, text, sizeof text - 1);
	close(fd);
	if (size <= 0 || sscanf(text, "%u:%u", &major, &minor) != 2)
		return false;
	*ret_dev = major << 20 | minor;
	return true;
}

void jscope__kernel_disks_tell(
	void (*tell)(void *state, const struct jscope_kernel_lttng_statedump_block_device *disk),
	void *state)
{
	DIR *directory = opendir(DISKS_PATH);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		struct jscope_kernel_lttng_statedump_block_device disk = { 0 };
		__u32 dev;

		if (entry->d_name[0] == '.' || !read_number(dirfd(directory), entry->d_name, &dev))
			continue;
		disk.dev = dev;
		memcpy(disk.diskname, entry->d_name,
		       strnlen(entry->d_name, sizeof disk.diskname - 1));
		tell(state, &disk);
	}
	if (directory)
		closedir(directory);
}
