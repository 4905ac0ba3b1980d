#!/bin/sh
# The tree test again where our session began outside the PID namespace, as in many a container:
# there every process that has not called setsid() shows the session id 0.
# usage: lttng_tree_namespace.sh TEST
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"

unshare -pf --mount-proc true 2>/dev/null || skip "no PID namespace for this user here"
exec unshare -pf --mount-proc --kill-child "$1"
