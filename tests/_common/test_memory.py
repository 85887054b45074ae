"""Freed memory is given back before large work only, and nothing fails where the C library cannot."""

import pytest

from textvec._common import memory


@pytest.fixture
def trims(monkeypatch):
    """Return the list of the arguments that the C library's `malloc_trim` is called with."""
    calls = []
    monkeypatch.setattr(memory, "_malloc_trim", lambda: calls.append)
    return calls


def test_only_large_work_gives_memory_back(trims):
    memory.release(1000)
    assert trims == []
    memory.release(10_000_000)
    assert trims == [0]


def test_the_c_library_of_this_system_is_asked():
    memory.release(10_000_000)


@pytest.mark.parametrize("error", [OSError, TypeError])
def test_a_system_without_such_a_library(monkeypatch, error):
    def missing(name):
        raise error

    monkeypatch.setattr(memory.ctypes, "CDLL", missing)
    memory._malloc_trim.cache_clear()
    memory.release(10_000_000)
    monkeypatch.undo()
    memory._malloc_trim.cache_clear()


def test_the_memory_of_this_machine(monkeypatch):
    assert memory.installed_memory() > 100_000_000

    def missing(name):
        raise ValueError

    monkeypatch.setattr(memory.os, "sysconf", missing)
    assert memory.installed_memory() is None
