"""The limit of one BLAS thread, which overlapping searches share."""

import threading

import pytest

from textvec._common import blas


def blas_threads():
    # Not those of OpenMP, such as faiss has: they are set for each thread, and kernels do not call them.
    libraries = [library for library in blas._blas().info() if library["user_api"] == "blas"]
    return [library["num_threads"] for library in libraries if library.get("threading_layer") != "openmp"]


def test_the_limit_of_blas_threads_ends_with_the_last_search():
    before = blas_threads()
    first, second, out, end = (threading.Event() for _ in range(4))

    def overlapping():
        with blas.one_blas_thread():
            first.set()
            assert second.wait(10)
        out.set()
        assert end.wait(10)

    thread = threading.Thread(target=overlapping)
    thread.start()
    assert first.wait(10)
    with blas.one_blas_thread():
        second.set()
        assert out.wait(10)  # the search that set the limit is over, this one is not
        assert set(blas_threads()) == {1}
    assert blas_threads() == before  # though the thread that began it goes on, as those of a server do
    end.set()
    thread.join()


def test_the_limit_of_blas_threads_ends_with_an_error():
    before = blas_threads()
    with pytest.raises(ZeroDivisionError), blas.one_blas_thread():
        1 // 0  # noqa: B018
    assert blas_threads() == before
