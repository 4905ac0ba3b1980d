"""What runs below a process."""
import os
import time


def wait_until(what, condition, limit_s=15):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"in vain waited for {what}")


def processes():
    """pid -> (parent, name), zombies left out."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat") as stream:
                text = stream.read()
        except OSError:
            continue
        state, parent = text[text.rindex(")") + 2:].split()[:2]
        if state not in "ZX":
            found[int(entry)] = (int(parent), text[text.index("(") + 1:text.rindex(")")])
    return found


def below(root):
    """pid -> name of all descendants."""
    table = processes()
    found = {}
    changed = True
    while changed:
        changed = False
        for pid, (parent, name) in table.items():
            if pid not in found and (parent == root or parent in found):
                found[pid] = name
                changed = True
    return found


def find(root, name):
    return next((pid for pid, it in below(root).items() if it == name), None)
