#include "tsdl.h"

#include <string.h>

/* A path that begins like this begins at a root, whatever surrounds the place. */
static const char *const prefixes[] = {
	[JSCOPE__TSDL_PACKET_HEADER] = "trace.packet.header.",
	[JSCOPE__TSDL_PACKET_CONTEXT] = "stream.packet.context.",
	[JSCOPE__TSDL_EVENT_HEADER] = "stream.event.header.",
	[JSCOPE__TSDL_STREAM_EVENT_CONTEXT] = "stream.event.context.",
	[JSCOPE__TSDL_EVENT_CONTEXT] = "event.context.",
	[JSCOPE__TSDL_EVENT_FIELDS] = "event.fields.",
};

/* Paths are written with or without the underscore that protects a name. */
static size_t member_find(const struct jscope__tsdl_type *declared, const char *name, size_t length)
{
	char protected[JSCOPE__TSDL_NAME_BYTES + 1] = "_";
	size_t index = jscope__tsdl_field_find(declared, name, length);

	if (index == declared->field_count && *name == '_')
		index = jscope__tsdl_field_find(declared, name + 1, length - 1);
	if (index == declared->field_count && length < JSCOPE__TSDL_NAME_BYTES) {
		memcpy(protected + 1, name, length);
		index = jscope__tsdl_field_find(declared, protected, length + 1);
	}
	return index;
}

/*
 * One step down. Members come into the built tree one after the other, so that those which lie
 * behind the place are not there yet, and are not found.
 */
static bool step(struct jscope__tsdl_tree *tree, const char *name, size_t length)
{
	size_t index;

	if (tree->declared->kind != JSCOPE__CTF_STRUCT)
		return false;
	index = member_find(tree->declared, name, length);
	if (index >= tree->type->field_count)
		return false;
	*tree = (struct jscope__tsdl_tree){ .declared = tree->declared->fields[index].type,
					    .type = tree->type->fields[index].type };
	return true;
}

/* The rest of the way: by structures only, since a variant or an array may not be that there. */
static struct jscope__ctf_type *descend(struct jscope__tsdl_tree tree, const char *path)
{
	while (*path) {
		const size_t length = strcspn(path, ".");

		if (!step(&tree, path, length))
			return NULL;
		path += length;
		path += *path == '.';
	}
	return tree.type;
}

static struct jscope__ctf_type *descend_from(const struct jscope__tsdl_tree *tree, const char *path)
{
	return tree->type ? descend(*tree, path) : NULL;
}

struct jscope__ctf_type *jscope__tsdl_path_resolve(const struct jscope__tsdl_builder *builder,
						   const struct jscope__tsdl_place *place,
						   const char *path)
{
	struct jscope__ctf_type *type = NULL;

	for (size_t i = 0; i < JSCOPE__TSDL_ROOT_COUNT; i++)
		if (strncmp(path, prefixes[i], strlen(prefixes[i])) == 0)
			type = descend_from(&builder->roots[i], path + strlen(prefixes[i]));
	for (; place && !type; place = place->outer)
		type = descend_from(&place->tree, path);
	for (size_t i = builder->root; i-- > 0 && !type;)
		type = descend_from(&builder->roots[i], path);
	return type;
}
