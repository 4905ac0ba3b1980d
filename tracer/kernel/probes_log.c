#include "probes_log.h"

#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
	char refused[64];
	char first[256];
} kept;

/* "libbpf: prog 'NAME': failed to load: -22" */
static void refused_find(const char *line)
{
	static const char begin[] = "libbpf: prog '";
	const char *name = line + sizeof begin - 1, *end;

	if (kept.refused[0] || strncmp(line, begin, sizeof begin - 1) != 0)
		return;
	end = strchr(name, '\'');
	if (end && strncmp(end, "': failed to load", 17) == 0)
		snprintf(kept.refused, sizeof kept.refused, "%.*s", (int)(end - name), name);
}

/* The whole of it: what the verifier says of a program has many lines. */
__attribute__((format(printf, 1, 0))) static void line_print(const char *format, va_list arguments)
{
	va_list copy;

	va_copy(copy, arguments);
	vfprintf(stderr, format, copy);
	va_end(copy);
}

__attribute__((format(printf, 2, 0))) static int line_keep(enum libbpf_print_level level,
							   const char *format, va_list arguments)
{
	char line[512];

	if (level == LIBBPF_DEBUG)
		return 0;
	if (getenv("JSCOPE_LIBBPF_LOG"))
		line_print(format, arguments);
	vsnprintf(line, sizeof line, format, arguments);
	line[strcspn(line, "\n")] = 0;
	refused_find(line);
	if (level == LIBBPF_WARN && !kept.first[0])
		snprintf(kept.first, sizeof kept.first, "%.255s", line);
	return 0;
}

void jscope__kernel_log_begin(void)
{
	kept.refused[0] = kept.first[0] = 0;
	libbpf_set_print(line_keep);
}

const char *jscope__kernel_log_refused(void)
{
	return kept.refused;
}

const char *jscope__kernel_log_first(void)
{
	return kept.first;
}
