"""What Typst leaves undone in a tagged PDF."""

import io
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, NumberTree, Pdf, Stream, String

# fewer columns lie side by side: neither cell names the other
_COLUMNS = 3


def finished(pdf: bytes) -> bytes:
    """Return the PDF with the heads of its rows tagged; the same PDF, the same bytes.

    In a table of three or more columns without spans the first cell of a row names it. Words
    between links get a span each, since some programs read an element's own words first.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        structure = opened.Root.StructTreeRoot
        for table in _below(structure, Name.Table):
            _name_by_columns(_rows(table))
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
        _wrap_words(opened, structure)
        for one in opened.objects:
            # a reader that is strict takes a return at the end of data for the end of the line
            if isinstance(one, Stream) and (data := one.read_raw_bytes()).endswith(b"\r"):
                how: dict[str, Any] = {
                    "filter": one.get("/Filter"),
                    "decode_parms": one.get("/DecodeParms"),
                }
                one.write(data + b"\n", **how)
        fillers = Array()
        while b"\r\nendstream" in (packed := _packed(opened)):
            # with one object more, all are packed otherwise
            fillers.append(opened.make_indirect(Dictionary()))
            opened.Root.Filler = fillers
    return packed


def _packed(pdf: Pdf) -> bytes:
    """The file, its small objects packed together: a third less."""
    out = io.BytesIO()
    how = pikepdf.ObjectStreamMode.generate
    pdf.save(out, object_stream_mode=how, deterministic_id=True)
    return out.getvalue()


def _name_by_columns(rows: list[list[Any]]) -> None:
    """Tag a line across a table as a cell, and the cells below it by their columns, in place.

    Typst, which keeps such a line on the page of its cells, tags it as what heads them.
    """
    below = rows[1:]
    lines = {str(row[0].ID): row[0] for row in below if [cell.S for cell in row] == [Name.TH]}
    for row in below:
        for place, cell in enumerate(row):
            told = _attributes(cell)
            if line := next((lines[str(one)] for one in told.Headers if str(one) in lines), None):
                columns = list(_attributes(line).Headers)
                told.Headers = Array(columns[place : place + int(told.get("/ColSpan", 1))])
    for line in lines.values():
        line.S = Name.TD
        del _attributes(line).Scope


def _wrap_words(pdf: Pdf, element: Any) -> None:
    """Put each run of words between elements into a span, here and below, in place."""
    if len({_are_words(part) for part in _inner(element)}) > 1:
        runs = groupby(_inner(element), key=_are_words)
        spanned = ([_span(pdf, element, list(run))] if words else run for words, run in runs)
        element.K = Array(part for run in spanned for part in run)
    for part in _parts(element):
        _wrap_words(pdf, part)


def _span(pdf: Pdf, element: Any, words: list[Any]) -> Any:
    span = Dictionary(Type=Name.StructElem, S=Name.Span, P=element, Pg=element.Pg, K=Array(words))
    span = pdf.make_indirect(span)
    parents = NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    for one in words:
        # marks on the element's page are numbers; marks on another name it
        page, number = (element.Pg, one) if isinstance(one, int) else (one.Pg, one.MCID)
        parents[page.StructParents][number] = span
    return span


def _are_words(part: Any) -> bool:
    return isinstance(part, int) or (part.get("/Type") == Name.MCR and "/Stm" not in part)


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
    for part in _inner(element):
        if isinstance(part, Dictionary) and "/S" in part:
            yield part


def _inner(element: Any) -> list[Any]:
    inner = element.get("/K", Array())
    return list(inner) if isinstance(inner, Array) else [inner]


def _attributes(cell: Any) -> Any:
    return next(one for one in cell.A if Name.Table == one.O)
