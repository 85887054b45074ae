"""Jobs in threads, in two stages: some make what others then use, which is used before more of it is made."""

from __future__ import annotations

import contextvars
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from sklearn import config_context, get_config
from sklearn.utils.parallel import ThreadpoolController

from textvec._common.blas import one_blas_thread
from textvec._common.threads import n_threads


class Job(NamedTuple):
    """Work for one thread.

    Attributes
    ----------
    run : callable
        Returns the jobs that use what this one has made; those return nothing.
    alone : bool
        Whether no other job with `alone` may run at the same time.
    """

    run: Callable[[], Iterable[Any] | None]
    alone: bool = False


def run_jobs(jobs: Iterable[Job], n_jobs: int) -> None:
    """Run jobs and those that they lead to, in as many threads as there are cores to use; `n_jobs` are enough.

    Each thread has its share of the cores for the threads that estimators start (OpenMP), and BLAS has one thread:
    several would only wait for one another, and round differently. The configuration of scikit-learn is that of the
    caller.

    Raises
    ------
    BaseException
        That of a job that failed. No other job is begun then.
    """
    n_cores = n_threads()
    n_workers = max(1, min(n_cores, n_jobs))
    queue = _Queue(jobs, n_workers)
    if n_workers == 1:
        with one_blas_thread():
            queue.work()
        return
    with one_blas_thread(), ThreadPoolExecutor(n_workers) as pool:
        # A context each, because two threads cannot be in the same one: NumPy keeps there how it treats errors.
        contexts = [contextvars.copy_context() for _ in range(n_workers)]
        workers = [pool.submit(c.run, _work, queue, n_cores // n_workers, get_config()) for c in contexts]
        try:
            for worker in workers:
                worker.result()
        except BaseException:  # Ctrl-C included, which comes to this thread
            queue.stop()
            raise


def _work(queue: _Queue, n_inner: int, configuration: dict[str, Any]) -> None:
    # OpenMP counts threads for each thread that starts some, so that this limits none but the calling one.
    with ThreadpoolController().limit(limits=n_inner, user_api="openmp"), config_context(**configuration):
        queue.work()


class _Queue:
    """Jobs that wait, for workers that ask for them.

    Parameters
    ----------
    jobs : iterable of Job
    n_workers : int
        What at most one job more than that has made is there at a time: matrices may be large.
    """

    def __init__(self, jobs: Iterable[Job], n_workers: int) -> None:
        self._makers = deque(enumerate(jobs))
        self._users: list[tuple[int, Job]] = []  # with the number of the job that made what they use
        self._unfinished: Counter[int] = Counter()  # jobs, begun or not, by that number
        self._max_made = n_workers + 1
        self._one_is_alone = False
        self._stopped = False
        self._changed = threading.Condition()

    def work(self) -> None:
        """Run jobs until there are none, and none is running that may lead to others."""
        while (taken := self._take()) is not None:
            number, job = taken
            del taken
            users: list[Job] = []
            try:
                users = list(job.run() or ())
            except BaseException:
                self.stop()
                raise
            finally:
                self._finish(number, job.alone, users)
                del job, users  # and with them what they alone need

    def stop(self) -> None:
        """Begin no other job."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _finish(self, number: int, was_alone: bool, users: list[Job]) -> None:
        with self._changed:
            self._one_is_alone &= not was_alone
            self._users += [(number, user) for user in users]
            self._unfinished[number] += len(users) - 1
            self._unfinished += Counter()  # without those that are 0
            self._changed.notify_all()

    def _take(self) -> tuple[int, Job] | None:
        """Return the next job and the number of what it makes or uses; None if there will be none."""
        with self._changed:
            while not self._stopped:
                found = self._next()
                if found is not None:
                    self._one_is_alone |= found[1].alone
                    return found
                if not self._unfinished:
                    return None
                self._changed.wait()
            return None

    def _next(self) -> tuple[int, Job] | None:
        """Return the next job that may begin: first those that hold others up, last those that make something new."""
        ready = [i for i, (_, job) in enumerate(self._users) if not (job.alone and self._one_is_alone)]
        if ready:
            return self._users.pop(min(ready, key=lambda i: not self._users[i][1].alone))
        if self._makers and len(self._unfinished) < self._max_made:
            if self._makers[0][1].alone and self._one_is_alone:
                return None
            number, job = self._makers.popleft()
            self._unfinished[number] = 1
            return number, job
        return None
