"""What is read is noted, however often it is found again, and what is only held is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from tradetalks.claims.gather import _with_rows
from tradetalks.claims.witnesses import Witness
from tradetalks.facts import Fact, apart
from tradetalks.noted import Tables, kept, note, noted, noting


@dataclass(frozen=True, eq=False)
class Two(Tables):
    left: pd.DataFrame
    right: pd.DataFrame


def table(name: str) -> pd.DataFrame:
    note([name])
    return pd.DataFrame({"of": [name]})


def two() -> Two:
    return Two.of(left=lambda: table("actions"), right=lambda: table("coverage"))


def test_what_is_kept_is_noted_each_time_with_its_parameters() -> None:
    @kept
    def measured(as_of: str, other: str) -> str:
        table("actions")
        return as_of + other

    for _ in range(2):
        with noting() as read:
            measured("2030-01-01", "x")
        assert read == {"actions", "as_of"}


def test_a_default_that_is_left_out_or_given_is_measured_once() -> None:
    found = kept(lambda one, other=2: [one, other])
    assert found(1) is found(1, 2)
    assert found(1, 3) == [1, 3]


def test_who_holds_tables_has_read_none_and_who_takes_one_out_that_one() -> None:
    with noting() as read:
        held = two()
        assert not read
        assert held.right["of"].tolist() == ["coverage"]
    assert read == {"coverage"}


def test_what_is_made_anew_rests_on_what_it_was_made_from() -> None:
    held = two()
    changed = held.but(left=lambda: held.right.assign(of="other"))
    with noting() as read:
        assert changed.left["of"].tolist() == ["other"]
    assert read == {"coverage"}
    with noting() as read:
        assert changed.right is held.right
    assert read == {"coverage"}


def test_files_keep_what_tables_were_made_from(tmp_path) -> None:
    for name, frame in two().by_name().items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    again = Two.read(lambda name: pd.read_parquet(tmp_path / f"{name}.parquet"))
    with noting() as read:
        assert again.left["of"].tolist() == ["actions"]
    assert read == {"actions"}
    assert not again.left.attrs


def test_groups_of_facts_rest_on_what_was_read_before_and_for_each_alone() -> None:
    def stated(name: str) -> list[Fact]:
        return [Fact(f"n_{name}", len(table(name)), "count", "rows")]

    with noting():
        table("sides")
        first, second = apart(lambda: stated("actions"), lambda: stated("coverage"))
        assert noted() == {"sides", "actions", "coverage"}
    assert first.read == {"actions", "sides"}
    assert second.read == {"coverage", "sides"}


def test_a_fact_names_rows_of_what_was_read_and_whole_tables_else() -> None:
    fact = Fact("x", 1, "count", "it", rows={"actions": ["T2", "T1"], "press": ["P1"]})
    read = ["actions", "sides", "as_of", "statements S2", "statements S1", "rounds", "rounds R1"]
    told = fact.resting_on(read, table)
    assert told.rows == {
        **{"actions": ["T1", "T2"], "rounds": (), "sides": ()},
        "statements": ["S1", "S2"],
    }
    assert told.parameters == ["as_of"]
    assert told.function is table


def test_who_takes_records_has_read_what_they_are_made_of() -> None:
    def made() -> Iterator[Witness]:
        note(["actions"])
        given = {"voice": "x", "who": "x", "says": "words", "form": "interview"}
        yield Witness("S1", "statement", date(2030, 1, 1), frozenset("A"), **given)

    with noting() as read:
        (one,) = _with_rows("statements", made(), ["sides"])
    assert "actions" in read
    assert {"actions", "statements S1"} <= one.made_from
