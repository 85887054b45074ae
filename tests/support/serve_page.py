"""A server with the page and the routes it asks, over an index and a model in memory: `with serving(...) as url`."""

import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from textvec.explanation import explain
from textvec.serve import answers
from textvec.serve.page import page_files, page_html

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
COUNTED = 1000
FILES = page_files()


@contextmanager
def serving(index=None, model=None, columns=(), name="model"):
    """Serve an index, whose metadata have these columns, and a model, on a free port of this machine."""
    routes = Routes(index, model, columns, name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"routes": routes}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Routes:
    """What each route answers."""

    def __init__(self, index, model, columns, name):
        self.index, self.model, self.columns, self.name = index, model, columns, name

    def info(self, asked):
        told = {"version": "0", "index": None, "model": None, "writes": False, "reads_need_token": False}
        if self.index is not None:
            told["index"] = {"class": type(self.index).__name__, "documents": len(self.index), "explains": True}
        if self.model is not None:
            told["model"] = {"name": self.name, "classes": self.model.classes_.tolist(), "scores": "probability"}
        return told | {"limits": {"query_characters": 2000, "text_characters": 100_000, "k": 1000}}

    def search(self, asked):
        query, k, where = asked["q"][0], int(asked["k"][0]), _where(asked)
        hits = self.index.search([query], k, where=where)[0]
        unknown = self.index.query_terms(query).unknown if "explain" in asked else []
        return {
            "query": query,
            "hits": [
                answers.hit(hit, self.index.explain(query, hit.id) if "explain" in asked else None) for hit in hits
            ],
            "unknown": [{"word": term.term, "suggestion": term.suggestion} for term in unknown],
            **self._counts(self.index.search([query], COUNTED, where=where)[0]),
        }

    def similar(self, asked, given):
        found = self._document(given)
        k, where = int(asked["k"][0]), _where(asked)
        hits = self.index.search_by_id(found.id, k, where=where)[0]
        counted = self.index.search_by_id(found.id, COUNTED, where=where)[0]
        return {"id": found.id, "hits": list(map(answers.hit, hits)), **self._counts(counted)}

    def documents(self, asked, given):
        return answers.document(self._document(given))

    def explain(self, asked):
        return answers.explained(self.index.explain(asked["q"][0], self._document(asked["id"][0]).id))

    def classify(self, asked, text):
        decision = explain(self.model, text)
        shares = self.model.predict_proba([text])[0]
        scores = [{"label": str(c), "score": float(p)} for c, p in zip(self.model.classes_, shares, strict=True)]
        return {"results": [{"label": decision.label, "scores": scores, "explanation": answers.decision(decision)}]}

    def _document(self, given):
        return self.index[int(given) if isinstance(next(iter(self.index)), int) else given]

    def _counts(self, hits):
        facets = []
        for column in self.columns:
            counts = Counter(hit.metadata[column] for hit in hits).most_common()
            values = [{"value": answers.plain(value), "count": n} for value, n in counts]
            facets.append({"column": column, "values": values, "more": 0})
        return {"facets": facets, "counted": COUNTED}


def _where(asked):
    return json.loads(asked["where"][0]) if "where" in asked else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    routes: Routes

    def do_GET(self):
        url = urlsplit(self.path)
        route, _, rest = url.path[1:].partition("/")
        if not route:
            self._send("text/html; charset=utf-8", page_html())
        elif route == "static":
            self._send(*FILES[rest])
        else:
            self._answer(route, parse_qs(url.query), *([unquote(rest)] if rest else []))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(self.path[1:], {}, *body["texts"])

    def _answer(self, route, *question):
        begun = time.perf_counter()
        try:
            answer = getattr(self.routes, route)(*question)
        except KeyError as error:
            failed = {"error": {"code": "no_document", "message": error.args[0]}}
            self._send("application/json", json.dumps(failed).encode(), 404)
        else:
            answer["took_ms"] = 1000 * (time.perf_counter() - begun)
            self._send("application/json", json.dumps(answer).encode())

    def _send(self, kind, content, status=200):
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", len(content)),
            ("X-Content-Type-Options", "nosniff"),
        ):
            self.send_header(name, str(value))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format, *args):  # noqa: A002
        """Say nothing: a traceback of the server's thread is seen in any case."""
