"""Sweeps of this project: one run at many points, measured here, or each with its own report."""

import gc
import os
import re
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import starmap
from pathlib import Path

from matplotlib.figure import Figure

from notepress.drawings import draw
from notepress.errors import PressError
from notepress.outputs import write
from notepress.run.progress import counted
from notepress.values import NUMBER_UNITS
from tradetalks import register
from tradetalks.checks import nearest
from tradetalks.figures.style import PHONE, TEXT_WIDTH, use_style
from tradetalks.limits import parse_run, table_limits
from tradetalks.parameters import (
    ParameterError,
    Parameters,
    Problem,
    as_text,
    read_parameter_file,
    read_text_file,
    with_last,
)
from tradetalks.raw.checksums import has_record
from tradetalks.raw.descriptor import title_and_description
from tradetalks.records import HEADLINES
from tradetalks.rules.validate import validate
from tradetalks.tables import read_raw
from whowalkedaway import DEFAULT_RUN, ROOT
from whowalkedaway.builds import only_builder
from whowalkedaway.choices import in_words
from whowalkedaway.compare.difference import read_run
from whowalkedaway.graph import graph_of
from whowalkedaway.inputs import line_files, refuse_changed_data
from whowalkedaway.points import Plan, Point, Result, read_plan, table_text
from whowalkedaway.readings import parts_stating, read
from whowalkedaway.runs import UsageError, check_run_name, name_of_run, resolve
from whowalkedaway.sweep_page import curve, curve_height, plot_curve, sweep_page

_LAST_LINES = 20


def sweep(typed: Mapping[str, str]) -> int:
    """Have every point of a sweep computed, and lay the results out."""
    plan, sets = plan_sweep(typed)
    for raw_dir in {one.raw_dir: None for one in sets}:
        refuse_changed_data(ROOT / raw_dir)
        if not has_record(ROOT / raw_dir):
            validate(ROOT / raw_dir)  # what is recorded was found valid
    with only_builder(f"sweeps/{plan.sweep}"):
        return _sweep(plan, sets)


def _sweep(plan: Plan, sets: Sequence[Parameters]) -> int:
    # the base run is number 0, or the point that sets the same
    base = sets.index(sets[0], 1) if sets[0] in sets[1:] else 0
    by_number = {number: one for number, one in enumerate(sets) if number or not base}
    print(f"sweep {plan.sweep}: {len(by_number)} points", flush=True)
    wanted, parts = _followed(plan, sets[0])
    gc.freeze()  # what every point reads is no garbage
    points, failed, opened = [], {}, cache(read_raw)
    try:
        for number, parameters in counted(len(by_number), "points", by_number.items()):
            texts, setting = as_text(parameters), plan.setting(number)
            varied = {name: texts[name] for name in plan.varied}
            is_built = plan.mode == "reports"
            run = name_of_run(plan.run, setting, parameters) if is_built else ""
            try:
                if is_built:
                    result = make_report(run, plan.run, setting)
                else:
                    found = read(parameters, wanted, parts, opened=opened)
                    values = {name: value._asdict() for name, value in found.values.items()}
                    result = Result(values, found.verdicts)
            except Exception as error:
                # whatever it is, it belongs to this point, and the others go on
                chosen = ", ".join(f"{name} = {value}" for name, value in varied.items())
                message = str(error) or type(error).__name__
                failed[f"point {number}: {chosen}"] = message
                print(f"\npoint {number} failed: {chosen}\n{message}", file=sys.stderr)
            else:
                report = f"../../{run}/report.html" if is_built else ""
                points.append(Point(number, varied, result, report))
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from what is built", file=sys.stderr)
        return 1
    if base not in [point.number for point in points]:
        print("the base run itself failed, so there is nothing to compare with", file=sys.stderr)
        return 1
    page = _lay_out(plan, sets[0], points, base, failed)
    print(f"{page.relative_to(ROOT)}  {page.parent.relative_to(ROOT)}/table.csv")
    return 1 if failed else 0


# --- the file -------------------------------------------------------------------------------------


