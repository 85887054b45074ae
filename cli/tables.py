"""Tables for a person: of records, a line each, and of texts, which have lines of their own.

Tested in tests/cli/test_output.py and tests/cli/test_similar.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .snippets import Snippet, one_line, word_pattern

Records = Sequence[Mapping[str, Any]]

_MAX_SHOWN_TERMS = 12  # A table shows at most this many terms of a hit, with --explain; other formats all of them.


def records_table(records: Records, fields: Sequence[str], formats: Mapping[str, str], wide: str | None) -> Any:
    """Return a table with a line for each record, None of no records; see `Output.show_records`."""
    from rich.text import Text

    if not records:
        return None
    table = _table()
    for name in fields:
        table.add_column(
            Text(one_line(name)),
            justify=_side(records, name),
            no_wrap=name != wide,
            ratio=1 if name == wide else None,
        )
    for record in records:
        cells = [_shown(record[name], formats.get(name, "")) for name in fields]
        table.add_row(*[Text(cell, no_wrap=True, overflow="ellipsis") for cell in cells])
    return table


def texts_table(
    records: Records,
    heads: Mapping[str, str],
    formats: Mapping[str, str],
    words: Sequence[Sequence[str]],
    digits: int,
    width: int,
) -> Any:
    """Return a table with a row for each text, None of no records; see `Output.show_texts`."""
    from rich.console import Group
    from rich.text import Text

    if not records:
        return None
    table = _table()
    heads = {name: head for name, head in heads.items() if name in records[0]}
    for name, head in heads.items():
        table.add_column(Text(one_line(head)), justify=_side(records, name), no_wrap=True)
    table.add_column("Text", ratio=1)
    patterns = [word_pattern(each) for each in words]
    for record in records:
        cells = [
            Text(last(_shown(record[name], formats.get(name, "")), width // 5), style="cyan" * (name == "id"))
            for name in heads
        ]
        text = Snippet(record["text"] or "", patterns[record.get("query", 1) - 1] if patterns else None)
        terms = terms_line(record.get("terms", []), digits, _MAX_SHOWN_TERMS)
        origin = where(record) if record.get("source") is not None else ""
        beneath = [Text(origin, style="cyan", no_wrap=True, overflow="ellipsis")] if origin else []
        beneath += [Text(one_line(each), style="dim") for each in (_metadata(record, heads), terms) if each]
        table.add_row(*cells, Group(text, *beneath))
    return table


def _table() -> Any:
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)


def _side(records: Records, name: str) -> Any:
    """Return the side that a column stands on: numbers on the right, ids, which need not be all numbers, not."""
    are_numbers = name != "id" and all(isinstance(record[name], int | float | None) for record in records)
    return "right" if are_numbers else "left"


def _shown(value: Any, form: str) -> str:
    """Return a value as a table shows it."""
    if isinstance(value, Terms):
        return one_line(terms_line(value, 3, _MAX_SHOWN_TERMS))
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format(value, form or ("," if isinstance(value, int) else ".3f"))
    return one_line(value if isinstance(value, str) else str(cell(value)))


class Terms(list[Mapping[str, Any]]):
    """Terms with their contributions, told from what a user's own column of that name holds."""


def cell(value: Any) -> Any:
    """Return a value as CSV shows it: what is neither text nor a number as in JSON, contributions in short."""
    if isinstance(value, Terms):
        return terms_line(value)
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def terms_line(terms: Sequence[Mapping[str, Any]], digits: int = 6, most: int | None = None) -> str:
    """Return the terms with their contributions, the first ones of more than `most`."""
    shown = " ".join(f"{each['term']}:{each['contribution']:.{digits}f}{_rank(each)}" for each in terms[:most])
    return shown if most is None or len(terms) <= most else f"{shown} …"


def _rank(part: Mapping[str, Any]) -> str:
    """Return at which rank a part of a hybrid search has the document; nothing of a term."""
    if "rank" not in part:
        return ""
    return " (not found)" if part["rank"] is None else f" (rank {part['rank']})"


def _metadata(record: Mapping[str, Any], heads: Mapping[str, str]) -> str:
    """Return the columns of the source that stand beside a text."""
    own = (*heads, "source", "row", "start", "end", "text", "terms")
    return " ".join(f"{name}={value}" for name, value in record.items() if name not in own and value is not None)


def where(hit: Mapping[str, Any], most: int | None = None) -> str:
    """Return the source and row of a hit as a table shows them; of more than so many characters the last ones."""
    source, row = hit["source"], hit.get("row")
    text = one_line(f"{source}" if row is None else f"{source}:{row}")
    return text if most is None else last(text, most)


def last(text: str, most: int) -> str:
    """Return a text, of more than so many characters the last ones."""
    return text if len(text) <= most else "…" + text[len(text) - most + 1 :]
