"""Tables of the tariff record as readers see them."""

from collections.abc import Mapping

import pandas as pd

from notepress.prose import literal
from tradetalks.raw.read import RawTables
from whowalkedaway.shown import Shown, as_listed


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
    return as_listed(
        "effective_date_rules", table.assign(used_by=table["effective_date_rule"].map(used))
    )


def farm_share(table: pd.DataFrame) -> Shown:
    """Farm part of each step that raised a duty, by one definition."""
    billions = dict.fromkeys(["imports_raised_usd_bn", "farm_usd_bn"], "{:.3f}")
    return {"frame": table, "formats": {"farm_share": "{:.4f}"} | billions}


def sections(table: pd.DataFrame) -> Shown:
    """Sections of the goods that one step hit, the largest first."""
    return as_listed("sections", table.sort_values("imports_usd_bn", ascending=False))


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
    return {**as_listed("episodes", answered), "source": source}


def valued(raw: RawTables, coverage_sets: pd.DataFrame, name: str) -> str:
    """Sources of the values of base-year trade on both sides, as a citation."""
    of_set = coverage_sets["coverage_set"].eq(name) & coverage_sets["kind"].eq("tranche")
    keys = [*raw["chapter_events"]["source_id"], *coverage_sets.loc[of_set, "source_id"]]
    return "; ".join(f"@{key}" for key in dict.fromkeys(keys))


def truce(table: pd.DataFrame, names: Mapping[str, str]) -> Shown:
    """Exempt goods, suspended duties, or counts of a truce: sides by their names."""
    if "inside" not in table:
        return {"frame": table}
    # a truce has its days beside its name
    ends = ([f"{one:%d %b %Y}".lstrip("0") for one in table[end]] for end in ("start", "end"))
    titles = [
        f"{title}, {first} to {last}"
        for title, first, last in zip(table["title"], *ends, strict=True)
    ]
    return as_listed("truces", table.assign(title=titles).replace({"side": names}))
