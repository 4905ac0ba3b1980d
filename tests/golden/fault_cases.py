"""Every fault, with the scenarios in which it shows, and what it is meant to break there.

A case is (fault, base scenario, lines of its [fault], profile, what it is meant to break: rules with
the class of the violation, "27W 92M"). Whatever else fails must be entailed: REASONS says why, by
rule, OWN_REASONS by fault and rule.
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
    "MIDI in, Notify(NULL)": "[midi]\nstreams = 2\ncapture = yes\narrival = 7ms\nnotify_null = yes\n"
                             + DELAY,
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
BASE_RULES = {"disk, service times": {75: "W"}}

HALF = "at = 500ms"
START = "at = 0s"
ALWAYS = "at = 0s\ncount = 0"


def also(kind, lines):
    """A second fault that makes the first one show."""
    return f"\n[fault second]\nkind = {kind}\n{lines}"


LATE_DPCS = also("delay-dpc", "at = 100ms\nevery = 200ms\ncount = 0\nlength = 12ms")

CASES = [
    # The machine.
    ("drop-interrupt", "render", HALF, "hlk", "27W 92M"),
    ("drop-interrupt", "render", HALF + "\nevery = 1ms\ncount = 2", "none", "22E"),
    ("delay-dpc", "render", HALF + "\nlength = 2ms", "none", "27W"),
    ("delay-dpc", "render", "at = 100ms\nevery = 10ms\ncount = 0\nlength = 6ms", "hlk", "27W 91M"),
    ("stretch-isr", "render", HALF + "\nlength = 40us", "hlk", "41M"),
    ("stretch-isr", "disk", HALF + "\nlength = 40us", "hlk", ""),
    ("stretch-isr", "disk", HALF + "\nlength = 60us", "hlk", "41M"),
    ("stretch-dpc", "render", HALF + "\nlength = 150us", "hlk", "41M"),
    ("lose-wakeup", "render", HALF, "none", "43E"),
    ("stalled-cpu", "render", "at = 500014us\nlength = 1ms", "hlk", "41M"),
    ("clock-step", "render", HALF + "\namount = -2000000000", "none", "1E"),
    ("trace-loss", "render", HALF + "\nlength = 25ms", "none", ""),
    ("assert-ahead", "disk", HALF, "none", "42E"),
    ("insert-claimed", "render", ALWAYS + LATE_DPCS, "none", "33E"),
    ("run-repeated", "render", HALF, "none", "34E"),
    ("dpc-lowered", "render", HALF, "none", "35E"),
    ("queue-jumped", "long queue", HALF + "\ndevice = two", "none", "36W"),
    ("dpc-unfinished", "render", HALF, "none", "38E"),
    # WaveRT.
    ("spurious-interrupt", "render", HALF, "none", ""),
    ("interrupt-storm", "render", HALF + "\nlength = 25ms", "none", ""),
    ("position-jump", "render", HALF + "\namount = -600", "none", "17E 19W"),
    ("position-stall", "render", HALF + "\nlength = 5ms", "none", "19W"),
    ("position-noise", "render", "at = 200ms\nlength = 1500ms\namount = 60", "hlk", "19W 21M"),
    ("wrong-rate", "render", "at = 200ms\namount = 20000", "hlk", "20M"),
    ("early-point", "render", HALF + "\nlength = 2ms", "none", "26E"),
    ("miss-point", "render", HALF, "none", "24E"),
    ("point-after-run", "render", START, "none", "25E"),
    ("truncate-period", "short packets", START, "none", "28E"),
    ("halt-without-data", "render", HALF + "\nlength = 200ms", "none", "29E"),
    ("silent-client", "render", HALF + "\nlength = 45ms", "none", "46E"),
    ("slow-client", "render", "at = 100ms\nevery = 100ms\ncount = 0\nlength = 25ms", "hlk", "45M 93M"),
    ("forget-dpc", "render", HALF, "none", "31E"),
    ("queue-unclaimed", "render", START + also("spurious-interrupt", "at = 400ms"), "none", "32E"),
    ("position-in-isr", "render", HALF, "none", "14E"),
    ("forget-event", "two clients", HALF, "none", "39E"),
    ("signal-twice", "render", HALF, "none", "39E"),
    ("count-merged-once", "render", "at = 100ms" + LATE_DPCS, "hlk", "40W"),
    ("skip-states", "render", START, "none", "4E"),
    ("three-notifications", "render", START, "none", "5E"),
    ("misalign-buffer", "render", START, "none", "6E"),
    ("odd-alloc-status", "render", START, "none", "7W"),
    ("second-buffer", "render", START, "none", "8E"),
    ("double-free", "render", START, "none", "8E"),
    ("free-running", "render", HALF, "none", "16E"),
    ("register-before-buffer", "render", START, "none", "9E"),
    ("register-twice", "render", START, "none", "10W"),
    ("unregister-unknown", "render", START, "none", "11E"),
    ("keep-unregistered", "render", START, "none", "15E"),
    ("close-registered", "render", START, "none", "12E"),
    ("close-twice", "render", START, "none", "3E"),
    ("preload-two", "render", START, "sysvad", "50W"),
    ("write-ahead", "render", HALF, "none", ""),
    ("accept-late", "render", HALF, "none", "49E"),
    ("accept-flags", "render", HALF, "none", "51E"),
    ("write-after-end", "end of stream", START, "none", "51E"),
    ("write-same", "event mode", HALF, "none", ""),
    ("write-same-unnoticed", "event mode", HALF, "none", "48W"),
    ("count-without-packets", "poll", START, "none", "55W"),
    ("read-again", "capture", HALF, "none", "53E"),
    ("deny-read", "capture", HALF, "none", "53E"),
    ("stamp-packet-end", "capture", HALF, "none", "54W"),
    ("alloc-raised", "render", START, "none", "13E"),
    ("free-raised", "render", START, "none", "13E"),
    ("register-raised", "render", START, "none", "13E"),
    ("unregister-raised", "render", START, "none", "13E"),
    ("state-raised", "render", START, "none", "13E"),
    ("packet-raised", "render", HALF, "none", "13E"),
    ("unknown-stream", "render", HALF, "none", ""),
    ("offset-outside", "render", HALF, "none", "18E"),
    ("position-before-time", "render", HALF, "none", "23W"),
    ("unseen-point", "render", HALF, "none", "24E"),
    ("count-behind", "render", HALF, "none", "30E"),
    ("wrong-packet-count", "render", HALF, "none", "28E"),
    ("wrong-set-state", "render", HALF, "none", "43E"),
    ("wake-unset", "render", HALF, "none", "44E"),
    ("hidden-glitch", "render", START + also("silent-client", HALF + "\nlength = 15ms"), "sysvad",
     "47W"),
    ("wrong-write-offset", "render", HALF, "none", "52E"),
    ("read-flags", "capture", HALF, "none", "53E"),
    # MIDI.
    ("notify-before-ack", "MIDI in", HALF, "none", "56W"),
    ("notify-outside", "MIDI in", HALF, "none", "56W"),
    ("notify-unanswered", "MIDI in", HALF + "\ncount = 20", "none", "57E"),
    ("notify-unanswered", "MIDI in, Notify(NULL)", HALF + "\ncount = 20", "reactos", "57W"),
    ("skip-member", "MIDI in", HALF, "none", "58E"),
    ("serve-raised", "MIDI in", HALF, "none", "58E"),
    ("reference-astray", "MIDI in", START, "none", "59W"),
    ("serve-removed", "MIDI in", HALF, "none", "59E"),
    ("destroy-with-member", "MIDI in", HALF, "none", "59E"),
    ("delay-before-support", "MIDI in", START, "none", "60E"),
    ("support-delay-twice", "MIDI in", START, "none", "60E"),
    ("early-service", "MIDI in", HALF + "\nlength = 5ms", "none", "61E"),
    ("forget-cancel", "MIDI in", HALF, "none", "61E"),
    ("late-registration", "MIDI in", START, "none", "62W"),
    ("odd-write", "MIDI out", HALF, "none", "63E"),
    ("endless-zero", "MIDI out", HALF + "\nlength = 300ms", "hlk", "65M"),
    ("endless-zero", "MIDI out", "at = 200ms\nlength = 1700ms", "none", "63W"),
    ("fast-wire", "MIDI in", HALF + "\nlength = 25ms", "none", "64E"),
    ("late-schedule", "MIDI out", HALF + "\nlength = 25ms", "hlk", "65M"),
    ("timer-storm", "MIDI in", HALF + "\nlength = 25ms", "none", ""),
    # Audio modules.
    ("no-notification-memory", "module", HALF, "none", ""),
    ("free-failed-alloc", "module", HALF, "none", "68E"),
    ("paged-at-dispatch", "module", HALF, "none", "66E"),
    ("send-at-dispatch", "module", HALF, "none", "66E"),
    ("free-at-dispatch", "module", HALF, "none", "66E"),
    ("leak-buffer", "module", HALF, "none", "67E"),
    ("free-twice", "module", HALF, "none", "67E"),
    ("send-after-free", "module", HALF, "none", "3E 67E"),
    ("send-twice", "module", HALF, "none", "67E"),
    ("foreign-device", "module", HALF, "none", "69E"),
    ("short-payload", "module", HALF, "none", "69E"),
    ("unknown-notification", "module", HALF, "none", "69W"),
    # StorPort.
    ("start-beyond-limit", "disk, full", HALF, "none", "73E"),
    ("start-while-paused", "disk, everything", HALF, "none", "81E"),
    ("overlapping-startio", "disk, everything", HALF, "none", "89E"),
    ("startio-at-passive", "disk", HALF, "none", "89E"),
    ("overlapping-dpc", "disk, two queues", HALF, "none", "37E"),
    ("early-timer", "disk, everything", HALF, "none", "78E"),
    ("uncancelled-timer", "disk, everything", HALF, "none", "79E"),
    ("tick-back", "disk, everything", HALF, "none", "87W"),
    ("link-flap", "disk", HALF + "\nlength = 25ms", "none", ""),
    ("reset-active", "disk", HALF, "none", ""),
    ("foreign-reset", "disk, two queues", HALF, "none", ""),
    ("miniport-busy", "disk", HALF, "none", ""),
    ("lose-completion", "disk", HALF, "none", "70W"),
    ("double-completion", "disk", HALF, "none", "70E"),
    ("completion-after-free", "disk", HALF, "none", "71E"),
    ("use-after-completion", "disk", HALF, "none", "71E"),
    ("complete-pending", "disk", HALF, "none", "72E"),
    ("busy-after-issue", "disk", HALF, "none", "74E"),
    ("service-after-completion", "disk, service times", HALF, "none", "76E"),
    ("zero-service", "disk, service times", HALF, "none", "76E"),
    ("undocumented-type", "disk", HALF, "none", "75E"),
    ("timer-without-routine", "disk, everything", HALF, "none", "77E"),
    ("two-timers", "disk, everything", HALF, "none", "78W"),
    ("link-up-while-up", "disk", HALF, "none", "80E"),
    ("link-down-twice", "disk, everything", HALF, "none", "80W"),
    ("forget-active", "disk, two queues", START + also("foreign-reset", HALF), "none", "82E"),
    ("forget-active", "disk, resets", "at = 150ms", "none", "82E"),
    ("early-reset-return", "disk, resets", "at = 150ms", "none", "83E"),
    ("wrong-reset-status", "disk, resets", "at = 150ms", "none", "83W"),
    ("big-wmi", "disk, everything", HALF, "none", "84W"),
    ("bus-change-storm", "disk", HALF, "none", "85W"),
    ("buffer-overrun", "disk", HALF, "none", ""),
    ("event-after-overrun", "disk", HALF, "none", "86E"),
    ("use-before-init", "disk", START, "none", "90E"),
    ("use-after-removal", "disk", HALF, "none", "90E"),
    ("completion-unrecorded", "disk", HALF, "none", "70E"),
]

# Why a rule fails with a fault that is meant to break another.
REASONS = {
    3: "the buffer's life has ended",
    19: "the position told does not move as its rate says",
    21: "readings stray from their line by as much",
    22: "1.5 packets or more lie between the positions of successive notifications",
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
    ("count-behind", 27): "by its count the signal is of the point before, and nobody serves its own",
    ("count-merged-once", 92): "the points that the count leaves out seem to be served by nobody",
    ("unknown-stream", 22): "the position is missing in its own stream; an id that was never created "
                            "may be older than the trace",
    ("miss-point", 46): "nobody tells the client to write",
    ("silent-client", 46): "the client does not write",
    ("hidden-glitch", 46): "the client underruns for the glitch to hide",
    ("early-point", 46): "the client answers before there is room for its packet, and is refused",
    ("position-jump", 46): "by its position the device has no room yet, and refuses the client",
    ("clock-step", 26): "for two seconds all instants lie in the future",
    ("clock-step", 28): "the count grows while the clock stands still",
    ("completion-after-free", 70): "it completes twice",
    ("service-after-completion", 71): "the service time is of a request that is the port's again",
}
