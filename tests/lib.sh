# Shared by the test scripts: `. "$JSCOPE_SOURCE/tests/lib.sh"`. Not a program.

skip()
{
	echo "skipped: $*"
	exit 77
}

fail()
{
	echo "FAILED: $*" >&2
	exit 1
}

need_traces()
{
	[ -d "${JSCOPE_TRACES:-}/$1" ] || skip "no recordings at '${JSCOPE_TRACES:-}/$1'"
}

need_program()
{
	command -v "$1" >/dev/null 2>&1 || skip "there is no $1"
}

# run_expect STATUS COMMAND...: run and compare the exit status.
run_expect()
{
	expected=$1
	shift
	status=0
	"$@" || status=$?
	[ "$status" -eq "$expected" ] || fail "exit status $status, expected $expected: $*"
}

# Of recordings in which events are lost: exit 3 says so.
degraded_or_done()
{
	"$@" || [ $? -eq 3 ] || fail "$*"
}

# Of those in which rules are broken, too: exit 4 says so.
done_somehow()
{
	status=0
	"$@" || status=$?
	case "$status" in
	0 | 3 | 4) ;;
	*) fail "$*: exit $status" ;;
	esac
}

# The tools under test are built with leak checking; libbabeltrace2 and LTTng keep some memory.
export LSAN_OPTIONS="suppressions=$JSCOPE_SOURCE/tests/lsan.supp:print_suppressions=0:exitcode=99"
# A sanitizer's complaint must not look like an error of ours.
export ASAN_OPTIONS="exitcode=99:max_allocation_size_mb=4096"
export UBSAN_OPTIONS="exitcode=99:print_stacktrace=1"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
