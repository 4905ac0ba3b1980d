#!/bin/sh
# The classes that our parser finds in metadata, against those that libbabeltrace2 finds: recordings
# of others, our samples, a simulated one, and a text that uses what those do not.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"

check()
{
	/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/metadata_classes.py" \
		"$JSCOPE_BUILD/bin/metadata_tell" "$1" || fail "$1"
}

jitterscope record sim --quiet --scenario wavert-10ms --duration 1s -o "$work/sim"
mkdir "$work/made"
cp "$JSCOPE_SOURCE/tests/golden/metadata_made" "$work/made/metadata"
head -c 64 /dev/zero > "$work/made/stream"
find "$work/sim" "$work/made" "$JSCOPE_SOURCE/samples" -name metadata -exec dirname {} \; > "$work/list"
for folder in real lost guest-lttng; do
	[ ! -d "${JSCOPE_TRACES:-}/$folder" ] ||
		find "$JSCOPE_TRACES/$folder" -name metadata -exec dirname {} \; >> "$work/list"
done
while read -r trace; do
	check "$trace"
done < "$work/list"
