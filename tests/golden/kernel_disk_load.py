#!/usr/bin/python3
"""Bursts of requests to a disk past the page cache, and what the kernel counted of them.

usage: kernel_disk_load.py FILE DISK BURSTS REQUESTS RESULT

Each burst reads and writes at random places of FILE, which lies on DISK (vda) and was written before,
so that no file system has anything else to note down. Before the first and after each, it waits until
the disk is quiet and writes down CLOCK_MONOTONIC, /proc/diskstats and /proc/interrupts: nothing
happened around those instants, so that they fall between the same events in every recording.

RESULT is JSON, a list of these. Exits 3 where the disk was never quiet.
"""
import json
import mmap
import os
import random
import sys
import time

QUIET_S = 0.02
PATIENCE_S = 30
BLOCK = 4096
NAMES = {"reads": 3, "writes": 7, "in_flight": 11, "discards": 14, "flushes": 18}


def disk_counts(disk):
    with open("/proc/diskstats") as lines:
        fields = next(line.split() for line in lines if line.split()[2] == disk)
    return {name: int(fields[place]) for name, place in NAMES.items()}


def interrupt_counts():
    """By line: how often on all CPUs, and the names of its handlers."""
    with open("/proc/interrupts") as lines:
        cpu_count = len(next(lines).split())
        split = [line.split() for line in lines]
    return {fields[0].rstrip(":"): {"count": sum(map(int, fields[1:1 + cpu_count])),
                                    "names": " ".join(fields[1 + cpu_count:])}
            for fields in split if fields[0].rstrip(":").isdigit()}


def snapshot(disk):
    return {"disk": disk_counts(disk), "interrupts": interrupt_counts()}


def quiet_snapshot(disk):
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        before = snapshot(disk)
        time.sleep(QUIET_S / 2)
        at_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        time.sleep(QUIET_S / 2)
        after = snapshot(disk)
        if before["disk"] == after["disk"] and before["disk"]["in_flight"] == 0:
            return dict(before, at_ns=at_ns)
    sys.exit(3)


def requests_make(path, count):
    size = os.stat(path).st_size
    room = mmap.mmap(-1, 32 * BLOCK)
    fd = os.open(path, os.O_RDWR | os.O_DIRECT)
    for _ in range(count):
        length = BLOCK * random.choice((1, 1, 1, 2, 8, 32))
        place = random.randrange((size - length) // BLOCK) * BLOCK
        part = memoryview(room)[:length]
        if random.random() < 0.5:
            os.preadv(fd, [part], place)
        else:
            os.pwritev(fd, [part], place)
    os.close(fd)


def main():
    path, disk, bursts, count, result = sys.argv[1:]
    snapshots = [quiet_snapshot(disk)]
    for _ in range(int(bursts)):
        requests_make(path, int(count))
        snapshots.append(quiet_snapshot(disk))
    with open(result, "w") as file:
        json.dump(snapshots, file)


if __name__ == "__main__":
    main()
