"""What keeps a report from being printed whole, found before anything is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from nbformat.notebooknode import NotebookNode

from notepress import prose
from notepress.placing import FIGURE_MIME, TABLE_MIME
from notepress.print.contents import alt, best_kind, labels, records, texts


def problems_as_written(
    cells: Iterable[NotebookNode],
    values: Mapping[str, Mapping[str, Any]],
    allowed_names: Collection[str],
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with conditions, and numbers typed, also where a condition leaves out.

    `allowed_names` may have digits.
    """
    for cell in cells:
        if cell.cell_type == "markdown":
            place = f"cell {cell.get('id', '')}"
            yield from ((place, what) for what in prose.wrong_conditions(cell.source, values))
            yield from ((place, what) for what in prose.typed_numbers(cell.source, allowed_names))


def problems_as_printed(
    cells: Sequence[NotebookNode],
    heads: Iterable[str],
    values: Mapping[str, Mapping[str, Any]],
    references: Collection[str],
    allowed_names: Iterable[str],
) -> Iterator[tuple[str, str]]:
    """Yield what keeps cells from being printed, with conditions applied and figures placed.

    `heads` are the report's titles, `allowed_names` may have digits.
    """
    known = labels(cells)
    for label, times in Counter(known).items():
        if times > 1:
            yield "the report", f"the label {label} is used {times} times"
    titles = [("the title", text) for text in heads]
    for place, text in titles:
        yield from ((place, what) for what in prose.typed_numbers(text, allowed_names))
    alts = [(f"alt of {one['label']}", one.get("alt", "")) for one in records(cells)]
    for place, text in (*titles, *texts(cells), *alts):
        yield from ((place, what) for what in prose.unknown_ids(text, values))
        yield from ((place, what) for what in prose.unknown_keys(text, references, known))
    for cell in cells:
        place = f"cell {cell.get('id', '')}"
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            kind = best_kind(data)
            record = data.get(kind)
            if data and not kind:
                yield place, f"an output that no page can show: {', '.join(sorted(data))}"
            elif kind == FIGURE_MIME and "alt" not in record:
                label = record["label"]
                yield place, f"a figure without words; place it in the text, as {{#{label}}}"
            elif kind in (FIGURE_MIME, TABLE_MIME) and not record["title"]:
                yield place, f"{record['label']} has no title"
            elif kind.startswith("image/") and not alt(output):
                yield place, "an image without alternative text; use press.figure"
