/* What the producer in the kernel and the bench that reads from it share. */
#ifndef BENCH_PRODUCER_H
#define BENCH_PRODUCER_H

#include "probes/kernel_record.h"

#define PRODUCER_BURST	    1000
#define PRODUCER_RING_BYTES (8 << 20)

#endif
