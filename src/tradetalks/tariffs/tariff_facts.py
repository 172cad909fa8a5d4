"""Facts of the tariff record, by the table facts.csv."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from tradetalks.days import in_words
from tradetalks.facts import Rows, Stated, side_names, told_by
from tradetalks.tariffs import path

told = told_by(Path(__file__).with_name("facts.csv"))


def start_facts(past: pd.DataFrame, imports: pd.DataFrame) -> Stated:
    """The year of the imports that weigh averages by chapter, and the first day of the averages."""
    first = past.loc[past["is_complete"], "effective_date"].min()
    yield from told("start", {"year": str(int(imports["trade_year"].iloc[0])), "first": first})


def path_facts(
    rates: pd.DataFrame, sides: pd.DataFrame, as_of: pd.Timestamp, terms: Callable[..., path.Terms]
) -> Stated:
    """Average and additional rate of each side at the start and after each measured step.

    `..._last` are those of the last one; `terms` are those of an average on a day.
    """
    past = rates[rates["effective_date"].le(as_of)]
    for side, own in past[past["is_complete"]].groupby("importer"):
        whose, rows = side_names(sides)[str(side)], own.to_dict("records")
        named = [(f"after_{row['step_ids'] or 'base'}", row) for row in rows]
        for at, row in [*named, ("last", rows[-1])]:
            yield from _average_facts(row | {"at": at, "whose": whose}, terms)
        last = rows[-1]["effective_date"]
        is_current = past.loc[past["importer"].eq(side), "effective_date"].max() == last
        when = f"{'since' if is_current else 'as last measured, on'} {in_words(last)}"
        yield from told("last", {"side": side, "whose": whose, "day": last, "when": when})


def _average_facts(row: Mapping[Any, Any], terms: Callable[..., path.Terms]) -> Stated:
    day, by = row["effective_date"], row["weights"].partition(" (")[0]
    average, added = told("average", {**row, "by": by.replace("tranche", "list")})
    yield replace(average, behind=lambda: terms(day)._asdict())
    yield replace(added, behind=lambda: {"rows": terms(day).rows})


def basis_facts(
    bases: pd.DataFrame,
    sides: pd.DataFrame,
    imports: pd.DataFrame,
    chosen: str,
    behind: Callable[[str], Callable[[], Mapping[str, Any]]],
) -> Stated:
    """The average by list by every set of weights, least and most; the year of the chosen set.

    `imports` weigh the average by chapter. `behind` gives what the average by a set is put together
    of.
    """
    for row in bases[bases["coverage_set"].eq(chosen)].to_dict("records"):
        yield from told("basis_year", row | {"year": str(row["trade_year"])})
        is_one = bool(imports["trade_year"].eq(row["trade_year"]).all())
        yield from told("basis_years", {"is_one": is_one, "are_two": not is_one})
    known = bases.dropna(subset="applied_rate_pct").sort_values("applied_rate_pct", kind="stable")
    rows = known.to_dict("records")
    for at, row in zip(("least", "most"), rows[:1] + rows[-1:], strict=False):
        yield from told("basis", row | {"at": at, "whose": side_names(sides)[row["importer"]]})
    for row in rows:
        name, whose = row["coverage_set"], side_names(sides)[row["importer"]]
        for fact in told("basis", row | {"at": f"by_{name}", "whose": whose}):
            yield replace(fact, behind=behind(name))


def action_facts(actions: pd.DataFrame, named: Sequence[str], as_of: pd.Timestamp) -> Stated:
    """Days, rates and claimed values of actions that the prose names; words for those left out.

    Of actions joined by ";", because one event measures them, the first stands for all.
    """
    in_force = actions["is_step"] & actions["effective_date"].le(as_of)
    yield from told("steps", {"n": in_force.sum()})
    known = {row["action_id"]: row for row in actions.to_dict("records")}
    for joined in dict.fromkeys(named):
        row = known.get(joined.split(";")[0], {})
        least, most = row.get("rate_min_pct"), row.get("rate_max_pct")
        is_span = pd.notna(least) and pd.notna(most)
        span = {"span": f"{least:g} to {most:g} percent", "most": most} if is_span else {}
        about = {"of": joined, "is_known": bool(row)}
        yield from told("action", {**row, **about, **span}, _actions(joined))


def rule_facts(rules: pd.DataFrame, actions: pd.DataFrame) -> Stated:
    """How far apart the rules for the effective date lie, and which days they give.

    Every rule gives the same day where no step has a grace window, and only that is told.
    """
    yield from told("grace", {"is_known": len(rules) > 0})
    if rules.empty:
        return
    by_day = rules.sort_values("effective_date", kind="stable").to_dict("records")
    legal, late = next(row for row in by_day if not row["days_after_legal"]), by_day[-1]
    days = ((row["effective_date"], row["used_by"]) for row in by_day)
    row = {
        "days": late["days_after_legal"],
        "first": legal["effective_date"],
        "last": late["effective_date"],
        "listed": ", ".join(f"{day.day} {day:%B} ({user})" for day, user in days),
    }
    graced = actions.loc[actions["entry_deadline"].notna(), "action_id"]
    yield from told("rules", row, {"actions": list(graced)})


def farm_facts(
    by_definition: Mapping[str, pd.DataFrame], words: Mapping[str, str], chosen: str
) -> Stated:
    """Farm share of each step under each definition, and what each step raised at all."""
    for definition, shares in by_definition.items():
        for row in shares.dropna(subset=["farm_share"]).to_dict("records"):
            usd, total = row["farm_usd_bn"], row["imports_raised_usd_bn"]
            terms = {"farm goods ($ billion)": usd, "all ($ billion)": total}
            row |= {"farm_definition": definition, "by": words[definition]}
            yield from told("farm", row, _actions(row["step_id"]), terms=terms)
    for row in by_definition[chosen].to_dict("records"):
        yield from told("raised", row, _actions(row["step_id"]))


def farm_listed_facts(listed: pd.DataFrame, by: str, sides: pd.DataFrame) -> Stated:
    """How much of all farm imports was on lists after each step, and by the day of the run."""
    yield from told("farm_listed_known", {"is_known": len(listed) > 0})
    for at, row in [
        *((row["step_id"], row) for row in listed.to_dict("records")),
        *(("last", row) for row in listed.tail(1).to_dict("records")),
    ]:
        row |= {"at": at, "by": by, "whose": side_names(sides)[row["side"]]}
        terms = {
            "farm goods on lists ($ billion)": row["farm_listed_usd_bn"],
            "all farm imports ($ billion)": row["farm_imports_usd_bn"],
        }
        yield from told("farm_listed", row, _actions(row["step_id"]), terms=terms)
        if at == "last":
            yield from told("farm_all", row)


def section_facts(sections: pd.DataFrame) -> Stated:
    """Day of one change, and its largest section, if there is a change."""
    yield from told("sections_known", {"is_known": len(sections) > 0})
    if len(sections):
        row = sections.sort_values("imports_usd_bn").iloc[-1].to_dict()
        row["title"] = row["section_title"].lower()
        yield from told("sections", row, _actions(row["step_ids"]))


def episode_facts(episodes: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """How fast each move was answered, and what move and answer hit; no fact without an answer."""
    answered = episodes.dropna(subset=["announced_days"])
    yield from told("answered", {"is_so": len(answered) > 0})
    if answered.empty:
        return
    movers = sorted({*answered["mover"].map(side_names(sides))})
    yield from told("exchanges", {"n": len(answered), "movers": " and ".join(movers)})
    for side in sides["side"]:
        yield from told("mover", {"side": side, "is_alone": {*answered["mover"]} == {side}})
    for name, column, between in (
        ("answer", "announced_days", "from order to order"),
        ("answer_first", "first_days", "from first announcement to first announcement"),
    ):
        days = answered[column].dropna().astype(int)
        least_most = {"least": days.min(), "most": days.max()}
        yield from told("answer", {"name": name, "between": between, **least_most})
    for row in answered.to_dict("records"):
        for part in ("move", "answer"):
            hit = {"share": row[f"{part}_import_share"], "usd": row[f"{part}_value_usd_bn"]}
            rows = {"episodes": [row["episode_id"]]}
            yield from told("hit", row | {"part": part} | hit, rows)


def added_facts(
    added: pd.DataFrame,
    sides: pd.DataFrame,
    values: Mapping[str, str],
    ended: Collection[str],
) -> Stated:
    """What measured steps of each side would add a year, on how many imports, each list once.

    `values` names by list the row of coverage that values it. What was taken back stands apart;
    of that, `ended` are the steps after which nothing added was left on their goods.
    Lists that sum to more than all imports share goods: then no sum tells the imports hit.
    """
    yield from told("added_known", {"is_known": len(added) > 0})
    if added.empty:
        return
    is_back = added["duty_added_usd_bn"].lt(0)
    yield from told("taken_back", {"is_so": bool(is_back.any()), "is_not": not is_back.any()})
    suspended = []
    for side in sides.to_dict("records"):
        theirs = added["side"].eq(side["side"])
        own, back = added[theirs & ~is_back], added[theirs & is_back]
        lists = own.groupby("tranche")[["value_usd_bn", "import_share"]].max()
        duty, share = own["duty_added_usd_bn"].sum(), lists["import_share"].sum()
        less, overlap = -back["duty_added_usd_bn"].sum(), share > 1
        row = {"side": side["side"], "whose": side["article_name"], "duty": duty, "less": less}
        row |= {"still": duty - less, "hit": lists["value_usd_bn"].sum(), "share": share}
        if overlap:
            row |= {"hit": None, "share": None}
        coverage = [values[name] for name in own["tranche"].dropna() if name in values]
        rows = {"actions": list(own["step_id"]), "coverage": coverage}
        terms = {
            name: value
            for step in own.to_dict("records")
            for name, value in (
                (f"imports hit by {step['step_id']} ($ billion)", step["value_usd_bn"]),
                (f"added duty of {step['step_id']} (points)", step["added_pp"]),
            )
        }
        yield from told("duty", row, rows, terms=terms)
        on_lists = lists["value_usd_bn"].rename(lambda name: f"imports on {name} ($ billion)")
        yield from told("lists", row, rows, terms=on_lists.to_dict())
        terms = {"added ($ billion)": duty, "taken back ($ billion)": less}
        rows = {"actions": [*own["step_id"], *back["step_id"]]}
        yield from told("in_force", row, rows, terms=terms)
        gone = back[back["step_id"].isin(ended)][["value_usd_bn", "import_share"]].sum()
        still = {"hit": gone["value_usd_bn"], "share": gone["import_share"]}
        still = {name: None if overlap else row[name] - off for name, off in still.items()}
        terms = {
            "imports hit ($ billion)": lists["value_usd_bn"].sum(),
            "imports whose added duty has ended ($ billion)": gone["value_usd_bn"],
        }
        yield from told("lists_still", row | still, rows, terms=terms)
        if less:
            suspended.append(f"${less:.1f} billion {side['adjective']}")
    yield from told("suspended_duty", {"told": " and ".join(suspended) or "none"})


def exempt_facts(exempt: pd.DataFrame, exemptions: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """Goods exempted, and what that makes of the highest average of each side."""
    for row in exemptions.to_dict("records"):
        rows = {"exemptions": [row["action_id"]], "coverage": [row["coverage_id"]]}
        yield from told("exempt", row, rows)
    for side, rates in exempt.groupby("importer"):
        yield from told("peak", {**rates.max(), "whose": side_names(sides)[str(side)]})


def suspended_facts(suspended: pd.DataFrame) -> Stated:
    """The average had a suspended duty returned."""
    for row in suspended.to_dict("records"):
        yield from told("suspended", row, _actions(row["action_id"]))


def truce_facts(counts: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """Days of each truce, and how many measures of which kind each side took in it."""
    for row in counts.to_dict("records"):
        if row["side"] == counts["side"].iloc[0]:
            yield from told("truce", row)
        yield from told("truce_side", row | {"whose": side_names(sides)[row["side"]]})


def outside_facts(outside: pd.DataFrame) -> Stated:
    """Upper bound of what the duties outside the average could add to it."""
    bounded = outside[outside["reason"].eq("not_valued")].dropna(subset=["bound_pp"])
    rows = {"coverage": list(bounded["coverage_id"])}
    yield from told("outside", {"most": bounded["bound_pp"].sum()}, rows)


def reconciliation_facts(
    reconciliation: pd.DataFrame, shown: pd.DataFrame, named: Sequence[str]
) -> Stated:
    """How many published averages agree with ours, and how far apart those shown lie, if any.

    Of those, and those that the prose names: value, ours, how far above, rise since the first
    named.
    """
    compared = reconciliation[reconciliation["is_compared"]]
    yield from told("compared", {"n": len(compared), "within": compared["within"].sum()})
    if len(shown):
        gaps, rows = shown["gap_pp"].abs(), {"benchmarks": list(shown["benchmark_id"])}
        yield from told("gaps", {"least": gaps.min(), "most": gaps.max()}, rows)
    is_told = reconciliation["benchmark_id"].isin([*shown["benchmark_id"], *named])
    known = {row["benchmark_id"]: row for row in reconciliation[is_told].to_dict("records")}
    for name in sorted({*known, *named}):
        row, which = known.get(name, {}), "published by others"
        if row:
            which = f"{row['series']}, {in_words(row['date'])}"
        over = -row["gap_pp"] if row else None
        about = {"name": name, "which": which, "over": over}
        yield from told("published", row | about, {"benchmarks": [name]})
    first: dict[tuple[str, str], Mapping[Any, Any]] = {}
    before: dict[tuple[str, str], Mapping[Any, Any]] = {}
    for row in reconciliation[reconciliation["benchmark_id"].isin(named)].to_dict("records"):
        key = row["series"], row["importer"]
        base, last = first.setdefault(key, row), before.get(key)
        if base is not row:
            rows = {"benchmarks": [base["benchmark_id"], row["benchmark_id"]]}
            rise = row["published_pct"] - base["published_pct"]
            yield from told("rise", row | {"since": base["date"], "rise": rise}, rows)
        if last:
            rows = {"benchmarks": [last["benchmark_id"], row["benchmark_id"]]}
            which = f"{row['series']}, {in_words(row['date'])}"
            about = {"name": row["benchmark_id"], "which": which, "since": last["date"]}
            about |= {"further": last["gap_pp"] - row["gap_pp"]}
            yield from told("further", row | about, rows)
        before[key] = row


def threat_facts(threat: pd.DataFrame, rate_pct: float) -> Stated:
    """The threatened duty, the average to which it would have led, and what was in force already.

    Words where no list is under threat, or none that the coverage set values.
    """
    row = threat.iloc[0].to_dict()
    is_in_force, has_list = bool(row["is_in_force"]), bool(pd.notna(row["tranche"]))
    row |= {"rate": rate_pct, "is_in_force": is_in_force, "is_new": has_list and not is_in_force}
    row["lacks"] = "this coverage set cannot" if has_list else "no threat can"
    yield from told("threat", row)


def _actions(step_ids: str) -> Rows:
    """Rows of the actions behind steps joined by ";"."""
    return {"actions": step_ids.split(";")}
