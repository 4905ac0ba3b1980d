#!/bin/sh
# Install what building (and with "tests" also testing) needs on Debian 12. Where everything is
# there already nothing is done and no rights are needed.
# usage: install-packages.sh [build|tests]
set -eu

build="gcc make cmake pkg-config libc6-dev liblttng-ust-dev liblttng-ctl-dev lttng-tools
	libbabeltrace2-dev libjansson-dev libinih-dev libkissfft-dev libbpf-dev
	libncurses-dev clang bpftool"
tests="libcmocka-dev babeltrace babeltrace2 python3 python3-bt2 clang-format man-db librsvg2-bin
	iproute2 qemu-system-x86 busybox-static kmod cpio alsa-utils bpftrace python3-babeltrace
	python3-lttnganalyses python3-pyte"

wanted=$build
[ "${1:-build}" = tests ] && wanted="$build $tests"

missing=
for package in $wanted; do
	dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

# refuse REASON
refuse()
{
	echo "These packages are missing, and $1:$missing" >&2
	exit 1
}

command -v apt-get >/dev/null 2>&1 ||
	refuse "there is no apt-get; install what your system calls so"
if [ "$(id -u)" -eq 0 ]; then
	run=
elif command -v sudo >/dev/null 2>&1; then
	run=sudo
else
	refuse "only root may install them (apt-get install)"
fi
echo "Installing:$missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# sudo keeps no environment; a fresh machine may be installing updates of its own just now. Not
# started here: jitterscope starts a private session daemon when none runs.
if ! { $run apt-get update -qq && $run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	-o DPkg::Lock::Timeout=300 --no-install-recommends $missing; } > "$log" 2>&1; then
	cat "$log" >&2
	reason=$(grep '^E:' "$log" | head -n 1)
	refuse "apt-get cannot install them (${reason:-as above}); is an archive of Debian 12 in reach?"
fi
