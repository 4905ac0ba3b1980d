"""What recording the kernel costs whom it records, and what the recorder itself takes.

- A ping-pong over a pipe on one CPU (`perf bench sched pipe`: about three events a round and little
  else, the hardest case): alone, beside `jitterscope record kernel`, and beside `trace-cmd record` of
  the same tracepoints.
- The events of that ping-pong as `perf stat` counts them, with and without our recorder: what it adds.
- A program in the kernel that makes records of 48 bytes at a steady rate: CPU time of the recorder for
  each, written as CTF to a file, and how many it lost.
"""
import collections
import os
import re
import shutil
import subprocess

import measure

LOOPS = 100_000
PRODUCED_PER_S = 4_000_000
PRODUCED_S = 10
FLOORS = {"of_trace_cmd": 0.65, "slowdown": 1.20, "own_events": 0.03, "drain_ns": 50, "lost": 0}

# What perf counts. Not sched_waking: the two of a ping-pong wake each other 5 % less often while they are
# recorded, which would hide what the recorder adds.
COUNTED = (("sched", "sched_switch"), ("irq", "softirq_raise"),
           ("irq", "softirq_entry"), ("irq", "softirq_exit"), ("irq", "irq_handler_entry"),
           ("irq", "irq_handler_exit"), ("workqueue", "workqueue_execute_start"))

# Files that trace-cmd writes to though no function is traced, and that some machines do not let even
# root write to: in a mount namespace of its own it writes to others.
MASKED = ("/proc/sys/kernel/ftrace_enabled",) + tuple(
    f"/sys/kernel/tracing/{name}" for name in (
        "set_ftrace_filter", "set_ftrace_notrace", "set_graph_function", "set_graph_notrace",
        "set_ftrace_pid", "set_ftrace_notrace_pid"))
MASK = """
for file in %s; do
	if [ -e "$file" ]; then mount --bind "$0" "$file"; fi
done
exec "$@"
""" % " ".join(MASKED)


def pipe(loops):
    return ["taskset", "-c", "0", "perf", "bench", "sched", "pipe", "-l", str(loops)]


def ns_per_op(output):
    return float(re.search(r"([0-9.]+) usecs/op", output)[1]) * 1e3


def alone(folder, loops):
    return subprocess.run(pipe(loops), capture_output=True, text=True, check=True).stdout


def ours(folder, loops):
    """The recorder itself has the other CPU, as trace-cmd's readers may have."""
    trace = os.path.join(folder, "ours")
    shutil.rmtree(trace, ignore_errors=True)
    return subprocess.run(
        ["jitterscope", "record", "kernel", "--preset", "irq", "--sched", "all", "-o", trace, "--",
         *pipe(loops)], capture_output=True, text=True, check=True).stdout


def events_of(folder):
    """How many of each event our recording holds, as babeltrace2 reads it."""
    text = subprocess.run(["babeltrace2", "--clock-cycles", os.path.join(folder, "ours")],
                          capture_output=True, text=True, check=True).stdout
    return collections.Counter(re.findall(r"(\w+): \{ cpu_id", text))


def tracepoints(counts):
    """By the kernel's names."""
    return [re.sub("^irq_(softirq|tasklet)", r"\1", name) for name in counts
            if not name.startswith(("lttng_", "jscope_"))]


def trace_cmd(folder, loops, events):
    mask = os.path.join(folder, "mask")
    with open(mask, "w", encoding="ascii") as stream:
        stream.write("1\n")
    chosen = [word for event in events for word in ("-e", event)]
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", MASK, mask, "trace-cmd", "record", "-o",
         os.path.join(folder, "trace.dat"), *chosen, *pipe(loops)],
        capture_output=True, text=True, check=True).stdout


