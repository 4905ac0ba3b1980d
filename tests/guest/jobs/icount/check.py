"""Devices whose every period and latency is known, to the instructions that lie between."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from oracle import MS, US, Capture, Disk, Stream, expect

job = sys.argv[1]
HANDLER_NS = 10 * US    # the way from the timer of a disk to the end of a request
GRID_NS = 5 * US
NEIGHBOUR_NS = 20 * US  # where another stream's timer may come first

null = Capture(job, "null")
for disk, completion_ns in (("nullb0", 10 * US), ("nullb1", 100 * US), ("nullb2", 1 * MS)):
    Disk(null, disk).check(200, completion_ns, completion_ns + HANDLER_NS)
for name, delay_ns in (("scsi-2ms", 2 * MS), ("scsi-500us", 500 * US)):
    Disk(Capture(job, name), "sda").check(200, delay_ns, delay_ns + HANDLER_NS)

# 3 s of playback in periods of 10 ms; where the first and the last lie is the driver's affair.
ac97 = Stream(Capture(job, "ac97"), card=0)
ac97.check_count(297, 303)
ac97.check_intervals([10 * MS], GRID_NS)
ac97.check_positions([480])
expect(ac97.capture.interrupts("snd_intel8x0") >= 297, "AC97 has few interrupts")

# What holds the CPU delays the client, and neither the device nor the handler.
hog = Stream(Capture(job, "ac97-hog"), card=0)
hog.check_count(297, 303)
hog.check_intervals([10 * MS], GRID_NS)
hog.capture.interrupts("snd_intel8x0")
calm, held = ac97.stage_max(), hog.stage_max()
expect(held["wake"] > 3 * MS > calm["wake"], "the hog is not in the stage wake:", calm, held)
for stage in held.keys() - {"wake"}:
    expect(held[stage] <= calm[stage] + 20 * US, "the hog is in", stage, calm, held)
print(f"ac97-hog: wake took up to {held['wake']} ns instead of {calm['wake']} ns")

hrtimer = Stream(Capture(job, "dummy-hrtimer"), card=1)
hrtimer.check_count(297, 303)
hrtimer.check_intervals([10 * MS], GRID_NS)
hrtimer.check_positions([480], skip=0)
hrtimer.check_position_current(480)

# 10 ms on the grid of the kernel's ticks, of 4 ms; what is played into a loop comes out beside it.
loop = Capture(job, "loop")
for stream, bound_ns in (
        (Stream(Capture(job, "dummy-jiffies"), card=1), GRID_NS),
        (Stream(loop, card=1), NEIGHBOUR_NS),
        (Stream(loop, card=1, device=1, direction="capture"), NEIGHBOUR_NS)):
    stream.check_count(285, 305)
    stream.check_intervals([8 * MS, 12 * MS], bound_ns)
    stream.check_positions([384, 576])
