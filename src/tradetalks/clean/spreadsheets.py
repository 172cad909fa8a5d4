"""Spreadsheets as received: cells as text, and tariff codes that they have damaged."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd

from tradetalks.checks import DataError


def clean_codes(received: pd.Series) -> pd.Series:
    """Tariff codes of eight or ten plain digits; missing where the cell holds no such code.

    A number cell drops the leading zero of chapters 01 to 09, which is put back. A code that
    lacks any other digit has lost one that cannot be known.
    """
    text = received.astype("string").str.strip()
    code = text.where(is_wholly(text, r"\d+|\d{3,4}\.\d{2}\.\d{2}(\.?\d{2})?"))
    code = code.str.replace(".", "", regex=False)
    code = code.mask(is_wholly(code, r"\d{7}|\d{9}"), "0" + code)
    return code.where(is_wholly(code, r"(?!00)(\d{8}|\d{10})"))


def read_excel(path: Path, content: io.BytesIO | None = None, **options: Any) -> Any:
    """Read a workbook without taking any row for a header; DataError where it is none."""
    from python_calamine import CalamineError

    try:
        return pd.read_excel(content or path, header=None, engine="calamine", **options)
    except (OSError, ValueError, CalamineError) as error:
        raise DataError(
            f"{path.name} cannot be read as a workbook: {error}\n"
            "What to do: fetch the file again, or save it as .xlsx"
        ) from None


def is_wholly(text: pd.Series, pattern: str) -> pd.Series:
    """Tell which cells are this and nothing else; a missing cell is not."""
    return text.str.fullmatch(pattern).fillna(value=False).astype(bool)
