/*
 * NAME_fuzz DIRECTORY [ROUNDS [FIRST]]: every file of a corpus through a fuzz target, then ROUNDS
 * changes of them. Round n is the same on every machine: where one fails, its number is told, and
 * `NAME_fuzz DIRECTORY 1 n` runs it alone.
 *
 * A child does the work, so that the parent can tell what it died of.
 */
#include "driver.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "random_source.h"

#define INPUT_BYTES_MAX ((size_t)1 << 16) /* longer files of a corpus are cut */
#define CHANGES_MAX	8
#define SECONDS_MAX	60 /* for one input */

struct input {
	uint8_t *bytes;
	size_t size_bytes;
};

struct corpus {
	struct dirent **entries;
	struct input *inputs;
	size_t count;
};

/* What the parent sees of the child. */
struct progress {
	volatile uint64_t round;
	volatile size_t file; /* corpus.count: they are through */
};

static void check(int is_fine, const char *doing)
{
	if (!is_fine) {
		perror(doing);
		exit(2);
	}
}

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static struct input file_load(const char *directory, const char *name)
{
	struct input input = { .bytes = malloc(INPUT_BYTES_MAX) };
	char path[4096];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	file = fopen(path, "r");
	check(file && input.bytes, path);
	input.size_bytes = fread(input.bytes, 1, INPUT_BYTES_MAX, file);
	fclose(file);
	return input;
}

/* Sorted by name, so that a round is the same everywhere. */
static struct corpus corpus_load(const char *directory)
{
	struct corpus corpus = { .count = 0 };
	const int count = scandir(directory, &corpus.entries, is_file, alphasort);

	check(count > 0, directory);
	corpus.count = (size_t)count;
	corpus.inputs = calloc(corpus.count, sizeof *corpus.inputs);
	check(corpus.inputs != NULL, directory);
	for (size_t i = 0; i < corpus.count; i++)
		corpus.inputs[i] = file_load(directory, corpus.entries[i]->d_name);
	return corpus;
}

static void corpus_finish(struct corpus *corpus)
{
	for (size_t i = 0; i < corpus->count; i++) {
		free(corpus->inputs[i].bytes);
		free(corpus->entries[i]);
	}
	free(corpus->inputs);
	free(corpus->entries);
}

static size_t smaller(size_t left, size_t right)
{
	return left < right ? left : right;
}

/* Put bytes into an input at a place, as many as there is room for. */
static void insert(struct input *input, size_t at, const uint8_t *bytes, size_t size_bytes)
{
	size_bytes = smaller(size_bytes, INPUT_BYTES_MAX - input->size_bytes);
	memmove(input->bytes + at + size_bytes, input->bytes + at, input->size_bytes - at);
	memcpy(input->bytes + at, bytes, size_bytes);
	input->size_bytes += size_bytes;
}

static void cut(struct input *input, size_t at, size_t size_bytes)
{
	memmove(input->bytes + at, input->bytes + at + size_bytes,
		input->size_bytes - at - size_bytes);
	input->size_bytes -= size_bytes;
}

/* A part of any file of the corpus: mostly short. */
static void splice(struct input *input, size_t at, const struct input *other,
		   struct random_source *random)
{
	const size_t from = random_below(random, other->size_bytes + 1);
	const size_t most = random_percent(random, 80) ? 32 : other->size_bytes;

	insert(input, at, other->bytes + from,
	       random_below(random, smaller(most, other->size_bytes - from) + 1));
}

static void overwrite(struct input *input, size_t at, struct random_source *random)
{
	const int64_t value = random_extreme(random);

	memcpy(input->bytes + at, &value, smaller(sizeof value, input->size_bytes - at));
}

static void change(struct input *input, const struct corpus *corpus, struct random_source *random)
{
	const size_t at = random_below(random, input->size_bytes + 1);

	if (input->size_bytes == 0 || random_percent(random, 35))
		splice(input, at, &corpus->inputs[random_below(random, corpus->count)], random);
	else if (at == input->size_bytes)
		cut(input, 0, random_below(random, at));
	else if (random_percent(random, 35))
		input->bytes[at] ^= (uint8_t)(1 << random_below(random, 8));
	else if (random_percent(random, 50))
		cut(input, at, random_below(random, smaller(32, input->size_bytes - at) + 1));
	else
		overwrite(input, at, random);
}

/* In memory of just its size, so that a sanitizer sees the first byte too many. */
static void input_try(const struct input *input)
{
	uint8_t *copy = malloc(input->size_bytes + !input->size_bytes);

	check(copy != NULL, "memory");
	memcpy(copy, input->bytes, input->size_bytes);
	alarm(SECONDS_MAX);
	LLVMFuzzerTestOneInput(copy, input->size_bytes);
	alarm(0);
	free(copy);
}

static void round_try(const struct corpus *corpus, uint64_t round, uint8_t *bytes)
{
	struct random_source random;
	const struct input *origin;
	struct input input = { .bytes = bytes };

	random_seed(&random, round);
	origin = &corpus->inputs[random_below(&random, corpus->count)];
	insert(&input, 0, origin->bytes, origin->size_bytes);
	for (uint64_t left = 1 + random_below(&random, CHANGES_MAX); left > 0; left--)
		change(&input, corpus, &random);
	input_try(&input);
}

static void work(const struct corpus *corpus, uint64_t first, uint64_t rounds,
		 struct progress *progress)
{
	uint8_t *bytes = malloc(INPUT_BYTES_MAX);

	check(bytes != NULL, "memory");
	for (; progress->file < corpus->count; progress->file++)
		input_try(&corpus->inputs[progress->file]);
	for (progress->round = first; progress->round < first + rounds; progress->round++)
		round_try(corpus, progress->round, bytes);
	free(bytes);
}

static int verdict(int status, const struct corpus *corpus, const struct progress *progress)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		printf("%zu files, and the rounds before %" PRIu64 "\n", corpus->count,
		       progress->round);
		return 0;
	}
	if (progress->file < corpus->count)
		printf("FAILED: %s", corpus->entries[progress->file]->d_name);
	else
		printf("FAILED: round %" PRIu64, progress->round);
	printf(": %s\n", WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "see above");
	return 1;
}

int main(int argc, char **argv)
{
	const uint64_t rounds = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
	const uint64_t first = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
	struct progress *progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct corpus corpus;
	int status;
	pid_t child;

	if (argc < 2) {
		fputs("usage: fuzz DIRECTORY [ROUNDS [FIRST]]\n", stderr);
		return 2;
	}
	check(progress != MAP_FAILED, "shared memory");
	corpus = corpus_load(argv[1]);
	child = fork();
	check(child >= 0, "fork");
	if (child == 0)
		work(&corpus, first, rounds, progress);
	else
		check(waitpid(child, &status, 0) == child, "waitpid");
	status = child == 0 ? 0 : verdict(status, &corpus, progress);
	corpus_finish(&corpus);
	return status;
}
