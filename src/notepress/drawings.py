"""Figures drawn as SVG, in half the bytes that matplotlib takes for the same picture.

It writes six digits after the point, an id for every group, and marks that are alike once for each
figure part that has them. A page of a dozen figures is mostly that.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SVG = "http://www.w3.org/2000/svg"
_HREF = "{http://www.w3.org/1999/xlink}href"
_MEASURED = {"d", "x", "y", "width", "height", "transform", "points", "style"}
_FRACTION = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_URL = re.compile(r"url\(#([^)]*)\)")
# what a gid starts with that tells the rows for which the marks of an artist stand
ROWS = "rows "
# what holds anyway: a turn by nothing, a line without dashes, words that begin where they stand
_NO_TURN = re.compile(r"rotate\(-?0(?:\.0*)?(?:\s[^)]*)?\)")
_NEEDLESS = {"stroke-dasharray:none", "stroke-dashoffset:0", "text-anchor:start"}


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
    # written by matplotlib in this process, not taken from anywhere
    root = ET.fromstring(svg[svg.index("<svg") :])  # noqa: S314
    for metadata in root.findall(f"{{{_SVG}}}metadata"):
        root.remove(metadata)
    for element in root.iter():
        _tidy(element)
    _share_definitions(root)
    _name_anew(root)
    _leave_to_marks(root)
    _open_groups(root)
    _say_family_once(root)
    _say_styles_once(root)
    _name_styles(root)
    root.attrib.pop("version", None)
    root.set("xmlns", _SVG)
    return ET.tostring(root, encoding="unicode").replace(" />", "/>") + "\n"


def _tidy(element: ET.Element) -> None:
    """Shorten numbers, hundredths of a point below ten and tenths above; drop blanks.

    A tenth of a point is a third of a printer's finest hairline; small marks need the hundredths.
    """
    element.tag = element.tag.rpartition("}")[2]
    if element.tag not in ("text", "tspan", "style"):
        element.text = None
    if element.tag != "tspan":
        element.tail = None
    if target := element.attrib.pop(_HREF, ""):
        element.set("href", target)
    # as a rule it shares the name of the style
    if clip := element.attrib.pop("clip-path", ""):
        element.set("style", ";".join(filter(None, (element.get("style"), f"clip-path:{clip}"))))
    for name in _MEASURED & element.attrib.keys():
        value = _FRACTION.sub(_rounded, element.attrib[name])
        if name == "d":
            value = re.sub(r" ?([A-Za-z]) ?", r"\1", " ".join(value.split())).replace(" -", "-")
            value = _along_the_axes(value)
        elif name == "transform":
            value = _NO_TURN.sub("", value).strip()
        elif name == "style":
            rules = re.sub(r"([:;]) ", r"\1", value).split(";")
            value = ";".join(rule for rule in rules if rule not in _NEEDLESS)
        if value:
            element.set(name, value)
        else:
            del element.attrib[name]


def _along_the_axes(path: str) -> str:
    """Name only the coordinate that moves, in a path of straight lines."""
    if {*re.findall("[A-Za-z]", path)} - {*"MLz"}:
        return path
    at = ("", "")

    def step(found: re.Match[str]) -> str:
        nonlocal at
        command, x, y = found.groups()
        (old_x, old_y), at = at, (x, y)
        if command == "L" and x == old_x:
            return f"V{y}"
        return f"H{x}" if command == "L" and y == old_y else found[0]

    return re.sub(r"([ML])(-?[\d.]+) ?(-?[\d.]+)", step, path)


def _rounded(number: re.Match[str]) -> str:
    value = float(number[0])
    text = f"{value:.{1 if abs(value) >= 10 else 2}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _references(root: ET.Element) -> Iterator[tuple[ET.Element, str, str]]:
    """Yield every element that refers to another: it, the attribute, and the other's id."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "href":
                yield element, name, value[1:]
            for target in _URL.findall(value):
                yield element, name, target


