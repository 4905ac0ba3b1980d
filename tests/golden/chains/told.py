"""What jitterscope tells of a trace, and what must hold of that whatever the trace."""
import collections
import json
import subprocess

from ctf import OFFSET_S

OFFSET_NS = OFFSET_S * 10**9
CLASSES = ("on_time", "late", "early", "merged", "missed", "spurious", "censored")
INSTANTS = ("due", "irq", "queued", "deferred", "signal", "run", "served")


class Wrong(Exception):
    """Something that must hold does not."""


def must(holds, *words):
    if not holds:
        raise Wrong(" ".join(str(word) for word in words))


def run(*command):
    """Events may be lost, and then jitterscope exits 3."""
    done = subprocess.run(("jitterscope", *command), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    must(done.returncode in (0, 3), "exit", done.returncode, "of", command, done.stderr.decode())
    return done.stdout.decode()


class Notification:
    def __init__(self, line):
        self.line, self.kind, self.device = line, line["kind"], line["device"]
        self.stream, self.class_, self.seq = line["stream"], line["class"], line["seq"]
        self.at = {word: line["at"][word + "_ns"] - OFFSET_NS for word in INSTANTS
                   if word + "_ns" in line["at"]}
        self.total = line.get("end_to_end_ns")

    def is_sure(self):
        """Its figures count."""
        return self.class_ not in ("censored", "spurious", "missed")

    def __repr__(self):
        return (f"{self.kind} {self.device} {self.stream} seq {self.seq} {self.class_} {self.at} "
                f"end to end {self.total}")


class Request:
    def __init__(self, line):
        self.line, self.id = line, line["id"]
        self.at = {word[:-3]: at - OFFSET_NS for word, at in line["at"].items()}

    def __repr__(self):
        return f"request {self.id} {self.at}"


class Told:
    def __init__(self, path, *options):
        self.text = run("replay", "--quiet", "--format", "ndjson", *options, path)
        lines = [json.loads(line) for line in self.text.splitlines()]
        self.notifications = [Notification(line) for line in lines
                              if line["what"] == "notification"]
        self.requests = [Request(line) for line in lines if line["what"] == "request"]

    def lines(self):
        """Without the order, and without what the place in the window decides."""
        return collections.Counter(self.text.splitlines())


NEIGHBOURS = {("due", "irq"): "interrupt", ("irq", "queued"): "dispatch",
              ("queued", "deferred"): "queue", ("deferred", "signal"): "handler",
              ("signal", "run"): "wake"}


def names_check(notification):
    """Neighbours of the chain are the stage of that name; where one is missing, none is."""
    stages, expected, apart = dict(notification.line["stages"]), {}, 0
    known = [word for word in INSTANTS[:-1] if word in notification.at]
    for pair in zip(known, known[1:]):
        length = notification.at[pair[1]] - notification.at[pair[0]]
        if pair in NEIGHBOURS:
            expected[NEIGHBOURS[pair]] = length
        elif pair == ("irq", "signal") and "handler" in stages and notification.kind != "wavert":
            expected["handler"] = length        # neither queue nor deferral is on its path
        else:
            expected["unexplained"] = expected.get("unexplained", 0) + length
    must(stages == expected, "stages", stages, "should be", expected, ":", notification)


def stages_check(notification):
    """They sum to the whole, exactly; none is negative but that before an early signal."""
    names_check(notification)
    stages = notification.line["stages"]
    for name, length in stages.items():
        may = name in ("interrupt", "unexplained") and "due" in notification.at
        must(length >= 0 or may, "stage", name, "is negative:", notification)
    if notification.total is None:
        return
    must(sum(stages.values()) == notification.total, "stages sum to", sum(stages.values()), ":",
         notification)
    known = [notification.at[word] for word in INSTANTS[:-1] if word in notification.at]
    must(known[-1] - known[0] == notification.total, "end to end is not last - first:",
         notification)


def order_check(notification):
    """Each instant lies behind its cause. When a timer is due is no event."""
    known = [notification.at[word] for word in INSTANTS[1:] if word in notification.at]
    must(known == sorted(known), "an instant before its cause:", notification)


def counts_check(path, told):
    """Points are the sum of the classes, stream by stream, and as many as were told one by one."""
    report = json.loads(run("report", "--quiet", "--plain", "--format", "json", path))
    by_stream = collections.defaultdict(list)
    for notification in told.notifications:
        by_stream[notification.device, notification.stream].append(notification)
    rows = collections.defaultdict(collections.Counter)
    for row in report["notifications"]:
        rows[row["device"], row["stream"]].update(row["counts"])
        rows[row["device"], row["stream"]]["whole"] += (row.get("end_to_end") or {}).get("count", 0)
    for key, counts in rows.items():
        mine = by_stream.pop(key, [])
        classes = collections.Counter(n.class_ for n in mine)
        must(counts["points"] + counts["spurious"] == len(mine), "points of", key, counts, "of",
             len(mine))
        for word in CLASSES:
            must(counts[word] == classes[word], word, "of", key, counts, classes)
        whole = [n for n in mine if n.total is not None and n.is_sure()]
        must(counts["whole"] == len(whole), "end_to_end of", key, "counts", counts["whole"], "of",
             len(whole), counts)
    must(not by_stream, "streams that the report lacks:", list(by_stream))


def readers_check(path, told):
    other = Told(path, "--reader", "babeltrace2")
    must(told.text == other.text, "the readers differ:",
         list((told.lines() - other.lines()).items())[:2],
         list((other.lines() - told.lines()).items())[:2])


def windows_check(path, told, first, last, cuts):
    """What windows tell that lie side by side is what is told at once."""
    edges = [first] + sorted(cut for cut in cuts if first < cut <= last) + [last + 1]
    union = collections.Counter()
    for begin, end in zip(edges, edges[1:]):
        if begin < end:
            union += Told(path, "--from", str(OFFSET_NS + begin), "--to",
                          str(OFFSET_NS + end - 1)).lines()
    must(union == told.lines(), "windows", edges, "tell more", list((union - told.lines()))[:2],
         "or less", list((told.lines() - union))[:2])
