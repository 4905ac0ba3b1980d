"""What was measured, as tables for people."""

MIB_KIB = 1024


def at_least(value, floor, goal=None):
    """Whether a figure is where it should be. No more is made of it: machines are noisy."""
    if floor is None:
        return ""
    told = f"floor {floor:g} {'met' if value >= floor else 'MISSED'}"
    if goal is not None:
        told += f", goal {goal:g} {'met' if value >= goal else 'missed'}"
    return told


def at_most(value, floor, unit):
    return f"at most {floor:g} {unit}: {'met' if value <= floor else 'MISSED'}"


def ranged(spread, digits):
    return f"{spread.median:.{digits}f} [{spread.least:.{digits}f}..{spread.most:.{digits}f}]"


def in_seconds(spread):
    return type(spread)(*(ns / 1e9 for ns in spread))


def reading_row(row):
    return (f"  {row['name']:<32}{row['ns_per_event']:>9.1f}"
            f"{ranged(in_seconds(row['wall_ns']), 3):>26}{row['cpu_ns'].median / 1e9:>9.3f}"
            f"{row['peak_kib'] / MIB_KIB:>8.1f}{ranged(row['ratio'], 2):>26}"
            f"{row['cpu_ratio'].median:>8.2f}  "
            f"{at_least(row['ratio'].median, row['floor'], row['goal'])}").rstrip()


def reading(trace):
    peer = next(row["wall_ns"] for row in trace["rows"] if row["name"] == trace["peer"])
    noise = 100 * (peer.most - peer.least) / peer.median
    yield f"{trace['name']}: {trace['about']}"
    yield (f"  {trace['events']:,} events in {trace['streams']} streams, {trace['bytes']:,} bytes, "
           f"{trace['bytes'] / trace['events']:.1f} per event")
    yield (f"  medians [least..most] of {trace['rounds']} rounds; noise of the machine: "
           f"babeltrace2 spreads over {noise:.0f} % of its median")
    yield (f"  {'':<32}{'ns/event':>9}{'wall s':>26}{'CPU s':>9}{'MiB':>8}{'x babeltrace2':>26}"
           f"{'by CPU':>8}")
    yield from map(reading_row, trace["rows"])
    yield ""


def memory_row(row, section):
    peak_mib = row["peak_kib"] / MIB_KIB
    growth = 100 * (row["peak_kib"] / section["rows"][0]["peak_kib"] - 1)
    told = (f"  {row['events']:>11,} events {peak_mib:>8.2f} MiB  "
            f"{at_most(peak_mib, section['floor_mib'], 'MiB')}")
    if row is section["rows"][0]:
        return told
    return told + (f", {growth:+.1f} % from the first, "
                   f"{at_most(abs(growth), section['floor_growth_percent'], '%')}")


def memory(section):
    yield (f"Memory of {section['name']}: throughput without its ground truth, 8 streams, packets of "
           f"{section['packet_bytes'] >> 20} MiB")
    for row in section["rows"]:
        yield memory_row(row, section)
    yield ""


def writing(section):
    few, many = section["rows"]
    rate = type(many["events_per_s"])(*(rate / 1e6 for rate in many["events_per_s"]))
    growth_mib = (many["peak_kib"] - few["peak_kib"]) / MIB_KIB
    yield (f"Writing: record sim --scenario throughput, {many['events']:,} events and "
           f"{many['truth']:,} of ground truth beside, which do not count")
    yield (f"  {ranged(rate, 2)} million events/s, {1e3 / rate.median:.0f} ns per event  "
           f"{at_least(rate.median, section['floor_events_per_s'] / 1e6)}")
    yield (f"  {few['peak_kib'] / MIB_KIB:.2f} MiB for {few['events']:,} events, "
           f"{growth_mib:+.2f} for {many['events']:,}  "
           f"{at_most(growth_mib, section['floor_growth_mib'], 'MiB')}")
    yield ""


def cost_row(name, spread, digits, told=""):
    return f"  {name:<44}{ranged(spread, digits):>26}  {told}".rstrip()


def kernel(section):
    floors, drained = section["floors"], section["drain"]
    yield (f"Recording the kernel: perf bench sched pipe on one CPU, {section['events_per_op']:.2f} "
           f"events a round trip")
    yield (f"  medians [95 % interval] of {section['rounds']} rounds of {section['loops']:,} "
           f"round trips each")
    yield cost_row("a round trip alone, ns", section["alone_ns"], 0)
    for name, spread in section["added_ns"].items():
        yield cost_row(f"{name} adds to an event, ns", spread, 0)
    yield cost_row("jitterscope of what trace-cmd adds", section["of_trace_cmd"], 2,
                   at_most(section["of_trace_cmd"].median, floors["of_trace_cmd"], "x"))
    yield cost_row("beside jitterscope a round trip takes", section["slowdown"], 3,
                   at_most(section["slowdown"].median, floors["slowdown"], "x"))
    percent = type(section["own_events"])(*(100 * share for share in section["own_events"]))
    yield cost_row("events that the recorder adds, %", percent, 2,
                   at_most(percent.median, 100 * floors["own_events"], "%"))
    yield (f"  {drained['rate']:,} records of 48 bytes a second for "
           f"{drained['wall_ns'] / 1e9:.1f} s: {drained['ns_per_record']:.1f} ns of CPU each, "
           f"{at_most(drained['ns_per_record'], floors['drain_ns'], 'ns')}; "
           f"{drained['lost']:,} lost, {at_most(drained['lost'], floors['lost'], 'lost')}")
    yield ""
