/*
 * Where a test writes its files: a directory of its own, below TMPDIR, else in memory where the
 * system has such a place, else below /tmp. One per program, which removes it with all that is in it
 * when it ends. One thread.
 */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <stddef.h>

#define SCRATCH_PATH_SIZE 512

/* Made when it is asked for first; abort() where it cannot be. The string lives on. */
const char *scratch_directory(void);

/* The path of a name in it. */
void scratch_path(char path[SCRATCH_PATH_SIZE], const char *name);

/* Remove it before the end; who asks then gets a new one. */
void scratch_remove(void);

#endif
