"""The cells in which `whatif` is held against `record sim` really run: scenarios and geometries.

A scenario is recorded once at one period; a cell asks for another period, buffer, work of the client or a
capped stage, and the same is then simulated with other seeds. All have bursts, delays longer than a
period, or both.
"""

QUIET = {"interrupt": "lognormal 6us 0.5 max 300us", "dispatch": "uniform 1us 3us",
         "queue": "exponential 4us max 500us", "handler": "normal 5us 1us",
         "wake": "lognormal 25us 0.6 max 2ms"}


def microseconds(duration):
    """Of a duration in us or ms."""
    return float(duration[:-2]) * {"us": 1, "ms": 1000}[duration[-2:]]


class Scenario:
    """name, seconds, recorded period, and what differs from a quiet stream of packets.

    seen: whether the recording can tell how long what makes it late goes on.
    """

    def __init__(self, name, seconds, period, delays, work="200us", buffer=2, more="", seen=True,
                 **stream):
        self.name, self.seconds, self.period, self.buffer = name, seconds, period, buffer
        self.seen = seen
        self.delays, self.work, self.more, self.stream = {**QUIET, **delays}, work, more, stream

    def text(self, period, buffer, work=None, caps=None):
        """The scenario file of a geometry."""
        delays = dict(self.delays)
        for stage, cap in (caps or {}).items():
            law = delays[stage].split(" max ")[0]
            if cap == "0":
                law = "0"
            elif law.startswith("burst"):
                words = law.split()
                words[1:3] = [min(word, cap, key=microseconds) for word in words[1:3]]
                law = " ".join(words)
            else:
                law += f" max {cap}"
            delays[stage] = law
        lines = ["[stream]", f"period_frames = {period}", f"notifications = {buffer}"]
        lines += [f"{key} = {value}" for key, value in self.stream.items()]
        lines += ["[client]", f"work = {work or self.work}", "[delay]"]
        lines += [f"{key} = {value}" for key, value in delays.items()]
        return "\n".join(lines) + "\n" + self.more


class Cell:
    """One geometry of a scenario: what is asked of whatif, and what is simulated."""

    def __init__(self, scenario, period, buffer=None, work=None, caps=None):
        self.scenario, self.period = scenario, period
        self.buffer, self.work, self.caps = buffer or scenario.buffer, work, caps or {}

    def name(self):
        parts = [f"{self.period}x{self.buffer}"]
        if self.work:
            parts.append(f"work={self.work}")
        parts += [f"{stage}<={cap}" for stage, cap in self.caps.items()]
        return " ".join(parts)


