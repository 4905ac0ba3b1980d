/*
 * Whether this user and this kernel allow our programs at all. Called by probes.c before anything
 * is loaded, and where loading failed; any thread.
 */
#ifndef KERNEL_PROBES_RIGHTS_H
#define KERNEL_PROBES_RIGHTS_H

/*
 * Returns 0; -EPERM with a sentence that names the capabilities that are missing; -ENOTSUP with one
 * that says what the kernel lacks or forbids.
 */
int jscope__kernel_rights_check(void);

/* The sentence for a load that failed with `error` although the check above found nothing. */
int jscope__kernel_rights_refused(int error, const char *detail);

#endif
