"""What a notebook uses to hand its results to the report: values, figures and tables."""

from __future__ import annotations

import inspect
import json
import os
import re
import shlex
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from notepress import drawings, outputs, prose, values
from notepress.errors import PressError, all_problems
from notepress.placing import FIGURE_MIME, TABLE_MIME
from notepress.table_cells import Format, cell_texts, headings, html_table, is_number, only_columns

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NOTEBOOK = "NOTEPRESS_NOTEBOOK"
# names the folders of the run whose notebook this is; whoever runs one by hand has their own
RUN, BY_HAND = "NOTEPRESS_RUN", "by-hand"
# how many rows of a table an output shows: the files beside the report have all
_ROWS_SHOWN = 12
_NAMED = re.compile(r"\{\{ *(\w+) *\}\}")


class Card(NamedTuple):
    """What makes a table a page of its own in print: what it comes to, and notes below it.

    `band` is what it comes to, in a few words, `about` more of it, and `below` notes by their
    headings, all in Markdown. `colours` are those of columns' heads, such as #1f5a94.
    """

    band: str
    about: str
    below: Mapping[str, str]
    colours: Mapping[str, str]


class Press:
    """Records the values, figures and tables of one notebook in one run.

    Everything lands below `reports/RUN`: figures/NAME.svg, tables/NAME.csv, each with a NAME.json
    from which the report prints it; values travel in the executed notebook itself. The words of
    figures and tables stand in the report's text (`notepress.placing`). RUN is what the environment
    variable NOTEPRESS_RUN says, `by-hand` without it. In Lab, a cell that runs again replaces what
    it recorded.

    Of a notebook that is run by hand, `name` is that of its file, without ending, and `given` are
    its parameters: with them each table is kept that it saves, and held that it reads.

    A value is anything with value_id, value, unit, definition, rows (ids by table), function,
    digits, text and known, the day from which it could be known; each of the last four may be None.
    It may have as well the names of the parameters that it depends on, and a formula in words with
    its terms, a number for each.
    """

    def __init__(self, reports: str | Path, name: str = "") -> None:
        self.run = os.environ.get(RUN, BY_HAND)
        self.folder = Path(reports) / self.run
        self.given: dict[str, Any] = {}
        self._name = name
        self._inherited: dict[str, Any] = {}  # of what it reads, the parameters that it has not
        self._values: dict[str, dict[str, Any]] = {}  # those of this notebook, by id
        self._names: dict[str, str] = {}  # which of its figures and tables is which

    @property
    def is_by_hand(self) -> bool:
        """Tell whether nobody checked the parameters before this notebook ran."""
        return self.run == BY_HAND

    def record(
        self, facts: Iterable[Any], locate: Callable[[str, Sequence[str]], Sequence[Any]]
    ) -> None:
        """Record values; `locate` turns a table and its rows into sources.

        Their `unit` is one of percent, share (0 to 1, printed as percent), pp, usd_bn, days, count,
        number, word (zero to twelve are spelled), date, flag, text and missing. `text` replaces
        what the unit would print. `function` is the code that measured it.
        """
        # as one output: a notebook sends a message for each, which takes longer than the value
        if records := self.kept(facts, locate):
            told = f"values recorded: {len(records)}, each in values.md"
            _show({values.VALUES_MIME: values.as_output(records), "text/plain": told})

    def say(self, sentence: str, words: Iterable[str] = (), **called: str) -> None:
        """Show what came out in a sentence of Markdown, with values that this notebook recorded.

        {{name}} stands for a value by its id, or by what it is `called` here. `words` are those of
        tables in it, which may have digits. PressError where a number is typed, or no such value
        was recorded before.
        """
        told = _NAMED.sub(lambda name: f"{{{{{called.get(name[1], name[1])}}}}}", sentence)
        if typed := prose.typed_numbers(told, words):
            raise all_problems("a sentence", typed, "record the number as a value, and name it")
        filled = prose.fill(told, self._values)
        _show({"text/markdown": filled, "text/plain": filled})

    def kept(
        self, facts: Iterable[Any], locate: Callable[[str, Sequence[str]], Sequence[Any]]
    ) -> list[dict[str, Any]]:
        """Return values as they are recorded, and show nothing."""
        records = []
        for fact in facts:
            name, unit = fact.value_id, fact.unit
            kept = values.recorded(name, fact.value, unit)
            if name in self._values and os.environ.get(outputs.STAGE):
                raise PressError(f"value {name}: recorded twice in this notebook; ids are unique")
            if not fact.definition.strip():
                raise PressError(f"value {name}: needs a definition, one sentence for the reader")
            shown = values.printed(kept, unit, fact.digits) if fact.text is None else fact.text
            if not shown.strip():
                raise PressError(f"value {name}: would print as nothing")
            record = {
                "id": name,
                "value": kept,
                "unit": unit,
                "text": shown,
                "definition": fact.definition,
                "sources": [at for table, ids in fact.rows.items() for at in locate(table, ids)],
                "parameters": [*getattr(fact, "parameters", ())],
                **_code(fact.function),
            }
            if formula := getattr(fact, "formula", ""):
                record |= {
                    "formula": formula,
                    "terms": [
                        [word, values.stable(float(one))] for word, one in fact.terms.items()
                    ],
                }
            if fact.known:
                record["known_date"] = fact.known.isoformat()
            self._values[name] = record
            records.append(record)
        return records

    def figure(
        self,
        name: str,
        fig: Figure | None,
        *,
        data: pd.DataFrame,
        narrow: Figure | None = None,
        source: str = "",
        labels: Mapping[str, str] | None = None,
        key: str = "",
        first: Sequence[str] = (),
    ) -> None:
        """Record a figure with the data that it draws, show it and close it.

        None in its place records that this run has no data for it, and the text goes without.
        `narrow` is the same drawn for a telephone; paper never shows it.
        `source` is citations, "@key; @key2". `labels` renames columns of `data` for readers;
        each of its rows has the cell of `key` as its address in the page. A mark opens its row
        there, if the gid of its artist is such as "rows 0 4", the places of rows in `data`; of its
        columns those in `first` are for every reader, the words before all, and others folded.
        """
        record = self._record("figure", name, source=source)
        if fig is None:
            return self._absent(record)
        record |= {"labels": headings("figure", name, data, labels)}
        if key:
            only_columns("figure", name, data, "key", [key])
            record["key"] = list(data.columns).index(key)
        if first:
            only_columns("figure", name, data, "first", first)
            record["first"] = [list(data.columns).index(column) for column in first]
        svg = drawings.draw(fig, name)
        if narrow is not None:
            record["narrow"] = drawings.draw(narrow, f"{name}-narrow")
        outputs.write(self.folder / "figures" / f"{name}.svg", svg)
        outputs.write_frame(self.folder / "tables" / f"{name}.csv", data)
        outputs.write_json(self.folder / "figures" / f"{name}.json", record)
        _show({FIGURE_MIME: record, "image/svg+xml": svg, "text/plain": f"Figure {name}"})

    def table(
        self,
        name: str,
        frame: pd.DataFrame,
        *,
        title: str = "",
        source: str = "",
        labels: Mapping[str, str] | None = None,
        formats: Mapping[str, Format] | None = None,
        widths: Mapping[str, float] | None = None,
        markdown: Collection[str] = (),
        key: str = "",
        tells: Sequence[str] = (),
        card: Card | None = None,
        missing: str = values.MISSING,
    ) -> None:
        """Record a table and show it: the CSV holds the frame, the report the formatted cells.

        One without rows is recorded as such, and the text goes without it. Of three or more columns
        the first names the row, also to those who hear the table; where all others are empty, it is
        a line that heads the rows below.

        `formats` maps a column to a format such as "{:.1f}" or a function; whole numbers print
        as 4,545, other numbers with two digits, dates as 10 May 2019. `widths` are shares of the
        table's width for columns of long text. Columns named in `markdown` may hold links and
        citations, and paragraphs; all others print as they stand. A `title` is for tables made one
        by one from data, such as one for each claim; the report's text may give another. Each row
        has the cell of `key`, which it does not show, as its address in the page; `tells` has for
        each the ids of values that it lays out, with blanks between, which it shows to whoever asks
        for one of these. Of a `card` a narrow page shows the band until it is opened.
        """
        if frame.empty:
            return self._absent(self._record("table", name, source=source))
        named = {"formats": formats, "widths": widths, "markdown": markdown}
        for option, names in {**named, "key": [key]}.items():
            only_columns("table", name, frame, option, [one for one in names or () if one])
        shown = frame.drop(columns=[key] if key else [])
        headers = headings("table", name, shown, labels)
        record = self._record("table", name, source=source) | {"title": title}
        record["columns"] = [
            {
                "header": headers[column],
                "align": "right" if is_number(frame[column]) else "left",
                "width": (widths or {}).get(column),
                "markdown": column in markdown,
                **({"colour": card.colours[column]} if card and column in card.colours else {}),
            }
            for column in shown.columns
        ]
        columns = [
            cell_texts(shown[column], (formats or {}).get(column), missing)
            for column in shown.columns
        ]
        record["rows"] = [list(row) for row in zip(*columns, strict=True)]
        if key:
            record["addresses"] = [*frame[key]]
        if len(tells):
            record["tells"] = list(tells)
        if card:
            record["card"] = card._asdict() | {"below": [*card.below.items()]}
        kept = {column: frame[column].map(prose.unnamed, na_action="ignore") for column in markdown}
        outputs.write_frame(self.folder / "tables" / f"{name}.csv", frame.assign(**kept))
        outputs.write_json(self.folder / "tables" / f"{name}.json", record)
        self._note(f"{name}.json")
        _show_table(record)

    def show(self, name: str) -> None:
        """Show a table that was recorded with a title of its own in the report, which prints it."""
        record = outputs.current(self.folder / "tables" / f"{name}.json")
        if not record.is_file():
            made = sorted(path.stem for path in self.folder.glob("tables/*.json"))
            raise PressError(
                f"no table {name!r} in {self.folder}{prose.nearest(name, made)}\n"
                "What to do: run the notebook that makes it first"
            )
        self._require_same(record.name)
        _show_table(json.loads(record.read_text(encoding="utf-8")))

    def save_frame(self, path: str | Path, frame: pd.DataFrame) -> None:
        """Write a table as .parquet or .csv; it appears only if the whole notebook succeeds."""
        outputs.write_frame(Path(path), frame)
        self._note(Path(path).name)

    def read_frame(self, path: str | Path, **how: Any) -> pd.DataFrame:
        """Read a table that an earlier notebook has saved; `how` as of pandas.

        By hand, PressError where it is not there, or was made with other parameters.
        """
        import pandas as pd

        self._require_same(Path(path).name)
        read = pd.read_parquet if Path(path).suffix == ".parquet" else pd.read_csv
        return read(path, **how)

    # what was saved by hand, each by the name of its file: by which notebook, with which parameters
    def _notes(self) -> dict[str, Any]:
        try:
            text = (self.folder / "parameters.json").read_text(encoding="utf-8")
            return dict(json.loads(text))
        except FileNotFoundError:
            return {}

    def _note(self, file: str) -> None:
        """Keep with what is saved by hand by whom and with what it was made."""
        if self.is_by_hand:
            note = {"notebook": self._name, "given": self._inherited | self.given}
            outputs.write_json(self.folder / "parameters.json", self._notes() | {file: note})

    def _require_same(self, file: str) -> None:
        """Raise PressError, by hand, for what is not there or was made with other parameters."""
        if not self.is_by_hand:
            return
        note = self._notes().get(file)
        if note is None:
            notebooks = (self.folder.parent.parent / "notebooks").glob("*.ipynb")
            first = [one.stem for one in sorted(notebooks) if one.stem[:2] < self._name[:2]]
            raise PressError(
                f"{file} was not made by hand yet\nWhat to do: run first, in this order:\n"
                + "\n".join(_papermill(name, {}) for name in first)
            )
        made = note["given"]
        own = self._inherited | self.given
        others = {name: one for name, one in own.items() if made.get(name, one) != one}
        if others:
            told = (f"{name} = {made[name]}, not {one}" for name, one in others.items())
            again = _papermill(note["notebook"], {n: own.get(n, one) for n, one in made.items()})
            raise PressError(
                f"{file} was made by hand with {', '.join(told)}\nWhat to do: make it again, and "
                f"what else comes of it, with the parameters of this notebook:\n{again}\n"
                "or run this one with those of the other"
            )
        self._inherited = made | self._inherited

    def _record(self, kind: str, name: str, *, source: str) -> dict[str, Any]:
        """Check a name, and return what is kept beside a figure or table."""
        if not values.ID.fullmatch(name):
            raise PressError(f"{kind} {name!r}: names are made of a-z, 0-9 and underscores")
        names = self._names
        if name in names and (os.environ.get(outputs.STAGE) or names[name] != kind):
            # both would write tables/NAME.csv
            raise PressError(f"{kind} {name}: this notebook has a {names[name]} of that name")
        names[name] = kind
        return {
            "kind": kind,
            "name": name,
            "label": f"{'fig' if kind == 'figure' else 'tbl'}-{name}",
            "notebook": os.environ.get(NOTEBOOK, ""),
            "source": source,
        }

    def _absent(self, record: dict[str, Any]) -> None:
        place = self.folder / f"{record['kind']}s" / f"{record['name']}.json"
        outputs.write_json(place, record | {"is_empty": True})


def _papermill(name: str, given: Mapping[str, Any]) -> str:
    words = ["papermill", f"notebooks/{name}.ipynb", f"{name}.out.ipynb"]
    for parameter, value in given.items():
        words += ["-p", parameter, str(value)]
    return f"  {shlex.join(words)}"


def _code(function: Callable[..., Any] | None) -> dict[str, Any]:
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
    """A module's file from its project's folder; nothing for a function of a notebook."""
    path = Path(file)
    for up in path.parents if path.suffix == ".py" else ():
        if (up / "pyproject.toml").is_file():
            return path.relative_to(up).as_posix()
    return ""


def _show_table(record: dict[str, Any]) -> None:
    words = f"Table {record['name']}"
    shown = html_table(record | {"rows": record["rows"][:_ROWS_SHOWN]})
    if more := len(record["rows"][_ROWS_SHOWN:]):
        shown += f"\n<p>and {more} more rows, in tables/{record['name']}.csv</p>"
    _show({TABLE_MIME: record, "text/html": shown, "text/plain": words})


def _show(bundle: dict[str, Any]) -> None:
    """Show an output in the notebook; outside of one there is nobody to show it to."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import publish_display_data

    if InteractiveShell.initialized():
        publish_display_data(bundle)
