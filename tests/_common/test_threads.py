import os
import subprocess
import sys
import threading

import joblib
import numpy as np
import pytest
import threadpoolctl
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads

from textvec._common.threads import MIN_PARALLEL_WORK, n_threads, run, split


def test_all_cores_by_default_as_in_scikit_learn():
    assert n_threads() == n_threads(MIN_PARALLEL_WORK) == _openmp_effective_n_threads()


def test_one_thread_for_small_work():
    assert n_threads(MIN_PARALLEL_WORK - 1) == n_threads(0) == 1


@pytest.mark.parametrize("limit", [1, 2])
def test_threadpool_limits(limit):
    with threadpoolctl.threadpool_limits(limit, user_api="openmp"):
        assert n_threads() == min(limit, joblib.cpu_count())
    assert n_threads() == _openmp_effective_n_threads()


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_environment(limit):
    code = "from textvec._common.threads import n_threads; print(n_threads())"
    environment = {**os.environ, "OMP_NUM_THREADS": str(limit)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert int(done.stdout) == limit


def test_fewer_threads_in_a_joblib_worker():
    """Workers share the cores, as joblib's documentation has it."""
    workers = joblib.cpu_count()
    found = joblib.Parallel(n_jobs=max(2, workers))(joblib.delayed(n_threads)() for _ in range(4))
    assert set(found) == {1}


@given(st.lists(st.integers(0, 50), max_size=30), st.integers(1, 9), st.integers(0, 100))
def test_ranges_cover_all_items_once(sizes, parts, start):
    weights = np.cumsum([start, *sizes])
    ranges = split(weights, parts)
    assert len(ranges) <= parts
    assert [i for a, b in ranges for i in range(a, b)] == list(range(len(sizes)))
    assert all(a < b for a, b in ranges) or ranges == [(0, 0)]
    heaviest = max(weights[b] - weights[a] for a, b in ranges)
    assert heaviest <= sum(sizes) / parts + max(sizes, default=0) + 1


def test_run_keeps_order_and_uses_threads():
    barrier = threading.Barrier(3, timeout=10)

    def square(i):
        barrier.wait()  # passes only if all are under way at once
        return i * i, threading.current_thread() is threading.main_thread()

    assert run(square, [3, 1, 2]) == [(9, True), (1, False), (4, False)]


def test_run_of_one_stays_in_this_thread():
    assert run(lambda i: threading.current_thread(), [0]) == [threading.current_thread()]


@pytest.mark.parametrize("n", [1, 2])
def test_run_passes_errors_on(n):
    with pytest.raises(ZeroDivisionError):
        run(lambda i: 1 // i, range(n))


def test_more_parts_than_items_take_no_memory():
    assert split(np.array([0, 5, 9]), 10**12) == [(0, 1), (1, 2)]
    assert split(np.array([0]), 10**12) == [(0, 0)]
