"""Months as text, `2019-05`."""

from __future__ import annotations


def months_between(start: str, end: str) -> list[str]:
    """List the months from start to end, both with it."""
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (start, end))
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, last + 1)]
