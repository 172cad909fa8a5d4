"""Facts of the tariff record."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from tradetalks.days import in_words
from tradetalks.facts import NO_DAY, Fact, Rows, Stated, side_names
from tradetalks.tariffs import path


def start_facts(past: pd.DataFrame, imports: pd.DataFrame) -> Stated:
    """The year of the imports that weigh averages by chapter, and the first day of the averages."""
    about = "year of the imports that weigh the averages by chapter"
    yield Fact("base_year", str(int(imports["trade_year"].iloc[0])), "text", about)
    first = past.loc[past["is_complete"], "effective_date"].min()
    yield Fact("path_start", first, "date", "first day of the averages")


def path_facts(
    rates: pd.DataFrame, sides: pd.DataFrame, as_of: pd.Timestamp, terms: Callable[..., path.Terms]
) -> Stated:
    """Average and additional rate of each side at the start and after each measured step.

    `..._last` are those of the last one; `terms` are those of an average on a day.
    """
    past = rates[rates["effective_date"].le(as_of)]
    measured = past[past["is_complete"]]
    for side, own in measured.groupby("importer"):
        whose, rows = side_names(sides)[str(side)], own.to_dict("records")
        named = [(f"after_{row['step_ids'] or 'base'}", row) for row in rows]
        for at, row in [*named, ("last", rows[-1])]:
            weights = row["weights"].partition(" (")[0].replace("tranche", "list")
            about = f"of {whose} since {in_words(row['effective_date'])}, weighed by {weights}"
            of_day = terms(row["effective_date"])
            of = partial(Fact, rows=of_day.rows, digits=1)
            rate, added = row["applied_rate_pct"], row["additional_duty_pp"]
            average = of(f"{side}_rate_{at}", rate, "percent", f"average duty {about}")
            yield average.put_together(of_day.formula, of_day.numbers)
            yield of(f"{side}_additional_{at}", added, "pp", f"average added duty {about}")
        last, about = rows[-1]["effective_date"], f"last measured step of {whose}"
        is_current = past.loc[past["importer"].eq(side), "effective_date"].max() == last
        when = f"{'since' if is_current else 'as last measured, on'} {in_words(last)}"
        yield Fact(f"{side}_day_last", last, "date", about)
        yield Fact(f"{side}_when_last", when, "text", about)


def basis_facts(bases: pd.DataFrame, sides: pd.DataFrame, chosen: str) -> Stated:
    """The average by list by every set of weights, least and most; the year of the chosen set."""
    for row in bases[bases["coverage_set"].eq(chosen)].to_dict("records"):
        about = "year of the imports that weigh the average by list"
        yield Fact(f"{row['importer']}_base_year", str(row["trade_year"]), "text", about)
    known = bases.dropna(subset="applied_rate_pct").sort_values("applied_rate_pct", kind="stable")
    rows = known.to_dict("records")
    ends = [*zip(("least", "most"), (rows[:1] + rows[-1:]), strict=False)]
    for at, row in [*ends, *((f"by_{row['coverage_set']}", row) for row in rows)]:
        side, rate = row["importer"], row["applied_rate_pct"]
        about = f"average duty of {side_names(sides)[side]}, weighed by {row['weights']}"
        yield Fact(f"{side}_rate_{at}", rate, "percent", about, digits=1)


def action_facts(actions: pd.DataFrame, named: Sequence[str], as_of: pd.Timestamp) -> Stated:
    """Days, rates and claimed values of actions that the prose names; words for those left out.

    Of actions joined by ";", because one event measures them, the first stands for all.
    """
    in_force = (actions["is_step"] & actions["effective_date"].le(as_of)).sum()
    yield Fact("n_steps", in_force, "count", "changes of a rate in force by the day of the report")
    known = {row["action_id"]: row for row in actions.to_dict("records")}
    for joined in dict.fromkeys(named):
        rows, row = _actions(joined), known.get(joined.split(";")[0], {})
        yield Fact(f"known_{joined}", bool(row), "flag", "whether this is known", rows)
        for what, did in (("announced", "was announced"), ("effective", "took effect")):
            day, about = row.get(f"{what}_date"), f"day on which this {did}"
            yield Fact(f"{what}_{joined}", day, "date", about, rows).or_words(NO_DAY)
        least, most = row.get("rate_min_pct"), row.get("rate_max_pct")
        span = f"{least:g} to {most:g} percent" if pd.notna(least) and pd.notna(most) else None
        by_line, claimed = "added duties after it, by line", row.get("value_claimed_usd_bn")
        for name, value, unit, about in (
            ("rate_before", row.get("rate_before_pct"), "percent", "added duty before this step"),
            ("rate_after", row.get("rate_after_pct"), "percent", "added duty after this step"),
            ("rates", span, "text", by_line),
            ("rate_most", most if span else None, "percent", f"highest of the {by_line}"),
            (
                "claimed",
                claimed,
                "usd_bn",
                "trade on this list a year, as the government claims it",
            ),
        ):
            if pd.notna(value):
                digits = None if unit == "text" else _digits(value)
                yield Fact(f"{name}_{joined}", value, unit, about, rows, digits=digits)


def rule_facts(rules: pd.DataFrame, actions: pd.DataFrame) -> Stated:
    """How far apart the rules for the effective date lie, and which days they give.

    Every rule gives the same day where no step has a grace window, and only that is told.
    """
    yield Fact("grace_is_known", len(rules) > 0, "flag", "whether a step has a grace window")
    if rules.empty:
        return
    by_day = rules.sort_values("effective_date", kind="stable")
    late, legal = by_day.iloc[-1], by_day[by_day["days_after_legal"].eq(0)].iloc[0]
    rows = {"actions": list(actions.loc[actions["entry_deadline"].notna(), "action_id"])}
    days, first, last = late["days_after_legal"], legal["effective_date"], late["effective_date"]
    yield Fact("grace_days", days, "days", "longest difference between two rules", rows)
    yield Fact("grace_step_day", first, "date", "legal day of the step with the window", rows)
    yield Fact("grace_day_last", last, "date", "last day by any rule", rows)
    listed = ", ".join(
        f"{row['effective_date'].day} {row['effective_date']:%B} ({row['used_by']})"
        for row in by_day.to_dict("records")
    )
    yield Fact("rule_days", listed, "text", "day by each rule, and its user", rows)


def farm_facts(
    by_definition: Mapping[str, pd.DataFrame], words: Mapping[str, str], chosen: str
) -> Stated:
    """Farm share of each step under each definition, and what each step raised at all."""
    for definition, shares in by_definition.items():
        for row in shares.dropna(subset=["farm_share"]).to_dict("records"):
            name, rows = f"{row['step_id']}_{definition}", _actions(row["step_id"])
            about = f"of the step of {in_words(row['effective_date'])}, a year"
            about += f", by {words[definition]}"
            share, usd = row["farm_share"], row["farm_usd_bn"]
            terms = {"farm goods ($ billion)": usd, "all ($ billion)": row["imports_raised_usd_bn"]}
            part = Fact(f"farm_share_{name}", share, "share", f"farm share {about}", rows)
            yield part.put_together("farm goods made dearer / all imports made dearer", terms)
            yield Fact(f"farm_usd_{name}", usd, "usd_bn", f"farm goods {about}", rows, digits=2)
    for row in by_definition[chosen].to_dict("records"):
        name, rows = row["step_id"], _actions(row["step_id"])
        usd, lines = row["imports_raised_usd_bn"], row["lines_raised"]
        about = f"that the step of {in_words(row['effective_date'])} made dearer, of the base year"
        yield Fact(f"raised_usd_{name}", usd, "usd_bn", f"imports {about}", rows)
        yield Fact(f"raised_lines_{name}", lines, "count", f"lines {about}", rows)


def section_facts(sections: pd.DataFrame) -> Stated:
    """Day of one change, and its largest section, if there is a change."""
    yield Fact("sections_are_known", len(sections) > 0, "flag", "whether there is a change")
    if sections.empty:
        return
    top = sections.sort_values("imports_usd_bn").iloc[-1]
    rows, title = _actions(top["step_ids"]), top["section_title"].lower()
    yield Fact("sections_day", top["effective_date"], "date", "day of the last change", rows)
    about = "largest section of the Harmonized System in the last change"
    yield Fact("top_section", title, "text", about, rows)


def episode_facts(episodes: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """How fast each move was answered, and what move and answer hit; no fact without an answer."""
    answered = episodes.dropna(subset=["announced_days"])
    yield Fact("moves_are_answered", len(answered) > 0, "flag", "whether any is")
    if answered.empty:
        return
    movers = sorted({*answered["mover"].map(side_names(sides))})
    about = "moves with an answer by the day of the report"
    yield Fact("n_episodes", len(answered), "word", about)
    yield Fact("movers", " and ".join(movers), "text", "sides that moved first")
    for side in sides["side"]:
        about = f"whether {side} alone moved first"
        yield Fact(f"only_{side.lower()}_moves", {*answered["mover"]} == {side}, "flag", about)
    for name, column, between in (
        ("answer", "announced_days", "from order to order"),
        ("answer_first", "first_days", "from first announcement to first announcement"),
    ):
        days = answered[column].dropna().astype(int)
        yield Fact(f"{name}_days_min", days.min(), "days", f"shortest time to an answer, {between}")
        yield Fact(f"{name}_days_max", days.max(), "days", f"longest time to an answer, {between}")
    for row in answered.to_dict("records"):
        name, rows = row["episode_id"], {"episodes": [row["episode_id"]]}
        for part in ("move", "answer"):
            share, usd = row[f"{part}_import_share"], row[f"{part}_value_usd_bn"]
            if pd.notna(share):
                about = f"base-year imports hit by the {part} in {row['title']}, a year"
                of_all = f"{about}, of all imports of that side from the other"
                yield Fact(f"{part}_share_{name}", share, "share", of_all, rows, digits=0)
                yield Fact(f"{part}_usd_{name}", usd, "usd_bn", about, rows)


def added_facts(added: pd.DataFrame, sides: pd.DataFrame, values: Mapping[str, str]) -> Stated:
    """What measured steps of each side would add a year, on how many imports, each list once.

    `values` names by list the row of coverage that values it. What was taken back stands apart.
    Lists that sum to more than all imports share goods: then no sum tells the imports hit.
    """
    yield Fact("duties_are_added", len(added) > 0, "flag", "whether both sides' steps are measured")
    if added.empty:
        return
    is_back = added["duty_added_usd_bn"].lt(0)
    back, added, told = added[is_back], added[~is_back], list[str]()
    adjectives = dict(sides[["side", "adjective"]].values)
    yield Fact("duty_is_suspended", len(back) > 0, "flag", "whether some of it was taken back")
    yield Fact("no_duty_is_suspended", back.empty, "flag", "whether none of it was taken back")
    for side, whose in side_names(sides).items():
        own, about = added[added["side"].eq(side)], f"the measured steps of {whose}"
        duty, hit = own["duty_added_usd_bn"].sum(), own.groupby("tranche")["value_usd_bn"].max()
        still = "had trade stayed at its base-year value; no sum that was recorded"
        rows = {
            "actions": list(own["step_id"]),
            "coverage": [values[name] for name in own["tranche"].dropna() if name in values],
        }
        of = partial(Fact, unit="usd_bn", rows=rows)
        steps = {
            f"{what} ({unit})": row[column]
            for row in own.to_dict("records")
            for what, unit, column in (
                (f"imports hit by {row['step_id']}", "$ billion", "value_usd_bn"),
                (f"added duty of {row['step_id']}", "points", "added_pp"),
            )
        }
        all_of_it = of(
            f"duty_added_{side}", duty, definition=f"duty a year that {about} would add {still}"
        )
        yield all_of_it.put_together("imports hit by each step x its added duty, summed", steps)
        at = f"imports of the base year that {about} hit, a year"
        lists = {f"imports on {name} ($ billion)": value for name, value in hit.items()}
        share = own.groupby("tranche")["import_share"].max().sum()
        overlap, lacks = share > 1, "an amount that lists sharing goods do not give"
        imports = of(f"imports_hit_{side}", None if overlap else hit.sum(), definition=at)
        imports = imports.put_together("imports on each list, summed", lists)
        yield imports.or_words(lacks)
        part, of_all = None if overlap else share, f"{at}, of all of that year"
        hit_of_all = Fact(f"imports_hit_share_{side}", part, "share", of_all, rows, digits=0)
        yield hit_of_all.or_words(lacks)
        less = -back.loc[back["side"].eq(side), "duty_added_usd_bn"].sum()
        rows = {"actions": [*own["step_id"], *back.loc[back["side"].eq(side), "step_id"]]}
        terms = {"added ($ billion)": duty, "taken back ($ billion)": less}
        about = f"duty a year that {whose} added, in force on the day of the run, {still}"
        still_on = Fact(f"duty_in_force_{side}", duty - less, "usd_bn", about, rows)
        yield still_on.put_together("added - taken back", terms)
        about = f"duty a year that {whose} added and suspended or cut since, {still}"
        yield Fact(f"duty_suspended_{side}", less, "usd_bn", about, rows)
        if less:
            told.append(f"${less:.1f} billion {adjectives[side]}")
    about = "duty a year added and suspended or cut since, by side"
    yield Fact("duty_suspended", " and ".join(told) or "none", "text", about)


def exempt_facts(exempt: pd.DataFrame, exemptions: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """Goods exempted, and what that makes of the highest average of each side."""
    for row in exemptions.to_dict("records"):
        rows = {"exemptions": [row["action_id"]], "coverage": [row["coverage_id"]]}
        about = f"base-year imports exempted by the act of {in_words(row['announced_date'])}"
        usd = row["value_usd_bn"]
        yield Fact(f"exempt_usd_{row['action_id']}", usd, "usd_bn", about, rows)
    words = {"in_law": "by law", "as_told": "from the day told", "without": "nothing"}
    for side, rates in exempt.groupby("importer"):
        for reading, exempted in words.items():
            about = f"highest average of {side_names(sides)[str(side)]}, exempt: {exempted}"
            if pd.notna(peak := rates[f"{reading}_pct"].max()):
                yield Fact(f"{side}_peak_{reading}", peak, "percent", about, digits=1)


def suspended_facts(suspended: pd.DataFrame) -> Stated:
    """The average had a suspended duty returned."""
    for row in suspended.to_dict("records"):
        name, rate = row["action_id"], row["returned_pct"]
        about = f"average had it returned: duty suspended on {in_words(row['announced_date'])}"
        yield _rate_or_words(f"returned_{name}", rate, about, _actions(name))


def truce_facts(counts: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """Days of each truce, and how many measures of which kind each side took in it."""
    words = {
        "inside": "changes of a duty in the averages",
        "outside": "changes of other duties",
        "new_measures": "measures without a duty on all goods, by the rule of inclusion, begun",
        "new_inquiries": "of these, openings of an inquiry",
        "by_text": "measures that set no duty and were taken back as the joint act has it",
        "eased": "measures that set no duty and were taken back otherwise",
    }
    for row in counts.to_dict("records"):
        name, side = row["joint_act"], row["side"]
        for end in ("start", "end") if side == counts["side"].iloc[0] else ():
            about = f"{end} of what is told of it: {row['title']}"
            yield Fact(f"truce_{end}_{name}", row[end], "date", about)
        for column, what in words.items():
            about = f"{what} by {side_names(sides)[side]}: {row['title']}"
            yield Fact(f"truce_{column}_{name}_{side}", row[column], "word", about)


def outside_facts(outside: pd.DataFrame) -> Stated:
    """Upper bound of what the duties outside the average could add to it."""
    bounded = outside[outside["reason"].eq("not_valued")].dropna(subset=["bound_pp"])
    most, rows = bounded["bound_pp"].sum(), {"coverage": list(bounded["coverage_id"])}
    about = "most that duties outside of the lists could add to the average by list"
    yield Fact("outside_most", most, "pp", about, rows)


def reconciliation_facts(
    reconciliation: pd.DataFrame, shown: pd.DataFrame, named: Sequence[str]
) -> Stated:
    """How many published averages agree with ours, and how far apart those shown lie, if any.

    Of those, and those that the prose names: value, ours, how far above, rise since the first
    named.
    """
    rows, gaps = {"benchmarks": list(shown["benchmark_id"])}, shown["gap_pp"].abs()
    compared = reconciliation[reconciliation["is_compared"]]
    yield Fact("n_published", len(compared), "count", "published averages held against ours")
    within = compared["within"].sum()
    yield Fact("n_within", within, "count", "of them, those within tolerance")
    if len(shown):
        about = "gap between ours and a published average that is shown, percentage points"
        yield Fact("gap_least", gaps.min(), "number", f"smallest {about}", rows, digits=1)
        yield Fact("gap_most", gaps.max(), "pp", f"largest {about}", rows, digits=1)
    told = reconciliation["benchmark_id"].isin([*shown["benchmark_id"], *named])
    known = {row["benchmark_id"]: row for row in reconciliation[told].to_dict("records")}
    for name in sorted({*known, *named}):
        row, source = known.get(name, {}), {"benchmarks": [name]}
        which = f"{row['series']}, {in_words(row['date'])}" if row else "published by others"
        for part, whose in (("published", "this"), ("ours", "our")):
            rate = row.get(f"{part}_pct")
            about = f"{whose} average{' on the day of' if part == 'ours' else ''}: {which}"
            yield _rate_or_words(f"{part}_{name}", rate, about, source)
        gap = row.get("gap_pp")
        about = f"how far above ours this average is: {which}"
        apart = None if gap is None else -gap
        yield _rate_or_words(f"published_over_{name}", apart, about, source, "pp")
    first: dict[tuple[str, str], Mapping[Any, Any]] = {}
    for row in reconciliation[reconciliation["benchmark_id"].isin(named)].to_dict("records"):
        base = first.setdefault((row["series"], row["importer"]), row)
        if base is not row:
            rows = {"benchmarks": [base["benchmark_id"], row["benchmark_id"]]}
            days = [in_words(day) for day in (base["date"], row["date"])]
            about = f"rise of {row['series']}, {' to '.join(days)}"
            rise = row["published_pct"] - base["published_pct"]
            yield _rate_or_words(f"published_rise_{row['benchmark_id']}", rise, about, rows, "pp")


def threat_facts(threat: pd.DataFrame, rate_pct: float) -> Stated:
    """The threatened duty, the average to which it would have led, and what was in force already.

    Words where no list is under threat, or none that the coverage set values.
    """
    digits, about = _digits(rate_pct), "threatened duty, a parameter"
    yield Fact("list4_rate", rate_pct, "percent", about, digits=digits)
    found = threat.iloc[0]
    is_in_force, has_list = bool(found["is_in_force"]), bool(pd.notna(found["tranche"]))
    lacks = "this coverage set cannot" if has_list else "no threat can"
    about = "average with the threatened duty, applied on the day of the report"
    after = Fact("threat_after", found["after_pct"], "percent", about)
    yield after.or_words(f"a level that {lacks} give")
    about, is_new = "the threatened list on the day of the report", has_list and not is_in_force
    yield Fact("threat_is_new", is_new, "flag", f"nothing of {about} pays")
    yield Fact("threat_is_partly_in_force", is_in_force, "flag", f"a part of {about} pays")
    about = f"additional duty that a part of {about} pays already"
    yield _rate_or_words("threat_in_force_rate", found["in_force_pct"], about, {})


def _rate_or_words(
    value_id: str, value: float | None, about: str, rows: Rows, unit: str = "percent"
) -> Fact:
    """A rate or a difference of rates; words in its place where it is missing."""
    words = f"{'a level' if unit == 'percent' else 'an amount'} that this run does not give"
    return Fact(value_id, value, unit, about, rows, digits=1).or_words(words)


def _digits(told: float) -> int:
    """Digits of a rate or value that a row tells in whole numbers or in parts of one."""
    return 0 if float(told).is_integer() else 1


def _actions(step_ids: str) -> Rows:
    """Rows of the actions behind steps joined by ";"."""
    return {"actions": step_ids.split(";")}
