"""Colours that are told apart, whoever looks, whatever the ground."""

import itertools

import numpy as np
import pytest

from textvec.plots._palette import COLORS, OTHERS

# Machado, Oliveira and Fernandes (2009): what is seen without red, and without green cones, of linear RGB.
SEEN = {
    "all": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}


def linear(color):
    values = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb.clip(0, 1)
    f = np.cbrt(xyz / [0.9505, 1, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eyes", SEEN)
def test_every_two_colours_differ(eyes):
    seen = {color: lab(np.array(SEEN[eyes]) @ linear(color)) for color in COLORS}
    distances = {pair: np.linalg.norm(seen[pair[0]] - seen[pair[1]]) for pair in itertools.combinations(COLORS, 2)}
    closest = min(distances, key=distances.get)
    assert distances[closest] > 8, closest


@pytest.mark.parametrize("ground", ["#ffffff", "#14181d"], ids=["light", "dark"])
def test_every_colour_is_seen_on_its_ground(ground):
    def luminance(color):
        return [0.2126, 0.7152, 0.0722] @ linear(color)

    for color in (*COLORS, OTHERS):
        low, high = sorted([luminance(color), luminance(ground)])
        assert (high + 0.05) / (low + 0.05) > 2, color
