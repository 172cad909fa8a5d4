"""Days as text, `10 May 2019`, and months, `2019-05`."""

from datetime import UTC, date, datetime, timedelta


def months_between(start: str, end: str) -> list[str]:
    """List the months from start to end, both with it."""
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (start, end))
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, last + 1)]


def in_words(day: date | None) -> str:
    """A day as it is written in running text."""
    return f"{day.day} {day:%B %Y}" if day else "an unknown day"


def sent_at(tweet_id: str) -> datetime:
    """The millisecond, in UTC, at which a tweet was sent: its number counts from one of 2010."""
    return datetime(2010, 11, 4, 1, 42, 54, 657_000, UTC) + timedelta(
        milliseconds=int(tweet_id) >> 22
    )
