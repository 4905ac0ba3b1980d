#!/bin/sh
# What installs packages, on machines where that cannot be: one sentence says why, and which they are.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"

# tool NAME: a program of this name, from standard input
mkdir "$work/bin"
tool()
{
	{ echo '#!/bin/sh'; cat; } > "$work/bin/$1"
	chmod +x "$work/bin/$1"
}
for name in sh grep head cat mktemp rm env; do
	ln -s "$(command -v $name)" "$work/bin/$name"
done

# installs STATUS PATTERN
installs()
{
	status=0
	PATH=$work/bin sh "$JSCOPE_SOURCE/tests/install-packages.sh" > "$work/out" 2> "$work/err" || status=$?
	[ "$status" -eq "$1" ] || fail "exits $status: $(cat "$work/err")"
	tail -n 1 "$work/err" | grep -q "$2" || fail "'$2' is not in: $(cat "$work/err")"
}

echo 'exit 1' | tool dpkg-query
echo 'echo 1000' | tool id
installs 1 '^These packages are missing, and there is no apt-get; .*: gcc .* bpftool$'
echo 'echo "E: Unable to locate package bpftool"; exit 100' | tool apt-get
installs 1 'only root may install them .*: gcc '
echo 'echo 0' | tool id
installs 1 'apt-get cannot install them (E: Unable to locate package bpftool); is an archive .*: gcc '
echo 'exit 100' | tool apt-get
installs 1 'cannot install them (as above)'
echo 'echo done: "$@"' | tool apt-get
installs 0 '^Installing: gcc '
[ ! -s "$work/out" ] || fail "it is not quiet: $(cat "$work/out")"

# All is there: nothing is said or done.
echo 'echo installed' | tool dpkg-query
status=0
PATH=$work/bin sh "$JSCOPE_SOURCE/tests/install-packages.sh" > "$work/err" 2>&1 || status=$?
[ "$status" -eq 0 ] && [ ! -s "$work/err" ] || fail "nothing is missing, and it says: $(cat "$work/err")"
