"""The fonts that drawings, the printed report and the page are set in, from their packages."""

import base64
import importlib.util
import io
import mmap
import shutil
from functools import cache
from pathlib import Path
from typing import BinaryIO

from notepress.errors import PressError

SANS = "font_source_sans_pro"
CHINESE = "pylopdf_fonts_zh_cn"
SERIF = "Libertinus Serif"
# of a font file with its outlines in PostScript, none of which is larger
_START, _LARGEST = b"OTTO", 1 << 20


def sans(cut: str) -> BinaryIO:
    """Return a cut of Source Sans Pro: Regular, Bold, It, Semibold..."""
    return (_package(SANS) / "files" / f"SourceSansPro-{cut}.ttf").open("rb")


def serif(cut: str) -> BinaryIO:
    """Return a cut of the printed face, such as Bold, from Typst; PressError where it has none."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    library = next(_package("typst").glob("_typst*"))
    with library.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        at = whole.find(_START)
        while at >= 0:
            found = io.BytesIO(whole[at : at + _LARGEST])
            if f"{SERIF} {cut}".encode("utf-16-be") in found.getvalue():
                name = TTFont(found, lazy=True)["name"].getDebugName(4)
                if name == f"{SERIF} {cut}":
                    return found
            at = whole.find(_START, at + 1)
    raise PressError(f"{library.name} has no {SERIF} {cut}\nWhat to do: install the lock")


@cache
def face(family: str, cut: str, letters: frozenset[str]) -> str:
    """Return CSS that brings of a font the letters that are there: as Regular, Bold or Italic."""
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont

    # outlines without subroutines pack better; in the few words of a drawing no pair is seen
    features = ["kern"] if family == SERIF else []
    options = Options(hinting=False, layout_features=features, desubroutinize=True)
    options.name_IDs = [0, 1, 2]
    options.drop_tables += ["FFTM", "BASE", "GDEF", "GSUB", "gasp"]
    font = serif if family == SERIF else sans
    part = TTFont(font(cut), recalcTimestamp=False, lazy=True)
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(letters)))
    subsetter.subset(part)
    part.flavor = "woff"
    packed = io.BytesIO()
    part.save(packed)
    look = {"Bold": "font-weight:bold;", "Italic": "font-style:italic;"}.get(cut, "")
    data = base64.b64encode(packed.getvalue()).decode()
    return f'@font-face{{font-family:"{family}";{look}src:url(data:font/woff;base64,{data})}}\n'


def matplotlib_folder() -> Path:
    """Return the folder of matplotlib's own fonts, found without importing it."""
    return _package("matplotlib") / "mpl-data" / "fonts" / "ttf"


def for_print(folder: Path) -> list[Path]:
    """Copy the fonts of the report into a folder; return it with those of other packages.

    Without matplotlib's font of last resort, which hides missing letters; of the sans face one form
    of two; Han letters where their package is installed.
    """
    shutil.copytree(matplotlib_folder(), folder, ignore=shutil.ignore_patterns("LastResort*"))
    for file in _package(SANS).glob("files/*.ttf"):
        shutil.copy(file, folder)
    return [folder, *([_package(CHINESE)] if importlib.util.find_spec(CHINESE) else [])]


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise PressError(f"the fonts of {name} are missing\nWhat to do: install the lock")
    return Path(found.origin).parent
