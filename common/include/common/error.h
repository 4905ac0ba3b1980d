/*
 * Errors: a negative errno travels up the calls, and beside it a short list of sentences.
 *
 * Whoever knows something that the person needs (the file, the place, the remedy) adds one
 * sentence on the way up; only the command prints them, once. The list belongs to the calling
 * thread and holds JSCOPE_ERROR_MAX sentences; further ones are dropped, since the first is the cause.
 */
#ifndef COMMON_ERROR_H
#define COMMON_ERROR_H

#include <stdio.h>

#define JSCOPE_ERROR_MAX      8
#define JSCOPE_ERROR_TEXT_MAX 512

/* Add a sentence and return `error` (a negative errno), so that it reads `return jscope_error(...)`. */
int jscope_error(int error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sentences added so far by this thread, oldest first; NULL at and after the count. */
const char *jscope_error_sentence(unsigned index);

/* Print "jitterscope: SENTENCE" per line, and forget them. With none, the text of errno `error`. */
void jscope_error_print(FILE *stream, int error);

void jscope_error_clear(void);

#endif
