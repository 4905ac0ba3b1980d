#!/usr/bin/env python3
"""Which rules fail with which fault: compares docs/faults.md with what happens, or renews it.

usage: fault_matrix.py JITTERSCOPE WORK_DIR FAULTS_MD

JSCOPE_RENEW in the environment: write FAULTS_MD instead. The cases are in fault_cases.py.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

from fault_cases import BASE_RULES, BASES, CASES, OWN_REASONS, REASONS

# Promises of the checker itself, and figures without a limit.
NEVER_VIOLATED = {2, 88, 94}
RULES = set(range(1, 95)) - NEVER_VIOLATED
# Those of which some violations are errors and some are warnings.
MIXED_RULES = {22, 57, 63, 69, 75, 78, 80, 83}
PROFILES = ("none", "hlk", "strict", "sysvad", "reactos")
# Not a multiple of any period, so that nothing falls on the very end.
DURATION = "1995ms"
RENEWAL = "JSCOPE_RENEW=1 ctest --test-dir build/dev -R golden_fault_matrix"

HEAD = f"""# The faults

Made by `{RENEWAL}`; do not edit.

Each fault was recorded in virtual time in one of the scenarios at the end of this page, which break
no rule without it:

    jitterscope record sim --scenario FILE --duration {DURATION} -o TRACE
    jitterscope check --profile PROFILE TRACE

In bold is what the fault is meant to break. What fails beside is entailed by it, and the last column
says why. E is an error, W a warning, M a figure beyond the limit of the profile;
[rules.md](rules.md) says what the rules are.

| fault | what happens | where | rules that fail | why the others |
|---|---|---|---|---|
"""

BY_RULE = """
## By rule

What makes each rule fail. {never} are never violated: R2 and R88 are promises of the checker, and
R94 tells figures without a limit. R1 fails here by instants of another clock; that time stamps of
one CPU go back cannot be recorded (the writer keeps their order, and libbabeltrace2 reads no trace
without it), and is left to the unit tests.

| rule | as | with |
|---|---|---|
"""

SCENARIOS = """
## The scenarios

Each continues with the `[fault]` of the table.
"""

# What is wrong, all of it: told at the end, so that one run shows everything.
complaints = []


def run(*command):
    """Exit codes 3 and 4 are verdicts of a check, not failures to make one."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3, 4):
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stderr}")
    return done.stdout


def class_of(rule):
    """Of its worst violation."""
    classes = {violation["class"][0].upper() for violation in rule["violations"]}
    return next(letter for letter in "EMW" if letter in classes)


def number_of(name):
    return int(re.match(r"R?(\d+)", name).group(1))


class Recording:
    """A scenario recorded: what the events are, and what the rules say of them."""

    def __init__(self, program, directory, scenario):
        directory.mkdir()
        self.program, self.trace = program, directory / "trace"
        (directory / "scenario.ini").write_text(scenario)
        run(program, "record", "sim", "--quiet", "--scenario", str(directory / "scenario.ini"),
            "--duration", DURATION, "-o", str(self.trace))
        # Without the truth: a fault has to show in what a device would record.
        self.events = {path.name: path.read_bytes() for path in self.trace.glob("jscope_*")}

    def verdicts(self, profile):
        """Rules violated with their class, and the set of those inconclusive."""
        text = run(self.program, "check", "--quiet", "--format", "json", "--profile", profile,
                   str(self.trace))
        rules = json.loads(text)["rules"]
        return ({rule["rule"]: class_of(rule) for rule in rules if rule["verdict"] == "violated"},
                {rule["rule"] for rule in rules if rule["verdict"] == "inconclusive"})


class Matrix:
    def __init__(self, program, work):
        self.program, self.work = program, pathlib.Path(work)
        self.healthy = {}   # base: its events

    def base(self, name):
        recording = Recording(self.program, self.work / f"base-{list(BASES).index(name)}",
                              BASES[name])
        self.healthy[name] = recording.events
        for profile in PROFILES:
            broken, unclear = recording.verdicts(profile)
            if broken != BASE_RULES.get(name, {}) or unclear:
                complaints.append(f"Without any fault '{name}' breaks {names(broken)} and leaves "
                                  f"{names(unclear)} open ({profile}).")

    def case(self, number):
        fault, base, lines, profile, _ = CASES[number]
        recording = Recording(self.program, self.work / str(number),
                              f"{BASES[base]}[fault]\nkind = {fault}\n{lines}\n")
        if recording.events == self.healthy[base]:
            complaints.append(f"{fault} leaves no mark in '{base}'.")
        return recording.verdicts(profile)

    def sentences(self):
        """Of `record sim --list`: what each fault is, in the order of faults.def."""
        listed = run(self.program, "record", "sim", "--list").partition("Faults")[2]
        rows = (line.split(None, 1) for line in listed.splitlines() if line.startswith("  "))
        return {row[0]: row[1] for row in rows}


