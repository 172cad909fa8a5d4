"""Spreadsheets as received: cells as text, and tariff codes that they have damaged."""

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
    code = text.where(text.str.fullmatch(r"\d+|\d{3,4}\.\d{2}\.\d{2}(\.?\d{2})?"))
    code = code.str.replace(".", "", regex=False)
    code = code.str.replace(r"^(\d{7}|\d{9})$", r"0\1", regex=True)
    return code.where(code.str.fullmatch(r"(?!00)(\d{8}|\d{10})"))


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
