#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "ctf_paths.h"
#include "reader_bt2.h"
#include "reader_bt2_live.h"

/* The plugins' component classes, while a graph is built. */
struct builder {
	const bt_plugin *ctf_plugin, *utils_plugin;
	const bt_component_class_source *ctf, *live;
	const bt_component_class_filter *muxer;
	const bt_component_filter *mux;
	uint64_t mux_ports, source_count;
};

/* Traces of one logical trace (chunks, per-user buffers) go to one source, as its inputs. */
struct group {
	char *name;	  /* owned; NULL where the trace does not tell, then it stands alone */
	bt_value *inputs; /* owned array */
};

/*
 * Take the words "some-addr=0x1234" out: they differ from run to run, and reports of one trace are
 * to be the same.
 */
static void addresses_drop(char *text)
{
	static const char mark[] = "-addr=0x";
	char *found;

	while ((found = strstr(text, mark))) {
		char *begin = found, *end = found + sizeof mark - 1;

		while (begin > text && begin[-1] != ' ')
			begin--;
		end += strspn(end, "0123456789abcdefABCDEF");
		end += strspn(end, ", ");
		memmove(begin, end, strlen(end) + 1);
	}
}

int jscope__bt2_error(int error, const char *what, const char *path)
{
	const bt_error *cause = bt_current_thread_take_error();

	if (cause && bt_error_get_cause_count(cause)) {
		const bt_error_cause *deepest = bt_error_borrow_cause_by_index(cause, 0);
		char text[JSCOPE_ERROR_TEXT_MAX];

		snprintf(text, sizeof text, "%s", bt_error_cause_get_message(deepest));
		addresses_drop(text);
		jscope_error(error, "%s '%s': %s", what, path, text);
	} else {
		jscope_error(error, "%s '%s': libbabeltrace2 gives no cause.", what, path);
	}
	if (cause)
		bt_error_release(cause);
	return error;
}

static int builder_init(struct builder *builder)
{
	memset(builder, 0, sizeof *builder);
	if (bt_plugin_find("ctf", BT_TRUE, BT_TRUE, BT_TRUE, BT_TRUE, BT_FALSE,
			   &builder->ctf_plugin) != BT_PLUGIN_FIND_STATUS_OK ||
	    bt_plugin_find("utils", BT_TRUE, BT_TRUE, BT_TRUE, BT_TRUE, BT_FALSE,
			   &builder->utils_plugin) != BT_PLUGIN_FIND_STATUS_OK)
		return jscope__bt2_error(-EBADMSG, "Cannot load the plugins of", "libbabeltrace2");
	builder->ctf =
		bt_plugin_borrow_source_component_class_by_name_const(builder->ctf_plugin, "fs");
	builder->live = bt_plugin_borrow_source_component_class_by_name_const(builder->ctf_plugin,
									      "lttng-live");
	builder->muxer = bt_plugin_borrow_filter_component_class_by_name_const(
		builder->utils_plugin, "muxer");
	if (!builder->ctf || !builder->live || !builder->muxer)
		return jscope_error(-EBADMSG, "The plugins of libbabeltrace2 have no 'ctf.fs', no "
					      "'lttng-live' or no 'muxer': is the package "
					      "complete?");
	return 0;
}

static void builder_finish(struct builder *builder)
{
	bt_plugin_put_ref(builder->ctf_plugin);
	bt_plugin_put_ref(builder->utils_plugin);
}

/* What source.ctf.fs says to which logical trace a directory belongs. NULL: it stands alone. */
static char *group_name(const struct builder *builder, const char *path)
{
	const bt_component_class *ctf =
		bt_component_class_source_as_component_class_const(builder->ctf);
	bt_value *params = bt_value_map_create();
	bt_query_executor *query = NULL;
	const bt_value *result = NULL, *group;
	char *name = NULL;

	if (!params || bt_value_map_insert_string_entry(params, "type", "directory") ||
	    bt_value_map_insert_string_entry(params, "input", path))
		goto out;
	query = bt_query_executor_create(ctf, "babeltrace.support-info", params);
	if (!query || bt_query_executor_query(query, &result) != BT_QUERY_EXECUTOR_QUERY_STATUS_OK)
		goto out;
	if (bt_value_is_map(result)) {
		group = bt_value_map_borrow_entry_value_const(result, "group");
		if (group && bt_value_is_string(group))
			name = strdup(bt_value_string_get(group));
	}
out:
	bt_current_thread_clear_error();
	bt_value_put_ref(result);
	bt_query_executor_put_ref(query);
	bt_value_put_ref(params);
	return name;
}

/* Put a path into its group, a new one where none has its name. groups: room for one more. */
static int groups_add(const struct builder *builder, struct group *groups, size_t *count,
		      const char *path)
{
	char *name = group_name(builder, path);
	size_t i;

	for (i = 0; i < *count; i++)
		if (name && groups[i].name && !strcmp(name, groups[i].name))
			break;
	if (i < *count) {
		free(name);
	} else {
		groups[i].name = name;
		groups[i].inputs = bt_value_array_create();
		(*count)++;
	}
	if (!groups[i].inputs || bt_value_array_append_string_element(groups[i].inputs, path))
		return -ENOMEM;
	return 0;
}

