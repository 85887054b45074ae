"""Questions that wait are asked together, each gets its own answer, and an error is nobody else's."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.asyncs import run_async
from textvec.serve.batching import MAX_BATCH, Batcher


class Asked:
    """What answers: it keeps the batches, and waits until it may."""

    def __init__(self):
        self.batches, self.may = [], threading.Event()

    def __call__(self, questions):
        self.may.wait(10)
        self.batches.append(list(questions))
        if "broken" in questions:
            raise ValueError("it is broken")
        return [each.upper() for each in questions]


def run(scenario, n_threads=1):
    """Run a coroutine function that is given a batcher and what it asks."""
    asked = Asked()

    async def main():
        with ThreadPoolExecutor(4) as pool:
            return await scenario(Batcher(asked, lambda each: each[0], pool, n_threads), asked)

    return run_async(main()), asked.batches


def test_a_question_alone_is_asked_at_once():
    async def scenario(batcher, asked):
        asked.may.set()
        return [await batcher("a"), await batcher("b")]

    assert run(scenario) == (["A", "B"], [["a"], ["b"]])


def test_those_that_wait_are_asked_together_if_they_are_alike():
    async def scenario(batcher, asked):
        waiting = [asyncio.ensure_future(batcher(each)) for each in ("a0", "b1", "a2", "b3", "a4")]
        await asyncio.sleep(0.05)
        asked.may.set()
        return await asyncio.gather(*waiting)

    answers, batches = run(scenario)
    assert answers == ["A0", "B1", "A2", "B3", "A4"]
    assert batches == [["a0"], ["b1", "b3"], ["a2", "a4"]]


def test_a_batch_has_a_largest_size_and_all_threads_are_used():
    async def scenario(batcher, asked):
        waiting = [asyncio.ensure_future(batcher(f"a{i}")) for i in range(3 * MAX_BATCH)]
        await asyncio.sleep(0.05)
        asked.may.set()
        return await asyncio.gather(*waiting)

    answers, batches = run(scenario, n_threads=2)
    assert answers == [f"A{i}" for i in range(3 * MAX_BATCH)]
    assert sorted(map(len, batches)) == [1, 1, MAX_BATCH - 2, MAX_BATCH, MAX_BATCH]


def test_an_error_is_told_to_the_one_whose_question_it_is():
    async def scenario(batcher, asked):
        waiting = [asyncio.ensure_future(batcher(each)) for each in ("first", "boat", "broken", "bee")]
        await asyncio.sleep(0.05)
        asked.may.set()
        return await asyncio.gather(*waiting, return_exceptions=True)

    answers, batches = run(scenario)
    assert answers[:2] + answers[3:] == ["FIRST", "BOAT", "BEE"]
    assert str(answers[2]) == "it is broken"
    assert batches[1:] == [["boat", "broken", "bee"], ["boat"], ["broken"], ["bee"]]


def test_a_question_that_nobody_awaits_any_more_is_not_asked():
    async def scenario(batcher, asked):
        first = asyncio.ensure_future(batcher("a0"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(batcher("a1"), 0.05)
        last = asyncio.ensure_future(batcher("a2"))
        asked.may.set()
        return await asyncio.gather(first, last)

    assert run(scenario) == (["A0", "A2"], [["a0"], ["a2"]])
