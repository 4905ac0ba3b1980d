#include "reader_bt2_live.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "reader_bt2.h"

#define FORM "lttng-live://HOST[:PORT]/host/TARGET/SESSION"

/* Sentences about sessions there are; the list of errors has to have room for them. */
#define SESSIONS_TOLD_MAX 5

/* Parts of a path, not ended by zeros; target and session are empty where it names none. */
struct address {
	const char *path;
	int relay_size, target_size, session_size;
	const char *relay, *target, *session; /* relay: with its port, if it has one */
};

static int address_refuse(const char *path, const char *reason)
{
	return jscope_error(-EINVAL, "'%s' %s: a live session is named %s.", path, reason, FORM);
}

static bool is_port(const char *text, int size)
{
	char *end;
	const long port = strtol(text, &end, 10);

	return size > 0 && *text >= '0' && *text <= '9' && end == text + size && port > 0 &&
	       port < 65536;
}

static int relay_parse(const char *path, struct address *address)
{
	const char *colon = memchr(address->relay, ':', (size_t)address->relay_size);
	const int host_size = colon ? (int)(colon - address->relay) : address->relay_size;

	if (*address->relay == '[')
		return address_refuse(path, "names its host by an IPv6 address, which "
					    "libbabeltrace2 does not take");
	if (!host_size)
		return address_refuse(path, "names no host");
	if (colon && !is_port(colon + 1, address->relay_size - host_size - 1))
		return address_refuse(path, "has no port from 1 to 65535 behind the ':'");
	return 0;
}

/* "/host/TARGET/SESSION" */
static int session_parse(const char *path, const char *rest, struct address *address)
{
	static const char word[] = "/host/";

	if (strncmp(rest, word, sizeof word - 1) != 0)
		return address_refuse(path, "has no '/host/' behind the host of the relay daemon");
	address->target = rest + sizeof word - 1;
	address->target_size = (int)strcspn(address->target, "/");
	if (!address->target_size || address->target[address->target_size] != '/')
		return address_refuse(path, "has no TARGET/SESSION behind '/host/'");
	address->session = address->target + address->target_size + 1;
	address->session_size = (int)strlen(address->session);
	if (!address->session_size || strchr(address->session, '/'))
		return address_refuse(path, "does not end in one name of a session");
	return 0;
}

static int address_parse(const char *path, struct address *ret_address)
{
	struct address address = { .path = path, .relay = path + strlen(JSCOPE_LIVE_SCHEME) };
	const char *rest;
	int error;

	if (strlen(path) >= JSCOPE__LIVE_URL_MAX)
		return address_refuse(path, "is too long");
	address.relay_size = (int)strcspn(address.relay, "/");
	rest = address.relay + address.relay_size;
	error = relay_parse(path, &address);
	if (!error && strcmp(rest, "") != 0 && strcmp(rest, "/") != 0)
		error = session_parse(path, rest, &address);
	if (!error)
		*ret_address = address;
	return error;
}

/* Returns 0 and an array of maps, one per session; or a sentence why there is none. */
static int sessions_query(const bt_component_class *live, const struct address *address,
			  const bt_value **ret_sessions)
{
	char url[JSCOPE__LIVE_URL_MAX];
	bt_value *params = bt_value_map_create();
	bt_query_executor *query = NULL;
	int error = 0;

	snprintf(url, sizeof url, "net://%.*s", address->relay_size, address->relay);
	if (params && !bt_value_map_insert_string_entry(params, "url", url))
		query = bt_query_executor_create(live, "sessions", params);
	if (!query) {
		error = -ENOMEM;
	} else if (bt_query_executor_query(query, ret_sessions) !=
		   BT_QUERY_EXECUTOR_QUERY_STATUS_OK) {
		error = jscope__bt2_error(-ENOTCONN, "There is no relay daemon to be reached at",
					  address->path);
		jscope_error(error, "lttng-relayd must run there, and listens on its own machine "
				    "only unless started so: lttng-relayd -L tcp://0.0.0.0:5344");
	}
	bt_query_executor_put_ref(query);
	bt_value_put_ref(params);
	return error;
}

static const char *text_get(const bt_value *session, const char *key)
{
	const bt_value *value = bt_value_map_borrow_entry_value_const(session, key);

	return value && bt_value_is_string(value) ? bt_value_string_get(value) : "";
}

static bool is_named(const bt_value *session, const struct address *address)
{
	const char *target = text_get(session, "target-hostname");
	const char *name = text_get(session, "session-name");

	return strlen(target) == (size_t)address->target_size &&
	       strlen(name) == (size_t)address->session_size &&
	       !memcmp(target, address->target, (size_t)address->target_size) &&
	       !memcmp(name, address->session, (size_t)address->session_size);
}

static bool is_among(const bt_value *sessions, const struct address *address)
{
	const uint64_t count = bt_value_array_get_length(sessions);

	for (uint64_t i = 0; i < count; i++)
		if (is_named(bt_value_array_borrow_element_by_index_const(sessions, i), address))
			return true;
	return false;
}

static void sessions_tell(const bt_value *sessions, const struct address *address)
{
	const uint64_t count = bt_value_array_get_length(sessions);

	if (!count)
		jscope_error(-ENOENT, "It has no live session at all; make one with: lttng create "
				      "--live --set-url=net://HOST, then enable events.");
	for (uint64_t i = 0; i < count && i < SESSIONS_TOLD_MAX; i++) {
		const bt_value *session = bt_value_array_borrow_element_by_index_const(sessions, i);

		jscope_error(-ENOENT, "It has " JSCOPE_LIVE_SCHEME "%.*s/host/%s/%s",
			     address->relay_size, address->relay,
			     text_get(session, "target-hostname"),
			     text_get(session, "session-name"));
	}
	if (count > SESSIONS_TOLD_MAX)
		jscope_error(-ENOENT,
			     "It has %llu more; all are shown by: babeltrace2 "
			     "--input-format=lttng-live net://%.*s",
			     (unsigned long long)(count - SESSIONS_TOLD_MAX), address->relay_size,
			     address->relay);
}

static int session_find(const bt_value *sessions, const struct address *address)
{
	if (address->session && is_among(sessions, address))
		return 0;
	if (address->session)
		jscope_error(-ENOENT,
			     "The relay daemon at '%.*s' has no live session '%s' of a "
			     "host '%.*s'.",
			     address->relay_size, address->relay, address->session,
			     address->target_size, address->target);
	else
		jscope_error(-ENOENT,
			     "'%s' names no session of that relay daemon: a live session "
			     "is named %s.",
			     address->path, FORM);
	sessions_tell(sessions, address);
	return -ENOENT;
}

int jscope__live_find(const bt_component_class *live, const char *path, char *ret_url)
{
	const bt_value *sessions = NULL;
	struct address address;
	int error = address_parse(path, &address);

	if (!error)
		error = sessions_query(live, &address, &sessions);
	if (!error)
		error = session_find(sessions, &address);
	if (!error)
		snprintf(ret_url, JSCOPE__LIVE_URL_MAX, "net://%s", address.relay);
	bt_value_put_ref(sessions);
	return error;
}
