"""Figures drawn as SVG, in half the bytes that matplotlib takes for the same picture."""

from __future__ import annotations

import io
import re
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from notepress import prose

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# what a gid starts with that tells the rows for which the marks of an artist stand
ROWS = "rows "
# what holds anyway: a turn by nothing, unmoved dashes, words that begin where they stand;
# and that a link opens elsewhere
_NEEDLESS = re.compile(
    r' transform="rotate\(-0 [^"]*"|stroke-dashoffset: 0; |text-anchor: start; '
    r'| target="_blank"|xlink:(?=href)'
)
_MEASURED = re.compile(r' (d|x|y|width|height|transform|style)="([^"]*)"')
_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_MARK = re.compile(r'<path id="([^"]*)" (d="[^"]*")[^>]*/>')
# a mark that is a stroke from where it stands, across or down, and a use of a mark
_TICK = re.compile(r'<path id="([^"]*)" d="M0 0([HV])(-?[\d.]+)"/>')
_USE = (
    r'<use (?=[^>]*href="#{}")(?=[^>]*x="([^"]*)")(?=[^>]*y="([^"]*)")'
    r'[^>]*style="[^"]*?(stroke:[^"]*)"/>'
)


def draw(figure: Figure, name: str) -> str:
    """Draw a figure as SVG with selectable text and the same bytes every time; then close it."""
    import matplotlib as mpl
    from matplotlib import pyplot as plt
    from matplotlib.layout_engine import PlaceHolderLayoutEngine

    buffer = io.StringIO()
    unsaid = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    settings: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": name}
    # what is laid out already would be drawn twice, the first time to be laid out
    settings |= dict.fromkeys(("figure.autolayout", "figure.constrained_layout.use"), False)
    with mpl.rc_context(settings):
        if isinstance(figure.get_layout_engine(), PlaceHolderLayoutEngine):
            figure.set_layout_engine(None)
        figure.savefig(buffer, format="svg", metadata=unsaid)
    plt.close(figure)
    return compact(buffer.getvalue())


def compact(svg: str) -> str:
    """Return a drawing of matplotlib with the same picture and text and less that does not show."""
    svg = re.sub(r">\s+<", "><", svg[svg.index("<svg") :])
    shorter = cache(_shorter)  # marks have few styles, and stand above each other
    svg = _MEASURED.sub(lambda one: shorter(*one.groups()), _NEEDLESS.sub("", svg))
    # as rules, clips share names and groups with the style
    svg = re.sub(r' clip-path="([^"]*)" style="', r' style="clip-path:\1;', svg)
    svg = re.sub(r' clip-path="([^"]*)"', r' style="clip-path:\1"', svg)
    # how lines are joined and the face of words are said once, and inherited
    said = []
    for rule in (r"<style[^>]*>\*{([^}]*)}</style>", r'(font-family:[^;"]*);'):
        if found := re.search(rule, svg):
            svg = svg.replace(found[0], "")
            said.append(found[1])
    svg = _share_marks(_without_whole_clips(svg))
    # ids are short, and only of what is referred to; links lead out of the drawing
    used = dict.fromkeys(re.findall(r'(?:(?<!<a )href="|url\()#([^")]*)', svg))
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


def _shorter(name: str, value: str) -> str:
    value = re.sub(r"-?\d+\.\d+(?:e-?\d+)?", _rounded, value)
    if name == "d":
        value = _straightened(re.sub(r"\s*([A-Za-z])\s*", r"\1", value.strip()))
        value = value.replace(" -", "-")
    elif name == "style":
        value = re.sub(r"([:;]) ", r"\1", value)
    return f' {name}="{value}"'


def _straightened(path: str) -> str:
    """Say of a line only where it goes or how far, whichever is shorter."""
    said, at = "", ("", "")
    for letter, numbers in _STEP.findall(path):
        x, y = numbers.split(" ")[-2:] if numbers else ("", "")
        if letter == "L" and at[0]:
            by_x, by_y = (
                _plain(round(float(to) - float(was), 2)) for to, was in zip((x, y), at, strict=True)
            )
            if y == at[1]:
                forms = [f"H{x}", f"h{by_x}"]
            elif x == at[0]:
                forms = [f"V{y}", f"v{by_y}"]
            else:
                forms = [f"L{x} {y}", f"l{by_x} {by_y}"]
            said += min(forms, key=len)
        else:
            said += letter + numbers
        at = x, y
    return said


