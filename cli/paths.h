/*
 * Where the parts of the installation are: relative to this executable, so that a moved prefix and
 * the build tree both work.
 */
#ifndef CLI_PATHS_H
#define CLI_PATHS_H

#include <limits.h>

/* path: PATH_MAX bytes. Return 0, or -ENOENT with a sentence naming what is missing. */
int jscope_path_provider(char *path);  /* libjscope-ust.so */
int jscope_path_device(char *path);    /* jitterscope-device */
int jscope_path_scenarios(char *path); /* directory of the named scenarios */

#endif
