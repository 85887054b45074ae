"""Pictures are written whole or not at all, under names that tell their kind."""

import pytest

from textvec._common.optional import import_figure
from textvec._common.pictures import KINDS, write_picture


@pytest.fixture
def figure():
    pytest.importorskip("matplotlib")
    return import_figure("a test")()


@pytest.mark.parametrize(("kind", "begin"), zip(KINDS, (b"\x89PNG", b"<?xml", b"%PDF"), strict=True))
def test_each_kind(kind, begin, figure, tmp_path):
    path = tmp_path / f"a{kind.upper()}"
    write_picture(figure, path)
    assert path.read_bytes().startswith(begin)


@pytest.mark.parametrize("name", ["comparison", "comparison.txt", "png", "a.jpg"])
def test_a_name_of_no_kind_is_refused(name, figure, tmp_path):
    with pytest.raises(ValueError, match=r"ends with \.png, \.svg, \.pdf, which tells its kind, but it is '"):
        write_picture(figure, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_what_fails_leaves_what_was_there(figure, tmp_path):
    (tmp_path / "a.png").write_text("before")
    figure.savefig = lambda *_, **__: 1 / 0
    with pytest.raises(ZeroDivisionError):
        write_picture(figure, tmp_path / "a.png")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]
    with pytest.raises(FileNotFoundError):
        write_picture(figure, tmp_path / "no" / "a.png")


def test_characters_without_a_font_are_not_warned_of_one_by_one(figure, tmp_path):
    """The suite makes errors of warnings; what draws has named them all in one of its own."""
    figure.text(0.5, 0.5, "日本")
    write_picture(figure, tmp_path / "a.png")
    assert (tmp_path / "a.png").exists()
