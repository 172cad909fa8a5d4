"""The steps of a build, as pipeline.mk calls them: what each makes from the results before it."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowalkedaway import DEFAULT_RUN, NOTEBOOKS, ROOT
from whowalkedaway.inputs import line_files, notebook_file, raw_files
from whowalkedaway.runs import cell_seconds

if TYPE_CHECKING:
    from tradetalks.parameters import Parameters


def exit_note(run: str) -> Path:
    """The file in which a failed step leaves the code with which it ended."""
    return ROOT / "build" / run / "exit-code"


def step_exit_code(run: str) -> int:
    """The code with which the failed step ended; make itself knows only of failure."""
    note = exit_note(run)
    return int(note.read_text()) if note.is_file() else 0


def run_step(run: str, name: str) -> int:
    """Run one step, list what it made, mark it done, and print its name and seconds."""
    start = time.monotonic()
    build = ROOT / "build" / run
    made = STEPS.get(name, _execute)(run, name)

    from notepress.outputs import write
    from notepress.stamps import sha256_of

    listing = "".join(f"{sha256_of(file)}  {file.relative_to(ROOT)}\n" for file in sorted(made))
    write(build / "outputs" / name, listing)
    (build / "done").mkdir(exist_ok=True)
    (build / "done" / name).touch()
    print(f"{time.monotonic() - start:5.1f} s  {name}", flush=True)
    return 0


def _values_of(run: str) -> dict[str, Any]:
    """The resolved parameters of a run, typed as in its notebooks."""
    import yaml

    text = (ROOT / "build" / run / "parameters.yml").read_text(encoding="utf-8")
    values: dict[str, Any] = yaml.safe_load(text)
    return values


def _parameters_of(run: str) -> Parameters:
    from tradetalks.parameters import parse_parameters

    # days were written as text, all else as typed values
    return parse_parameters({k: v for k, v in _values_of(run).items() if k != "run"})


def raw_dir_of_run(run: str) -> Path:
    """The folder of the raw tables of a prepared run."""
    return ROOT / str(_values_of(run)["raw_dir"])


def edition_of_run(run: str) -> str:
    """The edition of a prepared run."""
    return (ROOT / "build" / run / "edition").read_text(encoding="utf-8").strip()


def _validate(run: str, name: str) -> list[Path]:
    from tradetalks.raw.validate import validate

    validate(raw_dir_of_run(run))
    return []


def _execute(run: str, name: str) -> list[Path]:
    from notepress.run.execute import execute

    return execute(
        notebook_file(name, raw_dir_of_run(run)),
        ROOT / "reports" / run / "notebooks" / f"{name}.ipynb",
        ROOT / "build" / run / "parameters" / f"{name}.yml",
        # make hands down what was typed for it, here by report(), as the environment of its recipes
        timeout=cell_seconds(os.environ),
        inputs=_read_by(run, name),
    )


def _read_by(run: str, name: str) -> dict[str, str]:
    """Path -> SHA-256 of what a notebook reads: itself, our code that it imports, its parameters,
    and those raw tables and results of earlier notebooks that it names.
    """
    from notepress.stamps import code_of, sha256_of

    build = ROOT / "build" / run
    own = (build / "stamps" / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    listings = [*(build / "stamps" / "raw").rglob("*.*")]
    listings += [build / "outputs" / earlier for earlier in NOTEBOOKS[: NOTEBOOKS.index(name)]]
    found: dict[str, str] = {}
    words = set(re.findall(r"\w+", code_of(notebook_file(name, raw_dir_of_run(run)))))
    for listing in (file for file in listings if file.is_file()):
        for line in listing.read_text(encoding="utf-8").splitlines():
            digest, _, path = line.partition("  ")
            if Path(path).stem in words and path.endswith((".csv", ".parquet")):
                found[path] = digest
    parameters = build / "parameters" / f"{name}.yml"
    found[str(parameters.relative_to(ROOT))] = sha256_of(parameters)
    for line in own.splitlines():
        digest, _, path = line.partition("  ")
        found[path] = digest
    return found


def _executed(run: str) -> list[Path]:
    return [ROOT / "reports" / run / "notebooks" / f"{name}.ipynb" for name in NOTEBOOKS]


def _register(run: str, name: str) -> list[Path]:
    from notepress.outputs import write_frame
    from tradetalks.limits import beyond_tables, table_limits
    from whowalkedaway.readings import measure_register

    parameters = _parameters_of(run)
    limits = table_limits(ROOT / parameters.raw_dir)
    if limits is not None:
        # no report of an earlier day could show the article, but the numbers of one can be had
        limits = limits._replace(first="")
    path = ROOT / "reports" / run / "tables" / "register.csv"
    found = measure_register(parameters, lambda tried: beyond_tables(tried, limits))
    write_frame(path, found)
    return [path]


def _merge_values(run: str, name: str) -> list[Path]:
    from notepress.outputs import write_json
    from notepress.values import collect, merge

    path = ROOT / "reports" / run / "values.json"
    # the report itself measures nothing
    write_json(path, merge([collect(notebook) for notebook in _executed(run)[:-1]]))
    return [path]


def _print(run: str, name: str) -> list[Path]:
    from notepress.print.export import export
    from tradetalks.parameters import Parameters, as_text
    from tradetalks.raw.descriptor import title_and_description

    values = _values_of(run)
    raw_dir = raw_dir_of_run(run)
    title, description = title_and_description(raw_dir)
    own = as_text(_parameters_of(run))
    defaults = as_text(Parameters())
    differing = [f"{key} = {value}" for key, value in own.items() if value != defaults[key]]
    path = ROOT / "reports" / run / f"report.{name}"
    export(
        _executed(run)[-1],
        path,
        name,
        values_file=str(ROOT / "reports" / run / "values.json"),
        bibliography_file=str(raw_dir / "references.json"),
        outputs_dir=str(ROOT / "reports" / run),
        title=title,
        subtitle=description,
        document_date=str(values["as_of"]),
        version=_version(),
        edition=edition_of_run(run),
        allowed_names=_names_with_digits(raw_dir),
        parameters_line=", ".join(differing) or "all at their defaults",
        **(_html_options(run) if name == "html" else _pdf_options(run)),
    )
    return [path]


def _html_options(run: str) -> dict[str, Any]:
    """What only the page takes: the command that shows where a number comes from."""
    chosen = "" if run == DEFAULT_RUN else f" RUN={run}"
    return {"reproduce": f"make explain VALUE={{id}}{chosen}"}


def _pdf_options(run: str) -> dict[str, Any]:
    """What only the PDF takes: the files that it carries, and what its edition stands for."""
    from notepress.print.attachments import Attachment

    folder, build = ROOT / "reports" / run, ROOT / "build" / run
    carried = [
        Attachment("parameters.yml", build / "parameters.yml", "Parameters of this run", "source"),
        Attachment("values.json", folder / "values.json", "Every number with its source rows"),
        Attachment("verdicts.csv", folder / "verdicts.csv", "Every claim with its verdict"),
    ]
    for table in sorted((folder / "tables").glob("*.csv")):
        what = f"Data of {table.stem.replace('_', ' ')}"
        carried.append(Attachment(f"tables/{table.name}", table, what))
    made_from = json.loads((build / "made-from.json").read_text(encoding="utf-8"))
    return {"attachments": carried, "made_from": made_from}


def _card(run: str, name: str) -> list[Path]:
    """Draw the picture of the report, with the findings that its notebook names for it."""
    from notepress import values
    from notepress.outputs import write
    from notepress.print import card
    from tradetalks.raw.descriptor import title_and_description

    folder = ROOT / "reports" / run
    raw_dir = raw_dir_of_run(run)
    recorded = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    day = values.printed(str(_values_of(run)["as_of"]), "date")
    png = card.draw(
        *title_and_description(raw_dir),
        _report_metadata(raw_dir).get("card", []),
        [f"Evidence up to {day}", f"Version {_version()}", f"Edition {edition_of_run(run)}"],
        {value["id"]: value for value in recorded},
        allowed_names=_names_with_digits(raw_dir),
    )
    path = folder / f"{name}.png"
    write(path, png)
    return [path]


def _names_with_digits(raw_dir: Path) -> list[str]:
    """Names such as "Section 301" that the report's prose may hold, from its own metadata."""
    return list(_report_metadata(raw_dir).get("names", []))


