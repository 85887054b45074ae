"""What a cluster of Dask's is spared: text on the scheduler, and work that nobody waits for any more."""

import os
import signal
import threading
import time

import pytest

from support.compare import threads
from support.spread import Slow, characters_of, pid_of
from textvec.engines import Files, engine_for

pytest.importorskip("distributed", reason="needs Dask: pip install 'textvec-kit[dask]'")


@pytest.fixture
def files(tmp_path):
    """3 MB of text, in 30 pieces."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for i in range(3):
        (folder / f"{i}.txt").write_text("a line of text that many others are like\n" * 25_000)
    return Files(folder, bytes_per_piece=102_500)


@pytest.fixture
def sent(monkeypatch):
    """The bytes of messages that this process sends and receives, where the scheduler and the client run."""
    from distributed.comm import tcp

    counts = []
    write, from_frames = tcp.TCP.write, tcp.from_frames

    async def counted_write(self, *args, **kwargs):
        n = await write(self, *args, **kwargs)
        counts.append(n)
        return n

    async def counted_from_frames(frames, *args, **kwargs):
        counts.append(sum(memoryview(frame).nbytes for frame in (frames if isinstance(frames, list) else [frames])))
        return await from_frames(frames, *args, **kwargs)

    monkeypatch.setattr(tcp.TCP, "write", counted_write)
    monkeypatch.setattr(tcp, "from_frames", counted_from_frames)
    return counts


def test_no_text_passes_through_the_scheduler(dask_client, files, sent):
    with engine_for(files, dask_client) as engine:
        assert engine.fold(characters_of, sum, files) == 3 * 25_000 * 40
    assert 10_000 < sum(sent) < 300_000


def test_the_messages_are_all_counted(dask_client, sent):
    """A text that does pass is seen by the test above."""
    assert dask_client.submit(len, "x" * 1_000_000).result() == 1_000_000
    assert dask_client.submit("x".__mul__, 1_000_000).result() == "x" * 1_000_000
    assert sum(sent) > 3_000_000  # sent and received by this process, and received by it once more


def test_a_function_is_sent_once_and_not_with_each_piece(dask_client, files, sent):
    ballast = Slow(os.urandom(1_000_000), 0)

    def function(batch):
        return len(ballast.folder)

    with engine_for(files, dask_client) as engine:
        assert dict(engine.map(function, files)) == dict.fromkeys(range(30), 1_000_000)
    assert sum(sent) < 6_000_000


def test_an_end_to_the_work_cancels_the_rest(dask_client, tmp_path, files):
    marks = tmp_path / "marks"
    marks.mkdir()
    with engine_for(files, dask_client) as engine:
        results = engine.map(Slow(marks, 0.05), files)
        next(results)
        results.close()
    assert_the_rest_is_cancelled(dask_client, marks)


def test_ctrl_c_cancels_the_rest(dask_client, tmp_path, files):
    marks = tmp_path / "marks"
    marks.mkdir()

    def press():
        while not any(marks.iterdir()):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    presser = threading.Thread(target=press)
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a shell starts what is in the background without
    try:
        with engine_for(files, dask_client) as engine:
            presser.start()
            with pytest.raises(KeyboardInterrupt):
                engine.fold(Slow(marks, 0.2), list, files)
        presser.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert_the_rest_is_cancelled(dask_client, marks)


def assert_the_rest_is_cancelled(client, marks):
    """Nothing of ours is left on the scheduler, and not all pieces were come to."""
    scheduler = client.cluster.scheduler
    for _ in range(500):
        if not any("textvec" in str(key) for key in scheduler.tasks):
            break
        time.sleep(0.02)
    assert [key for key in scheduler.tasks if "textvec" in str(key)] == []
    assert 0 < len(list(marks.iterdir())) < 30


def test_a_cluster_for_the_block(tmp_path):
    """`local-dask` is as many processes as there are cores; here it is one, which starts sooner."""
    (tmp_path / "a.txt").write_text("one\ntwo\n")
    with threads(1), engine_for(Files(tmp_path), "local-dask") as engine:
        [(number, pid)] = engine.map(pid_of, Files(tmp_path))
        assert number == 0
        assert pid != os.getpid()
        client = engine.client
    assert client.status == "closed"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
