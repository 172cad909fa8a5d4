"""What a drawing says in words stands in one catalogue, so that another language needs no code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tradetalks

FOLDER = Path(tradetalks.__path__[0])
# whatever draws takes style or layout from there
DRAWING = sorted(
    path
    for path in {*FOLDER.rglob("*.py")} - {FOLDER / "figures" / "words.py"}
    if "tradetalks.figures" in path.read_text(encoding="utf-8") or path.parent.name == "figures"
)
# words for matplotlib, the one face, and two codes of how a thing is known
OTHERS = {"offset points", "axes fraction", "lower right", "upper left", "outside upper left"}
OTHERS |= {"Source Sans Pro", "on record", "unnamed sources"}
# which argument of a call is read by whoever sees the drawing
READ = {"Look": 0, "annotate": 0, "note": 1, "beside": 3, "text": 2}
READ |= dict.fromkeys(["set_title", "set_xlabel", "set_ylabel"], 0)
NAMED = {"label", "title", "xlabel", "ylabel"}


def written(tree: ast.Module) -> Iterator[str]:
    """Texts of code, without docstrings and errors, that are words for a reader."""
    aside: set[ast.AST] = set()
    for node in ast.walk(tree):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_docstring or isinstance(node, ast.Raise):
            aside |= {*ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            read = [*node.args[READ[name] :][:1]] if name in READ else []
            for one in [*read, *(given.value for given in node.keywords if given.arg in NAMED)]:
                if isinstance(one, ast.Constant | ast.JoinedStr):
                    yield ast.unparse(one)
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (
            is_text
            and node not in aside
            and re.search(r"[A-Za-z]{2,}\s|\s[A-Za-z]{2,}", node.value)
        ):
            yield node.value


@pytest.mark.parametrize("path", DRAWING, ids=lambda path: path.stem)
def test_code_that_draws_holds_no_words(path: Path) -> None:
    found = {*written(ast.parse(path.read_text(encoding="utf-8")))} - OTHERS
    assert {
        one for one in found if re.search(r"[A-Za-z]{2,}", re.sub(r"\{.*?\}", "", one))
    } == set()


def test_words_in_code_are_seen() -> None:
    for code in ('ax.set_xlabel("Days")', 'x = f"{n} days"', 'Look("charge", ())', 'f(label="a")'):
        assert [*written(ast.parse(code))], code
    assert not [*written(ast.parse('"""A word or two."""\nraise KeyError("no such word")'))]
