"""The example of learning from parts: what it prints agrees with what it says of itself."""

import re
import runpy
import sys

from support.paths import ROOT


def printed(monkeypatch, capsys, *options):
    monkeypatch.setattr(sys, "argv", ["incremental.py", *options])
    runpy.run_path(str(ROOT / "examples" / "incremental.py"), run_name="__main__")
    text = capsys.readouterr().out
    found = re.fullmatch(
        r"Parts: (\d+) of ([\d,]+) documents and ([\d,]+) terms\n"
        r"Memory: ([\d.]+) MB in all parts, ([\d.]+) MB in the largest,\n +([\d.]+) MB at most while learning\n"
        r"Accuracy: ([\d.]+)% of (\d+) messages that were held back\n",
        text,
    )
    assert found, text
    return [float(number.replace(",", "")) for number in found.groups()]


def test_no_more_than_a_part_is_in_memory(monkeypatch, capsys):
    n_parts, n_documents, n_terms, in_all, in_largest, peak, accuracy, n_tested = printed(
        monkeypatch, capsys, "--repeat", "30"
    )
    assert (n_parts, n_documents, n_tested) == (30, 30 * 1928, 482)
    assert n_terms > 4000
    assert abs(in_all - 30 * in_largest) < 3
    assert in_largest < peak < in_all / 2
    assert accuracy > 90