def _rounded(number: re.Match[str]) -> str:
    """Keep hundredths of a point below ten, which small marks need, and tenths above."""
    value = float(number[0])
    return _plain(round(value, 1 if abs(value) >= 10 else 2))


def _plain(number: float) -> str:
    """Return a number without a nought before its point."""
    return re.sub(r"^(-?)0\.", r"\1.", f"{number + 0:g}")


def _without_whole_clips(svg: str) -> str:
    """Take out clips that are all of the drawing."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    wide, high = (_plain(round(float(side), 1)) for side in box.groups()) if box else ("", "")
    whole = rf'<clipPath id="([^"]*)"><rect x="0" y="0" width="{wide}" height="{high}"/></clipPath>'
    for own in re.findall(whole, svg):
        svg = re.sub(rf"clip-path:url\(#{own}\);?", "", svg).replace(' style=""', "")
    return re.sub(whole, "", svg)


def _share_marks(svg: str) -> str:
    """Keep one of several marks of one shape, without its style, which every use of it has."""
    marks: dict[str, str] = {}
    for own, shape in _MARK.findall(svg):
        svg = svg.replace(f'"#{own}"', f'"#{marks.setdefault(shape, own)}"')
    kept = "".join(f'<path id="{own}" {shape}/>' for shape, own in marks.items())
    svg = _MARK.sub("", svg)
    # ticks are drawn where they stand, so that those of an axis are one line
    for own, way, length in _TICK.findall(kept):
        tick = rf'<path d="M\1 \2{way.lower()}{length}" style="fill:none;\3"/>'
        svg = re.sub(_USE.format(own), tick, svg)
    kept = _TICK.sub(lambda mark: mark[0] if f'"#{mark[1]}"' in svg else "", kept)
    return svg.replace("<defs></defs>", f"<defs>{kept}</defs>" if kept else "", 1).replace(
        "<defs></defs>", ""
    )


def _group(element: ET.Element) -> None:
    """Open groups that say nothing, and group neighbours of one style, which they inherit.

    Alike lines become one with gaps. Opacity and clips are not inherited. A mark to point at has
    its style from its group, as it takes another while pointed at.
    """
    parts: list[ET.Element] = []
    for part in element:
        _group(part)
        parts += _opened(part)
    element[:] = []
    for style, row in groupby(parts, key=lambda part: part.get("style", "")):
        alike = list(row)
        if "fill:none" in style and "opacity" not in style and all(map(_is_line, alike)):
            alike[0].set("d", "".join(line.get("d", "") for line in alike))
            del alike[1:]
        is_shared = len(alike) > 1 or "data-rows" in element.attrib
        if style and is_shared and not re.search("(?<!-)opacity|clip-path.*;", style):
            group = ET.SubElement(element, "g", {"style": style})
            for part in alike:
                del part.attrib["style"]
                group.extend(_opened(part))
        else:
            element.extend(alike)


def _is_line(part: ET.Element) -> bool:
    return part.tag == "path" and {*part.keys()} <= {"d", "style"}


def _opened(part: ET.Element) -> list[ET.Element]:
    return list(part) if part.tag == "g" and not part.attrib else [part]


def _name_styles(svg: str) -> str:
    """Give each style below the root a name and say it once in a sheet, which a page can share.

    A clip, which is of this drawing alone, has a name of its own.
    """
    root, rest = svg.split(">", 1)
    names: dict[str, str] = {}

    def named(own: re.Match[str]) -> str:
        told = [names.setdefault(one, f"c{len(names)}") for one in filter(None, own.groups())]
        return f' class="{" ".join(told)}"'

    rest = re.sub(r' style="(clip-path:[^;"]*)?;?([^"]*)"', named, rest)
    sheet = "".join(f".{name}{{{style}}}" for style, name in names.items())
    return f"{root}><style>{sheet}</style>{rest}"
