"""A server on this machine for what is downloaded, and a look at what was kept."""

import threading
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def serving(answer):
    """Serve on this machine, and give the address: `answer` returns status, content and its length for a path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, content, length = answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def starter(tell, name, default=b""):
    """Give a function that starts a server with one answer, tells its address, and gives what it is asked."""
    with ExitStack() as servers:

        def start(body=default, status=200, length=None):
            asked = []

            def answer(path):
                asked.append(path)
                return status, body, len(body) if length is None else length

            tell(f"{servers.enter_context(serving(answer))}/{name}")
            return asked

        yield start


def files(folder):
    """Return the paths of all files in a folder, relative to it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