def cells_make():
    """All of them, those of a scenario together."""
    cells = []

    def add(scenario, *geometries):
        cells.extend(Cell(scenario, **geometry) for geometry in geometries)

    def periods(*frames, **others):
        return [dict(period=period, **others) for period in frames]

    burst = {"interrupt": "burst 5us 400us 1s 40ms", "queue": "burst 4us 900us 1s 40ms",
             "wake": "burst 30us 3ms 1s 40ms"}
    add(Scenario("bursts of many periods", 1200, 128, burst, work="300us"),
        *periods(128, 144, 160, 192, 240),
        *periods(128, work="1ms"), *periods(192, work="2ms"), *periods(128, caps={"wake": "1500us"}),
        *periods(128, work="1500us", caps={"wake": "0"}))
    add(Scenario("bursts of delays of some periods", 900, 96, {"wake": "burst 40us 7ms 300ms 35ms"}),
        *periods(96, 128, 192, 288, 336), *periods(192, work="1500us"))
    add(Scenario("lognormal wake", 300, 96, {"wake": "lognormal 300us 1.0 max 20ms"}),
        *periods(96, 128, 192, 240, 384), *periods(192, work="2ms"),
        *periods(96, caps={"wake": "1900us"}))
    add(Scenario("pareto wake", 300, 128, {"wake": "pareto 60us 1.3 max 30ms"}),
        *periods(128, 192, 256, 480), *periods(256, work="3ms"), *periods(128, caps={"wake": "3ms"}))
    add(Scenario("waiting in the queue", 300, 128, {"queue": "exponential 500us max 20ms"}),
        *periods(128, 160, 192, 256), *periods(256, work="3500us"),
        *periods(128, caps={"queue": "2500us"}, work="400us"))
    add(Scenario("late interrupts", 300, 128, {"interrupt": "pareto 30us 1.2 max 25ms"}),
        *periods(128, 192, 256, 384))
    add(Scenario("slow routines", 300, 128, {"handler": "lognormal 300us 0.9 max 15ms"}),
        *periods(128, 192, 256), *periods(128, caps={"handler": "1ms"}, work="1500us"))
    add(Scenario("a client that works longer than a period", 300, 128, {}, work="exponential 700us"),
        *periods(128, 192, 256, 320), *periods(256, work="5500us"), *periods(384, work="9ms"))
    add(Scenario("positions, deep buffers", 600, 128,
                 {"wake": "burst 40us 9ms 400ms 60ms", "queue": "exponential 200us max 9ms"},
                 mode="event"),
        *periods(128, buffer=1), *periods(128, buffer=2), *periods(128, buffer=3),
        *periods(128, buffer=4), *periods(192, buffer=1), *periods(192, buffer=2),
        *periods(240, buffer=1), *periods(240, buffer=2), *periods(240, buffer=3))
    add(Scenario("positions, heavy tail", 600, 128, {"wake": "pareto 100us 1.1 max 60ms"},
                 mode="event"),
        *periods(128, buffer=2), *periods(128, buffer=3), *periods(128, buffer=4),
        *periods(256, buffer=2), *periods(256, buffer=3), *periods(480, buffer=2))
    add(Scenario("capture", 300, 128, {"wake": "lognormal 200us 1.1 max 30ms"}, work="exponential 300us",
                 capture="yes"),
        *periods(128, 192, 256, 384), *periods(256, work="3ms"))
    add(Scenario("all stages late", 300, 128,
                 {"interrupt": "exponential 150us max 9ms", "queue": "lognormal 100us 1.0 max 9ms",
                  "wake": "lognormal 200us 1.0 max 20ms"}, work="exponential 250us"),
        *periods(128, 192, 256), *periods(192, work="1ms"),
        *periods(128, caps={"wake": "500us", "queue": "200us"}))
    add(Scenario("interrupts and routines lost and held", 600, 128, {},
                 more="[fault lost]\nkind = drop-interrupt\nat = 0s\nchance = 0.01\ncount = 0\n"
                      "[fault late]\nkind = delay-dpc\nat = 0s\nchance = 0.01\ncount = 0\nlength = 6ms\n"),
        *periods(128, 192, 256))
    load = "[load]\ncpu = 0\nlevel = %s\nbusy = exponential 3ms\nevery = exponential 150ms\n"
    add(Scenario("a thread takes the CPU", 1200, 128, {}, more=load % "thread"),
        *periods(128, 192, 256, 384))
    add(Scenario("a routine takes the CPU", 1200, 128, {}, more=load % "dpc"),
        *periods(128, 192, 256, 384))
    add(Scenario("the CPU stands still", 600, 128, {},
                 more="[fault]\nkind = stalled-cpu\nat = 100ms\nevery = 157127us\ncount = 0\n"
                      "length = 9ms\n"),
        *periods(128, 192, 256, 384))
    # Shorter than recorded: only the interval is judged.
    add(Scenario("bursts, seen rarely", 600, 480, burst, work="300us"), *periods(64, 128, 240))
    add(Scenario("lognormal wake, seen rarely", 600, 480, {"wake": "lognormal 300us 1.0 max 20ms"}),
        *periods(64, 128, 240))
    # What lasts hardly longer than the delay it makes is seen once: how long it lasts is not known,
    # and again only the interval is judged.
    add(Scenario("bursts of one delay", 600, 96, {"wake": "burst 40us 7ms 300ms 9ms"}, seen=False),
        *periods(96, 192, 288), *periods(96, caps={"wake": "2ms"}))
    return cells
