"""Clusters on this machine for tests: one of Dask's for all of them, as `dask_client` in tests/conftest.py."""

import os
import sys
import warnings
from contextlib import contextmanager
from multiprocessing import forkserver


def start_fork_server():
    """Start the process that workers are forked from, so that one that is replaced costs no imports."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    try:
        forkserver.set_forkserver_preload(["support.warm"])
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


@contextmanager
def dask_cluster(n_workers=3):
    """Give a client of a cluster of processes on 127.0.0.1, each with a thread."""
    import dask
    import distributed

    start_fork_server()
    with (
        dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}),
        distributed.LocalCluster(
            n_workers=n_workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # any free port: with None it is 8787, which another cluster may have
            scheduler_kwargs={"dashboard": False},
            memory_limit=0,
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


@contextmanager
def ray_of_two_cpus():
    """Start Ray on this machine and give the module; what it warns of itself is no error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # it tells nobody
        import ray
        import ray.data

        ray.init(
            num_cpus=2,
            object_store_memory=100 << 20,
            include_dashboard=False,
            log_to_driver=False,
            logging_level="ERROR",
            _node_ip_address="127.0.0.1",
            runtime_env={"env_vars": {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}},  # they import this
        )
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        yield ray
    finally:
        ray.shutdown()
