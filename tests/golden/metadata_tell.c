/* metadata_tell DIRECTORY: what our parser makes of a trace's metadata, for metadata_classes.py. */
#include "common/error.h"
#include "ctf_metadata_print.h"

int main(int argc, char **argv)
{
	const struct jscope__ctf_limits limits = { .nesting = 0 };
	struct jscope__ctf_metadata *metadata;
	int error;

	if (argc != 2) {
		fputs("usage: metadata_tell DIRECTORY\n", stderr);
		return 2;
	}
	error = jscope__ctf_metadata_read(argv[1], &limits, &metadata);
	if (error < 0) {
		jscope_error_print(stderr, error);
		return 1;
	}
	ctf_metadata_print(stdout, metadata);
	jscope__ctf_metadata_destroy(metadata);
	return 0;
}