def _share_definitions(root: ET.Element) -> None:
    """Keep one of several definitions that are the same, at the start of the drawing."""
    kept = ET.Element("defs")
    first: dict[bytes, str] = {}
    same: dict[str, str] = {}
    for parent in list(root.iter()):
        for definitions in parent.findall("defs"):
            parent.remove(definitions)
            for part in definitions:
                own = part.attrib.pop("id", "")
                same[own] = first.setdefault(ET.tostring(part), own)
                if same[own] == own:
                    part.attrib |= {"id": own} if own else {}
                    kept.append(part)
    root.insert(0, kept)
    for element, name, target in list(_references(root)):
        element.set(name, element.attrib[name].replace(target, same.get(target, target)))


def _name_anew(root: ET.Element) -> None:
    """Give short names to what is referred to, in the order of the drawing; the rest has none."""
    found = list(_references(root))
    short = {target: f"i{n}" for n, target in enumerate(dict.fromkeys(to for *_, to in found))}
    for element in root.iter():
        own = element.attrib.pop("id", "")
        if own in short:
            element.set("id", short[own])
        elif own.startswith(ROWS):
            element.set("data-rows", own.removeprefix(ROWS))
    for element, name, target in found:
        element.set(name, element.attrib[name].replace(target, short[target]))


def _leave_to_marks(root: ET.Element) -> None:
    """Drop from every use of a mark the style that the mark says of itself."""
    marks = {mark.get("id"): mark.get("style", "") for mark in root.iter() if mark.get("id")}
    for use in root.iter("use"):
        said = {_property(rule) for rule in marks.get(use.get("href", "")[1:], "").split(";")}
        rules = use.attrib.pop("style", "").split(";")
        if left := ";".join(rule for rule in rules if _property(rule) not in said):
            use.set("style", left)


def _property(rule: str) -> str:
    return rule.partition(":")[0]


def _open_groups(element: ET.Element) -> None:
    """Put the parts of groups that say nothing in their place."""
    parts: list[ET.Element] = []
    for part in element:
        _open_groups(part)
        parts += part if part.tag == "g" and not part.attrib else [part]
    element[:] = parts


def _say_family_once(root: ET.Element) -> None:
    """Say on the root in what font all words are, where they are in one."""
    words = list(root.iter("text"))
    found = {re.search(r"font-family:[^;]*", text.get("style", "")) for text in words}
    families = {family[0] if family else "" for family in found}
    if len(families) == 1 and (family := families.pop()):
        root.set("style", family)
        for text in words:
            rules = text.get("style", "").split(";")
            text.set("style", ";".join(rule for rule in rules if rule != family))


def _say_styles_once(element: ET.Element) -> None:
    """Say a style that neighbours have in common on a group of them; each inherits it.

    Opacity is not inherited: of a group, it would be that of the whole. Ends and joints of lines
    are not either, as a drawing says them of every element.
    """
    parts: list[ET.Element] = []
    for part in element:
        _say_styles_once(part)
    for style, row in groupby(element, key=lambda part: part.get("style", "")):
        alike = list(row)
        if len(alike) > 2 and style and not re.search(r"(^|;)(opacity|stroke-line)", style):
            group = ET.Element("g", {"style": style})
            for part in alike:
                del part.attrib["style"]
            group.extend(alike)
            alike = [group]
        parts += alike
    element[:] = parts


def _name_styles(root: ET.Element) -> None:
    """Give a style that is still said several times a name, and say it once in a sheet."""
    times = Counter(element.get("style", "") for element in root.iter())
    often = [style for style, count in times.items() if style and count > 1]
    names = {style: f"c{number}" for number, style in enumerate(often)}
    for element in root.iter():
        if name := names.get(element.get("style", "")):
            element.set("class", name)
            del element.attrib["style"]
    sheet = ET.Element("style")
    sheet.text = "".join(f".{name}{{{style}}}" for style, name in names.items())
    root.insert(0, sheet)
