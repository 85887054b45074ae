"""Python code that is run under a limit of memory, in a process of its own."""

import os
import subprocess
import sys

# Arrow's own allocator and each thread's arena reserve address space that is never used, which the limit counts.
_ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1"}
# What is loaded or compiled at the first use is so before there is a limit.
_BEGIN = """
import pathlib, resource, sys, tempfile
import numpy, pyarrow, sklearn.pipeline, skops.io, scipy.sparse, textvec
from textvec import WordVectors
with tempfile.TemporaryDirectory() as folder:
    for name in ("v.vec", "v.bin", "v.vec.zst", "v.npy"):
        WordVectors(["a", "b"], [[0.5, 1], [2, 3]]).write(pathlib.Path(folder, name))
        WordVectors.read(pathlib.Path(folder, name))
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
    ran = subprocess.run(command, env={**os.environ, **_ENVIRONMENT}, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()
