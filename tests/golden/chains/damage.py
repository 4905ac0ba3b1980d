"""What happens to a recording: packets, events that found no room, packets overwritten, both ends cut."""
from ctf import Packet


class Recording:
    """Events as they were recorded: packets, the events that are left, and the times without trust."""

    def __init__(self):
        self.packets, self.events, self.windows = [], [], []

    def is_sure(self, begin, end):
        return all(end < a or b < begin for a, b in self.windows)


def pieces(rng, events):
    most = rng.choice((3, 8, 30, 200))
    i = 0
    while i < len(events):
        count = rng.randint(1, most)
        yield events[i:i + count]
        i += count


def discard(rng, events, loss):
    """Some of the first ones of a packet found no room, since the one before was not yet read."""
    if rng.random() >= loss:
        return events, 0
    count = rng.randint(1, min(6, len(events)))
    return events[count:], count


def cpu_record(rng, recording, cpu, events, loss, sole):
    """sole: nothing is overwritten."""
    discarded, number, last_end = 0, 0, None
    parts = list(pieces(rng, events))
    for i, part in enumerate(parts):
        kept, count = discard(rng, part, loss) if last_end is not None else (part, 0)
        if last_end is not None and not sole and i + 1 < len(parts) and rng.random() < loss / 2:
            number += 1                     # overwritten as a whole
            continue
        if not kept and i + 1 < len(parts):
            kept, count = part, 0
        discarded += count
        begin = kept[0].at if kept else part[-1].at
        end = part[-1].at
        packet = Packet(cpu, number, kept, begin, end, discarded)
        if recording.packets and last_end is not None:
            if count:
                recording.windows.append((last_end, end))
            if number != recording.packets[-1].number + 1:
                recording.windows.append((last_end, begin))
        recording.packets.append(packet)
        recording.events += kept
        number, last_end = number + 1, end


def record(rng, events, loss=0.0, cut=None):
    """events: in order. cut: (first, last) instants that are left."""
    recording = Recording()
    if cut:
        events = [event for event in events if cut[0] <= event.at <= cut[1]]
        recording.windows += [(-1, cut[0] - 1), (cut[1] + 1, 1 << 62)]
    sole = rng.random() < 0.5
    for cpu in sorted({event.cpu for event in events}):
        cpu_record(rng, recording, cpu, [e for e in events if e.cpu == cpu], loss, sole)
    recording.events.sort(key=lambda event: event.order)
    return recording
