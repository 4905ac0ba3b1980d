#include "kernel_filter.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "common/error.h"

_Static_assert(JSCOPE_LIST_MAX <= JSCOPE_KERNEL_FILTER_MAX, "a filter takes every list");

#define IRQ_FOLDER "/sys/kernel/irq"
#define BIT(group) (UINT32_C(1) << JSCOPE_KERNEL_##group)

int jscope_kernel_filter_check(const struct jscope_kernel_names *names, uint32_t groups)
{
	const struct {
		size_t count;
		uint32_t groups;
		const char *option, *what, *preset;
	} rows[] = {
		{ names->irqs.count, BIT(IRQ), "irq", "interrupts", "irq" },
		{ names->disks.count, BIT(BLOCK), "disk", "block requests", "block" },
		{ names->cards.count, BIT(PCM) | BIT(MIDI), "card", "sound cards",
		  "audio or midi" },
		{ names->pids.count, BIT(WAKE) | BIT(SWITCH) | BIT(BLOCK), "pid",
		  "wake-ups and requests", "irq" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].count > 0 && !(groups & rows[i].groups))
			return jscope_error(-EINVAL,
					    "--%s selects among %s, which this preset does not "
					    "record; try --preset %s, or all.",
					    rows[i].option, rows[i].what, rows[i].preset);
	return 0;
}

static bool number_read(const char *text, unsigned long most, unsigned long *ret_number)
{
	unsigned long number;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || *end || number > most)
		return false;
	*ret_number = number;
	return true;
}

static int irq_add(const char *text, struct jscope_kernel_filter *filter)
{
	unsigned long line;
	const bool has_line = number_read(text, INT_MAX, &line);

	filter->irqs[filter->irq_count].line = has_line ? (int)line : -1;
	filter->irqs[filter->irq_count++].name = text;
	return 0;
}

/* Handlers of a line, "ehci_hcd:usb1,i801_smbus". */
static bool handlers_have(const char *handlers, const char *name)
{
	const size_t length = strlen(name);
	const char *at = handlers;

	while (*at) {
		if (strncmp(at, name, length) == 0 && strchr(",\n", at[length]))
			return true;
		at += strcspn(at, ",");
		at += *at == ',';
	}
	return false;
}

static bool line_has(const char *line, const char *text)
{
	char path[sizeof IRQ_FOLDER + NAME_MAX + 16], handlers[4096] = "";
	FILE *file;

	snprintf(path, sizeof path, IRQ_FOLDER "/%s/actions", line);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(handlers, sizeof handlers, file))
		handlers[0] = '\0';
	fclose(file);
	if (handlers[0] == '\0' || handlers[0] == '\n')
		return false;
	return strcmp(line, text) == 0 || handlers_have(handlers, text);
}

bool jscope_kernel_filter_has_irq(const char *text)
{
	DIR *lines = opendir(IRQ_FOLDER);
	struct dirent *line;
	bool found = false;

	if (!lines)
		return true;
	while (!found && (line = readdir(lines)))
		found = line->d_name[0] != '.' && line_has(line->d_name, text);
	closedir(lines);
	return found;
}

/* Requests are those of whole disks. */
static int disk_refuse_part(const char *text, const char *path)
{
	char part[PATH_MAX + 16];

	snprintf(part, sizeof part, "%s/partition", path);
	if (access(part, F_OK) < 0)
		return 0;
	return jscope_error(-EINVAL,
			    "'%s' is a partition; requests are those of its whole disk: name that",
			    text);
}

static int disk_number(const char *text, const char *path, dev_t *ret_disk)
{
	unsigned major_number, minor_number;
	char name[PATH_MAX + 8];
	FILE *file;
	int count;

	snprintf(name, sizeof name, "%s/dev", path);
	file = fopen(name, "re");
	if (!file)
		return jscope_error(-ENOENT, "There is no disk '%s': see lsblk", text);
	count = fscanf(file, "%u:%u", &major_number, &minor_number);
	fclose(file);
	if (count != 2)
		return jscope_error(-EIO, "Cannot read '%s'", name);
	*ret_disk = makedev(major_number, minor_number);
	return disk_refuse_part(text, path);
}

