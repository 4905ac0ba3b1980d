/*
 * What our programs will not record, said to whoever asked for it; and which program is for what,
 * by its name. Called by probes*.c; one thread.
 */
#ifndef KERNEL_PROBES_TELL_H
#define KERNEL_PROBES_TELL_H

#include <stdbool.h>

#include "probes.h"

/* One sentence, of at most 319 letters; nothing where nobody listens. */
void jscope__kernel_probes_tell(const struct jscope__kernel_probes_settings *settings,
				const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether a program is called NOUN__anything. */
bool jscope__kernel_program_is_of(const char *program, const char *noun);

#endif
