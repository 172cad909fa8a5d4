"""Sweeps of this project: one run at many points.

Values of points are measured here, one point after the other. The processes that build reports for
a sweep import this module by name.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from notepress.errors import PressError
from notepress.hashes import sha256_of
from notepress.sweep import Fault, Plan, Point, Result, distribute, missing_headlines, read_plan
from tradetalks import register
from tradetalks.limits import TableLimits, beyond_tables, table_limits
from tradetalks.parameters import (
    ParameterError,
    Parameters,
    Problem,
    as_text,
    parse_parameters,
    read_parameter_file,
    read_text_file,
)
from tradetalks.raw.read import read_raw
from tradetalks.record import HEADLINES
from whowalkedaway import DEFAULT_RUN, ROOT
from whowalkedaway.build import only_builder
from whowalkedaway.graph import graph_of
from whowalkedaway.inputs import line_files
from whowalkedaway.readings import parts_stating, read
from whowalkedaway.runs import UsageError, check_run_name, resolve

_ADDRESS = re.compile(r"(tcp|tls|ucx|ws|wss)://[A-Za-z0-9.:\[\]_-]+", re.ASCII)
_LAST_LINES = 20


# --- the values of all points ---------------------------------------------------------------------


def _measure(
    points: Sequence[Point], sets: Sequence[Parameters], plan: Plan, base: int, origin: str
) -> tuple[dict[int, Result], dict[int, str]]:
    """Headlines and verdicts of every point by its number, and what went wrong at the others.

    ParameterError where a headline is no number of the base run; nothing else was measured then.
    """
    results: dict[int, Result] = {}
    failed: dict[int, str] = {}
    wanted: Collection[str] = ()
    parts: Sequence[str] = ()
    faults: Sequence[Fault] = ()
    for point in sorted(points, key=lambda point: point.number != base):
        parameters = sets[point.number]
        try:
            if point.number == base:
                wanted, parts, faults = _followed(parameters, plan)
            reading = read(parameters, wanted, parts)
        except Exception as error:
            # whatever it is, it belongs to this point, and the others go on
            failed[point.number] = str(error) or type(error).__name__
            continue
        if point.number == base and faults:
            raise ParameterError((Problem(*fault) for fault in faults), origin)
        results[point.number] = _result(reading)
    return results, failed


def _followed(
    base: Parameters, plan: Plan
) -> tuple[Collection[str], Sequence[str], Sequence[Fault]]:
    """The values that a sweep follows, the parts that state them, and headlines that are none."""
    reading = read(base)
    parts: tuple[str, ...] = HEADLINES
    if not {*plan.headlines} <= reading.values.keys():
        # a rarer value: any part may state it
        reading, parts = read(base, parts=()), parts_stating(base, plan.headlines)
    followed = register.headlines(read_raw(ROOT / base.raw_dir)["sides"])
    return {*followed, *plan.headlines}, parts, missing_headlines(_result(reading), plan.headlines)


def _result(reading: register.Reading) -> Result:
    return {
        "values": [[name, *value[:3]] for name, value in sorted(reading.values.items())],
        "verdicts": dict(reading.verdicts),
        "definitions": {name: value.definition for name, value in reading.values.items()},
    }


# --- the report of one point, built by whichever process it is given to ---------------------------


def _digest(*parts: object) -> str:
    """Short hash over anything that JSON can hold."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:10]


def _code_digest() -> str:
    files = sorted((ROOT / "src").rglob("*.py"))
    return _digest([(str(path.relative_to(ROOT)), sha256_of(path)) for path in files])


# of the modules that this process has loaded or will load
_CODE = _code_digest()


def inputs_digest(parameters: Parameters) -> str:
    """Short hash over everything but the parameters that such a run goes back to."""
    return _digest(graph_of("sweep", parameters).sources)


def work(task: Mapping[str, Any]) -> Result:
    """The result of one point whose report is built, or what went wrong."""
    try:
        if task["code"] != _CODE:
            raise PressError("this worker has loaded other code than the sweep's; start it again")
        parameters = parse_parameters(task["parameters"])
        if inputs_digest(parameters) != task["inputs"]:
            raise PressError(f"the files in {ROOT} are not those that the sweep was started with")
        return _report(task["typed"], task["name"])
    except Exception as error:
        # whatever it is, it belongs to this point, and the others go on
        return {"failed": str(error) or type(error).__name__}


