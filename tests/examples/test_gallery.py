"""The scripts of the gallery run on the bundled samples, and make figures."""

import runpy

import pytest

from support.paths import ROOT

SCRIPTS = sorted((ROOT / "examples/gallery").glob("plot_*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_script(script, monkeypatch, tmp_path):
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    monkeypatch.chdir(tmp_path)
    try:
        runpy.run_path(str(script))
        assert plt.get_fignums()
        for number in plt.get_fignums():
            plt.figure(number).draw_without_rendering()
    finally:
        plt.close("all")
    assert not list(tmp_path.iterdir())
