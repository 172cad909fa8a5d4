"""The font files that drawings and the printed report are set in, from their packages."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from notepress.errors import PressError

SANS = "font_source_sans_pro"
CHINESE = "pylopdf_fonts_zh_cn"


def sans_folder() -> Path:
    """Return the folder with Source Sans Pro, as SourceSansPro-Regular.ttf, -It, -Semibold..."""
    return _package(SANS) / "files"


def matplotlib_folder() -> Path:
    """Return the folder of matplotlib's own fonts, found without importing it."""
    return _package("matplotlib") / "mpl-data" / "fonts" / "ttf"


def for_print(folder: Path) -> list[Path]:
    """Copy the fonts of the report into a folder; return it with those of other packages.

    matplotlib's without its font of last resort: that has a box for every character, and hides the
    missing ones. Of the sans face one form of two, as which of them Typst takes is not said. Han
    letters, where their package is installed; of 17 MB, only those that occur go into a PDF.
    Without it, a report with such letters is refused.
    """
    shutil.copytree(matplotlib_folder(), folder, ignore=shutil.ignore_patterns("LastResort*"))
    for file in sans_folder().glob("*.ttf"):
        shutil.copy(file, folder)
    return [folder, *([_package(CHINESE)] if importlib.util.find_spec(CHINESE) else [])]


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise PressError(f"the fonts of {name} are missing\nWhat to do: install the lock")
    return Path(found.origin).parent