def _report(typed: Mapping[str, str], name: str) -> Result:
    """Build a run by the ordinary command, and read what it holds."""
    done = subprocess.run(
        [sys.executable, "-m", "whowalkedaway", "report"],
        cwd=ROOT,
        # there is a worker for each processor: two builds that both use all of them take longer
        env={**os.environ, "MAKEFLAGS": " -j1 -- " + " ".join(map(_typed_word, typed.items()))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
        return {"failed": "\n".join(lines[-_LAST_LINES:])}
    folder = ROOT / "reports" / name
    values = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    verdicts = pd.read_csv(folder / "verdicts.csv")
    return {
        "values": [[value[key] for key in ("id", "value", "unit", "text")] for value in values],
        "verdicts": dict(zip(verdicts["claim_id"], verdicts["verdict"], strict=True)),
        "definitions": {value["id"]: value["definition"] for value in values},
        "report": name,
        "files": _report_files(name),
    }


def _typed_word(pair: tuple[str, str]) -> str:
    """A variable as make writes it into MAKEFLAGS."""
    return f"{pair[0]}=" + re.sub(r"([\s\\])", r"\\\1", pair[1]).replace("$", "$$")


def _report_files(name: str) -> dict[str, str]:
    """The hash of each page of a run's report that is there."""
    pages = [ROOT / "reports" / name / f"report.{kind}" for kind in ("html", "pdf")]
    return {page.name: sha256_of(page) for page in pages if page.is_file()}


# --- a sweep ------------------------------------------------------------------------------------


def plan_sweep(typed: Mapping[str, str]) -> tuple[str, Plan, list[Parameters]]:
    """The sweep that SWEEP names: its name, its plan, and the parameters of base and each point.

    Raises UsageError or ParameterError with all that is wrong; nothing was run or written.
    """
    name = check_run_name(typed.get("SWEEP", ""), "SWEEP")
    stray = sorted(set(typed) - {"SWEEP", "SCHEDULER", "PYTHON", "MAKEFLAGS", "SHELL"})
    if stray:
        raise UsageError(f"{', '.join(stray)}: a sweep takes its run and parameters from its file")
    scheduler = typed.get("SCHEDULER", "")
    if "SCHEDULER" in typed and not _ADDRESS.fullmatch(scheduler):
        raise UsageError(f"SCHEDULER = {scheduler!r}: an address such as tcp://host:8786")
    path = ROOT / "params" / "sweeps" / f"{name}.yml"
    origin = str(path.relative_to(ROOT))
    plan, faults = read_plan(read_text_file(path, "sweep"), name, DEFAULT_RUN)
    problems = [Problem(*fault) for fault in faults]
    if any(fault.part in ("file", "run") for fault in faults):
        raise ParameterError(problems, origin)
    base = check_run_name(plan.run, f"run in {origin}")
    from_file = read_parameter_file(ROOT / "params" / f"{base}.yml")
    _, base_parameters = resolve({"RUN": base})
    sets = [base_parameters]
    found: dict[Problem, list[int]] = {}
    for number, setting in enumerate(plan.settings, 1):
        try:
            sets.append(_checked(from_file, setting))
        except ParameterError as error:
            for problem in error.problems:
                found.setdefault(problem, []).append(number)
    problems += [
        problem._replace(allowed=f"{problem.allowed} ({_at_points(numbers)})")
        for problem, numbers in found.items()
    ]
    if not found:
        problems += _twice(sets[1:])
    if plan.mode == "reports":
        problems += _names_too_long(base, plan)
    if problems:
        raise ParameterError(problems, origin)
    return name, plan, sets


@lru_cache(maxsize=8)
def _limits(raw_dir: str, detail: str) -> tuple[TableLimits | None, str]:
    """What the raw tables allow, and what lacks for this detail; kept for one call of a command."""
    from tradetalks.checks import DataError

    limits = table_limits(ROOT / raw_dir)
    lacks = ""
    if limits is not None:
        try:
            line_files(Parameters().model_copy(update={"raw_dir": raw_dir, "detail": detail}))
        except DataError as error:
            lacks = str(error).splitlines()[0]
    return limits, lacks


def _checked(from_file: Mapping[str, str], setting: Mapping[str, str]) -> Parameters:
    """The parameters of one point; ParameterError with all that is wrong with them."""
    parameters = parse_parameters({**from_file, **setting})
    limits, lacks = _limits(parameters.raw_dir, parameters.detail)
    problems = beyond_tables(parameters, limits)
    problems += [Problem("detail", parameters.detail, lacks)] if lacks else []
    if problems:
        raise ParameterError(problems, "the point")
    return parameters


def _at_points(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
    return f"point {numbers[0]}{more}"


def _twice(sets: Sequence[Parameters]) -> list[Problem]:
    first: dict[Parameters, int] = {}
    return [
        Problem("points", str(number), f"sets the same parameters as point {first[parameters]}")
        for number, parameters in enumerate(sets, 1)
        if first.setdefault(parameters, number) != number
    ]


def _names_too_long(base: str, plan: Plan) -> list[Problem]:
    problems = []
    for number, setting in enumerate(plan.settings, 1):
        try:
            resolve(_as_typed(base, setting))
        except UsageError as error:
            problems.append(Problem("points", str(number), str(error)))
        except ParameterError:
            pass  # told already
    return problems


def _as_typed(base: str, setting: Mapping[str, str]) -> dict[str, str]:
    return {"RUN": base, **{name.upper(): value for name, value in setting.items()}}


def sweep(typed: Mapping[str, str]) -> int:
    """Have every point of a sweep computed that is not there yet, and lay the results out."""
    name, plan, sets = plan_sweep(typed)
    with only_builder(f"sweeps/{name}"):
        return _sweep(name, plan, sets, typed.get("SCHEDULER", ""))


def _sweep(name: str, plan: Plan, sets: Sequence[Parameters], scheduler: str) -> int:
    points, tasks = _points_and_tasks(plan, sets)
    base = next(p.number for p in points if sets[p.number] == sets[0])
    if plan.mode == "values":
        print(f"sweep {name}: {len(points)} points", flush=True)
        results, failed = _measure(points, sets, plan, base, f"params/sweeps/{name}.yml")
    else:
        try:
            results, failed = _build(name, plan, points, tasks, base, scheduler)
        except KeyboardInterrupt:
            said = "stopped; what is done is kept, and the same command goes on from there"
            print(f"\n{said}", file=sys.stderr)
            return 1
    for number, message in failed.items():
        print(f"\npoint {number} failed: {_told(points, number)}\n{message}", file=sys.stderr)
    if base in failed:
        print("the base run itself failed, so there is nothing to compare with", file=sys.stderr)
        return 1
    page = _lay_out(name, plan, sets, points, results, failed, base)
    print(f"{page.relative_to(ROOT)}  {page.parent.relative_to(ROOT)}/table.csv")
    return 1 if failed else 0


def _build(
    name: str,
    plan: Plan,
    points: Sequence[Point],
    tasks: Sequence[Mapping[str, Any]],
    base: int,
    scheduler: str,
) -> tuple[dict[int, Result], dict[int, str]]:
    """Have the report of every point built that is not there yet: results, and what failed."""
    store = ROOT / "build" / "sweeps" / name / "points"
    waiting = [
        (point, task)
        for point, task in zip(points, tasks, strict=True)
        if not _is_kept(store, point)
    ]
    count = len(points) - len(waiting)
    kept = f", {count} of them done before" if count else ""
    print(f"sweep {name}: {len(points)} points{kept}", flush=True)

    def check(point: Point, result: Result) -> None:
        if point.number == base and (faults := missing_headlines(result, plan.headlines)):
            raise ParameterError((Problem(*fault) for fault in faults), f"params/sweeps/{name}.yml")

    waiting.sort(key=lambda pair: pair[0].number != base)  # what it lacks is told at once
    for point in points:
        if point.number == base and _is_kept(store, point):
            check(point, _kept(store, point))
    failed = distribute(waiting, work, store, title=name, scheduler=scheduler, check=check)
    return {p.number: _kept(store, p) for p in points if p.number not in failed}, failed


def _told(points: Sequence[Point], number: int) -> str:
    (point,) = (one for one in points if one.number == number)
    return " ".join(f"{name.upper()}={value}" for name, value in point.varied.items())


def _points_and_tasks(
    plan: Plan, sets: Sequence[Parameters]
) -> tuple[list[Point], list[dict[str, Any]]]:
    """Every point with its task; the base run comes first, as number 0, if it is no point."""
    points, tasks = [], []
    digests: dict[tuple[str, str], str] = {}
    settings: list[dict[str, str]] = [{}, *plan.settings]
    for number, (parameters, setting) in enumerate(zip(sets, settings, strict=True)):
        if number == 0 and parameters in sets[1:]:
            continue
        texts = as_text(parameters)
        files = (parameters.raw_dir, parameters.detail)  # all that decides which ones are read
        if files not in digests:
            digests[files] = inputs_digest(parameters)
        inputs = digests[files]
        typed = _as_typed(plan.run, setting)
        run = resolve(typed)[0] if plan.mode == "reports" else ""
        key = _digest(inputs, plan.mode, run, texts)
        points.append(Point(number, key, {varied: texts[varied] for varied in plan.varied}))
        tasks.append(
            {
                "code": _CODE,
                "inputs": inputs,
                "parameters": texts,
                "typed": typed,
                "name": run,
            }
        )
    return points, tasks


def _kept(store: Path, point: Point) -> Result:
    result: Result = json.loads((store / f"{point.key}.json").read_text(encoding="utf-8"))
    return result


def _is_kept(store: Path, point: Point) -> bool:
    """Whether a point need not be computed again; of a report, the pages must be there too."""
    if not (store / f"{point.key}.json").is_file():
        return False
    result = _kept(store, point)
    return "report" not in result or _report_files(result["report"]) == result["files"]


def _lay_out(
    name: str,
    plan: Plan,
    sets: Sequence[Parameters],
    points: Sequence[Point],
    results: Mapping[int, Result],
    failed: Mapping[int, str],
    base: int,
) -> Path:
    """Write table, curves and page below reports/sweeps/NAME; return the page."""
    os.environ.setdefault("MPLBACKEND", "agg")
    import matplotlib.pyplot as plt

    from notepress.drawings import draw
    from notepress.outputs import write
    from notepress.sweep import table_text
    from notepress.sweep_page import curve, curve_height, plot_curve, sweep_page
    from tradetalks.figures.style import TEXT_WIDTH, use_style
    from tradetalks.raw.descriptor import title_and_description
    from tradetalks.raw.read import read_raw

    folder = ROOT / "reports" / "sweeps" / name
    write(folder / "table.csv", table_text(points, results, plan.varied))
    raw_dir = ROOT / sets[0].raw_dir
    title, _ = title_and_description(raw_dir)
    definitions = results[base].get("definitions", {})
    curves = []
    for headline in plan.headlines:
        drawn = curve(headline, points, results, base, plan.varied, definitions.get(headline, ""))
        with use_style():
            fig, axes = plt.subplots(
                2,
                1,
                figsize=(TEXT_WIDTH, curve_height(drawn)),
                sharex=True,
                height_ratios=[1.7, 0.17 * len(drawn.choices)],
            )
            plot_curve(axes, drawn)
        svg = draw(fig, headline)
        write(folder / "figures" / f"{headline}.svg", svg)
        curves.append((drawn, svg))
    for left in folder.glob("figures/*.svg"):
        if left.stem not in plan.headlines:
            left.unlink()  # of an earlier form of this sweep
    claims = read_raw(raw_dir)["claims"]
    done = f"{len(results)} of {len(points)} points" if failed else f"{len(points)} points"
    page = sweep_page(
        title=f"The sweep {name}",
        subtitle=title,
        intro=(
            f"The run {plan.run} again and again, with other choices for "
            f"{_listed(plan.varied)}: which verdicts and numbers depend on them."
        ),
        facts=[done, f"base run {plan.run}", f"edition {inputs_digest(sets[0])}"],
        points=points,
        results=results,
        failed=failed,
        base=base,
        varied=plan.varied,
        curves=curves,
        statements=dict(zip(claims["claim_id"], claims["claim"], strict=True)),
        reports={
            number: f"../../{result['report']}/report.html"
            for number, result in results.items()
            if "report" in result
        },
    )
    write(folder / "index.html", page)
    return folder / "index.html"


def _listed(names: Collection[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
