#include "pipeline.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"

#define RING_COUNT 16
/* Who had to wait is woken when there is this much to do, so that few batches cost a wake. */
#define RING_WAKE (RING_COUNT / 2)

struct jscope__pipeline {
	struct jscope_reader *reader; /* borrowed */
	bool is_threaded, has_begun;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below but the batches */
	pthread_cond_t filled, emptied;
	unsigned long written, taken; /* batches, ever */
	bool stop;		      /* the caller wants no more */
	bool ended;		      /* the reader is at its end: `status` says how */
	int status;
	char sentences[JSCOPE_ERROR_MAX][JSCOPE_ERROR_TEXT_MAX];
	unsigned sentence_count;
	bool is_held; /* the caller looks at batch `taken` */
	struct jscope_batch batches[];
};

static int batch_fill(struct jscope__pipeline *pipeline, unsigned long index)
{
	return pipeline->reader->ops->next(pipeline->reader,
					   &pipeline->batches[index % RING_COUNT]);
}

/* Sentences belong to a thread: keep those of the reading one for the other. */
static void sentences_keep(struct jscope__pipeline *pipeline)
{
	const char *sentence;

	while ((sentence = jscope_error_sentence(pipeline->sentence_count))) {
		char *kept = pipeline->sentences[pipeline->sentence_count++];

		memcpy(kept, sentence, strlen(sentence) + 1);
	}
}

/* Room for one more batch, or false when nobody wants it. */
static bool room_await(struct jscope__pipeline *pipeline)
{
	bool goes_on;

	pthread_mutex_lock(&pipeline->lock);
	if (pipeline->written - pipeline->taken == RING_COUNT)
		while (!pipeline->stop && pipeline->written - pipeline->taken > RING_WAKE)
			pthread_cond_wait(&pipeline->emptied, &pipeline->lock);
	goes_on = !pipeline->stop;
	pthread_mutex_unlock(&pipeline->lock);
	return goes_on;
}

static void batch_publish(struct jscope__pipeline *pipeline)
{
	pthread_mutex_lock(&pipeline->lock);
	pipeline->written++;
	if (pipeline->written - pipeline->taken == RING_WAKE)
		pthread_cond_signal(&pipeline->filled);
	pthread_mutex_unlock(&pipeline->lock);
}

static void end_publish(struct jscope__pipeline *pipeline, int status)
{
	sentences_keep(pipeline);
	pthread_mutex_lock(&pipeline->lock);
	pipeline->ended = true;
	pipeline->status = status;
	pthread_cond_signal(&pipeline->filled);
	pthread_mutex_unlock(&pipeline->lock);
}

static void *read_ahead(void *state)
{
	struct jscope__pipeline *pipeline = state;
	unsigned long index = pipeline->written;
	int status = 1;

	while (status > 0 && room_await(pipeline)) {
		status = batch_fill(pipeline, index++);
		if (status > 0)
			batch_publish(pipeline);
	}
	end_publish(pipeline, status);
	return NULL;
}

static void sentences_hand_over(struct jscope__pipeline *pipeline)
{
	for (unsigned i = 0; i < pipeline->sentence_count; i++)
		jscope_error(pipeline->status, "%s", pipeline->sentences[i]);
	pipeline->sentence_count = 0;
}

static int batch_await(struct jscope__pipeline *pipeline)
{
	int status = 1;

	pthread_mutex_lock(&pipeline->lock);
	if (pipeline->is_held) {
		pipeline->taken++;
		if (pipeline->written - pipeline->taken == RING_WAKE)
			pthread_cond_signal(&pipeline->emptied);
	}
	if (pipeline->written == pipeline->taken)
		while (!pipeline->ended && pipeline->written - pipeline->taken < RING_WAKE)
			pthread_cond_wait(&pipeline->filled, &pipeline->lock);
	pipeline->is_held = pipeline->written != pipeline->taken;
	if (!pipeline->is_held)
		status = pipeline->status;
	pthread_mutex_unlock(&pipeline->lock);
	if (status <= 0)
		sentences_hand_over(pipeline);
	return status;
}

/* Read the first batch here and now; only then may another thread go on. */
static int begin(struct jscope__pipeline *pipeline)
{
	int status = batch_fill(pipeline, 0);

	pipeline->has_begun = true;
	if (status <= 0 || !pipeline->is_threaded) {
		pipeline->is_threaded = false;
		return status;
	}
	pipeline->written = 1;
	pipeline->is_held = true;
	pipeline->is_threaded = !pthread_create(&pipeline->thread, NULL, read_ahead, pipeline);
	return status;
}

int jscope__pipeline_next(struct jscope__pipeline *pipeline, const struct jscope_batch **ret_batch)
{
	int status;

	if (!pipeline->has_begun)
		status = begin(pipeline);
	else if (pipeline->is_threaded)
		status = batch_await(pipeline);
	else
		status = batch_fill(pipeline, 0);
	*ret_batch = &pipeline->batches[pipeline->taken % RING_COUNT];
	return status;
}

int jscope__pipeline_create(struct jscope_reader *reader, unsigned threads,
			    struct jscope__pipeline **ret_pipeline)
{
	const bool is_threaded = threads > 1 && reader->ops->is_movable;
	const size_t count = is_threaded ? RING_COUNT : 1;
	struct jscope__pipeline *pipeline =
		calloc(1, sizeof *pipeline + count * sizeof pipeline->batches[0]);

	if (!pipeline)
		return -ENOMEM;
	pipeline->reader = reader;
	pipeline->is_threaded = is_threaded;
	pthread_mutex_init(&pipeline->lock, NULL);
	pthread_cond_init(&pipeline->filled, NULL);
	pthread_cond_init(&pipeline->emptied, NULL);
	*ret_pipeline = pipeline;
	return 0;
}

static void thread_stop(struct jscope__pipeline *pipeline)
{
	pthread_mutex_lock(&pipeline->lock);
	pipeline->stop = true;
	pthread_cond_signal(&pipeline->emptied);
	pthread_mutex_unlock(&pipeline->lock);
	pthread_join(pipeline->thread, NULL);
}

void jscope__pipeline_destroy(struct jscope__pipeline *pipeline)
{
	if (!pipeline)
		return;
	if (pipeline->has_begun && pipeline->is_threaded)
		thread_stop(pipeline);
	pthread_mutex_destroy(&pipeline->lock);
	pthread_cond_destroy(&pipeline->filled);
	pthread_cond_destroy(&pipeline->emptied);
	free(pipeline);
}
