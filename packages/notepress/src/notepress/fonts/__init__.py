"""Fonts of drawings, printed pages and web pages; their licences stand beside them."""

import base64
import importlib.util
import io
import re
import unicodedata
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
SERIF, SANS = "Libertinus Serif", "Source Sans Pro"
# an extra of the package: Source Han
CHINESE = "pylopdf_fonts_zh_cn"
# what joins signs, and gives them a look or a direction
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


@cache
def face(family: str, cut: str, letters: frozenset[str]) -> str:
    """Return CSS that brings of a font the letters that are there: as Regular, Bold or Italic."""
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    # outlines without subroutines pack better; in the few words of a drawing no pair is seen
    features = ["kern"] if family == SERIF else []
    options = Options(hinting=False, layout_features=features, desubroutinize=True)
    options.name_IDs = [0, 1, 2]
    options.drop_tables += ["FFTM", "BASE", "GDEF", "GSUB", "gasp"]
    (file,) = FOLDER.glob(f"{family.replace(' ', '')}-{cut}.*")
    part = TTFont(file, recalcTimestamp=False, lazy=True)
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(letters)))
    subsetter.subset(part)
    part.flavor = "woff"
    packed = io.BytesIO()
    part.save(packed)
    look = {"Bold": "font-weight:bold;", "Italic": "font-style:italic;"}.get(cut, "")
    data = base64.b64encode(packed.getvalue()).decode()
    return f'@font-face{{font-family:"{family}";{look}src:url(data:font/woff;base64,{data})}}\n'


def for_print() -> list[Path]:
    """Return the folders of the printed fonts: ours, and Source Han where they are installed."""
    found = importlib.util.find_spec(CHINESE)
    return [FOLDER, *([Path(found.origin).parent] if found and found.origin else [])]


def printable(text: str) -> tuple[str, list[str]]:
    """Return text with names in the place of signs that no font for print has, and those signs."""
    codes, replaced = _codes(tuple(for_print())), []
    lacking = {one for one in {*text} if ord(one) > 0x7F and ord(one) not in codes}
    lacking = {one for one in lacking if not _UNSEEN.match(one)}
    # icons of a font that the reader has not got, whatever another font draws there
    lacking |= {one for one in {*text} if unicodedata.category(one) == "Co"}
    if not lacking:
        return text, []
    signs = "".join(map(re.escape, sorted(lacking)))

    def named(run: re.Match[str]) -> str:
        name = _name_of([one for one in run[0] if one in lacking])
        replaced.append(f"{run[0]} ({name})")
        return f"[{name}]"

    return re.sub(f"[{signs}](?:[{signs}]|{_UNSEEN.pattern})*", named, text), replaced


@cache
def _codes(folders: tuple[Path, ...]) -> frozenset[int]:
    """Return the code points that some font of the folders has."""
    from fontTools.ttLib import TTFont

    files = [file for folder in folders for file in folder.glob("*.[ot]tf")]
    return frozenset(code for file in files for code in TTFont(file, lazy=True).getBestCmap())


def _name_of(signs: list[str]) -> str:
    names = [unicodedata.name(one, f"U+{ord(one):04X}").lower() for one in signs]
    if unicodedata.category(signs[0])[0] == "L":
        script = names[0].partition(" ")[0].capitalize()
        return f"{len(signs)} letter{'s' * (len(signs) > 1)} of {script}"
    told = ", ".join(dict.fromkeys(names))
    return told.replace("regional indicator symbol letter", "flag letter")
