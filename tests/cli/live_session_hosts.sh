# Two hosts on one machine, for tests of live sessions: `. .../live_session_hosts.sh` begins the
# script anew in namespaces of its own, which take all their processes with them when it ends.
#
#   here: lttng-relayd, jitterscope    10.77.0.1 ──── 10.77.0.2    far: lttng-sessiond, the device

. "$JSCOPE_SOURCE/tests/lib.sh"

here=10.77.0.1
provider=$JSCOPE_BUILD/lib/jitterscope/libjscope-ust.so

hosts_need()
{
	for program in lttng lttng-sessiond lttng-relayd babeltrace2 ip unshare nsenter python3; do
		need_program "$program"
	done
	[ "$(id -u)" -eq 0 ] && as_root= || as_root=--map-root-user
	unshare $as_root --mount --uts --net --pid --fork true 2> "$work/err" ||
		skip "no namespaces of our own: $(head -n 1 "$work/err")"
}

hosts_begin()
{
	hosts_need
	status=0
	JSCOPE_HOSTS=$work unshare $as_root --mount --uts --net --pid --fork --kill-child \
		--mount-proc "$0" || status=$?
	exit "$status"
}

# In the namespace of the far host.
far()
{
	nsenter --target "$far_pid" --net --mount --uts --root --wd "$@"
}

hosts_connect()
{
	ip link add near type veth peer name far 2> "$work/err" ||
		skip "no virtual network: $(head -n 1 "$work/err")"
	ip link set far netns "$far_pid"
	ip link set lo up
	ip addr add "$here/24" dev near
	ip link set near up
	far ip link set lo up
	far ip addr add 10.77.0.2/24 dev far
	far ip link set far up
}

# Daemons find their sockets in /run: each host has one of its own, apart from the machine's.
hosts_up()
{
	export HOME="$work/home" LTTNG_HOME="$work/home" LTTNG_UST_REGISTER_TIMEOUT=-1
	mkdir "$HOME"
	mount -t tmpfs none /run
	mkdir /run/lttng
	unshare --net --mount --uts sh -c \
		'mount -t tmpfs none /run && mkdir /run/lttng && hostname device && exec sleep 1000' &
	far_pid=$!
	until far hostname 2> /dev/null | grep -qx device; do sleep 0.05; done
	hosts_connect
	lttng-relayd --background --output "$work/stored" --live-port "tcp://0.0.0.0:5344" \
		2> "$work/relayd.log"
	far lttng-sessiond --background 2> "$work/sessiond.log"
}

# session NAME: make one and start it; its address is then in $url.
# Many sub-buffers: on a busy machine events were lost with the usual four.
session()
{
	far lttng create "$1" --live=200000 --set-url="net://$here"
	far lttng enable-channel --userspace --num-subbuf=64 --subbuf-size=32k events
	far lttng enable-event --userspace --channel events 'jscope:*'
	far lttng add-context --userspace --channel events --type vtid --type procname
	far lttng start
	url=lttng-live://$here/host/device/$1
} > "$work/lttng.log"

# attached NAME: until a viewer watches it.
attached()
{
	for _ in $(seq 200); do
		babeltrace2 --input-format=lttng-live "net://$here" 2> /dev/null |
			grep -q "/$1 .* 1 client" && return
		sleep 0.05
	done
	fail "nobody watches session $1"
}

# reader_ends STATUS PID ERRORS: else what it wrote to the file ERRORS is shown.
reader_ends()
{
	status=0
	wait "$2" || status=$?
	[ "$status" -eq "$1" ] || fail "the reader exits $status, not $1: $(cat "$3")"
}

# 400 interrupts in two seconds, each with one run of its deferred work.
driver()
{
	far env JSCOPE_PROVIDER="$provider" sample-driver > "$work/driver.log"
}

# session_end NAME: and where it is stored, in $stored.
session_end()
{
	far lttng destroy "$1" > "$work/lttng.log"
	stored=$(find "$work/stored/device" -maxdepth 1 -name "$1-*")
}

if [ -z "${JSCOPE_HOSTS:-}" ]; then
	hosts_begin
fi
hosts_up
