#!/bin/bash
# Install what is missing, build the dev preset (warnings are errors, ASan and UBSan) and run all
# tests; those with threads under TSan too. Arguments go to ctest, e.g. tests/run.sh -R replay
set -euo pipefail
cd "$(dirname "$0")/.."

tests/install-packages.sh tests

# What has threads, under the thread sanitizer: quick, so first.
cmake --preset tsan
cmake --build --preset tsan --target device_live_test device_live_all_test device_channel_test \
	replay_pipeline_test
ctest --preset tsan

cmake --preset dev
cmake --build --preset dev
log=build/dev/ctest.log
results=build/dev/Testing/Temporary/LastTest.log
status=0
ctest --preset dev "$@" 2>&1 | tee "$log" || status=$?
skipped=$(grep -c '\*\*\*Skipped' "$log" || true)
echo "$skipped tests were skipped."
if [ "$skipped" -gt 0 ]; then
	echo "Why:"
	sed -n 's/^skipped: /  /p' "$results" | sort | uniq -c
fi
# As cmocka tells them, without a reason: what this machine, its kernel or its user lack.
parts=$(sed -n 's/^\[  SKIPPED \] \([a-z0-9_]*\)$/  \1/p' "$results" | sort -u)
[ -z "$parts" ] || printf 'Skipped within tests that passed:\n%s\n' "$parts"
exit "$status"
