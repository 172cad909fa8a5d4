"""Rules between changes of rates, and tables that measure them: none may fall out unseen."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from math import isnan

from tradetalks.raw.form import Table, are_readable
from tradetalks.tariffs.kinds import BASE_EVENT_KINDS, CLASS_BY_EVENT_KIND, KIND_BY_PART

_NEEDED = {
    "actions": (
        *("action_id", "side", "instrument", "measure_class", "tranche", "effective_date"),
        *("rate_before_pct", "rate_after_pct", "changes_rate", "measured_by"),
        *("rate_bands", "tariff_lines", "entry_deadline"),
    ),
    "chapter_events": ("event", "kind", "effective_date"),
    "coverage": ("coverage_id", "estimate_usd_bn"),
    "benchmarks": ("benchmark_id", "value_pct"),
    "coverage_sets": ("coverage_set", "part", "layer", "coverage_id", "benchmark_id"),
    "exemptions": ("action_id", "coverage_id"),
    "sides": ("side", "measured_by"),
}
# a band of a schedule names its lines after a colon, and how they add up: "10:916 (270+646)"
_BAND = re.compile(r"[^:|]+:\s*(\d+)(?:\s*\([\d+ ]*\))?")


def note_tariffs(tables: Mapping[str, Table]) -> None:
    """Note rates that do not follow each other, and changes of a rate that nothing would measure.

    Where anything is wrong with the tables by themselves, that is told, and nothing is noted here.
    """
    if are_readable(tables, _NEEDED) and not any(tables[name].faults for name in _NEEDED):
        _note_rates(tables["actions"])
        _note_bands(tables["actions"])
        _note_windows(tables["actions"])
        _note_events(tables)
        _note_sets(tables)
        _note_lists(tables)


def band_lines(rate_bands: str) -> int | None:
    """Lines of a schedule summed over its bands, or None where the bands do not count lines."""
    bands = [_BAND.fullmatch(band) for band in rate_bands.split("|")]
    return sum(int(band[1]) for band in bands if band) if all(bands) else None


def _note_bands(table: Table) -> None:
    """Note schedules whose bands do not add up to the lines that they publish."""
    for number, row in table.rows.items():
        lines, published = band_lines(row["rate_bands"]), row["tariff_lines"]
        if lines is not None and published and lines != int(published):
            rule, remedy = f"is not {lines}, as the bands", "correct band or count from the annex"
            table.fault(rule, remedy, number, "tariff_lines")


def _note_windows(table: Table) -> None:
    """Note grace windows that do not turn round the rates of a step on their list."""

    def on_list(row: Mapping[str, str], *ends: str) -> tuple[str | float, ...]:
        rates = (row[f"rate_{end}_pct"] for end in ends)
        return row["side"], row["tranche"], *(float(rate) if rate else "" for rate in rates)

    steps = {
        on_list(row, "before", "after")
        for row in table.rows.values()
        if row["changes_rate"] == "true"
    }
    for number, row in table.rows.items():
        if row["entry_deadline"] and on_list(row, "after", "before") not in steps:
            old, new = row["rate_after_pct"], row["rate_before_pct"]
            rule = f"keeps the old rate of no step: none moves {row['tranche']} from {old} to {new}"
            remedy = "correct the rates of the notice, or of the step whose goods it spares"
            table.fault(rule, remedy, number, "entry_deadline")


def _note_rates(table: Table) -> None:
    """Note changes of a rate that do not begin where the last one of the same list ended.

    Goods that join a list come from 0 to its rate; nothing follows from rates by line.
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
    """Note events that change rates by chapter and measure no action, or one unlike them."""
    table, actions = tables["chapter_events"], tables["actions"]
    events = {row["event"]: row for row in table.rows.values()}
    measured = {row["measured_by"] for row in actions.rows.values()}
    for number, row in table.rows.items():
        if row["event"] not in measured and row["kind"] not in BASE_EVENT_KINDS:
            remedy = "name the event in the column measured_by of its action"
            table.fault("measures no action", remedy, number, "event")
    for number, row in actions.rows.items():
        if (event := events.get(row["measured_by"])) and (
            *("true", event["effective_date"], CLASS_BY_EVENT_KIND[event["kind"]]),
        ) != (row["changes_rate"], row["effective_date"], row["measure_class"]):
            rule = "is no change of a rate on the day and of the class of this action"
            remedy = "correct measured_by, or the date and class of the action or event"
            actions.fault(rule, remedy, number, "measured_by")


def _note_sets(tables: Mapping[str, Table]) -> None:
    """Note parts and exemptions that no row values, and sets that are not whole.

    A set has lists, one base, and one total, below which no layer of its lists lies.
    """
    sets, exempt = tables["coverage_sets"], tables["exemptions"]
    values = {
        row["coverage_id"]: row["estimate_usd_bn"] for row in tables["coverage"].rows.values()
    }
    rates = {row["benchmark_id"]: row["value_pct"] for row in tables["benchmarks"].rows.values()}
    for number, row in exempt.rows.items():
        if not values.get(row["coverage_id"]):
            remedy = "point to a row of coverage.csv that has the value"
            exempt.fault("values no exempt goods", remedy, number, "coverage_id")
    worth: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for number, row in sets.rows.items():
        kind, name = KIND_BY_PART.get(row["part"], "tranche"), row["coverage_set"]
        held = rates.get(row["benchmark_id"]) if kind == "base" else values.get(row["coverage_id"])
        if not held:
            remedy = "point benchmark_id of a base, or coverage_id of a list or total, to a row "
            sets.fault("has no value", f"{remedy}that has one", number, "part")
        counts[name][kind] += 1
        worth[name][kind][row["layer"]] += float(held or 0)  # type: ignore[assignment]
    for name, of in counts.items():
        largest = {kind: max(layers.values()) for kind, layers in worth[name].items()}
        is_whole = (of["total"], of["base"]) == (1, 1) and of["tranche"]
        if not is_whole or largest["tranche"] > largest["total"]:
            rule = f"{name} is not whole: lists, one base, and one total that no layer is above"
            remedy = "complete the set with ALL and MFN or START, or correct the value too large"
            sets.fault(rule, remedy)


def _note_lists(tables: Mapping[str, Table]) -> None:
    """Note lists that no set values, though one values another list of their instrument.

    One that another set values leaves the average missing; of none, it would count as no duty.
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
