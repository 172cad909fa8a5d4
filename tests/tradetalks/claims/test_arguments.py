"""What a question may give its check: the names, types and ids of the check's signature."""

import math
from datetime import date

import pytest

from tradetalks.claims.arguments import argument_faults, read_arguments

COLUMNS = {
    "statements.statement_id": {"S1", "S2"},
    "statements.act": {"threaten", "deny"},
    "actions.action_id": {"T1"},
    "rounds.round_id": {"R1"},
    "press.press_id": {"P1"},
    "sides.side": {"A", "B"},
}


def faults(check, linked=("S1", "S2", "T1", "R1"), **given):
    found = argument_faults(check, given, lambda column: COLUMNS.get(column, set()), linked)
    return [one[:2] for one in found], " ".join(rule for *_, rule in found)


@pytest.mark.parametrize(
    ("check", "given"),
    [
        ("weighed", {}),
        ("in_order", {"order": ["S1", "T1"]}),
        ("days_apart", {"first": "S1", "second": "S2", "days": 10}),
        ("dated", {"from": date(2019, 5, 3), "to": date(2019, 5, 13)}),
        ("rate_change", {"before": 10, "after": 25}),
        ("first_of", {"act": "threaten", "side": "A", "before": "T1"}),
        ("within", {"action": "T1", "round": "R1"}),
    ],
)
def test_right_arguments_have_no_fault(check, given):
    assert faults(check, **given) == ([], "")


@pytest.mark.parametrize(
    ("check", "given", "where", "says"),
    [
        ("days_apart", {"first": "S1", "second": "S2", "days": "many"}, "days", "integer"),
        ("days_apart", {"first": "S1", "second": "S2", "days": -1}, "days", "greater"),
        ("days_apart", {"first": "S1", "second": "S2"}, "days", "is missing"),
        ("in_order", {"order": ["S1", "S9"]}, "order", "is in no row of statements.statement_id"),
        ("in_order", {"order": ["S1", "P1"]}, "order", "is no evidence of this question"),
        ("in_order", {"order": ["S1"]}, "order", "at least 2"),
        ("first_of", {"act": "threat", "side": "A", "before": "T1"}, "act", "statements.act"),
        ("first_of", {"act": "deny", "side": "C", "before": "T1"}, "side", "sides.side"),
        ("within", {"action": "T1", "round": "T1"}, "round", "rounds.round_id"),
        ("dated", {"from": "May", "to": date(2019, 5, 13)}, "from", "date"),
        ("dated", {"from": date(2019, 5, 3), "to": date(2019, 5, 13), "by": "x"}, "by", "effect"),
        ("dated", {"from": date(2019, 5, 3), "to": date(2019, 5, 2)}, "to", "lies before from"),
        ("worth", {"usd_bn": 60, "within": 0.1, "within_share": 0.1}, "within", "no argument"),
        ("weighed", {"strict": True}, "strict", "takes none"),
        ("worth", {"usd_bn": 60, "within_share": 10}, "within_share", "less"),
        ("worth", {"usd_bn": math.inf, "within_share": 0.1}, "usd_bn", "finite"),
        ("in_order", {"order": ["S1", "T1", "S1"]}, "order", "stands twice"),
        ("days_apart", {"first": "S1", "second": "S1", "days": 0}, "second", "stands twice"),
    ],
)
def test_a_fault_is_told_with_its_argument(check, given, where, says):
    places, rules = faults(check, **given)
    assert where in {place.partition(".")[0] for place, _ in places}
    assert says in rules


def test_all_faults_are_told_at_once():
    places, _ = faults("days_apart", first="S1", days="many", day=3)
    assert {place for place, _ in places} == {"second", "days", "day"}


def test_arguments_reach_the_check_under_the_names_of_its_parameters():
    days = {"from": date(2019, 5, 3), "to": date(2019, 5, 13)}
    read = read_arguments("dated", days)
    assert read == {"first": days["from"], "last": days["to"], "by": "publication"}
