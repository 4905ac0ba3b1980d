#!/usr/bin/env python3
"""Print a random scenario, the same one for the same number: streams whose delays may be longer than their
periods, in bursts, with interrupts that are lost and clients that are slow or pause.

usage: like_random.py NUMBER
"""
import random
import sys


def delay(dice, scale_us):
    return dice.choice([
        lambda: f"{dice.uniform(0, 2) * scale_us:.1f}us",
        lambda: f"uniform 0us {dice.uniform(1, 4) * scale_us:.1f}us",
        lambda: f"lognormal {scale_us:.1f}us {dice.uniform(0.3, 1.5):.2f} max 30ms",
        lambda: f"exponential {scale_us:.1f}us",
        lambda: f"pareto {scale_us:.1f}us {dice.uniform(1.2, 3):.2f} max 30ms",
        lambda: f"burst {scale_us:.1f}us {dice.uniform(5, 300) * scale_us:.1f}us 300ms 40ms",
    ])()


def stream(dice, number):
    mode = dice.choice(["packet", "packet", "event", "event", "poll"])
    rate = dice.choice([16000, 44100, 48000, 96000])
    print(f"[stream s{number}]\nmode = {mode}\nrate = {rate}")
    print(f"period_frames = {dice.randint(rate // 500, rate // 60)}")
    # Who looks once a buffer is in time or late by the frame that the engine is in just then.
    count = {"event": dice.randint(1, 6), "packet": dice.randint(1, 2), "poll": 2}
    print(f"notifications = {count[mode]}")
    print(f"capture = {dice.choice(['yes', 'no'])}\ncpu = {dice.randint(0, 1)}")
    print(f"drift_ppm = {dice.randint(-900, 900)}")
    if mode != "poll" and dice.random() < 0.3:
        print("pause_every = 400ms\npause = 33ms")
    print(f"[client c{number}]\nstream = s{number}\ncount = {dice.choice([1, 1, 2])}")
    print(f"work = {delay(dice, 300)}")


def main():
    dice = random.Random(int(sys.argv[1]))
    print("[machine]\ncpus = 2")
    for number in range(dice.randint(1, 3)):
        stream(dice, number)
    print("[delay]")
    for stage, scale_us in (("interrupt", 8), ("dispatch", 2), ("queue", 6), ("handler", 9),
                            ("wake", 60)):
        print(f"{stage} = {delay(dice, scale_us)}")
    for kind, extra in (("drop-interrupt", ""), ("delay-dpc", "length = 25ms"),
                        ("slow-client", "length = 45ms"), ("stretch-dpc", "length = 12ms")):
        if dice.random() < 0.4:
            print(f"[fault {kind}]\nkind = {kind}\nat = 0s\nchance = 0.01\ncount = 0\n{extra}")


main()
