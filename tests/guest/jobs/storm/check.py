"""A storm of interrupts: who is late is so for them, and they are named with their share."""
import json
import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(here.parents[2]))
from oracle import MS, US, Capture, Stream, expect, jitterscope

LATE_NS = 100 * US      # a storm delays the card's interrupt, too
SLOW = "170us"          # without a storm none takes longer

storm = Capture(sys.argv[1], "storm")
card = Stream(storm, card=0)
card.check_count(197, 203)
card.check_grid(10 * MS, LATE_NS)
expect(storm.interrupts("snd_intel8x0") >= 197, "AC97 has few interrupts")

text = jitterscope("blame", "--quiet", "--format", "json", "--worst", "1000", "--over", SLOW,
                   storm.trace)
row, = json.loads(text)["notifications"]
hpet, = [c for c in row["culprits"] if c["kind"] == "irq" and c["name"].startswith("hpet")]
print(f"{hpet['who']}: {100 * hpet['tail_share']:.1f} % of {row['tail']['count']} slow chains, "
      f"{100 * hpet['body_share']:.1f} % of the others")
expect(row["tail"]["count"] >= 10, "few chains were in the storm", row["tail"])
expect(hpet["tail_share"] >= 0.04, "the storm has little of the slow chains", hpet)
expect(hpet["tail_share"] >= 5 * hpet["body_share"], "the storm is not in the slow ones", hpet)
waiting = [c for c in row["culprits"] if c["kind"] in ("irq", "softirq", "timer")]
expect(waiting[0] is hpet, "another handler has more", waiting)

found = pathlib.Path(sys.argv[1], "blame.json")
found.write_text(text)
subprocess.run(["/usr/bin/python3", str(here.parents[3] / "golden/blame_holders.py"), storm.trace,
                str(found)], check=True)
