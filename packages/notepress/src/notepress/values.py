"""Numbers, dates and words that a report states: how each is recorded, printed and collected.

A value travels in the executed notebook as an output of the MIME type below, so that prose,
values.json and notebook cannot differ.
"""

import datetime
import json
import math
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from notepress.errors import PressError, all_problems

VALUES_MIME = "application/vnd.notepress.values+json"
ID = re.compile(r"[a-z][a-z0-9_]*")

NO_BREAK = "\u00a0"
MINUS = "\u2212"
MISSING = "\u2013"
WORDS = (
    "zero", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_WORDS_ZH = "零一两三四五六七八九十"  # as they stand before what is counted

# unit -> digits after the point where the notebook names none
NUMBER_UNITS = {
    "percent": 1, "share": 1, "pp": 1, "usd_bn": 1, "days": 0, "count": 0, "number": 2, "word": 0,
}  # fmt: skip
# what has no digits: words, and words in the place of a number or day that the records do not give
WORDED = ("text", "missing")
UNITS = (*NUMBER_UNITS, "date", "flag", *WORDED)
# of a value that a later run records, and nobody can know yet: what names it is not printed
LATER = "later"
# the digits after the point of each number in a text
_DECIMALS = re.compile(r"\d[\d,]*(?:\.(\d+))?")

Scalar = str | int | float  # bool is an int

_BRIEF = {f"percentage{NO_BREAK}points": "pp", f"percentage{NO_BREAK}point": "pp"} | {
    "percent": "%",
    "billion": "bn",
}


def recorded(value_id: str, value: object, unit: str) -> Scalar:
    """Return a value as values.json keeps it: a stable number, an ISO day, a flag or a text.

    Missing and infinite numbers are refused: a report that prints one has lost a row somewhere.
    """
    if not ID.fullmatch(value_id):
        raise PressError(
            f"value {value_id!r}: an id starts with a lower-case letter and goes on with lower-case"
            " letters, digits and underscores"
        )
    if unit not in UNITS:
        raise PressError(f"value {value_id}: no unit {unit!r}; there are {', '.join(UNITS)}")
    # NaN, NaT and NA of pandas, which is not imported for that
    if value is None or str(value) in ("nan", "NaT", "<NA>"):
        raise PressError(
            f"value {value_id}: the value is missing ({value!r}); missing is never zero\n"
            "What to do: state it in words with unit='missing', or find out where the row was lost"
        )
    if unit == "date":
        try:
            return datetime.date.fromisoformat(str(value)[:10]).isoformat()
        except ValueError:
            raise PressError(f"value {value_id}: {value!r} is no date") from None
    plain = value.item() if hasattr(value, "item") else value  # numpy's scalars
    if unit == "flag":
        if not isinstance(plain, bool):
            raise PressError(f"value {value_id}: {plain!r} is neither true nor false")
        return plain
    if unit in WORDED:
        return plain if isinstance(plain, str | int | float) else str(plain)
    if isinstance(plain, bool) or not isinstance(plain, int | float):
        raise PressError(f"value {value_id}: {plain!r} is no number, and unit {unit!r} needs one")
    if math.isinf(plain):
        raise PressError(f"value {value_id}: {plain!r} cannot be printed")
    if unit not in ("count", "word"):
        return stable(plain)
    if plain != int(plain):
        raise PressError(f"value {value_id}: {plain!r} is no whole number, and {unit!r} needs one")
    return int(plain)


def stable(number: float) -> float:
    """Return a number without the digits that another processor may compute differently.

    Twelve significant digits are left: the last of sixteen depend on the width of registers.
    """
    return number if isinstance(number, int) else float(f"{number:.12g}")


def printed(value: Scalar, unit: str, digits: int | None = None) -> str:
    """Return a recorded value as printed, its unit tied to it, with the sign minus."""
    if unit in WORDED:
        return str(value)
    if unit == "flag":
        return "yes" if value else "no"
    if unit == "date":
        day = datetime.date.fromisoformat(str(value))
        return f"{day.day}{NO_BREAK}{day:%B}{NO_BREAK}{day.year}"
    amount = float(value) if isinstance(value, str) else value
    if unit == "word" and amount in range(len(WORDS)):
        return WORDS[int(amount)]
    places = NUMBER_UNITS[unit] if digits is None else digits
    figure = number(amount * 100 if unit == "share" else amount, places)
    if unit in ("percent", "share"):
        return f"{figure}{NO_BREAK}percent"
    if unit == "pp":
        return f"{figure}{NO_BREAK}percentage{NO_BREAK}point" + _plural(figure)
    if unit == "days":
        return f"{figure}{NO_BREAK}day" + _plural(figure)
    if unit == "usd_bn":
        sign = MINUS if figure.startswith(MINUS) else ""
        return f"{sign}${figure.removeprefix(MINUS)}{NO_BREAK}billion"
    return figure


def printed_in(language: str, value: Mapping[str, Any]) -> str:
    """Return a recorded value as a passage in another language prints it: so far, in zh.

    Words stay as they are. Amounts are told in hundred millions, as that language counts.
    """
    unit, kept = value["unit"], value["value"]
    if language != "zh" or unit in (*WORDED, "flag", LATER):
        return str(value["text"])
    if unit == "date":
        day = datetime.date.fromisoformat(str(kept))
        return f"{day.year}年{day.month}月{day.day}日"
    if unit == "word" and kept in range(len(_WORDS_ZH)):
        return _WORDS_ZH[int(kept)]
    places = decimals(unit, value["text"])
    if unit == "usd_bn":
        return f"{kept * 10:.{max(places - 1, 0)}f}亿美元"
    figure = f"{kept * 100 if unit == 'share' else kept:.{places}f}".replace("-", MINUS)
    ends = {"percent": "%", "share": "%", "pp": "个百分点", "days": "天"}
    return figure + ends.get(unit, "")


def brief(text: str, unit: str) -> str:
    """Return a number as it is printed with its unit in short, for a narrow column."""
    if unit in NUMBER_UNITS:
        for long, short in _BRIEF.items():
            text = text.replace(NO_BREAK + long, NO_BREAK + short)
    return text


def decimals(unit: str, text: str) -> int:
    """Return how many digits after the point a value prints; those of its unit, if in words."""
    if unit not in NUMBER_UNITS:
        return 0
    found = _DECIMALS.findall(text)
    return max(map(len, found)) if found else NUMBER_UNITS[unit]


def number(value: float, digits: int) -> str:
    """Return a number with thousands separators and a minus sign; what rounds to zero has none."""
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def collect(notebook: Path) -> list[dict[str, Any]]:
    """Read the values that an executed notebook recorded, in the order of their cells.

    Each is as `Press.record` kept it, with notebook (the file's name) and cell_id.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return shown_in(cells, notebook.name)


def shown_in(cells: Iterable[Mapping[str, Any]], notebook: str) -> list[dict[str, Any]]:
    """Read the values that executed cells recorded, as `collect` does."""
    found = []
    for cell in cells:
        for output in cell.get("outputs", []):
            if VALUES_MIME in (data := output.get("data", {})):
                sources = data[VALUES_MIME]["sources"]
                found += [
                    {
                        **value,
                        "sources": [sources[place] for place in value["sources"]],
                        "notebook": notebook,
                        "cell_id": cell.get("id", ""),
                    }
                    for value in data[VALUES_MIME]["values"]
                ]
    return found


def as_output(records: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return what an output holds of values: each source once, and of each value their places.

    Many values have the same sources, and papermill writes the notebook anew at every cell.
    """
    places: dict[str, int] = {}
    values = [
        {
            **record,
            "sources": [
                places.setdefault(json.dumps(source), len(places)) for source in record["sources"]
            ],
        }
        for record in records
    ]
    return {"values": values, "sources": [json.loads(source) for source in places]}


def merge(parts: Iterable[Iterable[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Join the values of several notebooks, sorted by id; an id recorded twice is an error."""
    found: dict[str, dict[str, Any]] = {}
    problems = []
    for value in chain.from_iterable(parts):
        first = found.setdefault(value["id"], value)
        if first is not value:
            places = (f"in {one['notebook']} (cell {one['cell_id']})" for one in (first, value))
            problems.append(f"{value['id']}: recorded {' and '.join(places)}")
    if problems:
        raise all_problems("values", problems, "give each number one place, and each value one id")
    return [found[value_id] for value_id in sorted(found)]


def by_topic(parts: Iterable[Iterable[Mapping[str, Any]]]) -> str:
    """Return Markdown that lists values by notebook and cell: name, what is printed, what it is."""
    lines = ["# Values that the text may name"]
    for value in chain.from_iterable(parts):
        topic = f"{Path(value['notebook']).stem}: {value['cell_id'].replace('-', ' ')}"
        if (heading := f"## {topic}") not in lines:
            lines += ["", heading, ""]
        lines.append(f"- `{{{{{value['id']}}}}}` {value['text']}: {value['definition']}")
    return "\n".join(lines) + "\n"


def with_later(
    recorded: Iterable[dict[str, Any]], units: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Add values, sorted by id, that only a later run can record: `units` has theirs by id."""
    found = {value["id"]: value for value in recorded}
    for name, unit in units.items():
        if name not in found or found[name]["unit"] == "missing" != unit:
            found[name] = {
                **{"id": name, "value": None, "unit": LATER, "text": "not yet known"},
                **{"definition": "known on a later day", "sources": [], "parameters": []},
                **{"function": "", "file": "", "line": None, "notebook": "", "cell_id": ""},
            }
    return [found[name] for name in sorted(found)]


def read_values(text: str | bytes) -> list[dict[str, Any]]:
    """Read the values of a run as `outputs.write_values` was given them."""
    kept = json.loads(text)
    sources = kept["sources"]
    return [
        {**value, "sources": [sources[place] for place in value["sources"]]}
        for value in kept["values"]
    ]


def in_spans(rows: Iterable[str]) -> list[str]:
    """Rows by their keys, in order; where more than two follow each other, their first and last."""
    found: list[list[str]] = []
    for row in sorted({*rows}):
        parts = re.split(r"(\d+)$", row)
        before = f"{parts[0]}{int(parts[1]) - 1:0{len(parts[1])}}" if len(parts) > 1 else None
        if found and found[-1][-1] == before:
            found[-1].append(row)
        else:
            found.append([row])
    spans = ([f"{one[0]} to {one[-1]}"] if len(one) > 2 else one for one in found)
    return [*chain.from_iterable(spans)]


def _plural(figure: str) -> str:
    return "" if figure.lstrip(MINUS) == "1" else "s"
