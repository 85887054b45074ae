"""A kind of search whose cases fail, each in another way: what the harness must tell apart."""

import ctypes
import os
import signal
import time

from fuzz.harness import Finding, Kind, refused_by_name


def prepare(folder):
    (folder / "file").write_text("prepared")
    return folder / "file"


def attempt(rng, path, scratch):
    assert path.read_text() == "prepared"
    assert not any(scratch.iterdir())
    (scratch / "left").mkdir(0)
    FAULTS[rng.randrange(len(FAULTS))](path)


def refuse(path):
    with refused_by_name(path):
        raise ValueError(f"{path} is cut.")


def refuse_without_a_name(path):
    with refused_by_name(path):
        raise ValueError("unpack requires a buffer of 4 bytes")


def refuse_as_a_decoder(path):
    with refused_by_name():
        b"\xff".decode()


def differ(path):
    raise Finding("another result")


FAULTS = [
    lambda path: None,
    refuse,
    refuse_without_a_name,
    refuse_as_a_decoder,
    differ,
    lambda path: {}["key"],
    lambda path: bytearray(2**28),
    lambda path: ctypes.string_at(0),
    lambda path: os.kill(os.getpid(), signal.SIGKILL),
    lambda path: os._exit(3),
    lambda path: time.sleep(60),
]
CAUSES = [
    "", "ValueError: ", "ValueError: unpack requires", "UnicodeDecodeError", "Finding: another result",
    "KeyError: 'key'", "MemoryError", "the process died of SIGSEGV", "the process died of SIGKILL",
    "the process ended with 3", "not done after 3 s",
]  # fmt: skip
KIND = Kind(prepare, attempt, short=0, seconds=3, megabytes=128)
