#!/usr/bin/env python3
"""Which rules fail with which fault: makes docs/faults.md, or compares it with what happens.

usage: fault_matrix.py JITTERSCOPE WORK_DIR [--write] FAULTS_MD
"""
import concurrent.futures
import json
import pathlib
import subprocess
import sys

from fault_cases import BASE_RULES, BASES, CASES, OWN_REASONS, REASONS

# Properties of the checker itself, or figures without a limit: never violated.
NEVER_VIOLATED = {2, 88, 94}
RULES = set(range(1, 95)) - NEVER_VIOLATED
PROFILES = ("none", "hlk", "strict", "sysvad", "reactos")
# Not a multiple of any period, so that nothing falls on the very end.
DURATION = "1995ms"

HEAD = """# The faults

Made by `tests/golden/fault_matrix.py --write` from the scenarios in `fault_cases.py` beside it; do
not edit. Each fault is recorded in virtual time (`record sim`) in a scenario that breaks no rule
without it, and the recording is checked with the profile given. In bold what the fault is meant to
break; what else fails is entailed, and the last column says why.

| fault | what happens | scenario, profile | rules that fail | why the others |
|---|---|---|---|---|
"""


def run(*command):
    """Exit codes 3 and 4 are verdicts of a check, not failures to make one."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3, 4):
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stderr}")
    return done.stdout


# What is wrong, all of it: told at the end, so that one run shows everything.
complaints = []


class Matrix:
    def __init__(self, program, work):
        self.program = program
        self.work = pathlib.Path(work)

    def verdicts(self, number, scenario, profiles):
        """Of a recording of a scenario, by profile: rules violated, and rules inconclusive."""
        path = self.work / f"{number}.ini"
        trace = self.work / str(number)
        path.write_text(scenario)
        run(self.program, "record", "sim", "--quiet", "--scenario", str(path), "--duration",
            DURATION, "-o", str(trace))
        result = {}
        for profile in profiles:
            text = run(self.program, "check", "--quiet", "--format", "json", "--profile", profile,
                       str(trace))
            rules = json.loads(text)["rules"]
            result[profile] = [{rule["rule"] for rule in rules if rule["verdict"] == verdict}
                               for verdict in ("violated", "inconclusive")]
        return result

    def case(self, number):
        fault, base, lines, profile, _ = CASES[number]
        scenario = f"{BASES[base]}[fault]\nkind = {fault}\n{lines}\n"
        return self.verdicts(number, scenario, [profile])[profile]

    def base(self, name):
        number = f"base-{list(BASES).index(name)}"
        return self.verdicts(number, BASES[name], PROFILES)

    def sentences(self):
        """Of `record sim --list`: what each fault is."""
        listed = run(self.program, "record", "sim", "--list").partition("Faults")[2]
        rows = (line.split(None, 1) for line in listed.splitlines() if line.startswith("  "))
        return {row[0]: row[1] for row in rows}


def reasons(fault, extra):
    found = []
    for rule in sorted(extra):
        reason = OWN_REASONS.get((fault, rule)) or REASONS.get(rule)
        if not reason:
            complaints.append(f"{fault}: R{rule} fails, too; fault_cases.py has to say why that is "
                              "entailed.")
        found.append(f"R{rule}: {reason}")
    return "; ".join(found)


def names(rules):
    return ", ".join(f"R{rule}" for rule in sorted(rules))


def row(case, result, sentences):
    fault, base, _, profile, aims = case
    broken, unclear = result
    if not aims <= broken:
        complaints.append(f"{fault} is meant to break {sorted(aims)}, but breaks {sorted(broken)}.")
    rules = [f"**R{rule}**" for rule in sorted(aims)] + [f"R{r}" for r in sorted(broken - aims)]
    if unclear:
        rules.append(f"inconclusive {names(unclear)}")
    scenario = base if profile == "none" else f"{base}, {profile}"
    return (f"| `{fault}` | {sentences[fault]} | {scenario} | {', '.join(rules) or 'none'} | "
            f"{reasons(fault, broken - aims)} |\n")


def bases_are_healthy(pool, matrix):
    for base, by_profile in zip(BASES, pool.map(matrix.base, BASES)):
        for profile, (broken, unclear) in by_profile.items():
            if broken != BASE_RULES.get(base, set()) or unclear:
                complaints.append(f"Without any fault '{base}' breaks {sorted(broken)} and leaves "
                                  f"{sorted(unclear)} open ({profile}).")


def faults_are_covered(sentences):
    missing = set(sentences) - {case[0] for case in CASES}
    if missing:
        complaints.append(f"No case in fault_cases.py for {', '.join(sorted(missing))}.")


def rules_are_covered(results):
    """Every rule fails with some fault, and no two with the same ones."""
    failing = {rule: frozenset(i for i, (broken, _) in enumerate(results) if rule in broken)
               for rule in RULES}
    untouched = sorted(rule for rule, faults in failing.items() if not faults)
    if untouched:
        complaints.append(f"No fault breaks {names(untouched)}.")
    seen = {}
    for rule, faults in sorted(failing.items()):
        if faults and faults in seen:
            complaints.append(f"R{seen[faults]} and R{rule} fail with the very same faults.")
        seen[faults] = rule


def main():
    write = "--write" in sys.argv
    program, work, page = [word for word in sys.argv[1:] if word != "--write"]
    matrix = Matrix(program, work)
    sentences = matrix.sentences()
    faults_are_covered(sentences)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        bases_are_healthy(pool, matrix)
        results = list(pool.map(matrix.case, range(len(CASES))))
    text = HEAD + "".join(row(case, result, sentences) for case, result in zip(CASES, results))
    if write:
        pathlib.Path(page).write_text(text)
    elif pathlib.Path(page).read_text() != text:
        made = matrix.work / "faults.md"
        made.write_text(text)
        print(subprocess.run(["diff", page, str(made)], capture_output=True, text=True,
                             check=False).stdout)
        complaints.append(f"{page} does not say what happens; fault_matrix.py --write renews it.")
    rules_are_covered(results)
    if complaints:
        sys.exit("\n".join(complaints))
    print(f"{len(CASES)} faults, {len(RULES)} rules: as pinned")


main()
