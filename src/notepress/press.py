"""What a notebook uses to hand its results to the report: values, figures and tables."""

from __future__ import annotations

import datetime
import inspect
import json
import math
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from notepress import drawings, outputs, prose, values
from notepress.errors import PressError
from notepress.table_cells import (
    Format,
    cell_texts,
    headings,
    html_table,
    is_number,
    only_columns,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

FIGURE_MIME = "application/vnd.notepress.figure+json"
TABLE_MIME = "application/vnd.notepress.table+json"
NOTEBOOK = "NOTEPRESS_NOTEBOOK"
# names the folders of the run whose notebook this is; whoever runs one by hand has their own
RUN, BY_HAND = "NOTEPRESS_RUN", "by-hand"

# where the words of figures and of tables are kept, as NAME.json
WORDS_FOLDERS = ("figures", "tables")


class Shown(str):
    """A text that the notebook has shown already, and so does not print again as a result."""

    __slots__ = ()

    def _ipython_display_(self) -> None:
        """Show nothing."""


class Recordable(Protocol):
    """What `Press.record` takes: a value with its words, and the rows it rests on by table."""

    @property
    def value_id(self) -> str: ...
    @property
    def value(self) -> object: ...
    @property
    def unit(self) -> str: ...
    @property
    def definition(self) -> str: ...
    @property
    def rows(self) -> Mapping[str, Sequence[str]]: ...
    @property
    def function(self) -> Callable[..., Any] | None: ...
    @property
    def digits(self) -> int | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def tolerance(self) -> float | None: ...
    @property
    def known(self) -> datetime.date | None: ...


class Press:
    """Records the values, figures and tables of one notebook in one run.

    Everything lands below `reports/RUN`: figures/NAME.svg, tables/NAME.csv, each with a NAME.json
    that carries its words; values travel in the executed notebook itself. RUN is what the
    environment variable NOTEPRESS_RUN says, `by-hand` without it. In Lab, a cell that runs again
    replaces what it recorded.
    """

    def __init__(self, reports: str | Path) -> None:
        self.run = os.environ.get(RUN, BY_HAND)
        self.folder = Path(reports) / self.run
        self._own: dict[str, dict[str, Any]] = {}  # values of this notebook, by id
        self._names: dict[str, str] = {}  # which of its figures and tables is which

    def value(
        self,
        value_id: str,
        value: object,
        *,
        unit: str,
        definition: str,
        digits: int | None = None,
        text: str | None = None,
        tolerance: float | None = None,
        sources: Sequence[Mapping[str, Any]] = (),
        function: Callable[..., Any] | None = None,
    ) -> str:
        """Record one value, and return it as the report prints it.

        `unit` is one of percent, share (0 to 1, printed as percent), pp, usd_bn, days, count,
        number, word (zero to twelve are spelled), date and text. `text` replaces what the unit
        would print. Between two runs, a change beyond `tolerance`, in the value's unit, is flagged;
        by default that is half a unit of the last printed digit, and any change of a text.
        `sources` says which rows of which files it rests on, `function` names the code that
        measured it.
        """
        record = self._keep(
            value_id, value, unit, definition, digits, text, tolerance, sources, function
        )
        _show_values([record])
        return Shown(record["text"])

    def record(
        self, facts: Iterable[Recordable], locate: Callable[[str, Sequence[str]], Sequence[Any]]
    ) -> None:
        """Record many values; `locate` turns a table and its rows into sources."""
        records = []
        for fact in facts:
            sources = [at for table, ids in fact.rows.items() for at in locate(table, ids)]
            said = (fact.unit, fact.definition, fact.digits, fact.text, fact.tolerance)
            kept = self._keep(fact.value_id, fact.value, *said, sources, fact.function)
            if fact.known is not None:
                kept["known_date"] = fact.known.isoformat()
            records.append(kept)
        # as one output: a notebook sends a message for each, which takes longer than the value
        _show_values(records)

    def _keep(
        self,
        value_id: str,
        value: object,
        unit: str,
        definition: str,
        digits: int | None,
        text: str | None,
        tolerance: float | None,
        sources: Sequence[Mapping[str, Any]],
        function: Callable[..., Any] | None,
    ) -> dict[str, Any]:
        """Check a value and keep it among those of this notebook."""
        kept = values.recorded(value_id, value, unit)
        own = self._own
        if value_id in own and os.environ.get(outputs.STAGE):
            raise PressError(f"value {value_id}: recorded twice in this notebook; ids are unique")
        if not definition.strip():
            raise PressError(f"value {value_id}: needs a definition, one sentence for the reader")
        shown = values.printed(kept, unit, digits) if text is None else text
        if not shown.strip():
            raise PressError(f"value {value_id}: would print as nothing")
        if tolerance is not None and (unit == "text" or not 0 <= tolerance < math.inf):
            raise PressError(
                f"value {value_id}: tolerance {tolerance!r}; it is a number from zero on, in the "
                "value's unit, and a text has none"
            )
        record = {
            "id": value_id,
            "value": kept,
            "unit": unit,
            "text": shown,
            "tolerance": values.default_tolerance(unit, shown) if tolerance is None else tolerance,
            "definition": definition,
            "sources": [dict(source) for source in sources],
            **self._code(function),
        }
        own[value_id] = record
        return record

    def fill(self, text: str) -> str:
        """Put printed values in the place of {{id}}, from this notebook or an earlier one."""
        return prose.fill(text, self._known(text))

    def figure(
        self,
        name: str,
        fig: Figure,
        *,
        title: str,
        caption: str,
        alt: str,
        data: pd.DataFrame,
        source: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> None:
        """Record a figure with the data that it draws, show it and close it.

        `title` is the finding, `caption` says how to read the figure, `alt` tells what it shows to
        those who cannot see it; {{id}} in them is filled in. `source` is citations, "@key; @key2".
        `labels` renames columns of `data` for readers.
        """
        if len({" ".join(words.split()) for words in (title, caption, alt)}) < 3:
            raise PressError(f"figure {name}: title, caption and alt must say different things")
        record = self._words("figure", name, title=title, caption=caption, source=source, alt=alt)
        record |= {"labels": headings("figure", name, data, labels)}
        svg = drawings.draw(fig, name)
        outputs.write(self.folder / "figures" / f"{name}.svg", svg)
        outputs.write_frame(self.folder / "tables" / f"{name}.csv", data)
        outputs.write_json(self.folder / "figures" / f"{name}.json", record)
        _show_figure(record, svg)

    def table(
        self,
        name: str,
        frame: pd.DataFrame,
        *,
        title: str,
        caption: str = "",
        source: str = "",
        labels: Mapping[str, str] | None = None,
        formats: Mapping[str, Format] | None = None,
        widths: Mapping[str, float] | None = None,
        markdown: Collection[str] = (),
        missing: str = values.MISSING,
    ) -> None:
        """Record a table and show it: the CSV holds the frame, the report the formatted cells.

        `formats` maps a column to a format such as "{:.1f}" or a function; whole numbers print
        as 4,545, other numbers with two digits, dates as 10 May 2019. `widths` are shares of the
        table's width for columns of long text. Columns named in `markdown` may hold links and
        citations; all others print as they stand.
        """
        for option, names in (("formats", formats), ("widths", widths), ("markdown", markdown)):
            only_columns("table", name, frame, option, names or ())
        headers = headings("table", name, frame, labels)
        record = self._words("table", name, title=title, caption=caption, source=source)
        record["columns"] = [
            {
                "header": headers[column],
                "align": "right" if is_number(frame[column]) else "left",
                "width": (widths or {}).get(column),
                "markdown": column in markdown,
            }
            for column in frame.columns
        ]
        columns = [
            cell_texts(frame[column], (formats or {}).get(column), missing)
            for column in frame.columns
        ]
        record["rows"] = [list(row) for row in zip(*columns, strict=True)]
        outputs.write_frame(self.folder / "tables" / f"{name}.csv", frame)
        outputs.write_json(self.folder / "tables" / f"{name}.json", record)
        _show_table(record)

    def show(self, name: str) -> None:
        """Show a figure or table that another notebook of this run made."""
        for folder in WORDS_FOLDERS:
            words = outputs.current(self.folder / folder / f"{name}.json")
            if not words.is_file():
                continue
            record = json.loads(words.read_text(encoding="utf-8"))
            if record["kind"] == "table":
                _show_table(record)
            else:
                drawn = outputs.current(self.folder / "figures" / f"{name}.svg")
                _show_figure(record, drawn.read_text(encoding="utf-8"))
            return
        made = sorted({path.stem for path in self.folder.glob("*/*.json")})
        raise PressError(
            f"no figure or table {name!r} in {self.folder}{prose.nearest(name, made)}\n"
            "What to do: run the notebook that makes it first"
        )

    def save_frame(self, path: str | Path, frame: pd.DataFrame) -> None:
        """Write a table as .parquet or .csv; it appears only if the whole notebook succeeds."""
        outputs.write_frame(Path(path), frame)

    def _words(self, kind: str, name: str, **words: str) -> dict[str, Any]:
        """Check a name and its words, and return them as they are kept beside the figure."""
        label = "fig" if kind == "figure" else "tbl"
        if not values.ID.fullmatch(name):
            raise PressError(f"{kind} {name!r}: names are made of a-z, 0-9 and underscores")
        for part, text in words.items():
            if part not in ("caption", "source") and not text.strip():
                raise PressError(f"{kind} {name}: needs words for its {part}")
            self.fill(text)
        self._reserve(kind, name)
        return {
            "kind": kind,
            "name": name,
            "label": f"{label}-{name}",
            "notebook": os.environ.get(NOTEBOOK, ""),
            **words,
        }

    def _reserve(self, kind: str, name: str) -> None:
        """Refuse a name that something else has: both would write tables/NAME.csv."""
        names = self._names
        if name in names and (os.environ.get(outputs.STAGE) or names[name] != kind):
            raise PressError(f"{kind} {name}: this notebook has a {names[name]} of that name")
        names[name] = kind

    def _known(self, text: str) -> Mapping[str, Mapping[str, Any]]:
        """Return this notebook's values, and those of earlier ones where the text asks for them."""
        if prose.used_ids(text) <= self._own.keys():
            return self._own
        return {**self._earlier, **self._own}

    @property
    def _earlier(self) -> dict[str, dict[str, Any]]:
        """Values in the run's executed notebooks, of those before this one by name.

        What a later one recorded is of an earlier run, and one damaged since is to be run again.
        """
        this = os.environ.get(NOTEBOOK, "")
        parts = [
            _recorded_in(path, path.stat().st_mtime_ns)
            for path in sorted((self.folder / "notebooks").glob("*.ipynb"))
            if (not this or path.name < this) and not path.name.endswith(".failed.ipynb")
        ]
        return {value["id"]: value for value in values.merge(parts)}

    def _code(self, function: Callable[..., Any] | None) -> dict[str, Any]:
        """Name the code that measured a value, with a file relative to its project."""
        if function is None:
            return {"function": "", "file": "", "line": None}
        plain = inspect.unwrap(function.func if isinstance(function, partial) else function)
        code = plain.__code__
        place = _place_of(code.co_filename)
        return {
            "function": f"{plain.__module__}:{plain.__qualname__}",
            "file": place,
            "line": code.co_firstlineno if place else None,
        }


@cache
def _place_of(file: str) -> str:
    """A module's file from its project's folder; nothing for what has no file of its own.

    A function made in a notebook has only an input's name, another in each run.
    """
    path = Path(file)
    project = next((up for up in path.parents if (up / "pyproject.toml").is_file()), None)
    return path.relative_to(project).as_posix() if project and path.suffix == ".py" else ""


@cache
def _recorded_in(executed: Path, changed_ns: int) -> list[dict[str, Any]]:
    """Values in an executed notebook; `changed_ns` is when, as it may run again meanwhile."""
    try:
        return values.collect(executed)
    except ValueError:
        return []


def _show_figure(record: dict[str, Any], svg: str) -> None:
    words = f"Figure {record['name']}: {record['title']}"
    _show({FIGURE_MIME: record, "image/svg+xml": svg, "text/plain": words})


def _show_table(record: dict[str, Any]) -> None:
    words = f"Table {record['name']}: {record['title']}"
    _show({TABLE_MIME: record, "text/html": html_table(record), "text/plain": words})


def _show_values(records: list[dict[str, Any]]) -> None:
    if records:
        told = "\n".join(f"{record['id']} = {record['text']}" for record in records)
        _show({values.VALUES_MIME: records, "text/plain": told})


def _show(bundle: dict[str, Any]) -> None:
    """Show an output in the notebook; outside of one there is nobody to show it to."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import publish_display_data

    if InteractiveShell.initialized():
        publish_display_data(bundle)  # type: ignore[no-untyped-call]
