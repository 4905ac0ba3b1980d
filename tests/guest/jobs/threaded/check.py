"""Handlers in threads: the thread is a stage of the way from the interrupt to the client."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from oracle import MS, Capture, Disk, Stream, expect

job = sys.argv[1]
ac97 = Stream(Capture(job, "ac97"), card=0)
ac97.check_count(100, 220)
ac97.capture.interrupts("snd_intel8x0")
direct = [line for line in ac97.told if "deferred_ns" not in line["at"]]
expect(not direct, "not from a thread:", direct[:1])
print(f"ac97: {len(ac97.told)} periods, each from the thread of an interrupt")
disk = Capture(job, "disk")
Disk(disk, "sda").check(200, 1, 200 * MS)
# A thread that is still busy with the interrupt before need not be woken: nothing leads to it then.
direct = [line for line in disk.replay("requests") if "irq_ns" not in line["at"]]
expect(len(direct) <= 20, "without their interrupt:", len(direct), direct[:1])
expect(disk.interrupts("ahci") >= 200, "few interrupts for 200 reads")
