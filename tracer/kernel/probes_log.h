/*
 * What libbpf says: kept instead of printed, since only the command prints. Process-wide, as libbpf
 * has it; one thread. With JSCOPE_LIBBPF_LOG in the environment it is printed on stderr, too.
 */
#ifndef KERNEL_PROBES_LOG_H
#define KERNEL_PROBES_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* From here on keep what libbpf says; forget what was kept. */
void jscope__kernel_log_begin(void);

/* The name of the program that the kernel refused, or "". */
const char *jscope__kernel_log_refused(void);
/* The first warning, one line, or "". */
const char *jscope__kernel_log_first(void);

#endif
