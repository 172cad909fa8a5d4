"""The tariff tables of a run, cleaned: what they are, and how they come from the raw ones."""

from dataclasses import dataclass

import pandas as pd

from tradetalks.admitted import Admitting
from tradetalks.noted import Tables, kept
from tradetalks.parts import Day
from tradetalks.raw.read import RawTables, light_texts
from tradetalks.tariffs import chapters
from tradetalks.tariffs.actions import clean_actions, clean_episodes, clean_steps
from tradetalks.tariffs.coverage import clean_benchmarks, clean_coverage_sets, clean_exemptions
from tradetalks.tariffs.tables import TariffTables


@dataclass(frozen=True, eq=False)
class MoveTables(Tables):
    """The acts on tariffs, and the episodes of move and answer among them."""

    actions: pd.DataFrame
    episodes: pd.DataFrame


@dataclass(frozen=True, eq=False)
class CleanTariffs:
    """What is measured from, a table for readers, and each row that left with its rule."""

    tables: TariffTables
    moves: MoveTables
    benchmarks: pd.DataFrame
    left_out: pd.DataFrame

    def by_name(self) -> dict[str, pd.DataFrame]:
        """Every table by the name of its file."""
        others = {"benchmarks": self.benchmarks, "left_out_tariffs": self.left_out}
        return self.tables.by_name() | self.moves.by_name() | others


@kept
@light_texts
def clean_tariffs(raw: RawTables, as_of: Day, min_confidence: str) -> CleanTariffs:
    """The tariff tables as known by `as_of`."""
    today = pd.Timestamp(as_of)
    admitting = Admitting(today, min_confidence)

    # each by itself, so that each notes what was read for it alone
    actions = kept(lambda: clean_actions(raw["actions"], admitting))
    changes = kept(
        lambda: chapters.clean_chapter_changes(
            raw["changes_by_chapter"], raw["chapter_events"], raw["actions"], as_of=today
        )
    )
    coverage = kept(lambda: admitting.split(raw["coverage"], table="coverage", key="coverage_id"))
    benchmarks = kept(lambda: clean_benchmarks(raw["benchmarks"], admitting))
    episodes = kept(lambda: clean_episodes(raw["episodes"], raw["actions"], as_of=today))
    exemptions = kept(
        lambda: clean_exemptions(raw["exemptions"], raw["actions"], raw["coverage"], as_of=today)
    )
    steps = kept(lambda: clean_steps(raw["actions"], admitting))
    farm_figures = kept(lambda: chapters.clean_farm_figures(raw["farm_figures"], steps()))
    tables = TariffTables.of(
        sides=lambda: raw["sides"],
        steps=steps,
        chapter_changes=lambda: changes().kept,
        chapter_imports=lambda: chapters.clean_chapter_imports(raw["imports_by_chapter"]),
        coverage=lambda: coverage().kept,
        coverage_sets=lambda: clean_coverage_sets(
            raw["coverage_sets"], raw["coverage"], raw["benchmarks"]
        ),
        exemptions=lambda: exemptions().kept,
        farm_figures=lambda: farm_figures().kept,
    )
    moves = MoveTables.of(actions=lambda: actions().kept, episodes=lambda: episodes().kept)
    every = (actions, changes, coverage, benchmarks, episodes, exemptions, farm_figures)
    return CleanTariffs(
        tables,
        moves,
        benchmarks().kept,
        pd.concat([cleaned().left_out for cleaned in every], ignore_index=True),
    )
