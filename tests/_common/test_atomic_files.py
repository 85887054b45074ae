"""A full disk, and names that no file can have, are errors that say so and name the file."""

import os
import subprocess
import sys

import numpy as np
import pytest

import textvec
from textvec import WordVectors
from textvec._common.atomic_files import check_target, replacing

TABLE = WordVectors([f"w{i}" for i in range(5000)], np.random.default_rng(0).normal(size=(5000, 20)))
NAMES = ["v.vec", "v.bin", "v.txt", "v.vec.gz", "v.vec.bz2", "v.bin.zst", "v.npy", "table.textvec", "counts.textvec"]
WRITE_TO_A_SMALL_DISK = """
import resource, sys, numpy as np, textvec
table = textvec.WordVectors([f"w{i}" for i in range(5000)], np.random.default_rng(0).normal(size=(5000, 20)))
counts = textvec.TfidfVectorizer().fit([" ".join(table.words)])
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
for name in sys.argv[1:]:
    try:
        textvec.save(counts if "counts" in name else table, name) if "textvec" in name else table.write(name)
    except OSError as error:
        print(error.errno, error.filename, error.strerror)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="numbers of errors are those of Linux")
def test_a_full_disk(tmp_path):
    """NumPy writes arrays past Python where it can, and would report two numbers only."""
    for name in NAMES:
        (tmp_path / name).write_bytes(b"before")
    command = [sys.executable, "-c", WRITE_TO_A_SMALL_DISK, *NAMES]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    why = "There is no room for it on the disk, and what was there before is unchanged (File too large)"
    assert ran.stdout.splitlines() == [f"27 {os.path.realpath(tmp_path / name)} {why}" for name in NAMES]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == dict.fromkeys(NAMES, b"before")


@pytest.mark.parametrize("name", ["\ud800.textvec", "half \udfff.vec", "a\0b.npy"])
def test_names_that_no_file_can_have(name, tmp_path):
    with pytest.raises(ValueError, match=r"No file can have the name .*(ud800|udfff|x00)"), replacing(tmp_path / name):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes there")
@pytest.mark.parametrize("name", [b"caf\xe9.npy", b"caf\xe9.vec", ("語" * 80).encode() + b".npy", b"x" * 251 + b".vec"])
def test_every_name_that_a_file_can_have(name, tmp_path):
    path = tmp_path / os.fsdecode(name)
    long = len(name) > 240  # its vocabulary would have a longer name
    TABLE.write(path.with_suffix(".vec") if long else path)
    assert len(WordVectors.read(path.with_suffix(".vec") if long else path)) == 5000
    saved = tmp_path / os.fsdecode(b"caf\xe9.textvec")
    textvec.save(TABLE, saved)
    assert len(textvec.load(saved)) == 5000


def test_a_target_is_checked_without_a_trace(tmp_path):
    target = tmp_path / "a.txt"
    check_target(target)
    assert not any(tmp_path.iterdir())
    target.write_text("old")
    check_target(target)
    assert target.read_text() == "old"
    for path, error in ((tmp_path, IsADirectoryError), (tmp_path / "no" / "a.txt", FileNotFoundError)):
        with pytest.raises(error):
            check_target(path)
