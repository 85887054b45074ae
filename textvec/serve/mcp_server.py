"""The tools by which a client of the Model Context Protocol asks an index and a model, and changes neither.

Needs the extra `mcp`, and is imported only where it is used.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from textvec._common.counted import counted
from textvec._common.optional import needing
from textvec._version import __version__
from textvec.index.document_index import DocumentIndex
from textvec.serve import answers
from textvec.serve.served_index import ServedIndex

with needing("the MCP SDK", '"textvec-kit[mcp]"', "textvec.serve.mcp_server"):
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
    from mcp.types import CallToolResult, TextContent, ToolAnnotations
    from pydantic import Field, ValidationError

    from textvec.serve import shapes  # of pydantic's, which the SDK brings

if TYPE_CHECKING:
    from textvec.serve.served_model import ServedModel

MAX_HITS = 100
MAX_QUERY_CHARACTERS = 2_000
MAX_CLASSIFIED_CHARACTERS = 100_000
MAX_TEXT_CHARACTERS = 20_000
"""How much of the text of a hit is answered: an answer is held in memory, and sent in one line."""
MAX_SHOWN_CHARACTERS = 2_000
"""How much of it stands in the readable answer, which a language model reads whole."""
EXPECTED = (ValueError, OSError, LookupError)
"""What the library says in plain words."""

_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

Query = Annotated[str, Field(min_length=1, max_length=MAX_QUERY_CHARACTERS, description="What to search for.")]
# Clients may give a number, too. Were it `str | int`, the SDK would take "null" for None.
Id = Annotated[str, Field(coerce_numbers_to_str=True, description="The id of a document, as `search` gives it.")]
K = Annotated[int, Field(ge=1, le=MAX_HITS, description="How many documents at the most.")]
Where = Annotated[
    list[Annotated[str, Field(max_length=MAX_QUERY_CHARACTERS)]] | None,
    Field(
        max_length=20,
        description='Conditions on metadata, all of which must hold, such as ["year >= 2000", "label == spam"].',
    ),
]
Text = Annotated[str, Field(max_length=MAX_CLASSIFIED_CHARACTERS, description="The text to classify.")]


class _PlainServer(MCPServer[Any]):
    """A server whose errors are what was wrong, in plain words, and no more."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                if isinstance(error, UnexpectedToolError):  # an answer that is not as it should be
                    raise
                wrong = [f"{'.'.join(map(str, each['loc'][:1]))}: {each['msg']}" for each in cause.errors()]
                raise ToolError("; ".join(dict.fromkeys(wrong))) from None
            if isinstance(cause, EXPECTED):
                raise ToolError(_in_plain_words(cause)) from None
            raise


def mcp_server(served: ServedIndex, model: ServedModel | None = None) -> MCPServer[Any]:
    """Return a server with the tools `search`, `explain` and `similar`, and with a model `classify`.

    Parameters
    ----------
    served : ServedIndex
        What is asked; changes of its folder are taken up with the next question.
    model : ServedModel, optional
        What classifies.

    Returns
    -------
    MCPServer
        ``mcp_server(served).run()`` serves it on standard input and output.
    """
    server = _PlainServer(
        "textvec",
        title="textvec",
        version=__version__,
        instructions=_instructions(served.index, None if model is None else model.name),
        log_level="WARNING",
    )

    def ask(question: Callable[[DocumentIndex], Any]) -> Any:
        served.refresh()
        return served.ask(question)

    def search(query: Query, k: K = 10, where: Where = None) -> Annotated[CallToolResult, shapes.HitsOfQuery]:
        found = ask(lambda index: index.search([query], k=k, where=where)[0])
        return _hits({"query": query}, found, f"for {query!r}")

    def explain(query: Query, id: Id) -> Annotated[CallToolResult, shapes.ExplainAnswer]:  # noqa: A002
        found = _cut(answers.explained(ask(lambda index: index.explain(query, index._written_id(id)))))
        lines = [f"Document {found['id']} scores {found['score']:.4f} for {query!r}."]
        lines += [f"{part['contribution']:+.4f} {part['part']}" for part in found["parts"] or []]
        return _answer(found, [*lines, *_reasons(found["reasons"]), _shown(found["text"])])

    def similar(id: Id, k: K = 10, where: Where = None) -> Annotated[CallToolResult, shapes.HitsOfDocument]:  # noqa: A002
        def question(index: DocumentIndex) -> tuple[Any, Any]:
            known = index._written_id(id)
            return known, index.search_by_id(known, k=k, where=where)[0]

        known, found = ask(question)
        return _hits({"id": known}, found, f"like document {known}")

    tools: list[tuple[Callable[..., Any], str, str]] = [
        (search, "Search", "Find the documents that match a query best."),
        (
            explain,
            "Explain a score",
            "Tell which words of a query made the score of a document, and how much each gave.",
        ),
        (similar, "More like this", "Find the documents that are most like one of the index."),
    ]
    if model is not None:
        told = f"Decide to which class a text belongs, by {model.name}, and tell which of its words decided."
        tools.append((_classify_by(model), "Classify a text", told))
    for tool, title, description in tools:
        server.add_tool(tool, title=title, description=description, annotations=_READ_ONLY, structured_output=True)
    return server


def _instructions(index: DocumentIndex, model_name: str | None) -> str:
    """Return what a client is told at the beginning: what can be asked, and by which metadata it can be narrowed."""
    info = index.info()
    columns = ", ".join(info["metadata"])
    said = f"Searches {counted(len(index), 'document')} by {info['scores']}."
    said += f" Columns of metadata for `where`: {columns}." if columns else " There is no metadata for `where`."
    return said if model_name is None else f"{said} Classifies texts by {model_name}."


def _classify_by(model: ServedModel) -> Callable[..., Any]:
    """Return the tool that asks a model."""

    def classify(text: Text) -> Annotated[CallToolResult, shapes.Classified]:
        answer = model.explain(text)
        scores = [f"{each['label']}: {model.scores} {each['score']:.4f}" for each in answer["scores"] or []]
        return _answer(answer, [f"Class: {answer['label']}", *scores, *_reasons(answer["explanation"]["reasons"])])

    return classify


def _hits(about: dict[str, Any], found: Sequence[Any], of: str) -> CallToolResult:
    hits = [_cut(answers.hit(each)) for each in found]
    lines = [f"{counted(len(hits), 'hit')} {of}"]
    for rank, hit in enumerate(hits, 1):
        metadata = f", {json.dumps(hit['metadata'], ensure_ascii=False)}" if hit["metadata"] else ""
        lines += ["", f"{rank}. id {hit['id']}, score {hit['score']:.4f}{metadata}", _shown(hit["text"])]
    return _answer({**about, "hits": hits}, lines)


def _cut(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with the beginning of a text that is too long."""
    if len(answer["text"]) <= MAX_TEXT_CHARACTERS:
        return answer
    marks = answer["marks"] and [mark for mark in answer["marks"] if mark["end"] <= MAX_TEXT_CHARACTERS]
    return {**answer, "text": answer["text"][:MAX_TEXT_CHARACTERS], "marks": marks}


def _shown(text: str) -> str:
    if len(text) <= MAX_SHOWN_CHARACTERS:
        return text
    return f"{text[:MAX_SHOWN_CHARACTERS]} [the first {MAX_SHOWN_CHARACTERS:,} characters]"


def _reasons(reasons: list[dict[str, Any]]) -> list[str]:
    return [f"{each['contribution']:+.4f} {each['term']}" for each in reasons]


def _answer(answer: dict[str, Any], lines: list[str]) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text="\n".join(lines))], structured_content=answer)


def _in_plain_words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
