#!/bin/sh
# That the bench works: every row has its figures on every trace, and whoever counts otherwise than
# the others is found out. How fast anything is plays no part.
set -eu
. "$JSCOPE_SOURCE/tests/lib.sh"
need_program babeltrace2
need_program lttng-sessiond
need_program python3

bench()
{
	"$JSCOPE_SOURCE/tests/bench/run.sh" --build "$JSCOPE_BUILD" --smoke --keep "$work/traces" \
		-o "$work/bench.json" "$@"
}

bench > "$work/tables"
cat "$work/tables"
python3 - "$work/bench.json" <<'PY'
import json, sys
results = json.load(open(sys.argv[1]))
traces = {trace["name"]: trace for trace in results["reading"]}
assert sorted(traces) == ["S", "T", "U"], traces
assert traces["S"]["streams"] == 16 and traces["T"]["streams"] == 8, traces
for name, trace in traces.items():
    assert trace["events"] >= 19000, trace
    assert len({row["name"] for row in trace["rows"]}) == 8, name
    for row in trace["rows"]:
        assert len(row["runs"]) == 1 and row["wall_ns"][0] > 0 and row["peak_kib"] > 0, row
        assert row["ratio"][1] <= row["ratio"][0] <= row["ratio"][2], row
for section in (*results["memory"], results["writing"]):
    assert len(section["rows"]) == 2, section
    assert all(row["events"] >= 2000 for row in section["rows"]), section
if "kernel" in results:  # else it was told why not
    assert results["kernel"]["drain"]["written"] > 1e5, results["kernel"]
    assert len(results["kernel"]["taken_ns_per_op"]) == 3, results["kernel"]
PY
grep -Eq '^Recording the kernel: (not measured, |perf bench)' "$work/tables" ||
	fail "nothing of the kernel"
for row in 'babeltrace2 sink' 'decode and count .*floor 30 [a-zA-Z]*$' \
	'merged, empty .*floor 18 [a-zA-Z]*, goal 25 [a-z]*$' \
	'report --plain, 1 .*floor 10 [a-zA-Z]*, goal 15 [a-z]*$' \
	'report --plain, 2 .*floor 16 [a-zA-Z]*, goal 25 [a-z]*$' \
	'report --format json, 1 .*floor 6 [a-zA-Z]*$' 'report --format json, 2 .*floor 10 [a-zA-Z]*$'; do
	[ "$(grep -c "^  $row" "$work/tables")" -eq 3 ] || fail "not in each table: $row"
done

# A tool that sees fewer events than the others would look fast.
mkdir "$work/bin"
cat > "$work/bin/babeltrace2" <<'SH'
#!/bin/sh
echo "7 Event messages, 1 Stream beginning messages, 0 Discarded event messages"
SH
chmod +x "$work/bin/babeltrace2"
PATH="$work/bin:$PATH" run_expect 1 bench --trace "$work/traces/T" 2> "$work/error"
grep -q 'decode and count: read 20[0-9]*, where there are 7$' "$work/error" ||
	fail "of a wrong count it says: $(cat "$work/error")"
run_expect 1 bench --trace "$work/nowhere" 2> "$work/error"
grep -q 'exit status' "$work/error" || fail "of no trace it says: $(cat "$work/error")"
