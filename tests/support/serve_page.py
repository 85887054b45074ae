"""The service as it is, for tests in a browser: `with serving(...) as url`."""

import socket
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from textvec.serve import Settings, create_app
from textvec.serve.served_model import ServedModel


@contextmanager
def serving(index=None, model=None, name="model"):
    """Serve an index and a model that are in memory on a free port of this machine, in a thread."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as bound:
        if index is not None:
            index.save(Path(folder, "index"))
        settings = Settings(
            index=None if index is None else str(Path(folder, "index")), model=None if model is None else name
        )
        app = create_app(settings, model=None if model is None else ServedModel(name, model))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join()