def interval(values):
    """The median, and the interval that holds it with 95 % of confidence, by ranks."""
    values = sorted(values)
    count = len(values)
    outside = max(0, int((count - 1.96 * count ** 0.5) / 2))
    return measure.Spread(values[count // 2], values[outside], values[count - 1 - outside])


def counted(loops):
    """The command that prints how many of these events all CPUs had meanwhile, as perf counts them."""
    events = ",".join(f"{group}:{name}" for group, name in COUNTED)
    return ["perf", "stat", "-a", "-x", ";", "-e", events, "--", *pipe(loops)]


def count(command):
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return sum(int(line.split(";")[0]) for line in result.stderr.splitlines() if ";" in line)


def own_events(folder, loops, rounds):
    """Pairs of counts without and with our recorder, which has begun before and ends after."""
    trace = os.path.join(folder, "counted")
    record = ["jitterscope", "record", "kernel", "--preset", "irq", "--sched", "all", "-q", "-o",
              trace, "--"]
    pairs = []
    for number in range(rounds):
        measure.say(f"events of the recorder: round {number + 1} of {rounds}")
        shutil.rmtree(trace, ignore_errors=True)
        pairs.append((count(counted(loops)), count(record + counted(loops))))
    measure.say("")
    return pairs


def drain(folder, rate, seconds):
    measure.say(f"the recorder at {rate} records a second for {seconds} s")
    trace = os.path.join(folder, "drained")
    os.makedirs(trace)
    result = subprocess.run(["drain_bench", trace, str(rate), str(seconds)],
                            capture_output=True, text=True, check=True)
    produced, written, lost, cpu_ns, wall_ns, size = map(int, result.stdout.split())
    shutil.rmtree(trace)
    measure.say("")
    return {"rate": rate, "produced": produced, "written": written, "lost": lost,
            "cpu_ns": cpu_ns, "wall_ns": wall_ns, "bytes": size,
            "ns_per_record": cpu_ns / written}


def interval(values):
    """The median, and the interval of ranks that holds it with 95 % of confidence."""
    values = sorted(values)
    count = len(values)
    outside = max(0, int((count - 1.96 * count ** 0.5) / 2))
    return measure.Spread(values[count // 2], values[outside], values[count - 1 - outside])


def ping_pong(folder, rounds, loops, events):
    """ns of a round trip in each round, of all three in rotated order."""
    runs = {"alone": alone, "jitterscope": ours,
            "trace-cmd": lambda folder, loops: trace_cmd(folder, loops, events)}
    names = list(runs)
    taken = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            measure.say(f"recording the kernel: round {number + 1} of {rounds}, {name}")
            taken[name].append(ns_per_op(runs[name](folder, loops)))
    measure.say("")
    return taken


def cost(taken, per_op):
    """What an event costs, from what a round trip takes."""
    added = {name: [(run - base) / per_op for run, base in zip(taken[name], taken["alone"])]
             for name in ("jitterscope", "trace-cmd")}
    slowdown = [run / base for run, base in zip(taken["jitterscope"], taken["alone"])]
    ratio = [mine / peer for mine, peer in zip(added["jitterscope"], added["trace-cmd"])]
    return {"alone_ns": interval(taken["alone"]), "slowdown": interval(slowdown),
            "added_ns": {name: interval(values) for name, values in added.items()},
            "of_trace_cmd": interval(ratio)}


def compare(folder, rounds, loops=LOOPS, produced_s=PRODUCED_S):
    ours(folder, loops)
    counts = events_of(folder)
    taken = ping_pong(folder, rounds, loops, tracepoints(counts))
    per_op = sum(counts[name] for name in counts if name.startswith("sched_")) / loops
    pairs = own_events(folder, loops, rounds)
    return {"floors": FLOORS, "loops": loops, "rounds": rounds, "events_per_op": per_op,
            "taken_ns_per_op": taken, **cost(taken, per_op), "counted": pairs,
            "own_events": interval(more / less - 1 for less, more in pairs),
            "drain": drain(folder, PRODUCED_PER_S, produced_s)}


def missing():
    """Why this cannot be measured here, or None."""
    for name, package in (("perf", "linux-perf"), ("trace-cmd", "trace-cmd"),
                          ("taskset", "util-linux"), ("unshare", "util-linux")):
        if not shutil.which(name):
            return f"there is no {name} (package {package})"
    if os.geteuid() != 0:
        return "it takes root"
    return None
