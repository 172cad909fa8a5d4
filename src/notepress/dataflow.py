"""Which cells of a notebook rest on which: read from the names that their code uses."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Sequence
from typing import NamedTuple

# methods that record or write, and leave the notebook's own names as they are
_OF_THE_PRESS = ("record", "value", "table", "figure", "show", "save_frame")


class Names(NamedTuple):
    """The names that a cell reads, sets and alters in place; `imports` are those set by imports.

    A method called for its own sake (`rows.append(x)`) counts as altering, but for the press's,
    which change nothing that a cell could read. `fills` tells that the cell asks for values by
    their ids, which no name shows.
    """

    reads: frozenset[str]
    sets: frozenset[str]
    alters: frozenset[str]
    imports: frozenset[str]
    fills: bool

    @property
    def changes(self) -> frozenset[str]:
        return self.sets | self.alters


def named_in(source: str) -> Names:
    """The names in the code of a cell. Raises SyntaxError where it is no plain Python."""
    reads, sets, alters, imports = set[str](), set[str](), set[str](), set[str]()
    fills = False
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                reads.add(name)
            case ast.Name(id=name, ctx=ast.Del()):
                alters.add(name)
            case (
                ast.Name(id=name)
                | ast.FunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                sets.add(name)
            case ast.alias(name=module, asname=alias):
                imports.add(alias or module.partition(".")[0])
            case ast.AugAssign(target=ast.Name(id=name)):
                reads.add(name)
                alters.add(name)
            case (
                ast.Subscript(ctx=ast.Store() | ast.Del())
                | ast.Attribute(ctx=ast.Store() | ast.Del())
            ):
                alters |= _root(node)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=method) as called)):
                alters |= set() if method in _OF_THE_PRESS else _root(called)
        fills |= isinstance(node, ast.Attribute) and node.attr == "fill"
    return Names(
        frozenset(reads), frozenset(sets | imports), frozenset(alters), frozenset(imports), fills
    )


def _root(node: ast.expr) -> set[str]:
    """The name at the root of `a.b[c].d`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def needed(cells: Sequence[Names], wanted: Collection[int]) -> list[int]:
    """The places of the wanted cells, and of those before them that change what they read."""
    names: set[str] = set()
    chosen = []
    for place in reversed(range(len(cells))):
        if place in wanted or cells[place].changes & names:
            names |= cells[place].reads
            chosen.append(place)
    return chosen[::-1]


def are_apart(cells: Sequence[Names]) -> bool:
    """Whether no cell alters in place what another one set, modules apart."""
    imported = frozenset[str]().union(*(cell.imports for cell in cells))
    return not any(
        (one.alters & other.sets) - imported for one, other in itertools.permutations(cells, 2)
    )