static void groups_finish(struct group *groups, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(groups[i].name);
		bt_value_put_ref(groups[i].inputs);
	}
	free(groups);
}

static int port_connect(struct jscope__bt2 *reader, struct builder *builder,
			const bt_port_output *output)
{
	const bt_port_input *input = bt_component_filter_borrow_input_port_by_index_const(
		builder->mux, builder->mux_ports);

	if (!input || bt_graph_connect_ports(reader->graph, output, input, NULL))
		return jscope__bt2_error(-EBADMSG, "Cannot read", reader->path);
	builder->mux_ports++;
	return 0;
}

/* A source with all its ports. params: NULL where memory was short; taken over. */
static int source_add(struct jscope__bt2 *reader, struct builder *builder,
		      const bt_component_class_source *class, bt_value *params, const char *path)
{
	const bt_component_source *source;
	char name[32];
	int error = 0;

	snprintf(name, sizeof name, "source%" PRIu64, builder->source_count++);
	if (!params)
		return -ENOMEM;
	if (bt_graph_add_source_component(reader->graph, class, name, params, BT_LOGGING_LEVEL_NONE,
					  &source))
		error = jscope__bt2_error(-EBADMSG, "Cannot open the trace", path);
	bt_value_put_ref(params);
	for (uint64_t i = 0; !error && i < bt_component_source_get_output_port_count(source); i++)
		error = port_connect(
			reader, builder,
			bt_component_source_borrow_output_port_by_index_const(source, i));
	return error;
}

static bt_value *inputs_params(bt_value *inputs)
{
	bt_value *params = bt_value_map_create();

	if (params && !bt_value_map_insert_entry(params, "inputs", inputs))
		return params;
	bt_value_put_ref(params);
	return NULL;
}

static int group_add(struct jscope__bt2 *reader, struct builder *builder, const struct group *group)
{
	const char *first =
		bt_value_string_get(bt_value_array_borrow_element_by_index_const(group->inputs, 0));

	return source_add(reader, builder, builder->ctf, inputs_params(group->inputs), first);
}

/* A session that is gone when it is attached to is a failure, one that ends later an end. */
static bt_value *live_params(const char *url)
{
	bt_value *inputs = bt_value_array_create();
	bt_value *params = NULL;

	if (inputs && !bt_value_array_append_string_element(inputs, url))
		params = inputs_params(inputs);
	if (params &&
	    bt_value_map_insert_string_entry(params, "session-not-found-action", "fail")) {
		bt_value_put_ref(params);
		params = NULL;
	}
	bt_value_put_ref(inputs);
	return params;
}

static int live_add(struct jscope__bt2 *reader, struct builder *builder, const char *path)
{
	char url[JSCOPE__LIVE_URL_MAX];
	int error = jscope__live_find(
		bt_component_class_source_as_component_class_const(builder->live), path, url);

	return error ? error : source_add(reader, builder, builder->live, live_params(url), path);
}

static int traces_add(struct jscope__bt2 *reader, struct builder *builder, const char *path)
{
	struct jscope__ctf_paths paths;
	struct group *groups;
	size_t count = 0;
	int error = jscope__ctf_paths_find(path, &paths);

	if (error < 0)
		return error;
	groups = calloc(paths.count, sizeof *groups);
	if (!groups)
		error = -ENOMEM;
	for (size_t i = 0; !error && i < paths.count; i++)
		error = groups_add(builder, groups, &count, paths.path[i]);
	for (size_t i = 0; !error && i < count; i++)
		error = group_add(reader, builder, &groups[i]);
	groups_finish(groups, count);
	jscope__ctf_paths_finish(&paths);
	return error;
}

static int sink_add(struct jscope__bt2 *reader, struct builder *builder,
		    bt_graph_simple_sink_component_consume_func consume)
{
	const bt_component_sink *sink;

	if (bt_graph_add_simple_sink_component(reader->graph, "sink", NULL, consume, NULL, reader,
					       &sink) ||
	    bt_graph_connect_ports(
		    reader->graph,
		    bt_component_filter_borrow_output_port_by_index_const(builder->mux, 0),
		    bt_component_sink_borrow_input_port_by_index_const(sink, 0), NULL))
		return jscope__bt2_error(-EBADMSG, "Cannot read", reader->path);
	return 0;
}

int jscope__bt2_graph_build(struct jscope__bt2 *reader, const char *path,
			    bt_graph_simple_sink_component_consume_func consume)
{
	struct builder builder;
	int error;

	bt_logging_set_global_level(BT_LOGGING_LEVEL_NONE);
	reader->graph = bt_graph_create(0);
	if (!reader->graph)
		return -ENOMEM;
	error = builder_init(&builder);
	if (!error && bt_graph_add_filter_component(reader->graph, builder.muxer, "muxer", NULL,
						    BT_LOGGING_LEVEL_NONE, &builder.mux))
		error = jscope__bt2_error(-EBADMSG, "Cannot read", path);
	if (!error)
		error = reader->info.is_live ? live_add(reader, &builder, path)
					     : traces_add(reader, &builder, path);
	if (!error)
		error = sink_add(reader, &builder, consume);
	builder_finish(&builder);
	return error;
}
