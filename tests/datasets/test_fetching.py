"""Archives give the files that are wanted, take no memory that these do not need, and say what is wrong with them."""

import gzip
import io
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textvec.datasets._fetching import NotWholeError, Source, folder_of_data, member_of_zip, members_of_tar

SOURCE = Source("the set of sets", "http://page", "sets/set.zip", max_bytes=1000)


def zipped(content, name="a/b.txt"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def tarred(*members):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content, kind in members:
            member = tarfile.TarInfo(name)
            member.size, member.type = len(content), kind
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


TAR = tarred(("b", b"two", tarfile.REGTYPE), ("a", b"one", tarfile.REGTYPE), ("c", b"", tarfile.DIRTYPE))


def test_members():
    assert member_of_zip(zipped(b"one"), "a/b.txt", 3) == b"one"
    assert members_of_tar(TAR, ["a", "b"], 100_000) == [b"one", b"two"]


def test_a_small_archive_of_much():
    """A thousand times longer than it looks: it is not read to its end."""
    with pytest.raises(ValueError, match="it is longer than 1,000 bytes"):
        member_of_zip(zipped(bytes(10**6)), "a/b.txt", 1000)
    for bomb in (tarred(("a", bytes(10**6), tarfile.REGTYPE)), gzip.compress(bytes(10**6))):
        with pytest.raises(ValueError, match="it is longer than 1,000 bytes"):
            members_of_tar(bomb, ["a"], 1000)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", zipped(b"one")[:-9], zipped(b"one", "b.txt"), zipped(b"x" * 99)[9:]]
)
def test_no_whole_zip_file(content):
    with pytest.raises(NotWholeError, match=r"^not a whole zip file with a/b\.txt in it$"):
        member_of_zip(content, "a/b.txt", 1000)


# Named, as gzip writes the time of day, and every process of a run in parallel must name the tests alike.
@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", TAR[:-1], TAR[: len(TAR) // 2], TAR[9:], gzip.compress(b"x" * 999)],
    ids=["empty", "another format", "one byte short", "half of it", "without its beginning", "no tar within"],
)
def test_no_whole_tar_file(content):
    with pytest.raises(NotWholeError, match=r"^not a whole tar\.gz file with a and b in it$"):
        members_of_tar(content, ["a", "b"], 100_000)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_change_is_told_or_does_no_harm(data):
    """Whatever the bytes are, the error is one that says so; zip files have checksums of what is in them."""
    for content, read in (
        (zipped(b"one" * 50), lambda content: [member_of_zip(content, "a/b.txt", 1000)]),
        (TAR, lambda content: members_of_tar(content, ["a", "b"], 100_000)),
    ):
        changed = bytearray(content)
        for _ in range(data.draw(st.integers(1, 4))):
            changed[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        try:
            assert read(bytes(changed)) == read(content)
        except NotWholeError:
            pass
        except ValueError as error:
            if "longer than" not in str(error):
                raise


@pytest.mark.parametrize("name", ["d", "c"])
def test_a_tar_file_without_the_file(name):
    with pytest.raises(NotWholeError, match=f"with a and {name} in it"):
        members_of_tar(TAR, ["a", name], 100_000)


def test_errors_say_what_to_do(tmp_path):
    by_hand = (
        rf"Get set\.zip from http://page and put it at {tmp_path}/sets/set\.zip, or set TEXTVEC_DATA to a folder with "
        r"sets/set\.zip\."
    )
    for context, raised, error, message in (
        (
            SOURCE.downloading("URL", tmp_path),
            ConnectionError("no way"),
            ConnectionError,
            f"The set of .* downloaded from URL: no way. {by_hand}",
        ),
        (
            SOURCE.downloading("URL", tmp_path),
            NotWholeError("no whole egg"),
            ConnectionError,
            f".* URL: what came is no whole egg. {by_hand}",
        ),
        (
            SOURCE.downloading("URL", tmp_path),
            ValueError("it is red"),
            ValueError,
            f"What URL sent is not the .*: it is red. Nothing .* {by_hand}",
        ),
        (
            SOURCE.reading("f"),
            NotWholeError("no whole egg"),
            ValueError,
            r"f is not the set of sets as .*: it is no whole egg\. Move .*",
        ),
    ):
        with pytest.raises(error, match=f"^{message}$"), context:
            raise raised
    with pytest.raises(FileNotFoundError, match=f"^The set of sets is not in the data folder. {by_hand} Or have it"):
        raise SOURCE.missing(tmp_path)


def test_a_file_that_is_too_long_is_not_read(tmp_path):
    path = tmp_path / "sets" / "set.zip"
    path.parent.mkdir()
    path.write_bytes(bytes(1001))
    with pytest.raises(ValueError, match=r"set\.zip is not .*: it is longer than 1,000 bytes\. Move it away"):
        SOURCE.content("URL", tmp_path, download=True)


def test_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TEXTVEC_DATA", "~/data")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folder_of_data(None) == tmp_path / "data"
    assert folder_of_data("/x") != tmp_path / "data"
