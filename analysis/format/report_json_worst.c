/* The longest few chains and requests in a report as JSON. */
#include "line.h"
#include "report_json.h"

/* Instants and stages that do not exist are left out. */
static void put_known(struct jscope__json *object, const char *key, jscope_ns ns)
{
	if (ns != JSCOPE_NS_UNKNOWN)
		jscope__json_put(object, key, json_integer(ns));
}

static void put_instants(struct jscope__json *object, const jscope_ns *at,
			 const char *(*name)(unsigned), unsigned count)
{
	struct jscope__json instants = jscope__json_object();
	char key[32];

	for (unsigned i = 0; i < count; i++) {
		snprintf(key, sizeof key, "%s_ns", name(i));
		put_known(&instants, key, at[i]);
	}
	jscope__json_put_child(object, "at", instants);
}

static void put_stages(struct jscope__json *object, const jscope_ns *stage_ns,
		       const char *(*name)(unsigned), unsigned count)
{
	struct jscope__json stages = jscope__json_object();

	for (unsigned i = 0; i < count; i++)
		put_known(&stages, name(i), stage_ns[i]);
	jscope__json_put_child(object, "stages", stages);
}

static const char *chain_instant(unsigned i)
{
	return jscope_instant_name((enum jscope_instant)i);
}

static const char *chain_stage(unsigned i)
{
	return jscope_stage_name((enum jscope_stage)i);
}

static const char *request_instant(unsigned i)
{
	return jscope_request_instant_names[i];
}

static const char *request_stage(unsigned i)
{
	return jscope__request_stage_name((enum jscope__request_stage)i);
}

static struct jscope__json chain_build(const struct jscope__worst_one *one)
{
	struct jscope__json chain = jscope__json_object();

	jscope__json_put(&chain, "seq", jscope__json_count(one->id));
	put_instants(&chain, one->at, chain_instant, JSCOPE_INSTANT_COUNT);
	put_stages(&chain, one->stage_ns, chain_stage, JSCOPE_STAGE_COUNT);
	jscope__json_put(&chain, "end_to_end_ns", json_integer(one->length_ns));
	return chain;
}

static struct jscope__json request_build(const struct jscope__worst_one *one)
{
	struct jscope__json request = jscope__json_object();

	jscope__json_put(&request, "id", jscope__json_count(one->id));
	jscope__json_put(&request, "bytes", jscope__json_count(one->bytes));
	put_instants(&request, one->at, request_instant, JSCOPE_REQUEST_INSTANTS);
	put_stages(&request, one->stage_ns, request_stage, JSCOPE__REQUEST_STAGE_COUNT);
	jscope__json_put(&request, "latency_ns", json_integer(one->length_ns));
	return request;
}

static void put_worst(struct jscope__json *row, const struct jscope__worst *worst,
		      struct jscope__json (*build)(const struct jscope__worst_one *one))
{
	struct jscope__json ones = jscope__json_array();

	for (unsigned i = 0; i < worst->count; i++)
		jscope__json_append(&ones, build(&worst->ones[i]));
	if (worst->count > 0)
		jscope__json_put_child(row, "worst", ones);
	else
		json_decref(ones.value);
}

void jscope__json_put_worst_chains(struct jscope__json *stream, const struct jscope__worst *worst)
{
	put_worst(stream, worst, chain_build);
}

void jscope__json_put_worst_requests(struct jscope__json *device, const struct jscope__worst *worst)
{
	put_worst(device, worst, request_build);
}
