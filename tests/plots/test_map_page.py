"""What is in the page of a map, unpacked as the page does it; tests/browser/test_map.py opens it."""

import base64
import gzip
import json
import re
from itertools import pairwise

import numpy as np
import pytest

from textvec.plots import Map
from textvec.plots._map_page import MAX_CHARS, rendered


def unpacked(page):
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])
    raw = gzip.decompress(base64.b64decode(data["packed"]))
    bounds = np.cumsum([0, *data["sizes"]])
    data["blocks"] = [raw[a:b] for a, b in pairwise(bounds)]
    assert bounds[-1] == len(raw)
    return data


def page_of(texts, title=None, max_chars=None, **options):
    points = np.column_stack([np.arange(len(texts)), np.arange(len(texts)) ** 2])
    made = Map(points, texts, **options)
    return rendered(made, made._groups(), title, max_chars)


def test_points_codes_neighbours_and_texts():
    neighbors = [[1, 2], [0, -1], [1, 0]]
    page = page_of(["tea", "moon\x00\ud800", "é"], labels=["a", "b", "b"], neighbors=neighbors)
    data = unpacked(page)
    points, codes, near, texts = data["blocks"]
    assert np.frombuffer(points, "<u2").reshape(-1, 2).tolist() == [[0, 0], [32768, 16384], [65535, 65535]]
    assert np.frombuffer(codes, "<u4").tolist() == [1, 0, 0]
    assert np.frombuffer(near, "<u2").reshape(-1, 2).tolist() == [[1, 2], [0, 3], [1, 0]]
    assert texts.decode().split("\0") == ["tea", "moon\ufffd\ufffd", "é"]
    assert data["groups"] == [{"title": "label", "names": ["b", "a"]}]
    assert "<h1>3 documents</h1>" in page


def test_markup_stays_text():
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    page = page_of([evil, "b"], title=evil, labels=[evil, "b"], projection=(evil, "b"))
    assert page.count("<script") == 2
    assert "<img" not in page
    assert unpacked(page)["groups"][0]["names"][0] == evil


def test_more_labels_than_a_byte_holds():
    data = unpacked(page_of(["x"] * 600, labels=range(600)))
    assert np.frombuffer(data["blocks"][1], "<u4").tolist() == list(range(600))


def test_more_points_than_two_bytes_count():
    neighbors = np.full((65_536, 1), 65_535)
    neighbors[65_535] = -1
    data = unpacked(page_of(["x"] * 65_536, neighbors=neighbors))
    assert np.frombuffer(data["blocks"][1], "<u4")[[0, -1]].tolist() == [65_535, 65_536]


def test_points_in_one_place_are_in_the_middle():
    made = Map([[3, 3], [3, 3]], ["a", "b"], projection=("x", "y"))
    data = unpacked(rendered(made, [], None, None))
    assert np.frombuffer(data["blocks"][0], "<u2").tolist() == [32768] * 4
    assert data["axes"] == [
        {"title": "cosine with “x”", "range": [3, 3]},
        {"title": "cosine with “y”", "range": [3, 3]},
    ]


def test_texts_are_whole_or_cut_and_the_page_says_so():
    page = page_of(["abcdefgh", "abc"], max_chars=5)
    assert unpacked(page)["blocks"][-1].decode() == "abcd…\0abc"
    assert "Texts are cut after 5 characters." in page
    assert "Texts are cut" not in page_of(["abcdefgh", "abc"])
    half = "x" * (MAX_CHARS // 2 + 1)
    assert len(unpacked(page_of([half, half]))["blocks"][-1].decode()) == MAX_CHARS + 1
    with pytest.raises(ValueError, match="max_chars must be 1 or more"):
        page_of(["a"], max_chars=0)


def test_the_page_forbids_requests_and_says_what_it_is():
    page = page_of(["tea"], title="R & D", kind="words")
    assert "default-src 'none'" in page
    assert "<title>R &amp; D</title>" in page
    assert "<h1>1 word</h1>" in page_of(["tea"], kind="words")