static int disk_add(const char *text, struct jscope_kernel_filter *filter)
{
	unsigned major_number, minor_number;
	char path[PATH_MAX], rest;
	const char *name = strncmp(text, "/dev/", 5) == 0 ? text + 5 : text;

	if (sscanf(text, "%u:%u%c", &major_number, &minor_number, &rest) == 2)
		snprintf(path, sizeof path, "/sys/dev/block/%u:%u", major_number, minor_number);
	else if (strchr(name, '/'))
		return jscope_error(-ENOENT, "There is no disk '%s': see lsblk", text);
	else
		snprintf(path, sizeof path, "/sys/class/block/%s", name);
	return disk_number(text, path, &filter->disks[filter->disk_count++]);
}

static int card_add(const char *text, struct jscope_kernel_filter *filter)
{
	char path[PATH_MAX], card[32] = "";
	unsigned long number;

	if (number_read(text, 255, &number)) {
		snprintf(path, sizeof path, "/proc/asound/card%lu", number);
		if (access(path, F_OK) == 0) {
			filter->cards[filter->card_count++] = (uint32_t)number;
			return 0;
		}
	} else if (!strchr(text, '/')) {
		snprintf(path, sizeof path, "/proc/asound/%s", text);
		if (readlink(path, card, sizeof card - 1) > 0 && strncmp(card, "card", 4) == 0 &&
		    number_read(card + 4, 255, &number)) {
			filter->cards[filter->card_count++] = (uint32_t)number;
			return 0;
		}
	}
	return jscope_error(-ENOENT, "There is no sound card '%s': see /proc/asound/cards", text);
}

static int pid_add(const char *text, struct jscope_kernel_filter *filter)
{
	unsigned long pid;

	if (!number_read(text, INT_MAX, &pid) || pid == 0)
		return jscope_error(-EINVAL, "--pid takes the id of a process, not '%s'.", text);
	if (kill((pid_t)pid, 0) < 0 && errno == ESRCH)
		return jscope_error(-ENOENT, "There is no process %s", text);
	filter->pids[filter->pid_count++] = (pid_t)pid;
	return 0;
}

/* "2" or "2-5" */
static bool cpus_read(const char *text, unsigned *ret_first, unsigned *ret_last)
{
	char rest;

	if (text[strspn(text, "0123456789-")])
		return false;
	if (sscanf(text, "%u-%u%c", ret_first, ret_last, &rest) == 2)
		return *ret_first <= *ret_last;
	*ret_last = 0;
	if (sscanf(text, "%u%c", ret_first, &rest) != 1)
		return false;
	*ret_last = *ret_first;
	return true;
}

static int cpus_add(const char *text, struct jscope_kernel_filter *filter)
{
	const long count = sysconf(_SC_NPROCESSORS_CONF);
	unsigned first, last;

	if (!cpus_read(text, &first, &last))
		return jscope_error(-EINVAL, "--on-cpu takes CPUs such as 0 or 2-5, not '%s'.",
				    text);
	if (count > 0 && last >= (unsigned long)count)
		return jscope_error(-EINVAL, "There is no CPU %u; this machine has 0 to %ld.", last,
				    count - 1);
	for (unsigned cpu = first; cpu <= last; cpu++) {
		if (filter->cpu_count == JSCOPE_KERNEL_FILTER_MAX)
			return jscope_error(-EINVAL, "--on-cpu takes at most %d CPUs.",
					    JSCOPE_KERNEL_FILTER_MAX);
		filter->cpus[filter->cpu_count++] = cpu;
	}
	return 0;
}

static int list_add(const struct jscope_list *list,
		    int (*add)(const char *text, struct jscope_kernel_filter *filter),
		    struct jscope_kernel_filter *filter)
{
	int error = 0;

	for (size_t i = 0; !error && i < list->count; i++)
		error = add(list->items[i], filter);
	return error;
}

int jscope_kernel_filter_make(const struct jscope_kernel_names *names,
			      struct jscope_kernel_filter *filter)
{
	int error = list_add(&names->irqs, irq_add, filter);

	error = error ? error : list_add(&names->disks, disk_add, filter);
	error = error ? error : list_add(&names->cards, card_add, filter);
	error = error ? error : list_add(&names->pids, pid_add, filter);
	return error ? error : list_add(&names->cpus, cpus_add, filter);
}
