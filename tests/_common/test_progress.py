"""The progress bar: on a terminal, on standard error, and gone at the end."""

import subprocess
import sys
import threading

import pytest

from textvec._common.progress import counted_progress, progress


def work(total, **options):
    with progress("tea [bold]", total, **options) as advance:
        advance()
        advance(2, "3 cups/s")


@pytest.mark.parametrize("total", [None, 3])
def test_nothing_is_shown_where_nobody_watches(total, capsys, monkeypatch):
    work(total)
    work(total, show=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    work(total, show=False)
    monkeypatch.setenv("TERM", "dumb")
    work(total)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("total", [None, 3])
def test_a_bar_on_a_terminal_is_removed_at_the_end(total, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    work(total)
    out, err = capsys.readouterr()
    assert out == ""
    assert "tea [bold]" in err
    assert err.rstrip().endswith("\x1b[2K"), "the line is erased"
    assert ("100%" in err, "3 cups/s" in err) == (total is not None, total is not None)


def test_a_bar_that_is_wanted_stays(capsys):
    work(3, show=True)
    err = capsys.readouterr().err
    assert "100%" in err
    assert "3 cups/s" in err
    assert "\x1b" not in err


def test_any_thread_may_advance(capsys):
    with progress("tea", 400, show=True) as advance:
        threads = [threading.Thread(target=lambda: [advance() for _ in range(100)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert "100%" in capsys.readouterr().err


def test_the_import_is_light():
    code = "import sys; from textvec._common import progress; print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_work_that_counts_itself_begins_a_bar_anew_with_each_pass(capsys, monkeypatch):
    with counted_progress("tea") as done:
        done(1, 2)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with counted_progress("tea [bold]") as done:
        for step in (1, 2, 1):
            done(step, 2)
    out, err = capsys.readouterr()
    assert out == ""
    assert "tea [bold]" in err
    assert err.rindex("1/2") > err.rfind("2/2")
    assert err.rstrip().endswith("\x1b[2K"), "the line is erased"
