"""A mount namespace of one's own, or a skipped test."""
import ctypes
import os
import shutil
import sys

SKIP = 77
CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 0x40000
PR_SET_CHILD_SUBREAPER = 36

libc = ctypes.CDLL(None, use_errno=True)


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIP)


def mount(kind, path, flags=0, data=""):
    source = kind.encode() if kind else None
    if libc.mount(source, path.encode(), source, flags, data.encode() or None):
        skip(f"mount {path}: {os.strerror(ctypes.get_errno())}")


def isolate():
    if os.geteuid():
        skip("needs root for a mount namespace")
    for name in ("lttng-sessiond", "lttng", "babeltrace2", "setpriv"):
        if not shutil.which(name):
            skip(f"needs {name}")
    if libc.unshare(CLONE_NEWNS):
        skip("mount namespaces are forbidden here")
    mount(None, "/", MS_REC | MS_PRIVATE)
    mount("tmpfs", "/run", 0, "mode=0755")
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
