"""What keeps a report from being printed whole, found before anything is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from nbformat.notebooknode import NotebookNode

from notepress import prose
from notepress.placing import FIGURE_MIME, TABLE_MIME
from notepress.print.contents import alt, best_kind, labels, markdown_cells


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
) -> list[tuple[str, str]]:
    """Return what keeps cells from being printed, with conditions applied and figures placed.

    `heads` are the report's titles, `allowed_names` may have digits.
    """
    known = labels(cells)
    found = [
        ("the report", f"the label {label} is used {times} times")
        for label, times in Counter(known).items()
        if times > 1
    ]

    def check(place: str, text: str) -> None:
        found.extend((place, what) for what in prose.unknown_ids(text, values))
        found.extend((place, what) for what in prose.unknown_keys(text, references, known))

    for text in heads:
        check("the title", text)
        found.extend(("the title", what) for what in prose.typed_numbers(text, allowed_names))
    for cell in cells:
        place = f"cell {cell.get('id', '')}"
        if cell.cell_type == "markdown":
            check(place, cell.source)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            kind = best_kind(data) if data else ""
            if data and not kind:
                found.append((place, f"an output that no page can show: {', '.join(sorted(data))}"))
            elif kind == FIGURE_MIME and "alt" not in data[kind]:
                label = data[kind]["label"]
                found.append(
                    (place, f"a figure without words; place it in the text, as {{#{label}}}")
                )
            elif kind in (FIGURE_MIME, TABLE_MIME):
                record = data[kind]
                if not record["title"]:
                    found.append((place, f"{record['label']} has no title"))
                for part in ("title", "caption", "alt", "source"):
                    check(f"{place}, {part} of {record['label']}", record.get(part, ""))
                for text in markdown_cells(record):
                    check(f"{place}, {record['label']}", text)
            elif kind == "text/markdown":
                check(place, data[kind])
            elif kind.startswith("image/") and not alt(output):
                found.append((place, "an image without alternative text; use press.figure"))
    return found
