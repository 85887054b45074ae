"""What the routes ask: an index and a model, in threads, with what waits asked together; and what is wrong, as answers.

Tested in tests/serve/test_app.py.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from textvec.index.errors import DamagedIndexError
from textvec.serve.batching import Batcher
from textvec.serve.errors import RequestError
from textvec.serve.notes import log_line
from textvec.serve.searching import Search, search
from textvec.serve.served_index import ServedIndex
from textvec.serve.served_model import ServedModel

if TYPE_CHECKING:
    from textvec.index.document_index import DocumentIndex
    from textvec.serve.notes import Notes
    from textvec.serve.settings import Settings

Answer = TypeVar("Answer")

MAX_THREADS = 4
"""Threads that ask the index or the model. A search of many queries has threads of its own, and all cores."""
SECONDS_BETWEEN_LOOKS = 0.25
"""How often the folder of the index is looked at for changes."""


class Service:
    """An index, a model, or both, that are asked by many at once.

    Parameters
    ----------
    settings : Settings
    notes : Notes
    model : ServedModel, optional
        That of the settings, where it is open already.
    """

    def __init__(self, settings: Settings, notes: Notes, model: ServedModel | None = None) -> None:
        self.settings, self.notes = settings, notes
        self.index = None if settings.index is None else ServedIndex(settings.index, changes=settings.writes)
        if model is None and settings.model is not None:
            model = ServedModel.open(settings.model, settings.trusted)
        self.model = model
        self.is_stale = False
        self._looking: asyncio.Task[None] | None = None
        self._pool: ThreadPoolExecutor
        self._explaining: ThreadPoolExecutor
        self._changing: ThreadPoolExecutor
        self._searches: Batcher[Search, dict[str, Any]]
        self._texts: Batcher[str, dict[str, Any]]

    async def start(self) -> None:
        """Have threads that ask, and begin to follow the changes of the index."""
        n_threads = min(MAX_THREADS, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(n_threads, "textvec-ask")
        self._explaining = ThreadPoolExecutor(n_threads, "textvec-explain")
        self._changing = ThreadPoolExecutor(1, "textvec-change")  # changes, and opening what others changed, in turn
        self._searches = Batcher(self._search_together, lambda each: each.alike, self._pool, n_threads)
        self._texts = Batcher(lambda texts: self._model.classify(texts), lambda _: None, self._pool, n_threads)
        if self.index is not None:
            self.notes.documents(len(self.index.index))
            self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Ask nothing more."""
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking
        for pool in (self._pool, self._explaining, self._changing):
            pool.shutdown(wait=True, cancel_futures=True)

    async def search(self, searches: Sequence[Search]) -> list[dict[str, Any]]:
        """Return the answers to searches."""
        return await self._told(asyncio.gather(*map(self._search, searches)))

    async def classify(self, texts: Sequence[str], explain: bool) -> list[dict[str, Any]]:
        """Return the class of each text, and with `explain` why."""
        model = self._model
        if not explain:
            return await self._told(asyncio.gather(*map(self._texts, texts)))
        return await self._told(self._in(self._explaining, lambda: list(map(model.explain, texts))))

    async def ask(self, question: Callable[[DocumentIndex], Answer]) -> Answer:
        """Return what a function answers of the index."""
        index = self._index
        return await self._told(self._in(self._pool, lambda: index.ask(question)))

    async def change(self, change: Callable[[DocumentIndex], Any]) -> int:
        """Change the index, and return how many documents it has then."""
        index = self._index
        await self._told(self._in(self._changing, lambda: index.change(change)), (409, "conflict"))
        self.notes.refreshed(len(index.index))
        return len(index.index)

    @property
    def _index(self) -> ServedIndex:
        if self.index is None:
            raise RequestError(404, "no_index", "This service has no index. Start it with --index DIR.")
        return self.index

    @property
    def _model(self) -> ServedModel:
        if self.model is None:
            raise RequestError(404, "no_model", "This service has no model. Start it with --model MODEL.")
        return self.model

    async def _search(self, asked: Search) -> dict[str, Any]:
        """Make a search together with others, or alone if it is to be explained: nobody waits for explanations."""
        if not asked.explained:
            return await self._searches(asked)
        [answer] = await self._in(self._explaining, lambda: self._search_together([asked]))
        return answer

    def _search_together(self, searches: Sequence[Search]) -> list[dict[str, Any]]:
        self.notes.batch(len(searches))
        return self._index.ask(lambda index: search(index, searches))

    @staticmethod
    async def _in(pool: ThreadPoolExecutor, function: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(pool, function)

    @staticmethod
    async def _told(answer: Awaitable[Answer], of_values: tuple[int, str] = (422, "value")) -> Answer:
        """Wait for an answer, and tell what the library says is wrong as an error of the request."""
        try:
            return await answer
        except KeyError as error:
            raise RequestError(404, "no_document", str(error.args[0]) if error.args else "There is none.") from error
        except BlockingIOError as error:
            message = "Somebody else is writing to the index. Send it again in a second."
            raise RequestError(503, "busy", message, Retry_After="1") from error
        except (DamagedIndexError, OSError) as error:
            log_line("error", message=f"The index cannot be read: {error}")
            message = "The index cannot be read at the moment. The log of the service says why."
            raise RequestError(503, "index", message) from error
        except RecursionError as error:
            raise RequestError(422, "value", "What was sent is nested too deeply.") from error
        except (ValueError, TypeError) as error:
            raise RequestError(*of_values, str(error)) from error

    async def _look(self) -> None:
        """Look for changes of the index, again and again."""
        index, said = self._index, ""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            try:
                if await self._in(self._changing, index.refresh):
                    self.notes.refreshed(len(index.index))
                self.is_stale, said = False, ""
            except Exception as error:  # the state that is open stays, and is asked
                self.is_stale = True
                if str(error) != said:
                    said = str(error)
                    self.notes.warn(
                        f"The index was changed, and cannot be opened, so that its old state is asked: {said}"
                    )
