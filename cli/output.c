#include "output.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "command.h"
#include "common/error.h"

static bool is_standard_output(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

int jscope_output_open(const char *path, FILE **ret_stream)
{
	FILE *stream = is_standard_output(path) ? stdout : fopen(path, "w");

	if (!stream)
		return jscope_error(-errno, "Cannot write '%s': %s.", path, strerror(errno));
	*ret_stream = stream;
	return 0;
}

int jscope_output_close(const char *path, FILE *stream)
{
	bool failed = fflush(stream) != 0 || ferror(stream);

	if (!is_standard_output(path) && fclose(stream) != 0)
		failed = true;
	if (failed)
		return jscope_error(-EIO, "Writing '%s' failed: %s.",
				    is_standard_output(path) ? "standard output" : path,
				    strerror(errno));
	return 0;
}

int jscope_output_finish(int result)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return result;
	fprintf(stderr, "jitterscope: Writing to standard output failed: %s.\n", strerror(errno));
	return JSCOPE_EXIT_FAILED;
}

int jscope_fail(int error)
{
	jscope_error_print(stderr, error);
	return JSCOPE_EXIT_FAILED;
}
