"""A terminal in memory, with a program on it whose keys are pressed and whose screen is read."""

import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

import pyte


class Terminal:
    def __init__(self, command, columns=80, rows=24, **environment):
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.Stream(self.screen)
        self.decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self.raw = b""
        self.status = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.environ.update({"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}, **environment)
            os.execvp(command[0], command)

    def read(self, seconds):
        """What comes within a time; returns whether something did."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            chunk = os.read(self.fd, 65536)
        except OSError:
            chunk = b""
        if not chunk:
            self.finish()
            return False
        self.raw += chunk
        self.stream.feed(self.decode(chunk))
        return True

    def finish(self):
        if self.status is None:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def press(self, keys):
        os.write(self.fd, keys.encode())

    def text(self):
        return "\n".join(self.screen.display)

    def until(self, what, condition, seconds=60):
        """Read until the screen fulfils a condition, which it must at last."""
        end = time.monotonic() + seconds
        while not condition(self.text()):
            if time.monotonic() > end or self.status is not None:
                sys.exit(f"never seen: {what}\n{self.text()}")
            self.read(0.2)
        return self.text()

    def settle(self, seconds=0.4):
        """The screen when nothing has come for a time."""
        while self.read(seconds):
            pass
        return self.text()

    def ended(self, seconds=60):
        """The exit status."""
        end = time.monotonic() + seconds
        while self.status is None:
            if time.monotonic() > end:
                sys.exit(f"it does not end\n{self.text()}")
            self.read(0.2)
        return self.status

    def resize(self, columns, rows):
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)
