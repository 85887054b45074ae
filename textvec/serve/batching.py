"""Questions that wait are asked together: under load, one search of many queries takes the place of many searches.

While nothing else is asked, a question is put at once, by itself: nobody waits for others to come.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

MAX_BATCH = 64
"""Questions that are asked together at most: more would let the first ones wait long for the last."""


class Batcher(Generic[Question, Answer]):
    """Asks questions in threads, those that wait together.

    Parameters
    ----------
    ask : function
        From questions, which may be asked together, to as many answers.
    alike : function
        From a question to what it has in common with those that may be asked together with it.
    pool : ThreadPoolExecutor
        The threads.
    n_threads : int
        How many of them may be taken at the same time.
    """

    def __init__(
        self,
        ask: Callable[[Sequence[Question]], Sequence[Answer]],
        alike: Callable[[Question], Hashable],
        pool: ThreadPoolExecutor,
        n_threads: int,
    ) -> None:
        self._ask, self._alike, self._pool = ask, alike, pool
        self._waiting: deque[tuple[Question, asyncio.Future[Answer]]] = deque()
        self._free = n_threads

    async def __call__(self, question: Question) -> Answer:
        """Return the answer to a question.

        Parameters
        ----------
        question : object

        Returns
        -------
        answer : object

        Raises
        ------
        Exception
            What asking this question, and no other, raises.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        self._start()
        return await answer

    def _start(self) -> None:
        """Let free threads ask what waits."""
        while self._free and self._waiting:
            batch = self._next_batch()
            if batch:
                self._free -= 1
                loop = asyncio.get_running_loop()
                asked = loop.run_in_executor(self._pool, self._answers, [question for question, _ in batch])
                asked.add_done_callback(lambda done, batch=batch: self._end(done, batch))  # type: ignore[misc]

    def _next_batch(self) -> list[tuple[Question, asyncio.Future[Answer]]]:
        """Take the question that has waited longest, and those that may be asked with it; none that nobody awaits."""
        batch: list[tuple[Question, asyncio.Future[Answer]]] = []
        others = []
        while self._waiting and len(batch) < MAX_BATCH:
            question, answer = self._waiting.popleft()
            if answer.done():  # its request has ended, because time was up
                continue
            if batch and self._alike(batch[0][0]) != self._alike(question):
                others.append((question, answer))
            else:
                batch.append((question, answer))
        self._waiting.extendleft(reversed(others))
        return batch

    def _answers(self, questions: list[Question]) -> list[Answer | Exception]:
        """Ask questions together; if that fails, each by itself, so that nobody gets the error of another."""
        try:
            return list(self._ask(questions))
        except Exception as error:
            if len(questions) == 1:
                return [error]
        return [each for question in questions for each in self._answers([question])]

    def _end(
        self,
        done: asyncio.Future[list[Answer | Exception]],
        batch: list[tuple[Question, asyncio.Future[Answer]]],
    ) -> None:
        self._free += 1
        found: Sequence[Answer | BaseException]
        if done.cancelled():
            found = [asyncio.CancelledError()] * len(batch)
        else:
            error = done.exception()
            found = done.result() if error is None else [error] * len(batch)
        for (_, answer), each in zip(batch, found, strict=True):
            if answer.done():
                continue
            if isinstance(each, asyncio.CancelledError):
                answer.cancel()
            elif isinstance(each, BaseException):
                answer.set_exception(each)
            else:
                answer.set_result(each)
        self._start()
