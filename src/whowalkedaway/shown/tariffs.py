"""Tables of the tariff record as readers see them."""

from collections.abc import Mapping

import pandas as pd

from notepress.prose import literal
from tradetalks.raw.read import RawTables
from whowalkedaway.shown import Shown

_TRUCES = {
    "title": "Truce", "start": "From", "end": "To", "side": "Side",
    "inside": "Duties on all goods", "outside": "Other duties",
    "new_measures": "Other measures", "new_inquiries": "Inquiries",
    "by_text": "Taken back by text", "eased": "Taken back besides",
}  # fmt: skip


def path(table: pd.DataFrame) -> Shown:
    """Average rates over time: one row per side and day on which one moves."""
    rates = ["base_rate_pct", "additional_duty_pp", "applied_rate_pct"]
    return {
        "frame": table.drop(columns="is_complete"),
        "formats": dict.fromkeys(rates, "{:.2f}"),
    }


def effective_date_rules(table: pd.DataFrame, date_rules: pd.DataFrame) -> Shown:
    """Rules for the day of a step: one row per rule and step, with who uses the rule, cited."""
    users = date_rules.set_index("effective_date_rule")
    used = users["used_by"].map(literal, na_action="ignore")
    used = used.str.cat(("[@" + users["source_id"] + "]").fillna(""), sep=" ").str.strip()
    labels = {
        "effective_date_rule": "Rule",
        "used_by": "Used by",
        "effective_date": "Counts from",
        "days_after_legal": "Days after the legal date",
        "before_pct": "Rate before, percent",
        "after_pct": "Rate after, percent",
    }
    return {
        "frame": table.assign(used_by=table["effective_date_rule"].map(used))[[*labels]],
        "labels": labels,
        "formats": dict.fromkeys(["before_pct", "after_pct"], "{:.1f}"),
        "widths": {"effective_date_rule": 0.17, "used_by": 0.31, "effective_date": 0.16},
        "markdown": ["used_by"],
    }


def farm_share(table: pd.DataFrame) -> Shown:
    """Farm part of each step that raised a duty, by one definition."""
    billions = dict.fromkeys(["imports_raised_usd_bn", "farm_usd_bn"], "{:.3f}")
    return {"frame": table, "formats": {"farm_share": "{:.4f}"} | billions}


def sections(table: pd.DataFrame) -> Shown:
    """Sections of the goods that one step hit, the largest first."""
    labels = {
        "section_title": "Section of the Harmonized System",
        "lines": "Lines",
        "imports_usd_bn": "Imports, billion dollars",
        "import_share": "Of all imports hit",
    }
    return {
        "frame": table.sort_values("imports_usd_bn", ascending=False)[[*labels]],
        "labels": labels,
        "formats": {"imports_usd_bn": "{:.1f}", "import_share": "{:.1%}"},
    }


def notices(raw: RawTables, actions: pd.DataFrame, answered: pd.DataFrame) -> str:
    """Sources that announced and ordered moves and answers, as a citation.

    What was read in a repost alone is named by the table of actions, and cited by no table.
    """
    exchanges = raw["episodes"].set_index("episode_id").loc[answered["episode_id"]]
    acts = exchanges.filter(regex="_(announced|effective)$").to_numpy().ravel()
    sources = actions.set_index("action_id")["source_id"].reindex(acts).dropna()
    kinds = {key: raw.references[key]["custom"]["kind"] for key in sources.unique()}
    return "; ".join(f"@{key}" for key, kind in kinds.items() if kind != "repost")


def episodes(answered: pd.DataFrame, source: str) -> Shown:
    """Moves and their answers: days between the two, and the imports that each hit."""
    labels = {
        "title": "Move",
        "first_days": "First announced after (days)",
        "announced_days": "Ordered after (days)",
        "effective_days": "In force after (days)",
        "move_value_usd_bn": "Base-year imports hit by the move ($ billion a year)",
        "answer_value_usd_bn": "Base-year imports hit by the answer ($ billion a year)",
        "move_import_share": "Of all imports, the move",
        "answer_import_share": "Of all imports, the answer",
    }
    billions = dict.fromkeys(["move_value_usd_bn", "answer_value_usd_bn"], "{:.1f}")
    shares = dict.fromkeys(["move_import_share", "answer_import_share"], "{:.0%}")
    frame = answered[[*labels]]
    return {"frame": frame, "labels": labels, "formats": billions | shares, "source": source}


def valued(raw: RawTables, coverage_sets: pd.DataFrame, name: str) -> str:
    """Sources of the values of base-year trade on both sides, as a citation."""
    of_set = coverage_sets["coverage_set"].eq(name) & coverage_sets["kind"].eq("tranche")
    keys = [*raw["chapter_events"]["source_id"], *coverage_sets.loc[of_set, "source_id"]]
    return "; ".join(f"@{key}" for key in dict.fromkeys(keys))


def truce(table: pd.DataFrame, names: Mapping[str, str]) -> Shown:
    """Exempt goods, suspended duties, or counts of a truce: sides by their names."""
    frame = table.drop(columns="joint_act", errors="ignore").replace({"side": names})
    if "inside" in frame:  # a truce has its days beside its name
        days = [f"{one:%d %b %Y}".lstrip("0") for one in [*frame["start"], *frame["end"]]]
        spans = zip(frame["title"], days[: len(frame)], days[len(frame) :], strict=True)
        frame["title"] = [f"{title}, {first} to {last}" for title, first, last in spans]
        frame = frame.drop(columns=["start", "end"])
    labels = {column: head for column, head in _TRUCES.items() if column in frame}
    return {"frame": frame, "labels": labels}
