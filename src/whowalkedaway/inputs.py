"""The files that a run reads, and whether its raw tables are those that were recorded."""

from collections.abc import Mapping
from pathlib import Path

from notepress.outputs import write
from notepress.run.notebooks import read_notebook
from tradetalks.checks import DataError
from tradetalks.parameters import Parameters
from tradetalks.raw.checksums import CHECKSUMS, find_changes, has_record, record_text
from whowalkedaway import REPORT, ROOT
from whowalkedaway.runs import UsageError, resolve


def report_file(raw_dir: Path) -> Path:
    """The notebook of the report: ours, or what a raw folder brings for its own dispute."""
    own = raw_dir / f"{REPORT}.ipynb"
    return own if own.is_file() else ROOT / "notebooks" / own.name


def raw_files(raw_dir: Path) -> list[Path]:
    """The tables of a raw folder with what describes them, fetched files apart."""
    return sorted(
        file
        for file in raw_dir.iterdir()
        if file.suffix in (".csv", ".json", ".yaml") and file.is_file()
    )


def line_files(parameters: Parameters) -> dict[str, Path]:
    """The fetched files that a run reads, by their names as inputs; DataError if one is missing."""
    if parameters.detail != "lines":
        return {}
    from keeping.fetch import FOLDER, find_files
    from tradetalks.tables import read_raw

    raw_dir = ROOT / parameters.raw_dir
    found = find_files(read_raw(raw_dir)["line_files"], raw_dir)
    return {f"raw/{FOLDER}/{path.name}": path for path in sorted(found.values())}


def run_beside(raw_dir: Path) -> str:
    """The run that the report on a raw folder lays beside its own; empty where it names none."""
    metadata = read_notebook(report_file(raw_dir))["metadata"]
    return str(metadata.get("notepress", {}).get("beside", ""))


def files_beside(run: str) -> list[Path]:
    """The files from which a run is measured by one that is laid beside it."""
    _, parameters = resolve({"RUN": run})
    return [ROOT / "params" / f"{run}.yml", *raw_files(ROOT / parameters.raw_dir)]


def refuse_changed_data(raw_dir: Path) -> None:
    """Raise DataError where raw tables are not as recorded, with all else that is wrong of them."""
    changes = find_changes(raw_dir, raw_files(raw_dir))
    if not changes:
        return
    # what takes half a second to import is not imported where nothing is wrong
    from tradetalks.rules.validate import validate

    lines = [f"{raw_dir} is not what {CHECKSUMS} records of it"]
    lines += [f"  {change}" for change in changes]
    lines.append(
        "What to do: bring the recorded files back (with git: git checkout -- FILE), or accept\n"
        "the change: call make report once with ACCEPT_DATA=1 behind what you typed"
    )
    try:
        validate(raw_dir)
    except DataError as problem:
        lines += ["", str(problem)]
    raise DataError("\n".join(lines))


def accept_data(typed: Mapping[str, str], parameters: Parameters) -> None:
    """With ACCEPT_DATA=1, record raw tables that break no rule as they are; else DataError."""
    raw_dir = ROOT / parameters.raw_dir
    accepts = typed.get("ACCEPT_DATA")
    if accepts is None:
        if not has_record(raw_dir):
            print(f"{raw_dir} has no {CHECKSUMS}, so a change goes unseen; ACCEPT_DATA=1 writes it")
        return
    if accepts != "1":
        raise UsageError(f"ACCEPT_DATA = {accepts!r}: write ACCEPT_DATA=1, or leave it out")
    # what takes a second to import is not imported where nothing is accepted
    from tradetalks.records import Records
    from tradetalks.rules.validate import validate
    from tradetalks.tables import read_raw

    validate(raw_dir)
    list(Records(read_raw(raw_dir), parameters))
    files = raw_files(raw_dir)
    changes = find_changes(raw_dir, files) or ["nothing changed"]
    if not has_record(raw_dir):
        changes = [f"{len(files)} files, not recorded so far"]
    write(raw_dir / CHECKSUMS, record_text(files))
    print("\n  ".join([f"accepted in {raw_dir / CHECKSUMS}:", *changes]))
