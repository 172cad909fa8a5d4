"""The order of events around the breakdown, and those that a chronology names."""

import unicodedata
from collections.abc import Collection, Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from tradetalks.words.charge import in_order_of_time

# Acts by which a measure is made known; a statement of one of them on the day of the step is
# the announcement itself and not a second event.
_MEASURE_ACTS = ("announce", "threaten")

# How an event is known: as a measure of a government, by words on record, by sources without name.
HOW_KNOWN = ("measure", "on record", "unnamed sources")

# Exclusions and inquiries leave every rate of a list where it was.
_KINDS_WITHOUT_RATE = ("exclude", "investigation")
TIME_NOT_KNOWN = "time not known"


def close_days(
    breakdown: pd.Timestamp, window_days: int, as_of: pd.Timestamp
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day looked at: a third of the window before the breakdown, the rest after."""
    third = pd.Timedelta(days=window_days // 3 + 1)
    return breakdown - third, min(as_of, breakdown + 2 * third - pd.Timedelta(days=2))


def in_english(statements: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Statements whose key phrase is a translation where it stands in a sentence that has one.

    `is_translated` is a column more.
    """
    translated = sentences.dropna(subset=["statement_id", "translation"])
    own = statements.merge(translated, on="statement_id")
    held = [
        str(phrase) in words for phrase, words in zip(own["key_phrase"], own["words"], strict=True)
    ]
    english = own.loc[held].drop_duplicates("statement_id").set_index("statement_id")["translation"]
    told = statements["statement_id"].map(english)
    phrase = told.fillna(statements["key_phrase"])
    return statements.assign(key_phrase=phrase, is_translated=told.notna())


def measure_breakdown_sequence(
    statements: pd.DataFrame,
    actions: pd.DataFrame,
    event_actions: pd.DataFrame,
    events: pd.DataFrame,
    rounds: pd.DataFrame,
    press: pd.DataFrame,
    documents: pd.DataFrame,
    named: Collection[str],
    *,
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> pd.DataFrame:
    """Put what happened from `start` to `end` in one order: one row per event.

    Columns: `when` (the day), `time_utc`, `time` (as text), `side` (missing for what both did),
    `kind` (`round`, `press account`, `rate change`, `announcement`, `statement`), `known` (one of
    `HOW_KNOWN`), `told_by` (sides of the sources of a press account, parted by semicolons), `what`,
    `label` (short), `record_ids`, `source_id`, `confidence`. Listed are rounds begun in the span,
    what unnamed sources in `press` tell of it, measures announced, changes of a rate, statements
    `named`, and `documents`, the anchors that stand for a whole one. A new rate comes first in its
    day, what is timed by its time, and the rest last, unless its day was over before the last timed
    event began.
    """
    said = statements[statements["statement_date"].between(start, end)]
    # of an action that two events cover, the first by code names it
    labels = event_actions.merge(events, on="event_id").sort_values("event_id")
    labels = labels.drop_duplicates("action_id").set_index("action_id")
    called = actions["action_id"].map(labels["label"]).fillna(actions["tranche"])
    actions = actions.assign(label=called)
    announced = actions[
        actions["announced_date"].between(start, end) & ~actions["kind"].isin(_KINDS_WITHOUT_RATE)
    ]
    announcements = _announcements(announced, said, event_actions)
    voiced = said["statement_id"].isin(announcements["statement_id"].dropna())
    words = said[said["statement_id"].isin([*named]) & ~voiced]
    told = press[press["told_day"].between(start, end) & ~press["is_named"].astype(bool)]
    is_step = actions["is_step"].astype(bool)
    changed = actions[is_step & actions["effective_date"].between(start, end)]
    begun = rounds[rounds["start_date"].between(start, end)]
    in_force = _step_rows(changed, "effective_date")
    parts = [
        _round_rows(begun),
        _press_rows(told),
        in_force.assign(kind="rate change", label="In force: " + in_force["label"]),
        announcements.drop(columns="statement_id"),
        _statement_rows(words),
    ]
    listed = {*pd.concat(parts)["record_ids"].str.split(";").explode()}
    table = pd.concat([*parts, _document_rows(documents, said, listed)], ignore_index=True)
    last_timed = table.groupby("when")["time_utc"].transform("max")
    table["place"] = table["kind"].map({"rate change": 0, "round": 2, "press account": 2}).fillna(3)
    is_placed = table["time_utc"].notna() | table["until_utc"].le(last_timed)
    table["place"] = table["place"].mask(is_placed & table["place"].ne(0), 1)
    # behind the last timed event the moment at which a day ends says nothing about the order
    table["until_utc"] = table["until_utc"].where(table["place"].eq(1))
    table["time"] = table["time_utc"].dt.strftime("%H:%M UTC").fillna(TIME_NOT_KNOWN)
    order = ["when", "place", "until_utc", "kind", "record_ids"]
    columns = [
        *("when", "time_utc", "time", "side", "kind", "known", "told_by", "what", "label"),
        *("record_ids", "source_id", "confidence"),
    ]
    return table.sort_values(order, ignore_index=True)[columns]


def measure_anchors(
    statements: pd.DataFrame, uses: pd.DataFrame, rounds: pd.DataFrame
) -> pd.DataFrame:
    """Choose the few events that a chronology names: one row per event.

    Columns: `when`, `side` (missing for rounds), `kind`, `label`, `record_ids`: of each side the
    first charge and the document with most statements, and rounds of agreement or breakdown.
    """
    shown = statements[statements["in_window"]]
    first = uses[uses["is_first_charge"] & uses["statement_id"].isin(shown["statement_id"])]
    charges = first.rename(columns={"statement_date": "when", "statement_id": "record_ids"})
    charges = charges.assign(kind="first charge", label="first charge")
    by_document = shown.groupby("occasion_id")
    documents = by_document.agg(
        when=("statement_date", "min"), side=("side", "first"), n=("statement_id", "size")
    )
    documents = documents.sort_values(["n", "when"], ascending=[False, True])
    documents = documents.drop_duplicates("side")
    rows = [by_document.get_group(name) for name in documents.index]
    documents = documents.assign(
        kind="document",
        label=[own["speaker"].mode().iloc[0] for own in rows],
        record_ids=[";".join(sorted(own["statement_id"])) for own in rows],
    )
    turned = rounds[rounds["status"].isin(["agreement", "breakdown"])]
    names = {"start_date": "when", "status": "kind", "place": "label", "round_id": "record_ids"}
    meetings = turned.rename(columns=names).assign(side=None)
    columns = ["when", "side", "kind", "label", "record_ids"]
    chosen = pd.concat([charges[columns], documents[columns], meetings[columns]])
    chosen = chosen.astype({"side": "string"})
    return chosen.sort_values(["when", "record_ids"], ignore_index=True)


def _announcements(
    announced: pd.DataFrame, said: pd.DataFrame, event_actions: pd.DataFrame
) -> pd.DataFrame:
    """List the announcements of steps: one row per side, day and tranche.

    The side's own words of that day and their time stand for it; else the table of actions.
    """
    # what moves a rate goes before the plan that is announced with it
    announced = announced.sort_values(["is_step", "action_id"], ascending=[False, True])
    steps = _step_rows(announced, "announced_date").assign(tranche=announced["tranche"])
    keys = ["when", "side", "tranche"]
    # one list may fill several rows of the tariff table; the reader meets it once, and knows of a
    # measure if one of them is one
    by_list = steps.groupby(keys)
    every_id = by_list["record_ids"].transform(lambda ids: ";".join(sorted(ids))).astype("str")
    is_measure = steps["known"].eq(HOW_KNOWN[0]).groupby([steps[key] for key in keys])
    known = steps["known"].mask(is_measure.transform("any"), HOW_KNOWN[0])
    steps = steps.assign(record_ids=every_id, known=known).drop_duplicates(keys)
    columns = ["action_id", "importer", "announced_date", "tranche", "measure_class"]
    voiced = (
        said[said["act"].isin(_MEASURE_ACTS)]
        .merge(event_actions, on="event_id", validate="many_to_many")
        .merge(announced[columns], on="action_id")
    )
    is_own = voiced["side"].eq(voiced["importer"])
    voiced = voiced[is_own & voiced["statement_date"].eq(voiced["announced_date"])]
    voiced = in_order_of_time(voiced).drop_duplicates(["statement_date", "side", "tranche"])
    # without words to quote the label says what the step does, and of a measure without a rate,
    # of which a quotation would not say what it is, what was done
    voices = _statement_rows(voiced).assign(tranche=voiced["tranche"])
    voices["label"] = voices["label"].where(voiced["key_phrase"].notna())
    voices["label"] = voices["label"].mask(voiced["measure_class"].eq("none"), _did(voiced))
    both = steps.merge(voices, on=keys, how="left", suffixes=("", "_said"), validate="one_to_one")
    words = ["source_id", "confidence", "what", "label"]
    statement_id = both["record_ids_said"]
    return both[[*keys, "known", "time_utc", "until_utc"]].assign(
        **{name: both[f"{name}_said"].fillna(both[name]) for name in words},
        record_ids=both["record_ids"] + (";" + statement_id).fillna(""),
        statement_id=statement_id,
        kind="announcement",
    )


def _statement_rows(said: pd.DataFrame) -> pd.DataFrame:
    """Turn statements into rows of the sequence."""
    is_read = [  # by every reader
        all(unicodedata.name(one).startswith("LATIN") for one in str(words) if one.isalpha())
        for words in said["key_phrase"]
    ]
    phrase = said["key_phrase"]
    # a translation of ours is nobody's speech
    phrase = phrase.where(said["is_translated"], "“" + phrase.astype("str") + "”")
    phrase = phrase.where(np.array(is_read, bool))
    columns = {"statement_date": "when", "said_at_utc": "time_utc", "said_until_utc": "until_utc"}
    columns |= {"side": "side", "paraphrase": "what", "statement_id": "record_ids"}
    label = (said["speaker"] + ": " + phrase).fillna(_did(said))
    return _rows(said, columns, kind="statement", label=label, known=HOW_KNOWN[1])


def _rows(events: pd.DataFrame, columns: Mapping[str, str], **told: Any) -> pd.DataFrame:
    """Turn events into rows of the sequence: `columns` as they are called there, and `told`."""
    return events[[*columns, "source_id", "confidence"]].rename(columns=columns).assign(**told)


def _did(said: pd.DataFrame) -> pd.Series:
    """Say what speakers did, for labels: the first clause of a paraphrase, from its verb on."""
    clause = said["paraphrase"].str.split(r"[:;]|\.(?=\s|$)", n=1, regex=True).str[0].astype("str")
    return said["speaker"] + " " + clause.str[:1].str.lower() + clause.str[1:]


def _document_rows(documents: pd.DataFrame, said: pd.DataFrame, listed: set[str]) -> pd.DataFrame:
    """Turn documents of which nothing is listed yet into rows, where their first words stand."""
    ids = documents["record_ids"].str.split(";")
    is_new = documents["kind"].eq("document") & ~ids.map(lambda own: bool(listed & {*own}))
    first = ids[is_new].str[0].set_axis(documents["label"][is_new]).rename("statement_id")
    rows = said.merge(first.reset_index(), on="statement_id")
    what = rows["label"] + ": a text that the ledger splits into many statements"
    return _statement_rows(rows).assign(label=rows["label"], what=what)


def _step_rows(steps: pd.DataFrame, day: str) -> pd.DataFrame:
    """Turn tariff steps into rows of the sequence, on the day in the column `day`."""
    moves = pd.Series([*map(_describe, steps.to_dict("records"))], steps.index, dtype="str")
    starts = [
        f"from {first.day} {first:%B %Y}" if pd.notna(first) else "no date set"
        for first in steps["effective_date"]
    ]
    what = [f"{move}, {start}." for move, start in zip(moves, starts, strict=True)]
    return _rows(
        steps,
        {day: "when", "importer": "side", "action_id": "record_ids"},
        what=pd.Series(what, steps.index, dtype="str"),
        label=np.where(steps["kind"].eq("propose"), "Proposed: ", "") + moves,
        known=np.where(steps["kind"].eq("threaten"), HOW_KNOWN[1], HOW_KNOWN[0]),
    )


def _round_rows(begun: pd.DataFrame) -> pd.DataFrame:
    """Turn rounds into rows of the sequence; they belong to no side."""
    columns = {"start_date": "when", "outcome": "what", "round_id": "record_ids"}
    label = "Talks: " + begun["place"]
    return _rows(begun, columns, label=label, kind="round", known=HOW_KNOWN[1])


def _press_rows(told: pd.DataFrame) -> pd.DataFrame:
    """Turn accounts of unnamed sources into rows, of the side whose act they tell."""
    columns = {"told_day": "when", "acting_side": "side", "says": "what", "label": "label"}
    columns |= {"press_id": "record_ids", "sources": "told_by"}
    return _rows(told, columns, kind="press account", known=HOW_KNOWN[2])


def _describe(step: Mapping[Hashable, Any]) -> str:
    """Say in words how a step moves the rate; several rates are given as their range."""
    label, until = str(step["label"]), step["entry_deadline"]
    before, after = step["rate_before_pct"], step["rate_after_pct"]
    if step["measure_class"] == "none":
        return label  # a measure that sets no duty has no rate to tell
    if pd.notna(until):
        return f"{label}: goods on the way pay the old rate until {until.day} {until:%B}"
    if pd.notna(after):
        is_move = pd.notna(before) and before != after
        rates = f"{before:g} to {after:g} percent" if is_move else f"{after:g} percent"
    elif pd.notna(step["rate_max_pct"]):
        rates = f"rates of {step['rate_min_pct']:g} to {step['rate_max_pct']:g} percent"
    else:
        rates = "rate not set"
    return label if rates in label else f"{label}: {rates}"
