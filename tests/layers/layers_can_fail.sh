#!/bin/sh
# The check above must see a wall that is crossed.
set -eu
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/replay" "$tree/analysis" "$tree/tracer/kernel"
echo '#include "tracer/recording.h"' > "$tree/replay/bad.c"
echo '#include <babeltrace2/babeltrace.h>' > "$tree/analysis/bad.c"
echo '#include <bpf/libbpf.h>' > "$tree/tracer/kernel/bad.c"
if output=$("$(dirname "$0")/layers.sh" "$tree" 2>/dev/null); then
	echo "three crossed walls were not seen"
	exit 1
fi
test "$(echo "$output" | wc -l)" -eq 3
