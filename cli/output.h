/*
 * Where results and errors go.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdio.h>

/* path: NULL or "-" for standard output. Return 0 or a negative errno with a sentence. */
int jscope_output_open(const char *path, FILE **ret_stream);
int jscope_output_close(const char *path, FILE *stream);

/* A result that did not reach standard output is no result: exit code of it, or of failure. */
int jscope_output_finish(int result);

/* Print the errors and return the exit code for failure. */
int jscope_fail(int error);

#endif
