"""Metadata and labels as JSON has them."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pytest

from textvec.serve.answers import plain


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, None),
        (True, True),
        (2**70, 2**70),
        (float("inf"), None),
        (np.float32(0.5), 0.5),
        (np.array([1, 2]), [1, 2]),
        (np.bool_(False), False),
        (date(2026, 11, 28), "2026-11-28"),
        (datetime(2026, 11, 28, 1, tzinfo=UTC), "2026-11-28T01:00:00+00:00"),
        (time(1, 2), "01:02:00"),
        (timedelta(seconds=90), 90.0),
        (Decimal("1.10"), "1.10"),
        (b"\xff", "ff"),
        ({1: [float("nan")], "a": {"b": (1,)}}, {"1": [None], "a": {"b": [1]}}),
        (1j, "1j"),
    ],
    ids=repr,
)
def test_values_are_what_json_has(value, told):
    assert plain(value) == told
    assert type(plain(value)) is type(told)
    json.dumps(plain(value), allow_nan=False)
