"""The press: runs parameterised notebooks, records values, prints HTML and PDF, of any subject."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notepress.press import Press

__all__ = ["Press"]


def __getattr__(name: str) -> object:
    """Import the press where a notebook asks for it: what only runs or checks steps has no need."""
    if name != "Press":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from notepress.press import Press

    return Press