def _report_metadata(raw_dir: Path) -> dict[str, Any]:
    """What the notebook of the report says for the press in its own metadata."""
    report = json.loads(notebook_file(NOTEBOOKS[-1], raw_dir).read_text("utf-8"))
    return dict(report["metadata"].get("notepress", {}))


def _version() -> str:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _record(run: str, name: str) -> list[Path]:
    """Write what went in and what came out, with hashes, as an RO-Crate."""
    from notepress.outputs import write
    from notepress.runrecord import write_record
    from tradetalks.raw.descriptor import title_and_description

    folder = ROOT / "reports" / run
    parameters = folder / "parameters.yml"
    write(parameters, (ROOT / "build" / run / "parameters.yml").read_text(encoding="utf-8"))
    raw_dir = raw_dir_of_run(run)
    inputs = [*raw_files(raw_dir), *line_files(_parameters_of(run)).values()]
    inputs += [ROOT / "requirements.lock", ROOT / "pyproject.toml"]
    inputs += [file for file in (ROOT / "src").rglob("*") if file.suffix not in (".pyc", "")]
    inputs += [notebook_file(notebook, raw_dir) for notebook in NOTEBOOKS]
    made = [ROOT / "data" / "processed" / run, folder]
    found = [file for place in made for file in place.rglob("*") if file.is_file()]
    outputs = [
        file
        for file in found
        # neither half-written files nor what another step has staged beside its results
        if not any(part.startswith(".") for part in file.relative_to(ROOT).parts)
        and not file.name.endswith((".failed.ipynb", ".failed.html"))
    ]
    title, description = title_and_description(raw_dir)
    values = _values_of(run)
    write_record(
        folder / "ro-crate-metadata.json",
        root=ROOT,
        inputs=inputs,
        outputs=outputs,
        parameters=values,
        lock=ROOT / "requirements.lock",
        name=f"{title} ({run})",
        description=description,
        published=str(values["as_of"]),
        licence="https://creativecommons.org/licenses/by/4.0/",
        version=_version(),
        edition=edition_of_run(run),
    )
    return [parameters]


STEPS: dict[str, Callable[[str, str], list[Path]]] = {
    "valid": _validate,
    "register": _register,
    "values": _merge_values,
    "html": _print,
    "pdf": _print,
    "card": _card,
    "record": _record,
}