def plan_sweep(typed: Mapping[str, str]) -> tuple[Plan, list[Parameters]]:
    """The plan of the sweep that SWEEP names, and the parameters of the base run and each point.

    PressError for its form, ParameterError for all parameters that no run could have, each at its
    first point, DataError where a fetched file is missing. Nothing was run or written.
    """
    if not typed.get("SWEEP"):
        known = sorted(path.stem for path in (ROOT / "params" / "sweeps").glob("*.yml"))
        raise UsageError(f"SWEEP is missing; name a file of params/sweeps: {', '.join(known)}")
    name = check_run_name(typed["SWEEP"], "SWEEP")
    path = ROOT / "params" / "sweeps" / f"{name}.yml"
    plan = read_plan(read_text_file(path, "sweep"), name, DEFAULT_RUN)
    sets = [resolve({"RUN": plan.run})[1]]
    from_file = read_parameter_file(ROOT / "params" / f"{plan.run}.yml")
    first: dict[Problem, int] = {}
    earlier = set[Parameters]()
    limits = cache(table_limits)
    for number, setting in enumerate(plan.settings, 1):
        try:
            parameters = parse_run(with_last(from_file, setting), ROOT, limits=limits)
        except ParameterError as error:
            for problem in error.problems:
                first.setdefault(problem, number)
            continue
        line_files(parameters)
        if plan.mode == "reports":
            name_of_run(plan.run, setting, parameters)
        if parameters in earlier:
            same = ", ".join(f"{one} = {value}" for one, value in setting.items())
            raise UsageError(f"the sweep {name}: point {number} ({same}) is an earlier one again")
        earlier.add(parameters)
        sets.append(parameters)
    if first:
        told = (one._replace(allowed=f"{one.allowed} (point {n})") for one, n in first.items())
        raise ParameterError(told, f"params/sweeps/{name}.yml")
    return plan, sets


# --- what each point comes to ---------------------------------------------------------------------


def _followed(plan: Plan, base: Parameters) -> tuple[Collection[str], Sequence[str]]:
    """The values that a sweep follows, each a number of the base run, and parts that state them."""
    parts: Sequence[str] = HEADLINES
    reading = read(base)
    if not {*plan.headlines} <= reading.values.keys():
        # a rarer value: any part may state it
        reading, parts = read(base, parts=()), parts_stating(base, plan.headlines)
    numbers = [name for name, value in reading.values.items() if value.unit in NUMBER_UNITS]
    if wrong := [one for one in plan.headlines if one not in numbers]:
        said = (f"{one!r} is no number of {plan.run}{nearest(one, numbers)}" for one in wrong)
        raise UsageError("\n".join([f"headlines of the sweep {plan.sweep}:", *said]))
    raw = read_raw(ROOT / base.raw_dir)
    followed = register.headlines(raw["sides"], raw["stream_channels"])
    return {*followed, *plan.headlines}, parts


def make_report(run: str, base: str, setting: Mapping[str, str]) -> Result:
    """Build a run by the ordinary command; PressError, with its last lines, where that fails."""
    typed = {"RUN": base, **{name.upper(): value for name, value in setting.items()}}
    # a variable as make writes it into MAKEFLAGS
    words = [
        f"{name}=" + re.sub(r"([\s\\])", r"\\\1", value).replace("$", "$$")
        for name, value in typed.items()
    ]
    done = subprocess.run(
        [sys.executable, "-m", "whowalkedaway", "report"],
        cwd=ROOT,
        env={**os.environ, "MAKEFLAGS": " -- " + " ".join(words)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
        raise PressError("\n".join(lines[-_LAST_LINES:]))
    made = read_run(ROOT / "reports" / run)
    return Result(made.values, {one: row["verdict"] for one, row in made.verdicts.items()})


# --- the page -------------------------------------------------------------------------------------


def _lay_out(
    plan: Plan,
    parameters: Parameters,
    points: Sequence[Point],
    base_number: int,
    failed: Mapping[str, str],
) -> Path:
    """Write table, curves and page below reports/sweeps/NAME; return the page."""
    folder = ROOT / "reports" / "sweeps" / plan.sweep
    write(folder / "table.csv", table_text(points))
    # for a reader; the table keeps the names that programs use
    points = [
        replace(point, varied=dict(starmap(in_words, point.varied.items()))) for point in points
    ]
    base = next(point for point in points if point.number == base_number)
    curves = []
    for headline in dict.fromkeys(plan.headlines):
        drawn = curve(headline, points, base)
        both = []
        for width in (TEXT_WIDTH, PHONE):
            with use_style():
                fig = Figure(figsize=(width, curve_height(drawn)))
                plot_curve(fig, drawn)
            both.append(draw(fig, headline))
        write(folder / "figures" / f"{headline}.svg", both[0])
        curves.append((drawn, both[0], both[1]))
    for left in folder.glob("figures/*.svg"):
        if left.stem not in plan.headlines:
            left.unlink()  # of an earlier form of this sweep
    raw_dir = ROOT / parameters.raw_dir
    claims = read_raw(raw_dir)["claims"]
    page = sweep_page(
        plan,
        points,
        base,
        failed,
        curves,
        subtitle=title_and_description(raw_dir)[0],
        edition=graph_of(plan.run, parameters).edition,
        statements=dict(zip(claims["claim_id"], claims["claim"], strict=True)),
    )
    write(folder / "index.html", page)
    return folder / "index.html"
