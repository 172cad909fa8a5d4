"""The rules between changes of rates, and between them and the tables that measure them.

An average takes every change of a rate from its table. What would fall out of it unseen, or does
not follow from what was before, is refused here.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

from tradetalks.admitted import BASE_EVENT_KINDS, KIND_BY_PART
from tradetalks.raw.form import Table, are_readable

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
    if are_readable(tables, _NEEDED) and not any(tables[name].faults for name in _NEEDED):
        _note_rates(tables["actions"])
        _note_events(tables)
        _note_lists(tables)


def _note_rates(table: Table) -> None:
    """Note changes of a rate that do not begin where the last one of the same list ended.

    Goods that join a list come from no duty to its rate. What follows a change whose rates stand
    by line cannot be told.
    """
    changes = [(number, row) for number, row in table.rows.items() if row["changes_rate"] == "true"]
    held: dict[tuple[str, ...], tuple[str, float]] = {}
    for number, row in sorted(changes, key=lambda one: one[1]["effective_date"]):
        name = row["tranche"]
        listed = row["side"], name, row["measure_class"]
        last = held.pop(listed, None)
        before, after = (float(row[f"rate_{when}_pct"] or "nan") for when in ("before", "after"))
        if last and not isnan(before) and before != last[1] and (before, after) != (0, last[1]):
            rule = f"is not the rate of {name} since {last[0]}, {last[1]:g}"
            remedy = "correct the rates or days of the two; goods that join a list come from 0 to "
            table.fault(rule, f"{remedy}its rate", number, "rate_before_pct")
        if not isnan(after):
            held[listed] = row["action_id"], after


def _note_events(tables: Mapping[str, Table]) -> None:
    """Note events that change rates by chapter, and of which no action is measured."""
    table = tables["chapter_events"]
    measured = {row["measured_by"] for row in tables["actions"].rows.values()}
    for number, row in table.rows.items():
        if row["event"] not in measured and row["kind"] not in BASE_EVENT_KINDS:
            remedy = "name the event in the column measured_by of its action"
            table.fault("measures no action", remedy, number, "event")


def _note_lists(tables: Mapping[str, Table]) -> None:
    """Note lists that no set values, though one values another list of their instrument.

    Sets speak for the instruments of the lists that they value; other duties are told beside the
    average. A list that another set values leaves it missing; one of none would count as no duty.
    """
    sets, sides = tables["coverage_sets"], tables["sides"].rows.values()
    whose = {row["side"] for row in sides if row["measured_by"] == "tranches"}
    theirs = [row for row in tables["actions"].rows.values() if row["side"] in whose]
    parts = {row["part"]: row["coverage_set"] for row in sets.rows.values()}
    valued = {part: name for part, name in parts.items() if part not in KIND_BY_PART}
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
