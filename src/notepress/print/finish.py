"""What Typst leaves undone in a tagged PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, Stream, String

# fewer columns lie side by side: neither cell names the other
_COLUMNS = 3


def finished(pdf: bytes) -> bytes:
    """Return the PDF with the heads of its rows tagged; the same PDF, the same bytes.

    Of a table of three or more columns in which no cell spans others, the first cell of a row names
    it. Typst has a call for that, which it keeps back as long as it is an experiment.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        structure = opened.Root.StructTreeRoot
        tables = (_rows(body) for body in _below(structure, Name.TBody))
        rows = [row for rows in tables if _has_heads(rows) for row in rows]
        if rows:
            ids = NameTree(structure.IDTree)
            for number, (head, *others) in enumerate(rows):
                head.S, head.ID = Name.TH, String(f"row{number}")
                _attributes(head).Scope = Name.Row
                ids[str(head.ID)] = head
                for cell in others:
                    _attributes(cell).Headers.append(head.ID)
        for one in opened.objects:
            # a reader that is strict takes a return at the end of data for the end of the line
            if isinstance(one, Stream) and (data := one.read_raw_bytes()).endswith(b"\r"):
                how: dict[str, Any] = {
                    "filter": one.get("/Filter"),
                    "decode_parms": one.get("/DecodeParms"),
                }
                one.write(data + b"\n", **how)
        out = io.BytesIO()
        opened.save(out, compress_streams=False, deterministic_id=True)
    return out.getvalue()


def _has_heads(rows: list[list[Any]]) -> bool:
    spans = any({"/ColSpan", "/RowSpan"} & _attributes(cell).keys() for row in rows for cell in row)
    return bool(rows) and len(rows[0]) >= _COLUMNS and not spans


def _rows(body: Any) -> list[list[Any]]:
    return [list(_parts(row)) for row in _below(body, Name.TR)]


def _below(element: Any, kind: Name) -> Iterator[Any]:
    """Yield the outermost elements of a kind, in the order of the text."""
    for part in _parts(element):
        if kind == part.S:
            yield part
        else:
            yield from _below(part, kind)


def _parts(element: Any) -> Iterator[Any]:
    inner = element.get("/K", [])
    for part in inner if isinstance(inner, Array) else [inner]:
        if isinstance(part, Dictionary) and "/S" in part:
            yield part


def _attributes(cell: Any) -> Any:
    """What a cell says as part of its table."""
    return next(one for one in cell.A if Name.Table == one.O)
