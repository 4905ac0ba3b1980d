#!/bin/sh
# Record PROGRAM into DIRECTORY/uid and DIRECTORY/pid: buffers shared by a user's programs, and
# buffers of its own. Each has a channel whose events carry contexts and one whose events carry none.
# The daemon is one of our own, so that nobody else's is disturbed.
# usage: record.sh PROGRAM DIRECTORY; exits 77 where the machine does not allow that
set -eu

# For root the daemon's place is the same for all: hide it.
if [ "$(id -u)" -eq 0 ] && [ -z "${JSCOPE_HIDDEN:-}" ]; then
	unshare --mount true 2>/dev/null || exit 77
	JSCOPE_HIDDEN=1 exec unshare --mount sh "$0" "$@"
fi
if [ "$(id -u)" -eq 0 ]; then
	mount -t tmpfs hidden /run
	mkdir -p /var/run/lttng
fi

program=$1
directory=$2
# Names of sockets end at 107 characters: not in a build directory.
LTTNG_HOME=$(mktemp -d)
export LTTNG_HOME
pid=

finish()
{
	if [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null || :
		timeout 10 tail --pid="$pid" -f /dev/null || :
	fi
	rm -rf "$LTTNG_HOME"
}
trap finish EXIT

quiet()
{
	"$@" > "$LTTNG_HOME/said" 2>&1 || { cat "$LTTNG_HOME/said" >&2; exit 1; }
}

quiet lttng-sessiond --no-kernel --background --pidfile "$LTTNG_HOME/pid"
pid=$(cat "$LTTNG_HOME/pid")

# session NAME: its buffers belong to what NAME says
session()
{
	quiet lttng --no-sessiond create "$1" --output "$directory/$1"
	for channel in plain told; do
		quiet lttng enable-channel --userspace --buffers-"$1" --subbuf-size 256K "$channel"
		quiet lttng enable-event --userspace --channel "$channel" 'ust_types:*'
	done
	quiet lttng add-context --userspace --channel told --type vpid --type vtid --type procname \
		--type pthread_id --type ip --type cgroup_ns --type pid_ns --type user_ns
	quiet lttng start
}

session uid
session pid
LTTNG_UST_REGISTER_TIMEOUT=-1 LTTNG_UST_BLOCKING_RETRY_TIMEOUT=-1 "$program" 120
for name in uid pid; do
	quiet lttng stop "$name"
	quiet lttng destroy "$name"
done
