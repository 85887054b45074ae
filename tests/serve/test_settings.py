"""Settings go to workers through the environment as they are."""

import pytest

from serve.conftest import TOKEN
from textvec.serve import Limits, Settings
from textvec.serve.settings import SETTINGS


def test_settings_come_back_from_the_environment(monkeypatch):
    settings = Settings(
        index="a b", model="spam", trusted=("x.Y",), writes=True, reads_need_token=True, token=TOKEN, hosts=("a", "b"),
        access_log=True, limits=Limits(k=7, seconds=0.5),
    )  # fmt: skip
    told = settings.to_environment()
    assert TOKEN not in told[SETTINGS]
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert Settings.from_environment() == settings


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="nothing to serve"):
        Settings()
    with pytest.raises(ValueError, match="TEXTVEC_TOKEN"):
        Settings(model="spam", reads_need_token=True)
