#!/bin/sh
# The network dies at the worst request: libbabeltrace2 has messages in its hands and asks for one
# more. Whoever ends the reader then gets them, and no complaint.
set -eu
. "$JSCOPE_SOURCE/tests/cli/live_session_hosts.sh"

# Passes requests and answers on until $work/stall is there and each stream has told something new
# in a row; from then on it is silent.
cat > "$work/relay.py" <<'PY'
import os, select, socket, struct, sys

GET_NEXT_INDEX = 4
work = sys.argv[1]
listener = socket.create_server(("", 5345))
open(f"{work}/listens", "w").close()


def messages(viewer, relay):
    while True:
        for end in select.select([viewer, relay], [], [])[0]:
            data = end.recv(1 << 20)
            if not data:
                return
            yield end is viewer, data


def serve(viewer, relay):
    command, stream, told, news = 0, b"", {}, 0
    for is_request, data in messages(viewer, relay):
        if is_request:
            command, stream = struct.unpack(">8xI", data[:12])[0], data[16:24]
            if news and news >= len(told) and os.path.exists(f"{work}/stall"):
                open(f"{work}/stalled", "w").close()
                continue
        elif command == GET_NEXT_INDEX:
            until = data[32:40]
            news = 0 if told.get(stream) == until else news + 1
            told[stream] = until
        (relay if is_request else viewer).sendall(data)


while True:
    viewer, _ = listener.accept()
    with viewer, socket.create_connection(("127.0.0.1", 5344)) as relay:
        serve(viewer, relay)
PY
python3 "$work/relay.py" "$work" &
until [ -e "$work/listens" ]; do sleep 0.05; done

session stalls
jitterscope report --format json -o "$work/report.json" "lttng-live://$here:5345/host/device/stalls" \
	2> "$work/err" &
reader=$!
attached stalls
driver
sleep 1
touch "$work/stall"
for _ in $(seq 600); do [ ! -e "$work/stalled" ] || break; sleep 0.05; done
[ -e "$work/stalled" ] || fail "no request was left without an answer: $(cat "$work/err")"
kill -s TERM "$reader"
reader_ends 0 "$reader" "$work/err"
grep -q '"count": *400' "$work/report.json" || fail "what was read before SIGTERM is not told"
