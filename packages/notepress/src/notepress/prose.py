"""Prose that takes its numbers from recorded values, and the check that none is typed into it.

Prose is pandoc's Markdown. `{{id}}` stands for a value as printed, `[@key]` for a citation,
`@fig-name` and `@tbl-name` for a figure or table of the report. What stands between a line
`::: {when="id id"}` and its `:::` is printed only where the values of these ids, flags, are all
true; with `unless` in the place of `when`, only where they are not. What names a value that nobody
can know yet is not printed: a paragraph, an item of a list, a figure.
"""

import calendar
import difflib
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from notepress import placing
from notepress.errors import PressError
from notepress.values import LATER, NO_BREAK

# in the place of an output, which is what a heading may stand above as well
SHOWN = "\ufffc"

CROSS_REFERENCE = re.compile(r"(?:fig|tbl)-")

# What is not prose, in the order in which it is looked for. Digits in it are nobody's finding.
_PARTS = {
    "escaped": r"\\[^\s\w]",
    "code": r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^[ ]{0,3}(?P=fence)[`~]*[ ]*$"
    r"|(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`)",
    "comment": r"<!--.*?-->",
    # as pandoc reads it: no space inside the dollars and no digit after them, so "$5 or $6" is text
    "math": r"\$\$.+?\$\$|\$(?!\s)(?:[^$\\\n]|\\.|\n(?!\n))+?(?<!\s)\$(?!\d)",
    "value": r"\{\{(?P<id>[^{}]*)\}\}",
    "footnote": r"\[\^[^\]\s]+\]:?",
    "target": r"\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]:[ ]+\S+|<?https?://[^\s>]+>?",
    "attributes": r"\{[#.=][^{}]*\}|\{[^{}\n]*=[^{}\n]*\}",
    "fenced_div": r"^:::+[^\n]*$",
    "tag": r"</?[a-zA-Z][^<>]*>|&\#?\w+;",
    "citation": r"\[[^\[\]]*@[^\[\]]*\](?![({])"
    r"|(?<![\w@.])@\{[^{}]+\}|(?<![\w@.])-?@\w[\w:.\#$%&+?~/-]*",
    "list_mark": r"^[ ]*(?:\(?\d+[.)]|\(@\w*\))(?=\s)",
}
_PART = re.compile(
    "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PARTS.items()), re.MULTILINE | re.DOTALL
)
_CONDITION = re.compile(r'^:::+ *\{(?P<kind>when|unless)="(?P<flags>[^"]*)"\} *$', re.MULTILINE)
_LANGUAGE = re.compile(r'\s*:::+ *\{lang="([a-z]+)[^"]*"\}')
_DIV = re.compile(r":::+(?P<name>.*)")
_KEY = re.compile(r"(?<![\w@.])@(?:\{([^{}]+)\}|(\w[\w:.#$%&+?~/-]*))")
# what `swappable`, `marked` and `quoted` make, the innermost first
_SPAN = re.compile(r"\[((?:[^\\\[\]]|\\.)*)\]\{(?:of=|whole=|\.mark |lang=)[^{}]*\}")
# what `choose` makes of a passage in a line of text
_WHEN = re.compile(
    r'<span (?:when|unless)="[^"]*"( hidden="hidden")?>((?:(?!<span (?:when|unless)=).)*?)</span>',
    re.DOTALL,
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_INNER = str.maketrans('“”"', "‘’’")  # marks of a quotation in a quotation
# a block of code, in which nothing is a heading, a div or a value
_FENCED = re.compile(
    r"(^ {0,3}(`{3,}|~{3,})[^\n]*\n(?:.*?^ {0,3}\2[`~]* *(?:\n|\Z)|.*))", re.MULTILINE | re.DOTALL
)
_HEADING = re.compile(r"(#{1,6}) ")
# a heading or the mark of a div; else a paragraph or item, perhaps with the blank line before it
_BLOCK = re.compile(
    r"(?:#{1,6} |:::).*\n?|.*\n?(?:(?!\s*$|#{1,6} |:::| *(?:[-*+]|\d+[.)]) ).+\n?)*", re.MULTILINE
)
_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
_MONTHS = "|".join([*calendar.month_name[1:], *calendar.month_abbr[1:]])
_DAY = re.compile(rf"\b(\d{{1,2}}) (?=(?:{_MONTHS})\b)")
_OPENING = re.compile(r"""(?<![^\s(\[–—‘“])["'](?=\S)""")
_CURLY = {"'": ("\u2018", "\u2019"), '"': ("\u201c", "\u201d")}


def choose(
    markdown: str, values: Mapping[str, Mapping[str, Any]], marked: Collection[str] = ()
) -> str:
    """Return prose without what its conditions leave out, and without their marks.

    An unknown condition, which `wrong_conditions` tells of, leaves out as well. Conditions that are
    `marked` stay, as spans or divs with the attribute `when`; what does not hold is hidden, if it
    is words and values alone.
    """

    def is_told(passage: str) -> bool:
        is_known = all(values.get(one, {}).get("unit", LATER) != LATER for one in used_ids(passage))
        return is_known and not any(citations(passage)) and not placing.placed(passage)

    kept: list[str] = []
    # whether a condition holds; of one that is marked, also where it begins; None for another div
    open_divs: list[bool | tuple[str, int, bool] | None] = []
    for line in _lines(markdown):
        condition, div = _CONDITION.match(line), _DIV.match(line)
        is_mark = condition is not None
        if condition:
            kind, flags = condition["kind"], condition["flags"].split()
            failing = {flag for flag in flags if not values.get(flag, {}).get("value")}
            holds = (not failing) == (kind == "when")
            # what no choice can turn decides, or does not matter
            turning = [flag for flag in flags if flag in marked] if failing <= {*marked} else []
            attribute = f'{kind}="{" ".join(turning)}"'
            open_divs.append((attribute, len(kept), holds) if turning else holds)
        elif div and div["name"].strip():
            open_divs.append(None)
        elif div and open_divs:
            closed = open_divs.pop()
            is_mark = closed is not None
            if isinstance(closed, tuple):
                attribute, start, holds = closed
                passage = "".join(kept[start:])
                kept[start:] = (
                    [_marked(passage, attribute, holds)] if holds or is_told(passage) else []
                )
        if not is_mark and False not in open_divs:
            kept.append(line)
    return "".join(kept)


def _marked(passage: str, attribute: str, holds: bool) -> str:
    """Return a passage that its condition still encloses: a span of a paragraph, or a div."""
    is_part = not re.search(r"^\s*$|^(?:#|:::|[-*] )", passage.strip(), re.MULTILINE)
    attributes = attribute + ' hidden="hidden"' * (not holds)
    if is_part:  # in brackets, pandoc would read it again and again, as passages lie in each other
        return f"<span {attributes}>{passage.strip()}</span>\n"
    return f"\n::: {{{attributes}}}\n{passage}:::\n\n"


def as_published(text: str) -> str:
    """Return text that takes no spans with what holds of the conditions that are marked in it."""
    return _WHEN.sub(lambda span: "" if span[1] else span[2], text)


def left_to_print(
    parts: Sequence[str],
    values: Mapping[str, Mapping[str, Any]],
    absent: Collection[str],
    marked: Collection[str] = (),
) -> list[str]:
    """Return pieces of prose with what this run prints of them.

    Conditions are applied; paragraphs, items of lists, figures and tables go that name a value
    which is not known yet, or the label of a figure or table that is not there, as go headings
    under which nothing is left. `absent` are labels of those that the run has no data for,
    `marked` conditions as of `choose`.
    """
    chosen = [choose(part, values, marked) for part in parts]
    later = {name for name, value in values.items() if value["unit"] == LATER}
    without_words = {
        one.label
        for part in chosen
        for one in placing.placed(part)
        if used_ids(f"{one.title}\n{one.alt}") & later
    }
    gone = later | without_words | {*absent}
    return without_empty_sections([_without(part, gone) for part in chosen])


def _without(markdown: str, gone: Collection[str]) -> str:
    """Return prose without what shows or names one of these values, figures and tables."""
    kept = []
    for text, is_code in _pieces(markdown):
        # an empty line stays where one was, so that what stood apart does not join
        left = placing.PLACED.sub(lambda div: "\n" if div["label"] in gone else div[0], text)
        for block in [text] if is_code else _BLOCK.findall(left):
            named = {*used_ids(block), *(key for key, *_ in citations(block))}
            kept.append(block if named.isdisjoint(gone) else "\n" * block.startswith("\n"))
    return "".join(kept)


def _pieces(markdown: str) -> Iterator[tuple[str, bool]]:
    """Yield blocks of code and what stands between them; the second says whether it is code."""
    end = 0
    for found in _FENCED.finditer(markdown):
        yield markdown[end : found.start()], False
        yield found[0], True
        end = found.end()
    yield markdown[end:], False


def _lines(markdown: str) -> Iterator[str]:
    """Yield the lines of a text with their ends; a block of code is one."""
    for text, is_code in _pieces(markdown):
        yield from [text] if is_code else text.splitlines(keepends=True)


def without_empty_sections(parts: Sequence[str]) -> list[str]:
    """Return pieces of prose without headings under which nothing is left."""
    kept = []
    # the level of the next heading that is kept, beyond all where text comes first
    below: float = 0
    for part in reversed(parts):
        lines = []
        for line in reversed([*_lines(part)]):
            if heading := _HEADING.match(line):
                level = len(heading[1])
                if below <= level:
                    continue
                below = level
            elif line.strip() and (not line.startswith(":::") or "#" in line):
                below = math.inf
            lines.append(line)
        kept.append("".join(reversed(lines)))
    return kept[::-1]


def wrong_conditions(markdown: str, values: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Find conditions on what is no recorded flag, and ones that nothing ends."""
    problems = []
    lines = [*_lines(markdown)]
    opened = [*filter(None, map(_CONDITION.match, lines))]
    for condition in opened:
        line = condition[0]
        for flag in condition["flags"].split() or [""]:
            if flag not in values:
                problems.append(f"no value {flag!r}{nearest(flag, values)}: {line}")
            elif values[flag]["unit"] not in ("flag", LATER):
                problems.append(f"value {flag!r} is no flag, and a condition needs one: {line}")
    marks = [found["name"].strip() for found in map(_DIV.match, lines) if found]
    if marks.count("") < len(marks) / 2 and opened:
        problems.append("a condition is opened and not closed: end it with a line :::")
    return problems


def language_of(markdown: str) -> str:
    """Return the language of a cell that is a div in another one; empty for the report's own."""
    found = _LANGUAGE.match(markdown)
    return found[1] if found else ""


def fill(text: str, values: Mapping[str, Mapping[str, Any]], *, as_markdown: bool = False) -> str:
    """Return prose as plain text, {{id}} as printed; PressError for an unknown id.

    As Markdown, with each value as a span that the page makes a link of.
    """
    if problems := unknown_ids(text, values):
        raise PressError(
            "\n".join(problems) + "\nWhat to do: record the value before, with press.record"
        )

    def shown(part: re.Match[str]) -> str:
        if part.lastgroup == "value":
            value = values[part["id"].strip()]
            if not as_markdown:
                return str(value["text"])
            return f"[{escape(value['text'])}]{{.value number={value['id']}}}"
        return part[0][1:] if part.lastgroup == "escaped" and not as_markdown else part[0]

    return _PART.sub(shown, text)


fill_markdown = partial(fill, as_markdown=True)


def tied(text: str) -> str:
    """Return text in which no line ends between a day and its month."""
    return _DAY.sub(rf"\1{NO_BREAK}", text)


def typeset(text: str) -> str:
    """Return words of data as a report prints them: dates tied, quotation marks curly.

    Of Markdown, in which straight marks may be markup, pandoc makes them curly.
    """
    opened = _OPENING.sub(lambda mark: _CURLY[mark[0]][0], tied(text))
    return opened.replace("'", _CURLY["'"][1]).replace('"', _CURLY['"'][1])


def escape(text: str) -> str:
    """Return text that pandoc's Markdown prints as it stands."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~$^@\"'.-])", r"\\\1", text)


def literal(text: str) -> str:
    """Return text in which pandoc's Markdown finds no markup, also where it begins a cell.

    For words of a table; unlike `escape` it leaves alone what makes no markup.
    """
    marked = re.sub(r"([\\`*_{}\[\]<>$^~@&|])", r"\\\1", text)
    marked = re.sub(r"^(\s*)([#+:%-])", r"\1\\\2", marked)
    return re.sub(r"^(\s*\(?(?:\w|\d+))([.)])(?=\s|$)", r"\1\\\2", marked)


def swappable(text: str, name: str) -> str:
    """Return text as it stands, which a page may show otherwise under other choices, by a name."""
    return f'[{literal(text)}]{{of="{name}"}}'


def widened(text: str, whole: str) -> str:
    """Return text in whose place a page, which has room for it, says the whole."""
    inside = literal(whole).replace('"', r"\"")
    return f'[{literal(text)}]{{whole="{inside}"}}'


def marked(text: str, look: str, name: str = "", yes: str = "") -> str:
    """Return a short text as a mark with a look; by a name, a page may show it otherwise.

    `yes` is how it looks there when it says yes, where that is not the look of a yes.
    """
    looks = f'look="{look}"' + (f' yes="{yes}"' if yes else "")
    return f"[{swappable(text, name) if name else literal(text)}]{{.mark {looks}}}"


def quoted(words: str, translation: str = "") -> str:
    """Return words as a quotation, its cut ends marked; behind it in brackets what they mean.

    Of words written without spaces nothing tells where they were cut.
    """
    inner = literal(words.translate(_INNER))
    if _HAN.search(words):
        return f'[“{inner}”]{{lang="zh"}}' + (f" ({literal(translation)})" if translation else "")
    start, end = "" if words[:1].isupper() else "…", "" if words[-1] in ".!?…" else "…"
    return f"“{start}{inner}{end}”"


def unnamed(markdown: str) -> str:
    """Return Markdown without the names and looks of what a page shows in its own way."""
    found = None
    while found != markdown:
        found, markdown = markdown, _SPAN.sub(r"\1", markdown)
    return markdown


def address_of(source: Mapping[str, Any]) -> str:
    """Return where a source of CSL-JSON, or else its copy, can be read; empty if nowhere."""
    doi = f"https://doi.org/{source['DOI']}" if "DOI" in source else ""
    return str(source.get("URL") or doi or source.get("archive_location", ""))


def cited(text: str, keys: str) -> str:
    """Return text as it stands, behind it a citation of its sources: keys joined by ";"."""
    sources = "; ".join(f"@{key}" for key in keys.split(";") if key)
    return literal(text) + (f"{NO_BREAK}[{sources}]" if sources else "")


def conditions(markdown: str) -> set[str]:
    """Return the ids of the flags on which passages of a text depend."""
    found = filter(None, map(_CONDITION.match, _lines(markdown)))
    return {flag for condition in found for flag in condition["flags"].split()}


def used_ids(text: str) -> set[str]:
    """Return the ids of the values that a text prints."""
    return {part["id"].strip() for part in _PART.finditer(text) if part.lastgroup == "value"}


def typed_numbers(markdown: str, allowed: Iterable[str] = ()) -> list[str]:
    """Find digits that were typed into prose and not recorded as a value.

    Digits in code, formulas, links' targets, citations, labels and list marks are left alone, and
    so are `allowed` names such as "Section 301", as they stand or as `literal` writes them. One
    problem per number, with the text around it.
    """
    written = {form for name in allowed for form in (name, _PART.sub(_blank, literal(name)))}
    longest_first = sorted(written, key=len, reverse=True)
    names = "|".join(r"\s+".join(map(re.escape, name.split())) for name in longest_first)
    prose = re.sub(rf"(?<!\w)(?:{names})(?!\w)", _blank, _PART.sub(_blank, markdown))
    return [
        f"{found[0]} is typed into the prose: {around(markdown, found.span())}"
        for found in _NUMBER.finditer(prose)
    ]


def unknown_ids(markdown: str, known: Collection[str]) -> list[str]:
    """Find {{id}} of no recorded value, and ones that stand where none can be filled in."""
    problems = []
    for part in _PART.finditer(markdown):
        where = around(markdown, part.span())
        if part.lastgroup == "value" and (value_id := part["id"].strip()) not in known:
            problems.append(f"no value {value_id!r}{nearest(value_id, known)}: {where}")
        elif part.lastgroup in ("math", "target", "attributes") and "{{" in part[0]:
            problems.append(f"no value can be filled into a formula, target or attribute: {where}")
    return problems


def unknown_keys(markdown: str, references: Collection[str], labels: Collection[str]) -> list[str]:
    """Find citations of no known source, and references to no figure or table of the report."""
    problems = []
    for key, span in citations(markdown):
        is_label = CROSS_REFERENCE.match(key)
        known = labels if is_label else references
        if key not in known:
            kind = "figure or table" if is_label else "source"
            near = nearest(key, known)
            problems.append(f"no {kind} {key!r}{near}: {around(markdown, span)}")
    return problems


def citations(markdown: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Return every key that is cited, and where its citation starts and ends."""
    for part in _PART.finditer(markdown):
        if part.lastgroup != "citation":
            continue
        for key in _KEY.finditer(part[0]):
            # a full stop or colon that ends the sentence is no part of the key
            yield key[1] or key[2].rstrip(":.#$%&+?~/-"), part.span()


def nearest(name: str, known: Iterable[str]) -> str:
    """Return " (perhaps '...')" with the most similar known name, or nothing."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" (perhaps {close[0]!r})" if close else ""


def around(text: str, span: tuple[int, int]) -> str:
    """Return a passage of one line with some text on both sides, for a person to find it by."""
    start, end = max(0, span[0] - 30), span[1] + 30
    left, right = "\u2026" if start else "", "\u2026" if end < len(text) else ""
    return left + " ".join(text[start:end].split()) + right


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
