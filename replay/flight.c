#include "flight.h"

/* The count is about to change, or may have changed unseen: tell what it was until now. */
static void depth_tell(struct jscope__flight *flight, struct jscope__output *output)
{
	struct jscope_depth depth;

	if (!output->sink->depth)
		return;
	depth = (struct jscope_depth){
		.device = flight->device,
		.begin_ns = flight->told_ns,
		.end_ns = output->now_ns,
		.count = flight->count,
		.lossy = jscope__output_lost_between(output, flight->told_ns, output->now_ns),
	};
	if (flight->begun && depth.begin_ns < depth.end_ns)
		jscope__output_depth(output, &depth);
	flight->told_ns = output->now_ns;
}

unsigned jscope__flight_count(struct jscope__flight *flight, struct jscope__output *output)
{
	if (flight->count &&
	    jscope__output_lost_between(output, flight->since_ns, output->now_ns)) {
		depth_tell(flight, output);
		flight->count = 0;
		flight->counting++;
	}
	return flight->count;
}

uint64_t jscope__flight_begin(struct jscope__flight *flight, struct jscope__output *output)
{
	depth_tell(flight, output);
	flight->begun = true;
	if (!jscope__flight_count(flight, output))
		flight->since_ns = output->now_ns;
	flight->count++;
	return flight->counting;
}

void jscope__flight_end(struct jscope__flight *flight, struct jscope__output *output,
			uint64_t counting)
{
	if (counting != flight->counting)
		return;
	depth_tell(flight, output);
	flight->count--;
}

void jscope__flight_finish(struct jscope__flight *flight, struct jscope__output *output)
{
	depth_tell(flight, output);
}
