"""Clusters on this machine for tests: one of Dask's for all of them, as `dask_client` in tests/conftest.py."""

from contextlib import contextmanager


def warmed():
    """Import what tests need, on a worker."""
    import pandas  # noqa: F401

    from textvec import TfidfVectorizer

    TfidfVectorizer().fit_transform(["a worker that is warm"])
    return True


@contextmanager
def dask_cluster(n_workers=3):
    """Give a client of a cluster of processes on 127.0.0.1, each with a thread."""
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=n_workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # any free port: with None it is 8787, which another cluster may have
            worker_dashboard_address=None,
            memory_limit=0,
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        client.run(warmed)
        yield client
