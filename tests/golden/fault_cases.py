"""Every fault, with the scenario in which it shows, and what it is meant to break.

A case is (fault, base scenario, lines of its [fault], profile, rules that it is meant to break).
Whatever else fails must be entailed: REASONS says why, by rule, OWN_REASONS for one case.
"""

DELAY = """[delay]
interrupt = 6us
dispatch = 2us
queue = 5us
handler = 5us
wake = 25us
"""
CLIENT = "[client]\nwork = 150us\n"
DISK = "[disk]\nclients = 2\noutstanding = 4\ndevice = 800us\nservice_times = no\n"
DISK_DELAY = "[delay]\ninterrupt = 5us\nqueue = 5us\nwake = 20us\n"

BASES = {
    "render": "[stream]\n" + CLIENT + DELAY,
    "two clients": "[stream]\n[client]\ncount = 2\nwork = 150us\n" + DELAY,
    "short packets": "[stream]\nperiod_frames = 128\n" + CLIENT + DELAY,
    "event mode": "[stream]\nmode = event\n" + CLIENT + DELAY,
    "capture": "[stream]\ncapture = yes\n" + CLIENT + DELAY,
    "poll": "[stream]\nmode = poll\n" + CLIENT + DELAY,
    "end of stream": "[stream]\nend_packet = 50\n" + CLIENT + DELAY,
    "shared line": "[stream one]\nirq = 9\n[stream two]\nirq = 9\nperiod_frames = 700\n"
                   + CLIENT + DELAY,
    "long queue": "[stream one]\n[stream two]\n" + CLIENT
                  + DELAY.replace("queue = 5us", "queue = 300us"),
    "MIDI in": "[midi]\nstreams = 2\ncapture = yes\narrival = 7ms\ndelayed_service = 25ms\n"
               "work = 20us\n" + DELAY,
    "MIDI out": "[midi]\ncapture = no\narrival = 20ms\ndelayed_service = 25ms\n" + DELAY,
    "module": "[module]\narrival = 10ms\nfrom_dpc = yes\nwork = 100us\n" + DELAY,
    "disk": DISK + "think = 30us\n" + DISK_DELAY,
    "disk, service times": DISK.replace("service_times = no\n", "") + "think = 30us\n" + DISK_DELAY,
    "disk, full": DISK.replace("outstanding = 4", "outstanding = 8\ndepth = 8") + DISK_DELAY,
    "disk, two queues": "[machine]\ncpus = 2\n"
                        + DISK.replace("device = 800us", "device = exponential 200us\nqueues = 2")
                        .replace("outstanding = 4", "outstanding = 8")
                        + DISK_DELAY + "handler = 60us\n",
    "disk, resets": DISK.replace("800us", "uniform 500us 2ms") + "reset_every = 100ms\n"
                    + DISK_DELAY.replace("interrupt = 5us", "interrupt = 60us"),
    "disk, everything": DISK + "think = 30us\ntimer = 40ms\nlink_down_every = 500ms\n"
                        "link_down = 30ms\nreset_every = 300ms\npause_every = 700ms\n"
                        "pause = 10ms\nwmi_every = 250ms\n" + DISK_DELAY,
}

# What a base breaks by itself: telling service times is documented, and yet not in the verifier's list.
BASE_RULES = {"disk, service times": {75}}

HALF = "at = 500ms"
START = "at = 0s"
ALWAYS = "at = 0s\ncount = 0"


def also(kind, lines):
    """A second fault that makes the first one show."""
    return f"\n[fault second]\nkind = {kind}\n{lines}"


LATE_DPCS = also("delay-dpc", "at = 100ms\nevery = 200ms\ncount = 0\nlength = 12ms")

