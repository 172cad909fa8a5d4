"""What is written from the code: tables of the manuals, and what editors know of params/."""

import inspect
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from inspect import signature
from pathlib import Path
from typing import Any

from notepress import Press
from tradetalks import register
from tradetalks.border.record import BorderRecord
from tradetalks.claims.arguments import describe_arguments
from tradetalks.claims.checks import CHECKS
from tradetalks.claims.record import VerdictRecord
from tradetalks.claims.revisions import measure_revisions
from tradetalks.limits import parse_run
from tradetalks.parameters import NAMES, Parameters
from tradetalks.tables import read_raw
from tradetalks.tariffs.cleaning import clean_tariffs
from tradetalks.tariffs.record import TariffRecord
from tradetalks.words.ledger import clean_ledger
from tradetalks.words.record import StatementRecord
from whowalkedaway import NOTEBOOKS, ROOT
from whowalkedaway.readings import measure_register

MANUALS = tuple(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CORRECTIONS"))
# what stands between two marks is made here, by the function of that name
_MARKED = re.compile(r"(<!-- made by make docs: (\w+) -->\n).*?(\n<!-- end -->)", re.DOTALL)


def docs(_: Mapping[str, str]) -> int:
    """Write anew, after a change of code, what is made from it."""
    (ROOT / "params" / "schema.json").write_text(schema_text(), encoding="utf-8")
    for manual in MANUALS:
        manual.write_text(manual_text(manual.read_text(encoding="utf-8")), encoding="utf-8")
    for notebook, cell in parameters_cells().items():
        notebook.write_text(with_parameters(notebook.read_text(encoding="utf-8"), cell), "utf-8")
    return 0


def parameters_cells() -> dict[Path, str]:
    """The cell of parameters of each notebook: those that it reads, and of a report all."""
    read = [{*signature(clean_tariffs).parameters, "detail"}, {*signature(clean_ledger).parameters}]
    for kind in (TariffRecord, BorderRecord, StatementRecord, VerdictRecord):
        read.append({name for part in kind.parts() for name in vars(kind)[part].names})
    names = [*read, {*NAMES}]
    paths = [ROOT / "notebooks" / f"{name}.ipynb" for name in NOTEBOOKS]
    cells = {path: _cell(own) for path, own in zip(paths, names, strict=True)}
    for path in (ROOT / "data" / "raw").glob("*/06-report.ipynb"):
        cells[path] = _cell({*NAMES}, raw_dir=path.parent.relative_to(ROOT).as_posix())
    return cells


def _cell(names: Collection[str], **own: str) -> str:
    """Parameters as the model declares them, a default of one's own aside."""
    lines = []
    for name, field in Parameters.model_fields.items():
        if name in {*names, "raw_dir"}:
            default = None if field.is_required() else own.get(name, field.default)
            kind: Any = field.annotation if default is None else type(default)
            told = json.dumps(default) if isinstance(default, str) else default
            word = "str" if kind is date else kind.__name__
            lines.append(f"{name}: {word} = {told}  # {field.description}")
    return "\n".join(lines)


def with_parameters(text: str, cell: str) -> str:
    """A notebook with this cell of parameters."""
    notebook = json.loads(text)
    for one in notebook["cells"]:
        if "parameters" in one["metadata"].get("tags", ()):
            one["source"] = cell.splitlines(keepends=True)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def schema_text() -> str:
    """The JSON schema of a file in params/, as editors read it."""
    schema = Parameters.model_json_schema()
    run = {"type": "string", "description": "names the folders of this run: the name of the file"}
    schema["properties"] = {"run": run, **schema["properties"]}
    schema["required"] = ["run"]
    return json.dumps(schema, indent=2) + "\n"


def manual_text(text: str) -> str:
    """The manual with its tables as they would be made now."""
    return _MARKED.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def choices() -> str:
    """What moves in the report where one parameter is another; what moves nothing is left out."""
    parameters = parse_run({}, ROOT)
    tried = measure_register(parameters)
    is_moved = tried["kind"].isin(["headline", "verdict"]) & tried["before"].ne(tried["after"])
    # of a choice that moves something, its other values are told as well
    moving = tried[tried["parameter"].isin(tried.loc[is_moved, "parameter"])]
    told = register.tell_register(tried, parameters).set_index("name")
    rows = (
        (f"`{name.upper()}`", told["meaning"][name], told["value"][name], told["changes"][name])
        for name in moving["parameter"].unique()
    )
    return _table(("parameter", "what it is", "printed", "instead: what moves"), rows)


def checks() -> str:
    """Every check with what it asks and the arguments that it takes."""
    rows = []
    for name, check in CHECKS.items():
        told = "; ".join(f"`{one}`: {what}" for one, what in describe_arguments(name).items())
        rows.append((f"`{name}`", (check.__doc__ or "").splitlines()[0], told))
    return _table(("check", "asks", "arguments"), rows)


def calls() -> str:
    """What a notebook may call of the press, with its parameters but not their types."""
    rows = []
    for name, call in inspect.getmembers(Press, inspect.isfunction):
        if not name.startswith("_"):
            _, *parameters = inspect.signature(call).parameters.values()
            plain = [one.replace(annotation=inspect.Parameter.empty) for one in parameters]
            given = inspect.Signature(plain)
            rows.append((f"`press.{name}{given}`", " ".join((call.__doc__ or "").split())))
    return _table(("call", "does"), rows)


def revisions() -> str:
    """Verdicts that moved between editions, case by case, with the side towards which each went."""
    told = []
    for path in sorted((ROOT / "data" / "raw").rglob("revisions.csv")):
        raw = read_raw(path.parent)
        names = {"": "neither", **dict(raw["sides"][["side", "name"]].values)}
        moved = measure_revisions(raw["revisions"], raw["claims"], raw["sides"])
        days = moved["edition_day"].dt.strftime("%-d %B %Y")
        named = moved.assign(toward=moved["toward"].map(names), edition_day=days)
        columns = ["claim_id", "before", "after", "toward", "edition_day", "why"]
        rows = named[columns].itertuples(index=False)
        head = ("verdict", "as it was", "as it is", "towards", "edition", "reason")
        counts = (f"{name} {moved['toward'].eq(side).sum()}" for side, name in names.items())
        case = path.parent.relative_to(ROOT).as_posix()
        told += [f"`{case}`, {len(moved)} in all: towards {', '.join(counts)}", _table(head, rows)]
    return "\n\n".join(told)


TABLES: dict[str, Callable[[], str]] = {
    one.__name__: one for one in (choices, checks, calls, revisions)
}


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.strip() for cell in line)} |" for line in lines)
