"""Drivers of devices with interrupts of their own: what other counts must equal."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from oracle import MS, US, Capture, Disk, Stream, expect

job = sys.argv[1]


def check_xruns():
    """aplay tells each xrun that it meets; so does the trace, and the report as a glitch."""
    capture = Capture(job, "hda-xrun")
    stream = Stream(capture, card=0)
    interrupts = capture.interrupts("snd_hda_intel")
    met = capture.output().count("underrun!!!")
    traced = len(capture.named("snd_pcm_xrun"))
    told = stream.row["headroom"]["glitches"]
    expect(0 < met == traced == told, "aplay met", met, "xruns, in the trace are", traced,
           "in the report", told)
    print(f"hda-xrun: {interrupts} interrupts, {len(stream.told)} periods, {met} xruns")


def check_cpu_change():
    """A CPU that is gone for a second tells nothing in it, and goes on afterwards."""
    capture = Capture(job, "cpu-change")
    capture.interrupts("snd_hda_intel")
    second = [event.ns for event in capture.events if event.cpu == 1]
    gap_ns = max(b - a for a, b in zip(second, second[1:]))
    expect(gap_ns > 900 * MS, "CPU 1 was never gone for longer than", gap_ns, "ns")
    print(f"cpu-change: {len(second)} events on CPU 1, none for {gap_ns / MS:.0f} ms")


def check_disks():
    """Each read is an interrupt, but where two CPUs share one."""
    capture = Capture(job, "disks")
    for disk, handler in (("nvme0n1", "nvme0q"), ("vda", "-req."), ("sda", "ahci"),
                          ("sdb", "-request")):
        Disk(capture, disk).check(200, 1, 200 * MS)
        interrupts = capture.interrupts(handler)
        expect(interrupts >= 200, disk, "has", interrupts, "interrupts for 200 reads")


def check_midi():
    """Ten messages; from the second on without the status byte, which is still running."""
    capture = Capture(job, "midi")
    received = [(int(e.field["count"]), int(e.field["first"]))
                for e in capture.named("snd_rawmidi_receive")]
    sent = [(3, 0x7f3090)] + [(2, 0x7f00 | key) for key in range(0x31, 0x3a)]
    expect(received == sent, "received", received)
    told = capture.notifications("midi")
    expect(len(told) == 10, "told are", len(told), "MIDI notifications")
    print("midi: 10 of 10 messages")


check_xruns()
check_cpu_change()
check_disks()
check_midi()