CASES = [
    # The machine.
    ("drop-interrupt", "render", HALF, "hlk", {27, 92}),
    ("delay-dpc", "render", "at = 100ms\nevery = 10ms\ncount = 0\nlength = 6ms", "hlk", {27, 91}),
    ("lose-wakeup", "render", HALF, "none", {43}),
    ("stalled-cpu", "render", "at = 500014us\nlength = 1ms", "hlk", {41}),
    ("clock-step", "render", HALF + "\namount = -2000000000", "none", {1}),
    ("trace-loss", "render", HALF + "\nlength = 25ms", "none", set()),
    ("insert-claimed", "render", ALWAYS + LATE_DPCS, "none", {33}),
    ("run-repeated", "render", HALF, "none", {34}),
    ("dpc-lowered", "render", HALF, "none", {35}),
    ("queue-jumped", "long queue", HALF + "\ndevice = two", "none", {36}),
    ("dpc-unfinished", "render", HALF, "none", {38}),
    # WaveRT.
    ("spurious-interrupt", "render", HALF, "none", set()),
    ("interrupt-storm", "render", HALF + "\nlength = 25ms", "none", set()),
    ("position-jump", "render", HALF + "\namount = -600", "none", {17, 19}),
    ("position-stall", "render", HALF + "\nlength = 5ms", "none", {19}),
    ("position-noise", "render", "at = 200ms\nlength = 1500ms\namount = 60", "hlk", {19, 21}),
    ("wrong-rate", "render", "at = 200ms\namount = 20000", "hlk", {20}),
    ("early-point", "render", HALF + "\nlength = 2ms", "none", {26}),
    ("miss-point", "render", HALF, "none", {24}),
    ("point-after-run", "render", START, "none", {25}),
    ("truncate-period", "short packets", START, "none", {28}),
    ("halt-without-data", "render", HALF + "\nlength = 200ms", "none", {29}),
    ("silent-client", "render", HALF + "\nlength = 45ms", "none", {46}),
    ("slow-client", "render", "at = 100ms\nevery = 100ms\ncount = 0\nlength = 25ms", "hlk", {45, 93}),
    ("forget-dpc", "render", HALF, "none", {31}),
    ("queue-unclaimed", "render", START + also("spurious-interrupt", "at = 400ms"), "none", {32}),
    ("position-in-isr", "render", HALF, "none", {14}),
    ("forget-event", "two clients", HALF, "none", {39}),
    ("signal-twice", "render", HALF, "none", {39}),
    ("count-merged-once", "render", "at = 100ms" + LATE_DPCS, "hlk", {40}),
    ("skip-states", "render", START, "none", {4}),
    ("three-notifications", "render", START, "none", {5}),
    ("misalign-buffer", "render", START, "none", {6}),
    ("odd-alloc-status", "render", START, "none", {7}),
    ("second-buffer", "render", START, "none", {8}),
    ("double-free", "render", START, "none", {8}),
    ("free-running", "render", HALF, "none", {16}),
    ("register-before-buffer", "render", START, "none", {9}),
    ("register-twice", "render", START, "none", {10}),
    ("unregister-unknown", "render", START, "none", {11}),
    ("keep-unregistered", "render", START, "none", {15}),
    ("close-registered", "render", START, "none", {12}),
    ("preload-two", "render", START, "sysvad", {50}),
    ("write-ahead", "render", HALF, "none", set()),
    ("accept-late", "render", HALF, "none", {49}),
    ("accept-flags", "render", HALF, "none", {51}),
    ("write-after-end", "end of stream", START, "none", {51}),
    ("write-same", "event mode", HALF, "none", set()),
    ("write-same-unnoticed", "event mode", HALF, "none", {48}),
    ("count-without-packets", "poll", START, "none", {55}),
    ("read-again", "capture", HALF, "none", {53}),
    ("deny-read", "capture", HALF, "none", {53}),
    ("stamp-packet-end", "capture", HALF, "none", {54}),
    ("alloc-raised", "render", START, "none", {13}),
    ("free-raised", "render", START, "none", {13}),
    ("register-raised", "render", START, "none", {13}),
    ("unregister-raised", "render", START, "none", {13}),
    ("state-raised", "render", START, "none", {13}),
    ("packet-raised", "render", HALF, "none", {13}),
    ("unknown-stream", "render", HALF, "none", set()),
    ("offset-outside", "render", HALF, "none", {18}),
    ("position-before-time", "render", HALF, "none", {23}),
    ("unseen-point", "render", HALF, "none", {24}),
    ("wrong-packet-count", "render", HALF, "none", {28}),
    ("wrong-set-state", "render", HALF, "none", {43}),
    ("wake-unset", "render", HALF, "none", {44}),
    ("hidden-glitch", "render", START + also("silent-client", HALF + "\nlength = 15ms"), "sysvad",
     {47}),
    ("wrong-write-offset", "render", HALF, "none", {52}),
    ("read-flags", "capture", HALF, "none", {53}),
    # MIDI.
    ("notify-before-ack", "MIDI in", HALF, "none", {56}),
    ("notify-outside", "MIDI in", HALF, "none", {56}),
    ("notify-unanswered", "MIDI in", HALF + "\ncount = 20", "none", {57}),
    ("skip-member", "MIDI in", HALF, "none", {58}),
    ("serve-raised", "MIDI in", HALF, "none", {58}),
    ("reference-astray", "MIDI in", START, "none", {59}),
    ("serve-removed", "MIDI in", HALF, "none", {59}),
    ("destroy-with-member", "MIDI in", HALF, "none", {59}),
    ("delay-before-support", "MIDI in", START, "none", {60}),
    ("support-delay-twice", "MIDI in", START, "none", {60}),
    ("early-service", "MIDI in", HALF + "\nlength = 5ms", "none", {61}),
    ("forget-cancel", "MIDI in", HALF, "none", {61}),
    ("late-registration", "MIDI in", START, "none", {62}),
    ("odd-write", "MIDI out", HALF, "none", {63}),
    ("endless-zero", "MIDI out", HALF + "\nlength = 300ms", "hlk", {65}),
    ("fast-wire", "MIDI in", HALF + "\nlength = 25ms", "none", {64}),
    ("late-schedule", "MIDI out", HALF + "\nlength = 25ms", "hlk", {65}),
    ("timer-storm", "MIDI in", HALF + "\nlength = 25ms", "none", set()),
    # Audio modules.
    ("no-notification-memory", "module", HALF, "none", set()),
    ("free-failed-alloc", "module", HALF, "none", {68}),
    ("paged-at-dispatch", "module", HALF, "none", {66}),
    ("send-at-dispatch", "module", HALF, "none", {66}),
    ("free-at-dispatch", "module", HALF, "none", {66}),
    ("leak-buffer", "module", HALF, "none", {67}),
    ("free-twice", "module", HALF, "none", {67}),
    ("send-after-free", "module", HALF, "none", {3, 67}),
    ("send-twice", "module", HALF, "none", {67}),
    ("foreign-device", "module", HALF, "none", {69}),
    ("short-payload", "module", HALF, "none", {69}),
    ("unknown-notification", "module", HALF, "none", {69}),
    # StorPort.
    ("start-beyond-limit", "disk, full", HALF, "none", {73}),
    ("start-while-paused", "disk, everything", HALF, "none", {81}),
    ("overlapping-startio", "disk, everything", HALF, "none", {89}),
    ("startio-at-passive", "disk", HALF, "none", {89}),
    ("overlapping-dpc", "disk, two queues", HALF, "none", {37}),
    ("early-timer", "disk, everything", HALF, "none", {78}),
    ("uncancelled-timer", "disk, everything", HALF, "none", {79}),
    ("tick-back", "disk, everything", HALF, "none", {87}),
    ("link-flap", "disk", HALF + "\nlength = 25ms", "none", set()),
    ("reset-active", "disk", HALF, "none", set()),
    ("miniport-busy", "disk", HALF, "none", set()),
    ("lose-completion", "disk", HALF, "none", {70}),
    ("double-completion", "disk", HALF, "none", {70}),
    ("completion-after-free", "disk", HALF, "none", {71}),
    ("use-after-completion", "disk", HALF, "none", {71}),
    ("complete-pending", "disk", HALF, "none", {72}),
    ("busy-after-issue", "disk", HALF, "none", {74}),
    ("service-after-completion", "disk, service times", HALF, "none", {76}),
    ("zero-service", "disk, service times", HALF, "none", {76}),
    ("undocumented-type", "disk", HALF, "none", {75}),
    ("timer-without-routine", "disk, everything", HALF, "none", {77}),
    ("two-timers", "disk, everything", HALF, "none", {78}),
    ("link-up-while-up", "disk", HALF, "none", {80}),
    ("link-down-twice", "disk, everything", HALF, "none", {80}),
    ("forget-active", "disk, resets", "at = 150ms", "none", {82}),
    ("early-reset-return", "disk, resets", "at = 150ms", "none", {83}),
    ("wrong-reset-status", "disk, resets", "at = 150ms", "none", {83}),
    ("big-wmi", "disk, everything", HALF, "none", {84}),
    ("bus-change-storm", "disk", HALF, "none", {85}),
    ("buffer-overrun", "disk", HALF, "none", set()),
    ("event-after-overrun", "disk", HALF, "none", {86}),
    ("use-before-init", "disk", START, "none", {90}),
    ("use-after-removal", "disk", HALF, "none", {90}),
    ("completion-unrecorded", "disk", HALF, "none", {70}),
]

