"""Drawings of matplotlib made small: the same picture in a third of the bytes.

It writes every mark in a group of its own, with an id that nothing refers to, six digits after the
point and its whole style again. A page of a dozen figures is mostly that.
"""

from __future__ import annotations

import io
import re
import string
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
# hundredths of a point are finer than any screen or printer
DIGITS = 2

_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_REFERENCE = re.compile(r"url\(#([^)]*)\)")
_LETTERS = {"font", "font-family", "font-size", "font-style", "font-weight", "text-anchor"}
_LINES = {
    "stroke", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-opacity",
    "stroke-width",
}  # fmt: skip
# What a group passes on to its parts, each with the elements that it says something about. A clip
# is not inherited, but a group that is clipped looks as if each of its parts were.
_DRAWN = {
    "path",
    "use",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "image",
}
_PASSED_ON = {
    **{name: {"text"} for name in sorted(_LETTERS)},
    **dict.fromkeys((*sorted(_LINES), "fill", "fill-opacity", "clip-path"), _DRAWN),
}
_NEEDLESS = {("stroke-dashoffset", "0"), ("stroke-dasharray", "none")}
_STILL = re.compile(r"rotate\(-?0(?:\.0*)?[^)]*\)")


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
    """Return a drawing with the same picture and text and nothing that does not show."""
    # written by matplotlib in this process, not taken from anywhere
    root = ET.fromstring(svg[svg.index("<svg") :])  # noqa: S314
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    for element in root.iter():
        _tidy(element)
    _share_definitions(root)
    _drop_idle_ids(root)
    _flatten(root)
    _pass_up(root)
    _flatten(root)
    _shorten_ids(root)
    ET.register_namespace("", SVG)
    for element in root.iter():
        _set_style(element)
    return ET.tostring(root, encoding="unicode").replace(" />", "/>") + "\n"


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _short(found: re.Match[str]) -> str:
    text = f"{float(found[0]):.{DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _path(commands: str) -> str:
    """Return the commands of a path without blanks that no reader of it needs."""
    out, before = "", ""
    for letter, numbers in _COMMAND.findall(_NUMBER.sub(_short, commands)):
        values = " ".join(numbers.replace(",", " ").split()).replace(" -", "-")
        # a line after a move, and a command after its like, need no letter
        follows = (before == "M" and letter == "L") or (before == letter and letter in "LCQ")
        if follows and values and values[0] != "-":
            out += " " + values
        else:
            out += values if follows and values else letter + values
        before = letter if letter != "L" or before != "M" else "M"
    return out


def _tidy(element: ET.Element) -> None:
    """Shorten numbers, take styles apart into attributes, and drop blanks between elements."""
    if _local(element) not in ("text", "tspan", "style"):
        element.text = None
    element.tail = element.tail if _local(element) == "tspan" else None
    if link := element.attrib.pop(f"{{{XLINK}}}href", None):
        element.set("href", link)
    if "d" in element.attrib:
        element.set("d", _path(element.attrib["d"]))
    for name in ("x", "y", "cx", "cy", "r", "rx", "ry", "width", "height", "transform", "points"):
        if name in element.attrib:
            element.set(name, _NUMBER.sub(_short, element.attrib[name]))
    if "transform" in element.attrib:
        moved = _STILL.sub("", element.attrib["transform"]).strip()
        element.attrib.pop("transform")
        if moved:
            element.set("transform", moved)
    for rule in element.attrib.pop("style", "").split(";"):
        name, _, value = (part.strip() for part in rule.partition(":"))
        if value and (name, value) not in _NEEDLESS:
            element.set(name, _NUMBER.sub(_short, value) if name not in _LETTERS else value)


def _set_style(element: ET.Element) -> None:
    """Write what a page's own style could override as a style again."""
    names = [name for name in element.attrib if name in _PASSED_ON and name != "clip-path"]
    if names:
        rules = ";".join(f"{name}:{element.attrib.pop(name)}" for name in names)
        element.set("style", rules)


def _signature(element: ET.Element) -> str:
    plain = {name: value for name, value in sorted(element.attrib.items()) if name != "id"}
    inner = "".join(_signature(part) for part in element)
    return f"<{element.tag} {plain}>{inner}"


