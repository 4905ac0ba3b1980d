#!/bin/sh
# The check above must see a wall that is crossed.
set -eu
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/replay" "$tree/analysis"
echo '#include "tracer/recording.h"' > "$tree/replay/bad.c"
echo '#include <babeltrace2/babeltrace.h>' > "$tree/analysis/bad.c"
if output=$("$(dirname "$0")/layers.sh" "$tree" 2>/dev/null); then
	echo "two crossed walls were not seen"
	exit 1
fi
test "$(echo "$output" | wc -l)" -eq 2