# Why a rule fails with a fault that is meant to break another.
REASONS = {
    3: "the buffer's life has ended",
    19: "the position told does not move as its rate says",
    21: "readings stray from their line by as much",
    22: "two packets or more lie between the positions of successive notifications",
    24: "points are not where, or not as many as, the position says",
    26: "the signal is ahead of the point",
    27: "the points concerned are late, merged or missed",
    28: "the count is ahead of the position",
    30: "the count does not grow by one",
    38: "the second entry comes before the first run has returned",
    42: "the instants told lie after the events that tell them",
    46: "the client is told too late, or not at all, and so is late itself",
    49: "the position told makes other packets the right ones",
    55: "the driver still answers packet methods of a buffer that is gone",
    67: "its life is broken in any case",
    70: "what is forgotten never completes",
    71: "the second completion uses a request that is the port's",
    75: "the base scenario tells service times",
    82: "a later reset finds it open",
    83: "later resets do not complete what is forgotten",
    87: "the tick count goes on from another state",
    91: "one stage takes most of the period",
    92: "the point is missed",
    93: "the chain takes longer than the period",
}
OWN_REASONS = {
    ("unknown-stream", 22): "the position is missing in its own stream; an id that was never created "
                            "may be older than the trace",
    ("miss-point", 46): "nobody tells the client to write",
    ("silent-client", 46): "the client does not write",
    ("hidden-glitch", 46): "the client underruns for the glitch to hide",
    ("early-point", 46): "the packet is consumed early",
    ("clock-step", 26): "for two seconds all instants lie in the future",
    ("clock-step", 28): "the count grows while the clock stands still",
    ("completion-after-free", 70): "it completes twice",
    ("service-after-completion", 71): "the service time is of a request that is the port's again",
}
