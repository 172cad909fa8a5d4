"""How time and memory grow with the number of rows: `python bench/growth.py PART TIMES`.

The rows are synthetic: statements are drawn with replacement from the ledger as shipped, and get
numbers and words of their own; tariff lines are made up in the form of the files that `make fetch`
brings. PART is `statements` or `lines`; one TIMES is 1,000 statements or 120 lines. Prints seconds
and peak megabytes for each function as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.stats.proportion  # noqa: F401  (imported where first used, which is no growth)

from tradetalks.clean.actions import clean_actions
from tradetalks.clean.ledger import clean_rounds, clean_statement_frames, clean_statements
from tradetalks.clean.tranche_lists import (
    clean_tranche_list,
    clean_tranche_rates,
    tranche_lines_to_chapters,
)
from tradetalks.clean.workbook import Workbook, clean_workbook, lines_to_chapters
from tradetalks.measure.acts import measure_acts, measure_blame, measure_frames, measure_tone
from tradetalks.measure.charge import measure_backtracking, measure_charge_months, measure_silences
from tradetalks.measure.placebo import measure_counts_near, measure_placebo
from tradetalks.measure.sequence import measure_anchors, measure_breakdown_sequence
from tradetalks.measure.threats import measure_threats
from tradetalks.raw.read import RawTables, read_raw

ROOT = Path(__file__).resolve().parents[1]
STATEMENTS, LINES = 1_000, 120
SEED = 20190604
TODAY, BREAKDOWN, START = (pd.Timestamp(day) for day in ("2019-06-04", "2019-05-05", "2018-03-22"))

Step = tuple[str, Callable[[], None]]


def synthetic_ledger(ledger: pd.DataFrame, count: int) -> pd.DataFrame:
    """As many statements as wanted, drawn from the ledger, each with a number of its own."""
    drawn = ledger.sample(count, replace=True, random_state=SEED, ignore_index=True)
    numbers = [f"S{number:06}" for number in range(count)]
    # a post has one number, and nobody says the same words twice a day: neither may recur
    words = drawn["key_phrase"] + " " + pd.Series(numbers)
    return drawn.assign(statement_id=numbers, tweet_id=pd.NA, key_phrase=words)


def synthetic_workbook(events: pd.DataFrame, count: int) -> Workbook:
    """A rate workbook of so many eight-digit lines: two ten-digit codes each, all with imports."""
    draw = np.random.default_rng(SEED)
    chapter = draw.integers(1, 98, count)
    codes = [f"{c:02}{n:06}" for n, c in enumerate(np.where(chapter == 77, 78, chapter), 100_000)]
    columns = events["workbook_column"].dropna()
    changes = {name: draw.choice(["0", "5", "10", "25"], count) for name in columns}
    rates = pd.DataFrame({"hs10": codes, "description": "made up", **changes})
    halves = [rates.assign(hs10=rates["hs10"] + end) for end in ("10", "90")]
    imports = pd.DataFrame(
        {
            "hs08": codes,
            "ProductDescription": "made up",
            "2017 Imports (000USD)": draw.integers(0, 10**6, count).astype(str),
        }
    )
    sectors = imports[["hs08", "ProductDescription"]].assign(sector="All goods")
    figure = pd.DataFrame({"Sectors": ["All goods"], "Total": ["0"]})
    return Workbook(pd.concat(halves, ignore_index=True), imports, sectors, figure)


def synthetic_tranche_files(
    codes: pd.Series, actions: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A tariff database and a list of it that have one row per code, as text."""
    draw = np.random.default_rng(SEED)
    rates = pd.DataFrame(
        {
            "hts8": codes,
            "mfn_rate_type_code": "7",
            "mfn_ad_val_rate": draw.choice(["0.025", "0.05", "0.1"], len(codes)),
            "begin_effect_date": "1/1/1989",
            "end_effective_date": "12/31/2050",
        }
    )
    tranches = actions["tranche"].dropna().unique()
    listed = pd.DataFrame({"code": codes, "tranche": draw.choice(tranches, len(codes))})
    return rates, listed


