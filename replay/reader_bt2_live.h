/*
 * Sessions that lttng-relayd serves while they run:
 *
 *   lttng-live://HOST[:PORT]/host/TARGET/SESSION
 *
 * HOST is where the relay daemon listens for viewers, TARGET the machine that is recorded. One
 * thread.
 */
#ifndef REPLAY_READER_BT2_LIVE_H
#define REPLAY_READER_BT2_LIVE_H

#include <babeltrace2/babeltrace.h>

#define JSCOPE__LIVE_URL_MAX 1024

/*
 * Find a session and give the address by which libbabeltrace2 knows it.
 *
 * live: the component class source.ctf.lttng-live.
 * ret_url: JSCOPE__LIVE_URL_MAX bytes.
 * Returns 0, -EINVAL (not such an address), -ENOTCONN (no relay daemon answers), -ENOENT (it has
 * no such session, or none is named), -ENOMEM; sentences say what is wrong and which sessions
 * there are.
 */
int jscope__live_find(const bt_component_class *live, const char *path, char *ret_url);

#endif
