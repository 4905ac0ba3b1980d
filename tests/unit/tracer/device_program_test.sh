#!/bin/sh
# The program around the virtual device: its options, its exit codes, and how it ends.
set -u

program=$(find "$JSCOPE_BUILD" -path '*libexec*' -name jitterscope-device -type f | head -n 1)
[ -x "$program" ] || exit 77
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  echo "$1"
  cat "$scratch/out" "$scratch/err"
  exit 1
}

# expect CODE TEXT ARGUMENT...: exit code, and a text on stdout or stderr
expect() {
  code=$1 text=$2
  shift 2
  "$program" "$@" >"$scratch/out" 2>"$scratch/err"
  got=$?
  [ $got -eq "$code" ] || fail "$*: exit code $got and not $code"
  [ -z "$text" ] || cat "$scratch/out" "$scratch/err" | grep -qF -- "$text" || fail "$*: does not say '$text'"
}

expect 0 "wavert-10ms" --list
expect 0 "--scenario" --help
expect 0 "" --duration 50ms
expect 0 "" --scenario wavert-two-clients --duration 50ms
expect 2 "is not a duration" --duration 10
expect 2 "is not a duration" --duration -1s
expect 2 "is not a duration" --duration 0
expect 2 "unrecognized option" --nonsense
expect 2 "Too many arguments" leftover
expect 1 "There is no scenario 'nothing'" --scenario nothing
expect 1 "cannot be opened" --scenario "$scratch/nothing.ini"
printf '[stream]\nrate = 0\n' >"$scratch/bad.ini"
expect 1 "bad.ini:2: 'rate' cannot be '0'" --scenario "$scratch/bad.ini"

for signal in TERM INT; do
  "$program" >"$scratch/out" 2>"$scratch/err" &
  sleep 0.3
  kill -s $signal $!
  wait $! || fail "SIG$signal does not end it cleanly: $?"
done

# A client in the middle of ten seconds of work does not keep the end waiting.
printf '[client]\nwork = 10s\n' >"$scratch/long.ini"
timeout 5 "$program" --scenario "$scratch/long.ini" --duration 100ms || fail "work delays the end"
