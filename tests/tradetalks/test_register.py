"""The register: every parameter, each alternative alone, and what the run's reader is told."""

from __future__ import annotations

import pandas as pd
import pytest

import projects
from projects import ROOT
from tradetalks.checks import DataError
from tradetalks.limits import table_limits
from tradetalks.parameters import (
    NAMES,
    Parameters,
    Problem,
    alternatives,
    as_text,
    named_values,
    why_untried,
)
from tradetalks.register import Results, Value, headlines, tabulate, tell_register
from tradetalks.tables import read_raw

USUAL = projects.parameters()
FOLLOWED = {"rate": ("Eastern", "rate"), "words": ("Western", "blame")}


def read(parameters: Parameters) -> Results:
    """Invented: the window moves the rate, editorials a verdict, and one coder cannot be read."""
    if parameters.coder == "second":
        raise DataError("recoding: no row\nWhat to do: add rows")
    rate = 10.0 if parameters.event_window_days == USUAL.event_window_days else 12.0
    return Results(
        {
            "rate": Value(rate, "percent", f"{rate:.1f}\u00a0percent", "a rate"),
            "words": Value("not known", "text", "not known", "a rate in words"),
        },
        {"C1": "supported", "C2": "undetermined" if parameters.include_editorials else "supported"},
    )


def refuse(parameters: Parameters) -> list[Problem]:
    return [Problem("as_of", "x", "no data")] if parameters.as_of < USUAL.as_of else []


TRIED = {
    "as_of": ["2019-05-31", "2020-02-14"],
    "window_start": ["2018-07-06"],
    "event_window_days": ["14", "7"],
}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return tabulate(USUAL, FOLLOWED, read, refuse, TRIED)


def of(rows: pd.DataFrame, name: str) -> list[tuple[str, ...]]:
    own = rows[rows["parameter"].eq(name)]
    return list(
        own[["alternative", "kind", "id", "before", "after"]].itertuples(index=False, name=None)
    )


def test_every_parameter_is_in_it_and_every_entry_is_a_parameter(rows):
    assert list(dict.fromkeys(rows["parameter"])) == list(NAMES)
    assert list(tell_register(rows, USUAL)["name"]) == list(NAMES)


@pytest.mark.parametrize("raw_dir", ["data/raw", "data/raw/geneva-2025"])
def test_each_parameter_has_something_to_try_or_says_why_not(raw_dir):
    named = named_values(read_raw(ROOT / raw_dir)["parameters"])
    usual = projects.parameters(raw_dir=raw_dir)
    for name in NAMES:
        tried = [value for value in alternatives(name, named) if value != as_text(usual)[name]]
        assert bool(tried) != bool(why_untried(name)) or name in named, name
        for value in tried:
            # a breakdown to come is tried by a report that knows of it
            last = {"as_of": table_limits(ROOT / raw_dir).last} if name == "breakdown_date" else {}
            projects.parameters(**{"raw_dir": raw_dir, **last, name: value})


def test_a_finding_has_a_row_with_both_readings(rows):
    assert of(rows, "event_window_days") == [
        ("7", "headline", "rate", "10.0\u00a0percent", "12.0\u00a0percent"),
        ("7", "headline", "words", "none", "none"),
    ]
    turned = ("false", "verdict", "C2", "undetermined", "supported")
    assert turned in of(rows, "include_editorials")


def test_what_the_tables_do_not_allow_is_skipped_with_its_reason(rows):
    reasons = {"no data", "later than this run may look; a run of that day can"}
    assert {row[1:] for row in of(rows, "as_of")} == {("skipped", "", "", why) for why in reasons}
    assert of(rows, "coder")[-1] == ("second", "skipped", "", "", "recoding: no row")


def test_a_claim_that_nobody_had_made_by_the_other_day_turns_no_verdict():
    def by_day(parameters: Parameters) -> Results:
        is_early = parameters.as_of < USUAL.as_of
        return Results({}, {"C1": "supported"} if is_early else {"C1": "supported", "C2": "open"})

    rows = tabulate(USUAL, {}, by_day, lambda _: [], TRIED)
    assert not rows["kind"].eq("verdict").any()


def test_rules_between_parameters_skip_an_alternative():
    early = projects.parameters(window_start="2018-03-01", breakdown_date="2018-05-01")
    skipped = of(tabulate(early, FOLLOWED, read, refuse, TRIED), "window_start")
    assert any(kind == "skipped" and "before breakdown_date" in why for _, kind, *_, why in skipped)


def test_the_default_is_tried_where_the_run_has_another_value():
    other = projects.parameters(include_editorials="false")
    tried = of(tabulate(other, FOLLOWED, read, refuse, {}), "include_editorials")
    assert {row[0] for row in tried} == {"true"}


def test_readers_get_one_line_for_each_parameter(rows):
    told = tell_register(rows, USUAL).set_index("name")["changes"]
    assert told["event_window_days"].endswith(": Eastern rate 12.0")
    assert told["include_editorials"] == "false: C2"
    assert told["transit_days"].endswith(": nothing")
    assert told["coder"] == "first: nothing; second: not tried here (recoding: no row)"
    assert told["raw_dir"] == f"not tried: {why_untried('raw_dir')}"


def test_a_register_of_other_parameters_is_refused(rows):
    with pytest.raises(DataError, match=r"measured with event_window_days = .*this run has 5"):
        tell_register(rows, projects.parameters(event_window_days="5"))


def test_headlines_are_named_after_the_sides():
    sides = pd.DataFrame(
        {
            "side": ["B", "A"],
            "adjective": ["Western", "Eastern"],
            "measured_by": ["tranches", "chapters"],
            "order": [2, 1],
        }
    )
    channels = pd.DataFrame({"stream": ["talk"], "side": ["A"], "called": ["words"]})
    named = headlines(sides, channels)
    assert next(iter(named.items())) == ("a_rate_last", ("Eastern", "rate"))
    assert named["threat_after"][0] == "Western"
    assert "b_rate_last" in named
    assert named["stream_talk_on_change"] == ("Eastern", "words")


def test_two_values_never_have_one_text():
    texts = [
        as_text(projects.parameters(list4_rate_pct=text))["list4_rate_pct"]
        for text in ("12.3456789", "12.34567", "0.0000001", "10.0")
    ]
    assert texts == ["12.3456789", "12.34567", "0.0000001", "10"]
