"""The order of events around the breakdown, and those that a chronology names."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from tradetalks.admitted import look_up
from tradetalks.days import in_words
from tradetalks.words.charge import in_order_of_time

# Acts by which a measure is made known; a statement of one of them on the day of the step is
# the announcement itself and not a second event.
_MEASURE_ACTS = ("announce", "threaten")

# How an event is known: as a measure of a government, by words on record, by sources without name.
HOW_KNOWN = ("measure", "on record", "unnamed sources")

# Exclusions and inquiries leave every rate of a list where it was.
_KINDS_WITHOUT_RATE = ("exclude", "investigation")
TIME_NOT_KNOWN = "time not known"
# What stands first in its day, and what last but for words without a time; what has one is between.
_PLACES = {"rate change": 0, "round": 2, "press account": 2}
_TEXTS = ("time", "side", "kind", "known", "told_by", "what", "label", "record_ids", "source_id")
SEQUENCE_COLUMNS = ["when", "time_utc", *_TEXTS, "confidence"]
_WORDS = ("source_id", "confidence", "what", "label")
Row = Mapping[Any, Any]


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
    own = statements[["statement_id", "key_phrase"]].merge(translated, on="statement_id")
    held = [
        str(phrase) in words for phrase, words in zip(own["key_phrase"], own["words"], strict=True)
    ]
    english = own.loc[held].drop_duplicates("statement_id").set_index("statement_id")["translation"]
    told = look_up(statements["statement_id"], english)
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

    def in_span(rows: pd.DataFrame, day: str) -> list[dict[Hashable, Any]]:
        return rows[rows[day].between(start, end)].to_dict("records")

    # of an action that two events cover, the first by code names it
    covering = event_actions.merge(events, on="event_id").sort_values("event_id")
    labels = covering.groupby("action_id")["label"].first()
    actions = actions.assign(label=actions["action_id"].map(labels).fillna(actions["tranche"]))
    said = in_span(in_order_of_time(statements), "statement_date")
    rated = actions[~actions["kind"].isin(_KINDS_WITHOUT_RATE)]
    announced = in_span(rated.sort_values("action_id"), "announced_date")
    found = [*_announcements(announced, said, event_actions)]
    voiced = {one for event in found for one in event["record_ids"].split(";")}
    told = {*named} - voiced
    found += [_statement(one) for one in said if one["statement_id"] in told]
    found += [_round(one) for one in in_span(rounds, "start_date")]
    found += [_account(one) for one in in_span(press, "told_day") if not one["is_named"]]
    for act in in_span(actions[actions["is_step"].astype(bool)], "effective_date"):
        step = _step(act, "effective_date")
        found.append(step | {"kind": "rate change", "label": f"In force: {step['label']}"})
    listed = {one for event in found for one in event["record_ids"].split(";")}
    by_id = {one["statement_id"]: one for one in said}
    for row in documents[documents["kind"].eq("document")].to_dict("records"):
        ids, label = row["record_ids"].split(";"), row["label"]
        # of which nothing is listed yet, where its first words stand
        if not listed & {*ids} and ids[0] in by_id:
            what = f"{label}: a text that the ledger splits into many statements"
            found.append(_statement(by_id[ids[0]]) | {"label": label, "what": what})
    last_timed = dict[pd.Timestamp, pd.Timestamp]()
    for event in found:
        at = event.setdefault("time_utc", pd.NaT)
        event["time"] = TIME_NOT_KNOWN if pd.isna(at) else f"{at:%H:%M} UTC"
        if pd.notna(at):
            last_timed[event["when"]] = max(last_timed.get(event["when"], at), at)

    def place(event: Row) -> tuple[Any, ...]:
        at, until = _PLACES.get(event["kind"], 3), event.get("until_utc", pd.NaT)
        is_over = until <= last_timed.get(event["when"], pd.NaT)
        is_placed = at and (is_over or pd.notna(event["time_utc"]))
        # behind the last timed event the moment at which a day ends says nothing about the order
        by_time = (1, until) if is_placed else (at, 0)
        return event["when"], *by_time, event["kind"], event["record_ids"]

    found.sort(key=place)
    table = pd.DataFrame(found, columns=SEQUENCE_COLUMNS)
    times = pd.to_datetime(table["time_utc"], utc=True).astype("datetime64[ms, UTC]")
    return table.assign(time_utc=times).astype(dict.fromkeys(_TEXTS, "str"))


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
    announced: Sequence[Row], said: Sequence[Row], event_actions: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """Yield the announcements of steps, one for each side, day and list.

    The side's own words of that day and their time stand for it; else the table of actions.
    """
    by_list: dict[tuple[Any, ...], dict[str, Row]] = defaultdict(dict)
    # what moves a rate goes before the plan that is announced with it
    for act in sorted(announced, key=lambda act: not act["is_step"]):
        by_list[act["announced_date"], act["importer"], act["tranche"]][act["action_id"]] = act
    covers = event_actions.groupby("event_id")["action_id"].agg(list)
    for (day, side, _), acts in by_list.items():
        steps = [_step(act, "announced_date") for act in acts.values()]
        # one list may fill several rows of the tariff table; the reader meets it once, and knows
        # of a measure if one of them is one
        known = min((step["known"] for step in steps), key=HOW_KNOWN.index)
        event = steps[0] | {"kind": "announcement", "known": known}
        event["record_ids"] = ";".join(sorted(acts))
        voices = (
            (one, acts[action_id])
            for one in said
            if one["act"] in _MEASURE_ACTS and (one["statement_date"], one["side"]) == (day, side)
            for action_id in covers.get(one["event_id"], ())
            if action_id in acts
        )
        for one, act in [*voices][:1]:
            voice = _statement(one)
            event |= {name: voice[name] for name in ("time_utc", "until_utc", *_WORDS)}
            event["record_ids"] += f";{one['statement_id']}"
            if one["channel"] == "tweet":  # a post says what will be done, and orders nothing
                event["known"] = HOW_KNOWN[1]
            # without words to quote the label says what the step does, and of a measure without a
            # rate, of which a quotation would not say what it is, what was done
            if act["measure_class"] == "none":
                event["label"] = _did(one)
            elif pd.isna(one["key_phrase"]):
                event["label"] = steps[0]["label"]
        yield event


def _event(row: Row, day: str, key: str, **told: Any) -> dict[str, Any]:
    """An event of the sequence, on the day and with the key in these columns of a row."""
    both = {name: row[name] for name in ("source_id", "confidence")}
    return {"when": row[day], "record_ids": row[key], **both, **told}


def _statement(said: Row) -> dict[str, Any]:
    """A statement as an event."""
    phrase, label = said["key_phrase"], _did(said)
    # words that every reader can read
    if pd.notna(phrase) and all(
        unicodedata.name(one).startswith("LATIN") for one in phrase if one.isalpha()
    ):
        # a translation of ours is nobody's speech
        label = f"{said['speaker']}: " + (phrase if said["is_translated"] else f"“{phrase}”")
    moments = {"time_utc": said["said_at_utc"], "until_utc": said["said_until_utc"]}
    told = {"side": said["side"], "what": said["paraphrase"], "label": label, **moments}
    key = "statement_id"
    return _event(said, "statement_date", key, kind="statement", known=HOW_KNOWN[1], **told)


def _did(said: Row) -> str:
    """Say what a speaker did, for labels: the first clause of a paraphrase, from its verb on."""
    clause = re.split(r"[:;]|\.(?=\s|$)", said["paraphrase"], maxsplit=1)[0]
    return f"{said['speaker']} {clause[:1].lower()}{clause[1:]}"


def _step(step: Row, day: str) -> dict[str, Any]:
    """A tariff step as an event, on the day in the column `day`."""
    move, first = _describe(step), step["effective_date"]
    start: str = f"from {in_words(first)}" if pd.notna(first) else "no date set"
    label = f"Proposed: {move}" if step["kind"] == "propose" else move
    known = HOW_KNOWN[step["kind"] == "threaten"]
    told = {"side": step["importer"], "what": f"{move}, {start}.", "label": label, "known": known}
    return _event(step, day, "action_id", **told)


def _round(begun: Row) -> dict[str, Any]:
    """A round as an event; it belongs to no side."""
    told = {"what": begun["outcome"], "label": f"Talks: {begun['place']}", "known": HOW_KNOWN[1]}
    return _event(begun, "start_date", "round_id", kind="round", **told)


def _account(told: Row) -> dict[str, Any]:
    """An account of unnamed sources as an event, of the side whose act they tell."""
    own = {"side": told["acting_side"], "what": told["says"], "label": told["label"]}
    own |= {"told_by": told["sources"], "kind": "press account", "known": HOW_KNOWN[2]}
    return _event(told, "told_day", "press_id", **own)


def _describe(step: Row) -> str:
    """Say in words how a step moves the rate; several rates are given as their range."""
    label, until = str(step["label"]), step["entry_deadline"]
    before, after = step["rate_before_pct"], step["rate_after_pct"]
    if step["measure_class"] == "none":
        return label  # a measure that sets no duty has no rate to tell
    if pd.notna(until):
        return f"{label}: goods on the way pay the old rate until {until.day} {until:%B}"
    if pd.notna(after):
        is_move = pd.notna(before) and before != after
        rates = f"from {before:g} to {after:g} percent" if is_move else f"{after:g} percent"
    elif pd.notna(step["rate_max_pct"]):
        rates = f"up to {step['rate_max_pct']:g} percent"
    else:
        rates = "rate not set"
    return label if rates in label else f"{label}: {rates}"
