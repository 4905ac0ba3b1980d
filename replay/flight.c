#include "flight.h"

unsigned jscope__flight_count(struct jscope__flight *flight, const struct jscope__output *output)
{
	if (flight->count &&
	    jscope__output_lost_between(output, flight->since_ns, output->now_ns)) {
		flight->count = 0;
		flight->counting++;
	}
	return flight->count;
}

uint64_t jscope__flight_begin(struct jscope__flight *flight, const struct jscope__output *output)
{
	if (!jscope__flight_count(flight, output))
		flight->since_ns = output->now_ns;
	flight->count++;
	return flight->counting;
}

void jscope__flight_end(struct jscope__flight *flight, uint64_t counting)
{
	if (counting == flight->counting)
		flight->count--;
}
