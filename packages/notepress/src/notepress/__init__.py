"""Prints notebooks as PDF and HTML, and runs those that record values, of any subject."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notepress.press import Press

__version__ = "0.1.0"
__all__ = ["Press", "to_html", "to_pdf"]


def to_pdf(notebook: str | Path) -> bytes:
    """Return a notebook as a tagged PDF; PressError where it is no notebook.

    What cannot be printed is named in its place, and logged as a warning.
    """
    from notepress.print.export import printed

    return bytes(printed(Path(notebook), "pdf")[0])


def to_html(notebook: str | Path) -> str:
    """Return a notebook as one HTML page that needs nothing else, as to_pdf does."""
    from notepress.print.export import printed

    return str(printed(Path(notebook), "html")[0])


def __getattr__(name: str) -> object:
    """Import the press where a notebook asks for it: what only runs or checks steps has no need."""
    if name != "Press":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from notepress.press import Press

    return Press
