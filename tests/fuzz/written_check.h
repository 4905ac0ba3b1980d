/* What must hold for every report and timeline as written. A violation ends the program. */
#ifndef WRITTEN_CHECK_H
#define WRITTEN_CHECK_H

#include <stddef.h>

#include "chain_check.h"

/* The JSON report parses, its counts are consistent, and it tells as many points as were seen. */
void written_check_json(const char *text, size_t size, const struct chain_check *check);
/* Nothing but printable characters and line ends. */
void written_check_text(const char *text, size_t size);
/* As many columns in every line as in the first. */
void written_check_csv(const char *text, size_t size);
/* One JSON object per line. */
void written_check_ndjson(const char *text, size_t size);
/* One svg element, tags balanced. */
void written_check_svg(const char *text, size_t size);

#endif