def statement_steps(raw: RawTables, times: int) -> Iterator[Step]:
    """What is done to the ledger, in its order."""
    ledger = synthetic_ledger(raw["statements"], times * STATEMENTS)
    made: dict[str, Any] = {}

    def keep(name: str, make: Callable[[], Any]) -> Step:
        def run() -> None:
            made[name] = make()

        return name, run

    actions = clean_actions(raw["actions"], as_of=TODAY, min_confidence="medium").kept
    rounds = clean_rounds(raw["rounds"], as_of=TODAY, min_confidence="medium").kept
    yield keep(
        "clean_statements",
        lambda: (
            clean_statements(
                ledger,
                raw.references,
                speakers=raw["speakers"],
                sides=raw["sides"],
                recoding=raw["recoding"].iloc[:0],
                coder="first",
                as_of=TODAY,
                window_start=START,
                breakdown_date=BREAKDOWN,
                min_confidence="medium",
                include_editorials=True,
            ).kept
        ),
    )
    said = made["clean_statements"]
    yield keep("clean_statement_frames", lambda: clean_statement_frames(said))
    frames = made["clean_statement_frames"]
    yield keep("measure_acts", lambda: measure_acts(said, "row"))
    yield keep("measure_acts by document", lambda: measure_acts(said, "document"))
    yield keep("measure_blame", lambda: measure_blame(said))
    yield keep("measure_frames", lambda: measure_frames(said, frames, "row"))
    yield keep("measure_tone", lambda: measure_tone(said, "row"))
    yield keep("measure_backtracking", lambda: measure_backtracking(said, frames))
    uses = made["measure_backtracking"]
    yield keep("measure_silences", lambda: measure_silences(uses, said))
    yield keep("measure_charge_months", lambda: measure_charge_months(uses, said))
    yield keep("measure_threats", lambda: measure_threats(said, actions, raw["event_actions"]))
    yield keep("measure_counts_near", lambda: measure_counts_near(said, BREAKDOWN, 14))
    yield keep(
        "measure_placebo",
        lambda: measure_placebo(
            said, BREAKDOWN, 14, window_start=START, as_of=TODAY, draws=10_000, seed=SEED
        ),
    )
    yield keep("measure_anchors", lambda: measure_anchors(said, uses, rounds))
    yield keep(
        "measure_breakdown_sequence",
        lambda: measure_breakdown_sequence(
            said,
            frames,
            actions,
            raw["event_actions"],
            raw["events"],
            rounds,
            start=pd.Timestamp("2019-04-30"),
            end=pd.Timestamp("2019-05-13"),
        ),
    )


def line_steps(raw: RawTables, times: int) -> Iterator[Step]:
    """What is done to tariff lines, in its order."""
    events = raw["chapter_events"]
    workbook = synthetic_workbook(events, times * LINES)
    made: dict[str, Any] = {}

    def keep(name: str, make: Callable[[], Any]) -> Step:
        def run() -> None:
            made[name] = make()

        return name, run

    yield keep("clean_workbook", lambda: clean_workbook(workbook, events))
    rated = made["clean_workbook"].rated
    yield keep("lines_to_chapters", lambda: lines_to_chapters(rated, events))
    rates, listed = synthetic_tranche_files(rated["cn8"], raw["actions"])
    first = events["effective_date"].min()
    yield keep("clean_tranche_rates", lambda: clean_tranche_rates(rates, on=first))
    yield keep("clean_tranche_list", lambda: clean_tranche_list(listed, raw["actions"]))
    yield keep(
        "tranche_lines_to_chapters",
        lambda: tranche_lines_to_chapters(
            made["clean_tranche_list"].lines, made["clean_tranche_rates"]
        ),
    )


PARTS = {"statements": statement_steps, "lines": line_steps}


def measure(part: str, times: int) -> list[dict[str, Any]]:
    """Time and peak memory of each function, and of all: a row each."""
    raw = read_raw(ROOT / "data" / "raw")
    measured = []
    for name, run in PARTS[part](raw, times):
        low = _reset_peak()
        run()
        peak = _peak() - low
        # the least of three: what else the machine does only ever adds
        seconds = min(_seconds(run) for _ in range(3))
        measured.append({"function": name, "seconds": seconds, "peak_mb": peak})
    total = sum(row["seconds"] for row in measured)
    most = max(row["peak_mb"] for row in measured)
    return [*measured, {"function": "all", "seconds": total, "peak_mb": most}]


def _seconds(run: Callable[[], None]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _memory(name: str) -> float:
    """Megabytes that the kernel tells of this process."""
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(text.split(f"{name}:")[1].split()[0]) / 1024


def _reset_peak() -> float:
    """Forget the peak so far; return what is in use."""
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    return _memory("VmRSS")


def _peak() -> float:
    return _memory("VmHWM")


if __name__ == "__main__":
    json.dump(measure(sys.argv[1], int(sys.argv[2])), sys.stdout)
