#!/bin/sh
# Every glitch of the virtual device has the cause that its fault, or the truth of its chain, says; and
# the glitches of recorded kernels are found where they are, and explained.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
/usr/bin/python3 -c 'import bt2' 2>/dev/null || skip "there is no python3-bt2"
/usr/bin/python3 "$JSCOPE_SOURCE/tests/golden/buffers.py" "$(command -v jitterscope)" "$work" \
	"$JSCOPE_SOURCE"
