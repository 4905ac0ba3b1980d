#include "tsdl.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <string.h>

/* Balanced trees: chosen names must not make look-ups slow, as they could with a hash. */

static int name_compare(const void *left, const void *right)
{
	return strcmp(((const struct jscope__tsdl_name *)left)->name,
		      ((const struct jscope__tsdl_name *)right)->name);
}

int jscope__tsdl_name_add(struct jscope__tsdl_parser *parser, void **names, const char *name,
			  void *thing)
{
	struct jscope__tsdl_name *entry = jscope__ctf_arena_get(parser->arena, 1, sizeof *entry);
	struct jscope__tsdl_name **node;

	if (!entry)
		return jscope__tsdl_no_memory(parser);
	entry->name = name;
	entry->thing = thing;
	node = tsearch(entry, names, name_compare);
	if (!node)
		return jscope__tsdl_no_memory(parser);
	return *node == entry ? 0 : -EEXIST;
}

void *jscope__tsdl_name_find(void *const *names, const char *name)
{
	const struct jscope__tsdl_name key = { .name = name };
	struct jscope__tsdl_name **node = tfind(&key, names, name_compare);

	return node ? (*node)->thing : NULL;
}

static void entry_keep(void *entry)
{
	(void)entry; /* it is the arena's */
}

void jscope__tsdl_names_finish(void **names)
{
	tdestroy(*names, entry_keep);
	*names = NULL;
}

void jscope__tsdl_scope_enter(struct jscope__tsdl_parser *parser, struct jscope__tsdl_scope *scope)
{
	scope->outer = parser->scope;
	scope->names = NULL;
	parser->scope = scope;
}

void jscope__tsdl_scope_leave(struct jscope__tsdl_parser *parser)
{
	jscope__tsdl_names_finish(&parser->scope->names);
	parser->scope = parser->scope->outer;
}

/* Kinds and names share one tree: no name of a type can begin like "struct ". */
static const char *key_join(struct jscope__tsdl_parser *parser, const char *kind, const char *name)
{
	const size_t kind_length = strlen(kind), length = strlen(name);
	char *key = jscope__ctf_arena_get(parser->arena, kind_length + length + 1, 1);

	if (key) {
		memcpy(key, kind, kind_length);
		memcpy(key + kind_length, name, length);
	}
	return key;
}

int jscope__tsdl_scope_declare(struct jscope__tsdl_parser *parser, const char *kind,
			       const char *name, struct jscope__tsdl_type *type)
{
	const char *key = key_join(parser, kind, name);
	int error;

	if (!key)
		return jscope__tsdl_no_memory(parser);
	error = jscope__tsdl_name_add(parser, &parser->scope->names, key, type);
	if (error != -EEXIST)
		return error;
	return jscope__tsdl_refuse(
		parser, parser->token.line,
		"the type '%.64s' is declared twice in one scope; " JSCOPE__TSDL_REMEDY, key);
}

struct jscope__tsdl_type *jscope__tsdl_scope_find(struct jscope__tsdl_parser *parser,
						  const char *kind, const char *name)
{
	char key[JSCOPE__TSDL_NAME_BYTES + sizeof "variant "];

	snprintf(key, sizeof key, "%s%s", kind, name);
	for (struct jscope__tsdl_scope *scope = parser->scope; scope; scope = scope->outer) {
		struct jscope__tsdl_type *type = jscope__tsdl_name_find(&scope->names, key);

		if (type)
			return type;
	}
	return NULL;
}