def names(rules):
    """R1, R2; with their classes where those are known."""
    classes = rules if isinstance(rules, dict) else {}
    return ", ".join(f"R{rule} {classes.get(rule, '')}".rstrip() for rule in sorted(rules)) or "-"


def why(fault, rule):
    reason = OWN_REASONS.get((fault, rule)) or REASONS.get(rule)
    if not reason:
        complaints.append(f"{fault}: R{rule} fails, too; fault_cases.py has to say why that is "
                          "entailed.")
    return f"R{rule}: {reason}"


def setting(lines):
    """The [fault] of a case in a table's cell, and the second one where there is one."""
    return " and ".join(", ".join(f"`{line}`" for line in part.strip().split("\n"))
                        for part in lines.split("[fault second]"))


def row(case, result, sentence):
    fault, base, lines, profile, aimed = case
    broken, unclear = result
    aims = {number_of(aim): aim[-1] for aim in aimed.split()}
    if not aims.items() <= broken.items():
        complaints.append(f"{fault} is meant to break {names(aims)}, but breaks {names(broken)}.")
    extra = {rule: broken[rule] for rule in sorted(broken) if rule not in aims}
    rules = [f"**R{rule}** {broken.get(rule)}" for rule in sorted(aims)]
    rules += [f"R{rule} {letter}" for rule, letter in extra.items()]
    if unclear:
        rules.append(f"inconclusive {names(unclear)}")
    where = f"{base}, {setting(lines)}" + (f", profile {profile}" if profile != "none" else "")
    return (f"| `{fault}` | {sentence} | {where} | {', '.join(rules) or 'none'} | "
            f"{'; '.join(why(fault, rule) for rule in extra)} |\n")


def by_rule(results):
    """Of each rule the cases with which it fails, by class."""
    failing = {rule: {} for rule in sorted(RULES)}
    for number, (broken, _) in enumerate(results):
        for rule, letter in broken.items():
            failing[rule].setdefault(letter, []).append(number)
    return failing


def rule_rows(failing):
    for rule, by_class in failing.items():
        for letter, cases in sorted(by_class.items()):
            faults = dict.fromkeys(f"`{CASES[number][0]}`" for number in cases)
            yield f"| R{rule} | {letter} | {', '.join(faults)} |\n"


def page_of(results, sentences):
    rows = (row(case, result, sentences[case[0]]) for case, result in zip(CASES, results))
    scenarios = (f"\n### {name}\n\n```ini\n{text}```\n" for name, text in BASES.items())
    return (HEAD + "".join(rows) + BY_RULE.format(never=names(NEVER_VIOLATED))
            + "".join(rule_rows(by_rule(results))) + SCENARIOS + "".join(scenarios))


def faults_are_covered(sentences):
    """Every fault has a case, in the order of faults.def."""
    seen = list(dict.fromkeys(case[0] for case in CASES))
    missing = [fault for fault in sentences if fault not in seen]
    if missing:
        complaints.append(f"No case in fault_cases.py for {', '.join(missing)}.")
    elif seen != list(sentences):
        complaints.append("The cases in fault_cases.py are not in the order of faults.def.")


def rules_are_covered(failing):
    """Every rule fails with some fault, as all that it can be, and no two with the same ones."""
    seen = {}
    for rule, by_class in failing.items():
        cases = tuple(sorted(number for numbers in by_class.values() for number in numbers))
        if not cases:
            complaints.append(f"No fault breaks R{rule}.")
        elif cases in seen:
            complaints.append(f"R{seen[cases]} and R{rule} fail with the very same faults.")
        seen[cases] = rule
        if rule in MIXED_RULES and not {"E", "W"} <= set(by_class):
            complaints.append(f"R{rule} fails as {', '.join(by_class)} only.")


def page_settle(page, text, made):
    if "JSCOPE_RENEW" in os.environ:
        page.write_text(text)
    elif page.read_text() != text:
        made.write_text(text)
        print(subprocess.run(["diff", str(page), str(made)], capture_output=True, text=True,
                             check=False).stdout)
        complaints.append(f"{page} does not say what happens. Renew it by: {RENEWAL}")


def main():
    program, work, page = sys.argv[1:]
    matrix = Matrix(program, work)
    sentences = matrix.sentences()
    faults_are_covered(sentences)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(matrix.base, BASES))
        results = list(pool.map(matrix.case, range(len(CASES))))
    page_settle(pathlib.Path(page), page_of(results, sentences), matrix.work / "faults.md")
    rules_are_covered(by_rule(results))
    if complaints:
        sys.exit("\n".join(complaints))
    print(f"{len(sentences)} faults in {len(CASES)} cases, {len(RULES)} rules: as pinned")


main()
