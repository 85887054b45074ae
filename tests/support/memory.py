"""Python code that is run under a limit of memory, in a process of its own."""

import subprocess
import sys

_BEGIN = """
import resource, sys
import numpy, pyarrow, sklearn.pipeline, skops.io, scipy.sparse, textvec
from textvec import WordVectors
pyarrow.allocate_buffer(2**20)  # for which Arrow reserves much address space once
with open("/proc/self/statm") as file:
    taken = int(file.read().split()[0]) * resource.getpagesize()
most = taken + int(sys.argv[1]) * 2**20
resource.setrlimit(resource.RLIMIT_AS, (most, most))
for path in sys.argv[2:]:
    try:
        {code}
    except Exception as error:
        print(type(error).__name__, error)
    else:
        print("no error")
"""


def outcomes_within(megabytes, code, *paths):
    """Return, for each path, what a statement that reads `path` raises if only some megabytes may be taken for it."""
    command = [sys.executable, "-c", _BEGIN.format(code=code), str(megabytes), *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
