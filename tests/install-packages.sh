#!/bin/sh
# Install what building (and with "tests" also testing) needs on Debian 12. Where everything is
# there already nothing is done and no rights are needed.
# usage: install-packages.sh [build|tests]
set -eu

build="gcc make cmake pkg-config libc6-dev liblttng-ust-dev liblttng-ctl-dev lttng-tools
	libbabeltrace2-dev libjansson-dev libinih-dev libbpf-dev clang bpftool"
tests="libcmocka-dev babeltrace babeltrace2 python3 python3-bt2 clang-format man-db librsvg2-bin
	iproute2 qemu-system-x86 busybox-static kmod cpio alsa-utils bpftrace python3-babeltrace
	python3-lttnganalyses"

wanted=$build
[ "${1:-build}" = tests ] && wanted="$build $tests"

missing=
for package in $wanted; do
	dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
	run=
elif command -v sudo >/dev/null 2>&1; then
	run=sudo
else
	echo "These packages are missing:$missing" >&2
	echo "Install them as root: apt-get install$missing" >&2
	exit 1
fi
echo "Installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
$run apt-get update -qq
# Not started here: jitterscope starts a private session daemon when none runs.
$run apt-get install -y -qq --no-install-recommends $missing >/dev/null
