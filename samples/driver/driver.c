/*
 * A small instrumented driver: how any program of yours is made visible to jitterscope.
 *
 *   jitterscope record app -o DIR -- ./sample-driver
 *   jitterscope report DIR
 *
 * It plays a device that interrupts every 5 ms for two seconds: service routine -> deferred
 * procedure call (DPC) -> event -> client, each a thread here. In your program, put the probes
 * where these steps really happen. Fields that you leave out are 0. The arguments are evaluated
 * only while somebody records, so keep them free of side effects. The header is all there is:
 *
 *   gcc -std=c11 driver.c -I /usr/local/include -pthread -o sample-driver
 */
#define _GNU_SOURCE
#include <jscope/probe.h>

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Identities: any number that stays the same for one object, an address for instance. */
enum { DEVICE = 1, LINE = 16, DPC = 0x100, EVENT = 0x200 };
enum { DISPATCH = 2, DEVICE_LEVEL = 5, INTERRUPT_COUNT = 400, PERIOD_NS = 5000000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool dpc_queued, event_set; /* these and the next: under the lock */
static uint64_t seq_last, wake_count;
static sem_t dpc_kick, event_kick;

/* The interrupt service routine: quiet the device, leave the rest to the DPC. */
static void interrupt(uint64_t seq, uint64_t asserted_ns)
{
	JSCOPE_PROBE(irq_entry, .dev = DEVICE, .irql = DEVICE_LEVEL, .irq = LINE, .seq = seq,
		     .true_ts_ns = asserted_ns);
	pthread_mutex_lock(&lock);
	/* Already queued? Then this interrupt merges into the run that is still to come. */
	JSCOPE_PROBE(dpc_insert, .dev = DEVICE, .irql = DEVICE_LEVEL, .dpc = DPC, .caller_seq = seq,
		     .importance = 1, .inserted = !dpc_queued);
	dpc_queued = true;
	seq_last = seq;
	pthread_mutex_unlock(&lock);
	sem_post(&dpc_kick);
	JSCOPE_PROBE(irq_exit, .dev = DEVICE, .irql = DEVICE_LEVEL, .irq = LINE, .seq = seq,
		     .claimed = 1);
}

/* One run of the DPC: tell the client. `prev` says whether it has not even heard the last one. */
static void dpc(uint64_t run)
{
	dpc_queued = false;
	JSCOPE_PROBE(dpc_entry, .dev = DEVICE, .irql = DISPATCH, .dpc = DPC, .run = run);
	JSCOPE_PROBE(ev_set, .dev = DEVICE, .irql = DISPATCH, .event = EVENT, .prev = event_set,
		     .dpc = DPC, .run = run, .packet = seq_last);
	event_set = true;
	sem_post(&event_kick);
	JSCOPE_PROBE(dpc_exit, .dev = DEVICE, .irql = DISPATCH, .dpc = DPC, .run = run);
}

static void *dpc_thread(void *unused)
{
	for (uint64_t run = 0;;) {
		sem_wait(&dpc_kick);
		pthread_mutex_lock(&lock);
		if (dpc_queued)
			dpc(++run);
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

static void *client_thread(void *unused)
{
	const uint32_t tid = (uint32_t)gettid();

	for (;;) {
		JSCOPE_PROBE(ev_wait, .dev = DEVICE, .event = EVENT, .tid = tid);
		sem_wait(&event_kick);
		pthread_mutex_lock(&lock);
		/* A second signal before this wake was merged into it and has left nothing to do.
		 */
		if (event_set) {
			wake_count++;
			JSCOPE_PROBE(ev_wake, .dev = DEVICE, .event = EVENT, .tid = tid,
				     .count = wake_count);
		}
		event_set = false;
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	pthread_t dpcs, client;
	struct timespec due;

	sem_init(&dpc_kick, 0, 0);
	sem_init(&event_kick, 0, 0);
	pthread_create(&dpcs, NULL, dpc_thread, NULL);
	pthread_create(&client, NULL, client_thread, NULL);
	clock_gettime(CLOCK_MONOTONIC, &due);
	for (uint64_t seq = 1; seq <= INTERRUPT_COUNT; seq++) {
		/* Absolute instants: relative sleeps would drift from the period. */
		due.tv_nsec += PERIOD_NS;
		due.tv_sec += due.tv_nsec / 1000000000;
		due.tv_nsec %= 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
		interrupt(seq, (uint64_t)due.tv_sec * 1000000000u + (uint64_t)due.tv_nsec);
	}
	sleep(1); /* let the last one through */
	pthread_mutex_lock(&lock);
	printf("%d interrupts, %u wakes\n", INTERRUPT_COUNT, (unsigned)wake_count);
	return 0;
}
