"""Facts of the tariff record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from tradetalks.facts import NO_DAY, Fact, rests_on, side_names
from tradetalks.judge.docket import in_words
from tradetalks.measure.benchmarks import measure_steps_outside, reconcile
from tradetalks.measure.episodes import measure_duties_added, measure_episodes
from tradetalks.measure.farm import measure_farm_share, measure_sections
from tradetalks.measure.path import (
    measure_chapter_path,
    measure_effective_date_rules,
    measure_tariff_path,
)
from tradetalks.measure.scenarios import measure_scenarios, measure_threat
from tradetalks.measure.truces import measure_exempt, measure_suspended, measure_truces


@rests_on("actions", "benchmarks", "coverage_sets", "imports_by_chapter", by=measure_tariff_path)
def path_facts(
    path: pd.DataFrame, imports: pd.DataFrame, sides: pd.DataFrame, as_of: pd.Timestamp
) -> Iterator[Fact]:
    """Average and additional rate of each side at the start and after each step in force.

    `path` as `measure_tariff_path` gives it, `imports` as cleaned. Rates that are not measured
    make no fact; `..._last` are those of the last measured step.
    """
    past = path[path["effective_date"].le(as_of) & path["is_complete"]]
    year = str(int(imports["trade_year"].iloc[0]))
    weighed = "year of the imports that weigh the averages by chapter"
    yield Fact("base_year", year, "text", weighed, function=measure_chapter_path)
    yield Fact("path_start", past["effective_date"].min(), "date", "first day of the averages")
    for importer, own in past.groupby("importer"):
        side, whose = str(importer).lower(), side_names(sides)[str(importer)]
        named = [(_name(row["step_ids"]) or "base", row) for row in own.to_dict("records")]
        for name, row in [*named, ("last", named[-1][1])]:
            steps = row["step_ids"].split(";") if row["step_ids"] else []
            day = row["effective_date"]
            weights = row["weights"].partition(" (")[0].replace("tranche", "list")
            since = f"of {whose} since {in_words(day)}, weighed by {weights}"
            at = "after_" + name if name != "last" else name
            rows = {"actions": steps} if steps else {}
            for part, kind, rate, unit in (
                ("rate", "duty", row["applied_rate_pct"], "percent"),
                ("additional", "added duty", row["additional_duty_pp"], "pp"),
            ):
                about = f"average {kind} {since}"
                yield Fact(f"{side}_{part}_{at}", rate, unit, about, rows, digits=1)
        last = named[-1][1]["effective_date"]
        goes_on = path[path["importer"].eq(importer) & path["effective_date"].le(as_of)]
        is_current = goes_on["effective_date"].max() == last
        when = f"{'since' if is_current else 'as last measured, on'} {in_words(last)}"
        about = f"last measured step of {whose}"
        yield Fact(f"{side}_day_last", last, "date", about)
        yield Fact(f"{side}_when_last", when, "text", about)


@rests_on("actions")
def action_facts(
    actions: pd.DataFrame, named: Sequence[str], as_of: pd.Timestamp
) -> Iterator[Fact]:
    """Days, rates and claimed values of the actions that the prose names, by their number.

    Of actions joined by ";", because one event measures them, the first stands for all. Words
    where the parameters leave an action out.
    """
    in_force = int((actions["is_step"] & actions["effective_date"].le(as_of)).sum())
    yield Fact("n_steps", in_force, "count", "changes of a rate in force by the day of the report")
    known = {row["action_id"]: row for row in actions.to_dict("records")}
    for joined in dict.fromkeys(named):
        name, rows, action_id = _name(joined), _actions(joined), joined.split(";")[0]
        row = known.get(action_id, {})
        yield Fact(f"known_{name}", action_id in known, "flag", "whether this is known", rows)
        for what, meaning in (
            ("announced", "day on which this was announced"),
            ("effective", "day on which this took effect"),
        ):
            day = row.get(f"{what}_date")
            yield Fact(f"{what}_{name}", day, "date", meaning, rows).or_words(NO_DAY)
        for when in ("before", "after"):
            rate = row.get(f"rate_{when}_pct")
            if pd.notna(rate):
                meaning, digits = f"added duty {when} this step", _digits(rate)
                yield Fact(f"rate_{when}_{name}", rate, "percent", meaning, rows, digits=digits)
        least, most = row.get("rate_min_pct"), row.get("rate_max_pct")
        if pd.notna(least) and pd.notna(most):
            meaning = "added duties after it, by line"
            text = f"{least:g} to {most:g} percent"
            yield Fact(f"rates_{name}", text, "text", meaning, rows)
            highest, digits = f"highest of the {meaning}", _digits(most)
            yield Fact(f"rate_most_{name}", most, "percent", highest, rows, digits=digits)
        claimed = row.get("value_claimed_usd_bn")
        if pd.notna(claimed):
            meaning = "value of this list, by the government"
            yield Fact(f"claimed_{name}", claimed, "usd_bn", meaning, rows, digits=_digits(claimed))


@rests_on("actions", by=measure_effective_date_rules)
def rule_facts(rules: pd.DataFrame, actions: pd.DataFrame) -> Iterator[Fact]:
    """How far apart the rules for the effective date lie, and which days they give.

    `rules` as `measure_effective_date_rules` gives them, with `used_by` in words. Nothing but that
    where no step has a grace window: every rule gives the same day then.
    """
    yield Fact("grace_is_known", len(rules) > 0, "flag", "whether a step has a grace window")
    if rules.empty:
        return
    by_day = rules.sort_values("effective_date", kind="stable")
    late = by_day.iloc[-1]
    window = actions.loc[actions["entry_deadline"].notna(), "action_id"]
    rows = {"actions": list(window)}
    days = int(late["days_after_legal"])
    yield Fact("grace_days", days, "days", "longest difference between two rules", rows)
    step = by_day.loc[by_day["days_after_legal"].eq(0), "effective_date"].iloc[0]
    yield Fact("grace_step_day", step, "date", "legal day of the step with the window", rows)
    yield Fact("grace_day_last", late["effective_date"], "date", "last day by any rule", rows)
    listed = [
        f"{row['effective_date'].day} {row['effective_date']:%B} ({row['used_by']})"
        for row in by_day.to_dict("records")
    ]
    yield Fact("rule_days", ", ".join(listed), "text", "day by each rule, and its user", rows)


@rests_on("actions", by=measure_farm_share)
def farm_facts(
    by_definition: Mapping[str, pd.DataFrame], words: Mapping[str, str], chosen: str
) -> Iterator[Fact]:
    """Farm share of each step under each definition, and what each step raised at all."""
    for definition, shares in by_definition.items():
        for row in shares.dropna(subset=["farm_share"]).to_dict("records"):
            name, rows = f"{_name(row['step_id'])}_{definition}", _actions(row["step_id"])
            about = f"of the step of {in_words(row['effective_date'])}, by {words[definition]}"
            share, usd = float(row["farm_share"]), float(row["farm_usd_bn"])
            yield Fact(f"farm_share_{name}", share, "share", f"farm share {about}", rows)
            yield Fact(f"farm_usd_{name}", usd, "usd_bn", f"farm goods {about}", rows, digits=2)
    for row in by_definition[chosen].to_dict("records"):
        name, rows = _name(row["step_id"]), _actions(row["step_id"])
        usd, lines = float(row["imports_raised_usd_bn"]), int(row["lines_raised"])
        about = f"that the step of {in_words(row['effective_date'])} made dearer"
        yield Fact(f"raised_usd_{name}", usd, "usd_bn", f"imports {about}", rows)
        yield Fact(f"raised_lines_{name}", lines, "count", f"lines {about}", rows)


@rests_on("actions", by=measure_sections)
def section_facts(sections: pd.DataFrame) -> Iterator[Fact]:
    """Day of one change, and its largest section, if there is a change."""
    yield Fact("sections_are_known", len(sections) > 0, "flag", "whether there is a change")
    if sections.empty:
        return
    top = sections.sort_values("imports_usd_bn").iloc[-1]
    rows = _actions(top["step_ids"])
    about = "largest section of the Harmonized System in the last change"
    day, title = top["effective_date"], str(top["section_title"])
    yield Fact("sections_day", day, "date", "day of the last change", rows)
    yield Fact("top_section", title.lower(), "text", about, rows)


@rests_on("episodes", by=measure_episodes)
def episode_facts(episodes: pd.DataFrame, sides: pd.DataFrame) -> Iterator[Fact]:
    """How fast each move was answered, and what move and answer hit; no fact without an answer."""
    answered = episodes.dropna(subset=["announced_days"])
    yield Fact("moves_are_answered", len(answered) > 0, "flag", "whether any is")
    if answered.empty:
        return
    days = answered["announced_days"].astype(int)
    movers = sorted(set(answered["mover"].map(sides.set_index("side")["article_name"])))
    about = "moves with an answer by the day of the report"
    yield Fact("n_episodes", len(answered), "word", about)
    yield Fact("movers", " and ".join(movers), "text", "sides that moved first")
    yield Fact("answer_days_min", int(days.min()), "days", "shortest time to an answer")
    yield Fact("answer_days_max", int(days.max()), "days", "longest time to an answer")
    for row in answered.to_dict("records"):
        name, rows = row["episode_id"].lower(), {"episodes": [row["episode_id"]]}
        for part in ("move", "answer"):
            share, usd = row[f"{part}_import_share"], row[f"{part}_value_usd_bn"]
            if pd.isna(share):
                continue
            about = f"imports hit by the {part} in {row['title']}"
            of_all = f"{about}, of all imports of that side"
            yield Fact(f"{part}_share_{name}", float(share), "share", of_all, rows, digits=0)
            yield Fact(f"{part}_usd_{name}", float(usd), "usd_bn", about, rows)


@rests_on("episodes", by=measure_duties_added)
def added_facts(added: pd.DataFrame, sides: pd.DataFrame) -> Iterator[Fact]:
    """What the measured steps of each side add a year, and on how many imports, if there are any.

    Imports on a list count once, however often their duty went up.
    """
    yield Fact("duties_are_added", len(added) > 0, "flag", "whether both sides' steps are measured")
    if added.empty:
        return
    for side, whose in side_names(sides).items():
        name, own = side.lower(), added[added["side"].eq(side)]
        usd = float(own["duty_added_usd_bn"].sum())
        hit = float(own.groupby("tranche")["value_usd_bn"].max().sum())
        about = f"the measured steps of {whose}"
        yield Fact(f"duty_added_{name}", usd, "usd_bn", f"duty that {about} add a year")
        yield Fact(f"imports_hit_{name}", hit, "usd_bn", f"imports that {about} hit")


@rests_on("exemptions", "coverage", by=measure_exempt)
def exempt_facts(
    exempt: pd.DataFrame, exemptions: pd.DataFrame, sides: pd.DataFrame
) -> Iterator[Fact]:
    """Goods exempted, and what that makes of the highest average of each side."""
    for row in exemptions.to_dict("records"):
        rows = {"exemptions": [row["action_id"]], "coverage": [row["coverage_id"]]}
        about = f"imports exempted from a duty by the act of {in_words(row['announced_date'])}"
        name = f"exempt_usd_{_name(row['action_id'])}"
        yield Fact(name, row["value_usd_bn"], "usd_bn", about, rows)
    words = {"in_law": "by law", "as_told": "from the day told", "without": "nothing"}
    for importer, rates in exempt.groupby("importer"):
        for reading, exempted in words.items():
            peak = rates[f"{reading}_pct"].max()
            about = f"highest average of {side_names(sides)[str(importer)]}, exempt: {exempted}"
            if pd.notna(peak):
                name = f"{str(importer).lower()}_peak_{reading}"
                yield Fact(name, peak, "percent", about, digits=1)


@rests_on("actions", by=measure_suspended)
def suspended_facts(suspended: pd.DataFrame) -> Iterator[Fact]:
    """The average had a suspended duty returned."""
    for row in suspended.to_dict("records"):
        rows = _actions(row["action_id"])
        about = f"average had it returned: duty suspended on {in_words(row['announced_date'])}"
        yield _rate_or_words(
            f"returned_{_name(row['action_id'])}", row["returned_pct"], about, rows
        )


@rests_on("joint_acts", "actions", by=measure_truces)
def truce_facts(truces: pd.DataFrame, sides: pd.DataFrame) -> Iterator[Fact]:
    """Days of each truce, and how many measures of which kind each side took in it."""
    words = {
        "inside": "changes of a duty in the averages",
        "outside": "changes of other duties",
        "new_measures": "measures that set no duty",
        "by_text": "measures that set no duty and were taken back as the joint act has it",
        "eased": "measures that set no duty and were taken back otherwise",
    }
    for row in truces.to_dict("records"):
        name = str(row["joint_act"])
        for end in ("start", "end") if row["side"] == truces["side"].iloc[0] else ():
            about = f"{end} of what is told of it: {row['title']}"
            yield Fact(f"truce_{end}_{name}", row[end], "date", about)
        for column, what in words.items():
            about = f"{what} by {side_names(sides)[row['side']]}: {row['title']}"
            value_id = f"truce_{column}_{name}_{str(row['side']).lower()}"
            yield Fact(value_id, row[column], "word", about)


@rests_on("coverage", by=measure_steps_outside)
def outside_facts(outside: pd.DataFrame) -> Iterator[Fact]:
    """Upper bound of what the duties outside the average could add to it."""
    bounded = outside[outside["reason"].eq("not_valued")].dropna(subset=["bound_pp"])
    rows = {"coverage": list(bounded["coverage_id"])}
    about = "most that duties outside of the lists could add to the average by list"
    yield Fact("outside_most", float(bounded["bound_pp"].sum()), "pp", about, rows)


@rests_on("benchmarks", by=reconcile)
def reconciliation_facts(
    reconciliation: pd.DataFrame, shown: pd.DataFrame, named: Sequence[str]
) -> Iterator[Fact]:
    """How many published averages agree with ours, and how far apart those shown lie, if any.

    For each that is shown, and for those that the prose names: the published value and ours on
    its day; words where it is not compared in this run.
    """
    rows = {"benchmarks": list(shown["benchmark_id"])}
    compared = reconciliation[reconciliation["is_compared"]]
    within, gaps = int(compared["within"].sum()), shown["gap_pp"].abs()
    yield Fact("n_published", len(compared), "count", "published averages held against ours")
    yield Fact("n_within", within, "count", "of them, those within tolerance")
    if len(shown):
        yield Fact("gap_least", float(gaps.min()), "number", "smallest gap shown", rows, digits=1)
        yield Fact("gap_most", float(gaps.max()), "pp", "largest gap shown", rows, digits=1)
    known = {row["benchmark_id"]: row for row in shown.to_dict("records")}
    for benchmark_id in sorted({*known, *named}):
        name, source = benchmark_id.lower(), {"benchmarks": [benchmark_id]}
        row = known.get(benchmark_id, {})
        for part, whose in (("published", "this"), ("ours", "our")):
            about, rate = f"{whose} average, for one published by others", row.get(f"{part}_pct")
            yield _rate_or_words(f"{part}_{name}", rate, about, source)


@rests_on()
def threat_rate_facts(rate_pct: float) -> Iterator[Fact]:
    """The threatened duty, which is a parameter of the run."""
    meaning = "threatened duty, a parameter"
    yield Fact("list4_rate", rate_pct, "percent", meaning, digits=_digits(rate_pct))


@rests_on("coverage_sets", "actions", by=measure_threat)
def threat_facts(threat: pd.DataFrame) -> Iterator[Fact]:
    """The average that a threatened duty would have led to, and what of it was in force already.

    Words in the place of a number that there is not: no list under threat, or none that the
    coverage set values.
    """
    found = threat.iloc[0]
    is_in_force, has_list = bool(found["is_in_force"]), bool(pd.notna(found["tranche"]))
    about = "average with the threatened duty, applied on the day of the report"
    lacks = "this coverage set cannot" if has_list else "no threat can"
    after = Fact("threat_after", found["after_pct"], "percent", about)
    yield after.or_words(f"a level that {lacks} give")
    about = "the threatened list on the day of the report"
    is_new = has_list and not is_in_force
    yield Fact("threat_is_new", is_new, "flag", f"nothing of {about} pays")
    yield Fact("threat_is_partly_in_force", is_in_force, "flag", f"a part of {about} pays")
    about = f"additional duty that a part of {about} pays already"
    yield _rate_or_words("threat_in_force_rate", found["in_force_pct"], about)


@rests_on("scenarios", by=measure_scenarios)
def scenario_facts(
    measured: pd.DataFrame, scenarios: pd.DataFrame, sides: pd.DataFrame
) -> Iterator[Fact]:
    """Rate of each side under each scenario that has rows, and the largest gap to the record.

    Words where a scenario or its rate is not measured: its steps lie after `as_of`, or a step
    in force has no measure.
    """
    by_case = {(row["scenario"], row["importer"]): row for row in measured.to_dict("records")}
    for scenario, changes in scenarios.groupby("scenario", sort=False):
        actions = [*changes["action_id"], *changes["to_action_id"].dropna()]
        rows = {"actions": sorted({*actions})}
        told = f"scenario: {str(scenario).replace('_', ' ')}"
        for importer, whose in side_names(sides).items():
            side, row = importer.lower(), by_case.get((scenario, importer), {})
            about = f"average duty on the last day of {whose}, {told}"
            rate = row.get("applied_rate_pct")
            yield _rate_or_words(f"{side}_rate_{scenario}", rate, about, rows)
            about = f"largest gap to the record of {whose}, {told}"
            gap = row.get("largest_difference_pp")
            yield _rate_or_words(f"{side}_gap_{scenario}", gap, about, rows, "pp")


def _rate_or_words(
    value_id: str,
    value: float | None,
    definition: str,
    rows: Mapping[str, Sequence[str]] = {},
    unit: str = "percent",
) -> Fact:
    """A rate or a difference of rates; words in its place where it is missing."""
    words = f"{'a level' if unit == 'percent' else 'an amount'} that this run does not give"
    return Fact(value_id, value, unit, definition, rows, digits=1).or_words(words)


def _digits(told: float) -> int:
    """Digits of a rate or value that a row tells in whole numbers or in parts of one."""
    return 0 if float(told).is_integer() else 1


def _name(step_ids: str) -> str:
    """Steps joined by ";" as they stand in the id of a value."""
    return step_ids.lower().replace(";", "_")


def _actions(step_ids: str) -> dict[str, list[str]]:
    """Rows of the actions behind steps joined by ";"."""
    return {"actions": step_ids.split(";")}
