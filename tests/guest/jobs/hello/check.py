"""The program that ran in the guest is the one that was built."""
import pathlib
import subprocess
import sys

told = pathlib.Path(sys.argv[1], "version").read_text()
here = subprocess.run(["jitterscope", "--version"], capture_output=True, text=True).stdout
assert told == here, (told, here)
