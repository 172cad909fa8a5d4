"""SVG drawings made fit to stand in a page beside others."""

import re
from html import escape, unescape

from notepress import fonts
from notepress.errors import PressError

_OUTSIDE = re.compile(
    r"<script|<foreignObject|\bhref=\"(?!#|data:image/)|url\((?![\"']?#)|\son\w+="
)
# tags, whose quoted attributes may hold anything, and style sheets: what is not text to be read
_MARKUP = re.compile(r"""<style[^>]*>[^<]*|<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_STYLE = re.compile(r"<style[^>]*>\s*\*\s*\{([^{}]*)\}\s*</style>")
_LARGEST = 1.4  # of the size at which it was drawn; beyond that, its words would shout
_FACE = "Source Sans Pro"  # that drawings are set in
_BOLD = "font-weight:700"
# a colour, and the name that it has in a page, which may give another one to it
_COLOUR = re.compile(r'(:|(?:fill|stroke)=")\s*#([0-9a-f]{6})\b')
_NAMED = re.compile(r"var\(--h([0-9a-f]{6})\)")
_TURNED = "calc(1.157 - .947*l)"  # white as dark as a dark page, dark grey as bright as its text
_TEXT = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL)
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
# the sheet of a drawing of `drawings`, which has nothing but names of styles
_SHEET = re.compile(r"<style>((?:\.\w+\{[^{}]*\})*)</style>")
_ROOT = re.compile(r'^(<svg\b[^>]*?) style="([^"]*)"')
_RULE = re.compile(r"\.(\w+)\{([^{}]*)\}")
# a circle, of which some programs make a path of curves
_CIRCLE = re.compile(r'<path( id="[^"]*")? d="M-?0 ([\d.]+)(?:C[-\d. ]+){8}z"/>')
_CLASS = re.compile(r'(?<= class=")[^"]*')


def inline(svg: str, name: str, alt: str, *, ids: str = "") -> str:
    """Return a drawing for an HTML page, named, its ids its own by `ids` or `name` before them.

    Links of the drawing lead to places of the page.
    """
    if found := _OUTSIDE.search("".join(_MARKUP.findall(svg))):
        raise PressError(f"the drawing {name} reaches outside of itself: {found[0]}")
    start = svg.find("<svg")
    if start < 0:
        raise PressError(f"the drawing {name} is no SVG")
    body = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", svg[start:], flags=re.DOTALL)
    own = ids or f"{name}-"
    # of the names of styles, as of ids, a page has one of each
    body = re.sub(r'(\bid="|(?<!<a )\bhref="#|url\(["\']?#|\.(?=c\d+\{))', rf"\g<1>{own}", body)
    body = _CLASS.sub(lambda at: " ".join(own + one for one in at[0].split()), body)
    body = _CIRCLE.sub(r'<circle\1 r="\2"/>', _COLOUR.sub(r"\1var(--h\2)", body))
    # a style for every element would reach all of the page; on the root it is inherited
    inherited = _STYLE.search(body)
    body = _STYLE.sub("", body)
    root = re.match(r"<svg\b[^>]*>", body)
    assert root is not None  # noqa: S101  (found above)
    styled = re.search(r'\sstyle="([^"]*)"', root[0])
    opening = re.sub(r'\s(?:xmlns|width|height|role|aria-label|style)="[^"]*"', "", root[0])
    if "viewBox" not in opening:
        width, height = size(svg, name)
        opening = opening.replace("<svg", f'<svg viewBox="0 0 {width:g} {height:g}"', 1)
    rules = [found[1].strip().strip(";") for found in (inherited, styled) if found]
    drawn = re.search(r'viewBox="\S+ \S+ ([\d.]+)', opening)
    if drawn:
        rules.append(f"max-width:{_LARGEST * float(drawn[1]):.0f}pt")
    style = f' style="{";".join(rules)}"' if rules else ""
    # a picture has no parts, and a link in it would be none
    role = "group" if "<a href" in body else "img"
    named = f'<svg role="{role}" aria-label="{escape(alt)}"{style}'
    return (opening.replace("<svg", named, 1) + body[root.end() :]).strip()


def size(svg: str, name: str) -> tuple[float, float]:
    """Return a drawing's width and height in points."""
    found = [
        re.search(rf'<svg\b[^>]*\s{side}="([\d.]+)(pt|px|)"', svg) for side in ("width", "height")
    ]
    if None in found:
        raise PressError(f"the drawing {name} has no width and height")
    points = {"pt": 1.0, "px": 0.75, "": 0.75}
    width, height = (float(side[1]) * points[side[2]] for side in found if side is not None)
    return width, height


def shared(content: str) -> tuple[str, str]:
    """Return a page's content with drawings that share their styles, and the sheet that has them.

    It brings the letters of their text, laid out for that face, and their colours: on a dark screen
    each keeps its hue, and is as bright as it was dark; else a drawing stays as it is, on white.
    """
    names: dict[str, str] = {}

    def with_shared(drawing: re.Match[str]) -> str:
        own: dict[str, str] = {}
        for name, style in _RULE.findall("".join(_SHEET.findall(drawing[0]))):
            own[name] = names.setdefault(style, f"d{len(names)}")
        bare = _ROOT.sub(
            lambda root: f'{root[1]} class="{names.setdefault(root[2], f"d{len(names)}")}"',
            _SHEET.sub("", drawing[0]),
        )
        return _CLASS.sub(lambda at: " ".join(own.get(one, one) for one in at[0].split()), bare)

    content = _DRAWING.sub(with_shared, content)
    styles = "".join(f".{name}{{{style}}}" for style, name in names.items())
    drawn = "".join(_DRAWING.findall(content))
    named = "|".join(name for style, name in names.items() if _BOLD in style)
    bold = re.compile(
        rf'<(text|g)\b[^>]*(?:{_BOLD}|class="[^"]*\b(?:{named})\b)[^>]*>(.*?)</\1>', re.DOTALL
    )
    words = {
        "Regular": "".join(_TEXT.findall(drawn)),
        "Bold": "".join(found[2] for found in bold.finditer(drawn)),
    }
    faces = [
        fonts.face(_FACE, cut, frozenset(unescape(re.sub(r"<[^>]*>", "", text))))
        for cut, text in words.items()
        if text and _FACE in drawn + styles
    ]
    colours = sorted({"000000", *_NAMED.findall(drawn + styles)})
    light = "".join(f"--h{one}:#{one};" for one in colours)
    dark = "".join(f"--h{one}:oklch(from #{one} {_TURNED} c h);" for one in colours)
    return content, (
        f"{''.join(faces)}:root{{{light}}}\nsvg{{fill:var(--h000000)}}{styles}\n"
        "@media screen and (prefers-color-scheme:dark){@supports (color:oklch(from red l c h)){"
        f":root{{{dark}--hffffff:var(--paper)}}}}}}\n"
    )
