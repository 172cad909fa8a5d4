"""A site as a browser and a visitor find it: what its pages name, and where that leads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib

# the attributes that lead somewhere, and the names under which a picture is told
LEADING = ("href", "src", "srcset", "action", "data", "poster")
PICTURES = ("og:image", "twitter:image")


def _parsed(page: Path) -> list[dict[str, str]]:
    return _elements(page.read_text(encoding="utf-8"))


@cache
def _elements(text: str) -> list[dict[str, str]]:
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    return [{"": str(one.tag), **one.attrib} for one in tree.iter() if isinstance(one.tag, str)]


def links_of(site: Path) -> Iterator[tuple[Path, str]]:
    """Every address that a page of a folder names, in an attribute or as its picture."""
    for page in sorted(site.rglob("*.html")):
        for element in _parsed(page):
            for name in LEADING:
                if name in element:
                    yield page, element[name]
            if element.get("property") in PICTURES:
                yield page, element["content"]


def broken_links(site: Path) -> list[str]:
    """What leads nowhere, or out of the folder by a path: page, address."""
    names: dict[Path, set[str]] = {}
    found = []
    for page, address in links_of(site):
        parts = urlsplit(address)
        if parts.scheme in ("https", "http", "data", "mailto"):
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
        is_here = target.is_relative_to(site.resolve()) and target.is_file()
        if is_here and parts.fragment and target.suffix == ".html":
            if target not in names:
                names[target] = {one["id"] for one in _parsed(target) if "id" in one}
            is_here = unquote(parts.fragment) in names[target]
        if not is_here or parts.scheme or parts.netloc or parts.path.startswith("/"):
            found.append(f"{page.relative_to(site)}: {address}")
    return found


def requests_of(site: Path) -> list[str]:
    """What a browser would fetch from elsewhere to show the pages."""
    told = []
    for page in sorted(site.rglob("*.html")):
        for element in _parsed(page):
            fetched = [element.get("src", "")] if element[""] != "a" else []
            fetched += [element.get("href", "")] if element[""] == "link" else []
            told += [
                f"{page.relative_to(site)}: {one}"
                for one in fetched
                if one and not one.startswith("data:")
            ]
    return told