def _share_definitions(root: ET.Element) -> None:
    """Keep one of several definitions that are the same, at the start of the drawing."""
    first: dict[str, str] = {}
    same: dict[str, str] = {}
    kept = []
    for parent in list(root.iter()):
        for defs in [part for part in parent if _local(part) == "defs"]:
            parent.remove(defs)
            for part in defs:
                if "id" not in part.attrib:
                    kept.append(part)
                    continue
                mine = part.attrib["id"]
                same[mine] = first.setdefault(_signature(part), mine)
                if same[mine] == mine:
                    kept.append(part)
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "href" and value[1:] in same:
                element.set(name, f"#{same[value[1:]]}")
            elif (found := _REFERENCE.fullmatch(value)) and found[1] in same:
                element.set(name, f"url(#{same[found[1]]})")
    if kept:
        defs = ET.Element(f"{{{SVG}}}defs")
        defs.extend(kept)
        root.insert(0, defs)


def _references(root: ET.Element) -> set[str]:
    return {
        name
        for element in root.iter()
        for key, value in element.attrib.items()
        for name in ([value[1:]] if key == "href" else _REFERENCE.findall(value))
    }


def _drop_idle_ids(root: ET.Element) -> None:
    wanted = _references(root)
    for element in root.iter():
        if element.get("id") not in wanted:
            element.attrib.pop("id", None)


def _flatten(element: ET.Element) -> None:
    """Take away groups that say nothing, and put a group of one part into the part."""
    parts: list[ET.Element] = []
    for part in element:
        _flatten(part)
        if _local(part) != "g":
            parts.append(part)
        elif not part.attrib:
            parts.extend(part)
        elif len(part) == 1 and not ({"id", "transform", "opacity"} & part.attrib.keys()):
            only = part[0]
            # a clip lies where the group does, and would move along with its part
            if "clip-path" in part.attrib and (_moves(only) or "clip-path" in only.attrib):
                parts.append(part)
                continue
            for name, value in part.attrib.items():
                only.attrib.setdefault(name, value)
            parts.append(only)
        elif len(part):
            parts.append(part)
    element[:] = parts


def _drawn(element: ET.Element, names: set[str]) -> Iterator[ET.Element]:
    """Yield the parts of an element that show, as far as a property says something about them."""
    for part in element:
        if _local(part) == "g" or _local(part) in names:
            yield part


def _pass_up(element: ET.Element) -> None:
    """Say once in a group what all of its parts say; runs of parts alike get a group."""
    for part in element:
        if _local(part) == "g":
            _pass_up(part)
    _group_runs(element)
    for name, names in _PASSED_ON.items():
        if name in element.attrib or (name == "clip-path" and _local(element) == "svg"):
            continue
        parts = list(_drawn(element, names))
        said = {part.get(name) for part in parts}
        moved = name == "clip-path" and any(_moves(part) for part in parts)
        if len(parts) > 1 and len(said) == 1 and None not in said and not moved:
            element.set(name, said.pop() or "")
            for part in parts:
                part.attrib.pop(name)


def _group_runs(element: ET.Element) -> None:
    """Put neighbours of one style into a group that has it."""
    style = [
        tuple(sorted((n, v) for n, v in part.attrib.items() if n in _PASSED_ON)) for part in element
    ]
    parts = list(element)
    out: list[ET.Element] = []
    start = 0
    while start < len(parts):
        end = start + 1
        while (
            end < len(parts) and style[end] == style[start] and _is_alike(parts[start], parts[end])
        ):
            end += 1
        run = parts[start:end]
        is_all = len(run) == len(parts)
        clips = any("clip-path" in part.attrib and _moves(part) for part in run)
        if len(run) > 2 and style[start] and not is_all and not clips:
            group = ET.Element(f"{{{SVG}}}g", dict(style[start]))
            for part in run:
                for name, _ in style[start]:
                    part.attrib.pop(name)
            group.extend(run)
            run = [group]
        out.extend(run)
        start = end
    element[:] = out


def _moves(element: ET.Element) -> bool:
    """Tell whether an element has a place of its own to which its clip would be moved."""
    return _local(element) == "use" or "transform" in element.attrib


def _is_alike(one: ET.Element, other: ET.Element) -> bool:
    kind = _local(one)
    return kind == _local(other) and (kind in _DRAWN or kind == "g")


def _shorten_ids(root: ET.Element) -> None:
    """Give the ids that are left names of a letter or two, in the order of the drawing."""
    old = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    letters = string.ascii_lowercase
    new = {name: _letters(number, letters) for number, name in enumerate(dict.fromkeys(old))}
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, new[value])
            elif name == "href" and value[1:] in new:
                element.set(name, f"#{new[value[1:]]}")
            elif found := _REFERENCE.fullmatch(value):
                element.set(name, f"url(#{new.get(found[1], found[1])})")


def _letters(number: int, letters: str) -> str:
    name = letters[number % len(letters)]
    return name if number < len(letters) else _letters(number // len(letters) - 1, letters) + name
