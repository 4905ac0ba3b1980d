#!/bin/sh
# jitterscope check: verdicts, exit codes, formats and the reference page.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program python3

record()
{
	jitterscope record sim --quiet --scenario "$1" --duration 995ms -o "$2"
}

cat > "$work/healthy.ini" <<'INI'
[stream]
[client]
work = 150us
[delay]
interrupt = 6us
queue = 5us
wake = 25us
INI
for fault in skip-states odd-alloc-status; do
	printf '[fault]\nkind = %s\nat = 0s\n' $fault | cat "$work/healthy.ini" - > "$work/$fault.ini"
done
printf '[fault]\nkind = wrong-rate\nat = 200ms\namount = 20000\n' |
	cat "$work/healthy.ini" - > "$work/wrong-rate.ini"
printf '[fault]\nkind = trace-loss\nat = 500ms\nlength = 20ms\n' |
	cat "$work/healthy.ini" - > "$work/trace-loss.ini"
for name in healthy skip-states odd-alloc-status wrong-rate trace-loss; do
	record "$work/$name.ini" "$work/$name"
done

# Exit codes: 4 for an error, for a limit of a profile that was named, and for a warning if strict.
run_expect 0 jitterscope check "$work/healthy" > "$work/out"
head -1 "$work/out" | grep -q '^passed: none of' || fail "healthy: $(cat "$work/out")"
run_expect 0 jitterscope check --profile strict --strict "$work/healthy" > /dev/null
run_expect 4 jitterscope check "$work/skip-states" > "$work/out"
head -1 "$work/out" | grep -q '^violated: 1 of .* (1 error)' || fail "error: $(cat "$work/out")"
grep -q 'dev1 stream .*SetState went from STOP to RUN' "$work/out" || fail "no sentence"
run_expect 0 jitterscope check "$work/odd-alloc-status" > "$work/out"
head -1 "$work/out" | grep -q '^passed with remarks' || fail "warning: $(cat "$work/out")"
run_expect 4 jitterscope check --strict "$work/odd-alloc-status" > /dev/null
run_expect 0 jitterscope check "$work/wrong-rate" > /dev/null
run_expect 4 jitterscope check --profile hlk "$work/wrong-rate" > "$work/out"
grep -q '^R20 *metric' "$work/out" || fail "metric: $(cat "$work/out")"
run_expect 3 jitterscope check "$work/trace-loss" > "$work/out" 2> "$work/err"
grep -q '^inconclusive R24' "$work/out" || fail "loss: $(cat "$work/out")"
run_expect 0 jitterscope check "$JSCOPE_SOURCE/samples/recordings/hda-480-steady" > "$work/out"
head -1 "$work/out" | grep -q '^nothing to judge' || fail "kernel trace: $(cat "$work/out")"
run_expect 2 jitterscope check 2> "$work/err"
grep -q 'Give a SOURCE' "$work/err" || fail "without SOURCE: $(cat "$work/err")"
run_expect 1 jitterscope check "$work/nowhere" 2> "$work/err"

# -v shows every rule; no line is wider than the page.
jitterscope check -v "$work/skip-states" > "$work/out" || true
[ "$(grep -c '^R[0-9]* *\(error\|warning\|metric\) *\(passed\|violated\|not applicable\)' \
	"$work/out")" -eq 94 ] || fail "not all rules in: $(cat "$work/out")"
COLUMNS=80 jitterscope check -v "$work/skip-states" > "$work/out" || true
[ "$(awk '{ if (length > 80) n++ } END { print n + 0 }' "$work/out")" -eq 0 ] ||
	fail "wider than 80 columns: $(awk 'length > 80' "$work/out")"

# Formats: well formed, the same bytes each time, and all saying the same.
for format in text json junit; do
	for take in 1 2; do
		status=0
		jitterscope check --strict --format $format -o "$work/$take.$format" \
			"$work/skip-states" || status=$?
		[ "$status" -eq 4 ] || fail "$format exits $status"
	done
	cmp "$work/1.$format" "$work/2.$format" || fail "two checks as $format differ"
done
python3 - "$work" <<'PY'
import json, sys
import xml.etree.ElementTree as tree
check = json.load(open(f"{sys.argv[1]}/1.json"))
assert check["schema"] == "jitterscope.check/1" and check["verdict"] == "violated"
assert [r["rule"] for r in check["rules"]] == list(range(1, 95))
failed = [r for r in check["rules"] if r["fails"]]
assert [r["rule"] for r in failed] == [4], failed
violation = failed[0]["violations"][0]
assert violation["class"] == "error" and violation["object"].startswith("dev1 stream 0x")
assert sum(check["counts"].values()) == 94
suite = tree.parse(f"{sys.argv[1]}/1.junit").getroot()[0]
assert (suite.get("tests"), suite.get("failures")) == ("94", "1"), suite.attrib
cases = suite.findall("testcase")
assert len(cases) == 94
failures = [case for case in cases if case.find("failure") is not None]
assert [case.get("name").split()[0] for case in failures] == ["R4"]
assert failures[0].find("failure").get("message") == violation["sentence"]
skipped = [case for case in cases if case.find("skipped") is not None]
counts = check["counts"]
assert len(skipped) == counts["inconclusive"] + counts["not_applicable"]
PY

# Renew with: build/dev/bin/jitterscope check --list > docs/rules.md
jitterscope check --list | cmp - "$JSCOPE_SOURCE/docs/rules.md" ||
	fail "docs/rules.md is not what jitterscope check --list prints"
