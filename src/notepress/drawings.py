"""Figures drawn as SVG, in half the bytes that matplotlib takes for the same picture.

It writes six digits after the point, an id for every group, and of every element the whole style.
A page of a dozen figures is mostly that.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from notepress import prose

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# what a gid starts with that tells the rows for which the marks of an artist stand
ROWS = "rows "
# what holds anyway: a turn by nothing, unmoved dashes, words that begin where they stand
_NEEDLESS = re.compile(
    r' transform="rotate\(-0 [^"]*"|stroke-dashoffset: 0; |text-anchor: start; |xlink:(?=href)'
)
_MEASURED = re.compile(r' (d|x|y|width|height|transform|style)="([^"]*)"')
_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_MARK = re.compile(r'<path id="([^"]*)" (d="[^"]*")[^>]*/>')


def draw(figure: Figure, name: str) -> str:
    """Draw a figure as SVG with selectable text and the same bytes every time; then close it."""
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    buffer = io.StringIO()
    unsaid = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", metadata=unsaid)
    plt.close(figure)
    return compact(buffer.getvalue())


def compact(svg: str) -> str:
    """Return a drawing of matplotlib with the same picture and text and less that does not show."""
    svg = re.sub(r">\s+<", "><", svg[svg.index("<svg") :])
    svg = _MEASURED.sub(_shorter, _NEEDLESS.sub("", svg))
    # as rules, clips share names and groups with the style
    svg = re.sub(r' clip-path="([^"]*)" style="', r' style="clip-path:\1;', svg)
    svg = re.sub(r' clip-path="([^"]*)"', r' style="clip-path:\1"', svg)
    # how lines are joined and the face of words are said once, and inherited
    said = []
    for rule in (r"<style[^>]*>\*{([^}]*)}</style>", r'(font-family:[^;"]*);'):
        if found := re.search(rule, svg):
            svg = svg.replace(found[0], "")
            said.append(found[1])
    svg = _share_marks(svg)
    # ids are short, and only of what is referred to
    used = dict.fromkeys(re.findall(r'(?:href="|url\()#([^")]*)', svg))
    svg = svg.replace(f'id="{ROWS}', 'data-rows="')
    svg = re.sub(r' id="([^"]*)"', lambda own: own[0] if own[1] in used else "", svg)
    for number, name in enumerate(used):
        svg = svg.replace(name, f"i{number}")
    # written by matplotlib in this process, not taken from anywhere
    root = ET.fromstring(re.sub(r' (?:xmlns|version)="[^"]*"', "", svg, count=2))  # noqa: S314
    root.set("style", ";".join(said))
    for words in root.iter("text"):
        words.text = prose.typeset(words.text or "")
    _group(root)
    svg = _name_styles(ET.tostring(root, encoding="unicode").replace(" />", "/>"))
    return svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1) + "\n"


def _shorter(attribute: re.Match[str]) -> str:
    name, value = attribute.groups()
    value = re.sub(r"-?\d+\.\d+(?:e-?\d+)?", _rounded, value)
    if name == "d":
        value = _straightened(re.sub(r"\s*([A-Za-z])\s*", r"\1", value.strip()))
        value = value.replace(" -", "-")
    elif name == "style":
        value = re.sub(r"([:;]) ", r"\1", value)
    return f' {name}="{value}"'


def _straightened(path: str) -> str:
    """Say of a line that goes across or down only how far."""
    said, at = "", ("", "")
    for letter, numbers in _STEP.findall(path):
        x, y = numbers.split(" ")[-2:] if numbers else ("", "")
        if letter == "L" and y == at[1]:
            said += f"H{x}"
        elif letter == "L" and x == at[0]:
            said += f"V{y}"
        else:
            said += letter + numbers
        at = x, y
    return said


def _rounded(number: re.Match[str]) -> str:
    """Keep hundredths of a point below ten, which small marks need, and tenths above.

    A tenth of a point is a third of a printer's finest hairline.
    """
    value = float(number[0])
    return f"{round(value, 1 if abs(value) >= 10 else 2) + 0:g}"


def _share_marks(svg: str) -> str:
    """Keep one of several marks of one shape, without its style, which every use of it has."""
    marks: dict[str, str] = {}
    for own, shape in _MARK.findall(svg):
        svg = svg.replace(f'"#{own}"', f'"#{marks.setdefault(shape, own)}"')
    kept = "".join(f'<path id="{own}" {shape}/>' for shape, own in marks.items())
    svg = _MARK.sub("", svg).replace("<defs></defs>", f"<defs>{kept}</defs>", 1)
    return svg.replace("<defs></defs>", "")


def _group(element: ET.Element) -> None:
    """Open groups that say nothing, and group neighbours of one style, which they inherit.

    Opacity and clips are not inherited: of a group, they would be those of the whole. A mark that
    a reader can point at has its style from its group, as it takes another while pointed at.
    """
    parts: list[ET.Element] = []
    for part in element:
        _group(part)
        parts += _opened(part)
    element[:] = []
    for style, row in groupby(parts, key=lambda part: part.get("style", "")):
        alike = list(row)
        is_shared = len(alike) > 1 or "data-rows" in element.attrib
        if style and is_shared and not re.search("(?<!-)opacity|clip-path.*;", style):
            group = ET.SubElement(element, "g", {"style": style})
            for part in alike:
                del part.attrib["style"]
                group.extend(_opened(part))
        else:
            element.extend(alike)


def _opened(part: ET.Element) -> list[ET.Element]:
    return list(part) if part.tag == "g" and not part.attrib else [part]


def _name_styles(svg: str) -> str:
    """Give a style that is still said several times a name, and say it once in a sheet."""
    sheet = ""
    for style, times in Counter(re.findall(r' style="([^"]*)"', svg)).items():
        if times > 1:
            name = f"c{sheet.count('}')}"
            sheet += f".{name}{{{style}}}"
            svg = svg.replace(f' style="{style}"', f' class="{name}"')
    return svg.replace(">", f"><style>{sheet}</style>", 1)
