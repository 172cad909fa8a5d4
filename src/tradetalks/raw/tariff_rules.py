"""The rules between changes of rates, and between them and the tables that measure them.

An average takes every change of a rate from its table. What would fall out of it unseen, or does
not follow from what was before, is refused here.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

from tradetalks.clean.chapters import BASE_EVENT_KINDS
from tradetalks.clean.coverage import KIND_BY_PART
from tradetalks.raw.form import Table

_NEEDED = {
    "actions": (
        *("action_id", "side", "instrument", "measure_class", "tranche", "effective_date"),
        *("rate_before_pct", "rate_after_pct", "changes_rate", "measured_by"),
    ),
    "chapter_events": ("event", "kind"),
    "coverage_sets": ("coverage_set", "part"),
    "sides": ("side", "measured_by"),
}


def note_tariffs(tables: Mapping[str, Table]) -> None:
    """Note rates that do not follow each other, and changes of a rate that nothing would measure.

    Where anything is wrong with the tables by themselves, that is told, and nothing is noted here.
    """
    if all(
        name in tables and tables[name].has(columns) and not tables[name].faults
        for name, columns in _NEEDED.items()
    ):
        _note_rates(tables["actions"])
        _note_events(tables)
        _note_lists(tables)


def _note_rates(table: Table) -> None:
    """Note changes of a rate that do not begin where the last one of the same list ended.

    Goods that join a list come from no duty to its rate. What follows a change whose rates stand
    by line cannot be told.
    """
    changes = [(number, row) for number, row in table.records() if row["changes_rate"] == "true"]
    held: dict[tuple[str, ...], tuple[str, float]] = {}
    for number, row in sorted(changes, key=lambda one: one[1]["effective_date"]):
        name = row["tranche"]
        listed = row["side"], name, row["measure_class"]
        last = held.pop(listed, None)
        before, after = (float(row[f"rate_{when}_pct"] or "nan") for when in ("before", "after"))
        if last and not isnan(before) and before != last[1] and (before, after) != (0, last[1]):
            rule = f"is not the rate of {name} since {last[0]}, {last[1]:g}"
            remedy = "correct the rates or days of the two; goods that join a list come from 0 to "
            remedy += "its rate"
            table.fault(rule, remedy, number, "rate_before_pct", row["rate_before_pct"])
        if not isnan(after):
            held[listed] = row["action_id"], after


def _note_events(tables: Mapping[str, Table]) -> None:
    """Note events that change rates by chapter, and of which no action is measured."""
    table = tables["chapter_events"]
    measured = {name for _, (name,) in tables["actions"].select(["measured_by"])}
    for number, (event, kind) in table.select(["event", "kind"]):
        if event not in measured and kind not in BASE_EVENT_KINDS:
            remedy = "name the event in the column measured_by of its action"
            table.fault("measures no action", remedy, number, "event", event)


def _note_lists(tables: Mapping[str, Table]) -> None:
    """Note lists that no set values, though one values another list of their instrument.

    Sets speak for the instruments of the lists that they value; other duties are told beside the
    average. A list that another set values leaves it missing; one of none would count as no duty.
    """
    sets, sides = tables["coverage_sets"], tables["sides"]
    whose = {side for _, (side, by) in sides.select(["side", "measured_by"]) if by == "tranches"}
    theirs = [row for _, row in tables["actions"].records() if row["side"] in whose]
    parts = (cells for _, cells in sets.select(["part", "coverage_set"]))
    valued = {part: name for part, name in parts if part not in KIND_BY_PART}
    spoken = {
        row["instrument"]: valued[row["tranche"]] for row in theirs if row["tranche"] in valued
    }
    lacking = {
        row["tranche"]: row
        for row in reversed(theirs)
        if row["changes_rate"] == "true" and row["measure_class"] == "additional"
        if row["tranche"] not in valued and row["instrument"] in spoken
    }
    for name, row in lacking.items():
        rule = f"has no {name}, whose rate {row['action_id']} changes by {row['instrument']}, of "
        rule += f"which {spoken[row['instrument']]} values another list"
        remedy = "add a row with the value of the list; without one its duty would count as nothing"
        sets.fault(rule, remedy)
