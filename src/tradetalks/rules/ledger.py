"""The rules of the ledger that no column tells alone: names, zones, frames, and days of sources."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tradetalks.days import sent_at
from tradetalks.raw.form import Table

# by table, the day of what its source reports
_REPORTED = {"statements": "statement_date", "press": "told_day", "rounds": "start_date"}
_OF_SPEAKERS = ("speaker", "aliases", "side", "institutions")
_OF_STATEMENTS = (
    *("statement_date", "side", "institution", "speaker", "channel", "tweet_id", "key_phrase"),
)
# a source is dated by its own place, where it can be the day before
_ELSEWHERE = timedelta(days=1)


def note_ledger(tables: Mapping[str, Table]) -> None:
    """Note names that two speakers have, words of another, zones that are none, wrong days."""
    if speakers := _readable(tables, "speakers", "speaker", "aliases"):
        _note_aliases(speakers)
    for name in ("sides", "statements"):
        if table := _readable(tables, name, "zone"):
            _note_zones(table)
    if (speakers := _readable(tables, "speakers", *_OF_SPEAKERS)) and (
        statements := _readable(tables, "statements", *_OF_STATEMENTS)
    ):
        _note_statements(statements, speakers)
    if statements := _readable(tables, "statements", "frames"):
        for number, row in statements.rows.items():
            twice = [one for one, times in Counter(row["frames"].split(";")).items() if times > 1]
            if twice:
                statements.fault(f"names {twice[0]} twice", "keep it once", number, "frames")
    if "references" in tables:
        _note_sources(tables)


def _readable(tables: Mapping[str, Table], name: str, *columns: str) -> Table | None:
    table = tables.get(name)
    return table if table and table.has(columns) else None


def _note_aliases(table: Table) -> None:
    whose: dict[str, str] = {row["speaker"]: row["speaker"] for row in table.rows.values()}
    for number, row in table.rows.items():
        for alias in filter(None, row["aliases"].split(";")):
            if (other := whose.setdefault(alias, row["speaker"])) != row["speaker"]:
                remedy = "keep the alias with one speaker, or with none"
                table.fault(f"gives {alias!r}, which names {other}", remedy, number, "aliases")


def _note_statements(table: Table, speakers: Table) -> None:
    """Note speakers of another side or institution, tweets of another day, and words said twice."""
    known = {
        name: row
        for row in speakers.rows.values()
        for name in (row["speaker"], *filter(None, row["aliases"].split(";")))
    }
    said: dict[tuple[str, str, str], int] = {}
    for number, row in table.rows.items():
        speaker, day, tweet = known.get(row["speaker"], row), row["statement_date"], row["tweet_id"]
        name, words = speaker["speaker"], row["key_phrase"]
        if speaker["side"] != row["side"]:
            rule = f"is not {speaker['side']}, for which {name} speaks"
            table.fault(rule, "correct side or speaker", number, "side")
        if row["institution"] not in speaker.get("institutions", row["institution"]).split(";"):
            remedy = f"correct it, or add it to institutions in {speakers.file}"
            table.fault(f"is none for which {name} speaks", remedy, number, "institution")
        if tweet and row["channel"] != "tweet":
            remedy = "empty tweet_id, or set channel to tweet"
            table.fault("is of no tweet", remedy, number, "tweet_id")
        if tweet.isdigit() and (sent := f"{sent_at(tweet):%Y-%m-%d}") != day:
            remedy = "correct statement_date or tweet_id from the archive"
            table.fault(f"was sent on {sent} in UTC, not on {day}", remedy, number, "tweet_id")
        if words and (first := said.setdefault((name, day, words), number)) != number:
            remedy = "keep one of the rows, or give each the words that it codes"
            table.fault(f"is what {name} says in row {first}", remedy, number, "key_phrase")


def _note_zones(table: Table) -> None:
    for number, row in table.rows.items():
        if row["zone"] and not _is_zone(row["zone"]):
            remedy = "write a name such as Etc/UTC, or correct its spelling"
            table.fault("is no name of the IANA database", remedy, number, "zone")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _note_sources(tables: Mapping[str, Table]) -> None:
    """Note sources older than what they report, each as late as can be, and facts too early."""
    issued = tables["references"].issued
    latest = max((last for _, last in issued.values()), default=date.max)
    for of, column in _REPORTED.items():
        table = _readable(tables, of, "source_id", column)
        for number, row in table.rows.items() if table else ():
            name, day = row["source_id"], _day(row[column])
            _, last = issued.get(name, (None, latest))
            if table and day and day - last > _ELSEWHERE:
                dated = f"was issued on {last} at the latest"
                undated = f"has no day, and after {last}, the day of the latest source"
                rule = f"is after {name}, which {dated if name in issued else undated}"
                remedy = "correct the day, or name a source that can tell of it"
                table.fault(rule, remedy, number, column)
    context = _readable(tables, "context", "source_id", "date", "known_date")
    for number, row in context.rows.items() if context else ():
        known, day = _day(row["known_date"]), _day(row["date"])
        source = issued.get(row["source_id"])
        # a plan is known before its day, but not before somebody published it
        if context and known and day and source and known < min(day, source[0]):
            rule = f"is before the fact, {day}, and before its source, {source[0]}"
            context.fault(rule, "correct the day from which it was known", number, "known_date")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None  # what is no day is told as such
