"""Do the tests notice a fault? Faults are drawn at random, put into the code one by one, and tried.

Each fault is small: a comparison turned, a number moved by one, `and` for `or`, a condition without
its `not`, a call, a refusal or a result left out. Not drawn is what changes nothing a right program
does: `return None` for itself, and the guards `strict=` of zip, `frozen=`, `slots=` and `eq=` of a
class. A fault is tried on the check of types, on the tests that name its module or stand beside
those, then on what is held against tests/baseline, and if they let it pass, on all. `python
tests/trust/test_mutations.py COUNT SEED`, with tests/ on the path, prints each with the test that
noticed it among all but these. Without a fault they pass there: else nothing would be shown by
their failing.
"""

from __future__ import annotations

import ast
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from projects import MODULES, ROOT, code_path, copy_project, whole_only
from whowalkedaway import SOURCES

# nine of ten is what is asked of many; of ten alone one more may slip by chance
DRAWN, NOTICED = 10, 8
GUARDS = ("strict", "frozen", "slots", "eq")
# what any report, drawing and command is held against, beside the tests of a module
RECORDS = ["tests/test_as_recorded.py", "tests/test_what_commands_say.py"]
RECORDS += ["tests/tradetalks/figures/test_every_figure.py"]
OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip


class Fault(NamedTuple):
    """One fault: the file, the line, what stands there and what stands there instead."""

    path: Path
    line: int
    old: str
    new: str
    text: str  # of the whole file, with the fault


def turned(node: ast.AST) -> str:
    """The code of a node with a fault in it; nothing where none of these fits."""
    match node:
        case ast.Compare(ops=[one]) if type(one) in OTHER:
            node.ops = [OTHER[type(one)]()]
        case ast.BoolOp(op=one) | ast.BinOp(op=one) if type(one) in OTHER:
            node.op = OTHER[type(one)]()
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return f"({ast.unparse(inner)})"
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Continue():
            return "pass"
        case ast.Return(value=ast.expr() as value):
            return "" if ast.unparse(value) == "None" else "return None"
        case ast.Constant(value=bool(value)):
            return str(not value)
        case ast.Constant(value=int(value)):
            return str(value + 1)
        case _:
            return ""
    return f"({ast.unparse(node)})"


def faults(path: Path) -> Iterator[Fault]:
    """Every fault that can be put into a module."""
    text = path.read_text(encoding="utf-8")
    lines = text.encode().splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    tree = ast.parse(text)
    # what a formatted string holds has no place of its own, and guards are not drawn
    left = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    left += [
        node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg in GUARDS
    ]
    inside = {id(one) for node in left for one in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in inside or not isinstance(node, ast.expr | ast.stmt):
            continue
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        if new := turned(node):
            data = text.encode()
            whole = (data[:begin] + new.encode() + data[end:]).decode()
            yield Fault(path, node.lineno, data[begin:end].decode(), new, whole)


def drawn(count: int, seed: int) -> list[Fault]:
    """Faults of all modules, each as likely as any other.

    Not of those that send signals: with a fault, one could reach what is not of the tests.
    """
    paths = [path for path in MODULES if "import signal" not in path.read_text()]
    every = [fault for path in paths for fault in faults(path)]
    return random.Random(seed).sample(every, count)


def suite_of(path: Path) -> list[str]:
    """The tests that name a module, and those in the folder that mirrors its own."""
    (source,) = (ROOT / name for name in SOURCES if path.is_relative_to(ROOT / name))
    inner = path.relative_to(source).with_suffix("")
    package, name = ".".join(inner.parent.parts), inner.name
    imported = re.compile(
        rf"from {package}\.{name} import|from {package} import [^\n]*\b{name}\b|{package}\.{name}"
    )
    found = [
        file
        for file in sorted((ROOT / "tests").rglob("test_*.py"))
        if "trust" not in file.relative_to(ROOT).parts
        and (
            file.parent == ROOT / "tests" / inner.parent
            or imported.search(file.read_text(encoding="utf-8"))
        )
    ]
    found.sort(key=lambda file: name not in file.stem)
    return [str(file.relative_to(ROOT)) for file in found]


def copy_with_git(folder: Path) -> None:
    """The project where tests can copy it in their turn: they ask git what belongs to it."""
    copy_project(folder)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x"]
    for words in (["init"], ["add", "--all"], ["commit", "--message=copy"]):
        subprocess.run([*git, *words], cwd=folder, capture_output=True, check=True)


def failing(folder: Path, words: Iterable[str]) -> str:
    """The first check or test that fails of what a command of Python runs in a folder, or nothing.

    One that could not be read fails; where all that was asked is left out, nothing does.
    """
    environment = os.environ | {"PYTHONPATH": code_path(folder), "TRUST": ""}
    command = [sys.executable, "-m", *words]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode not in (1, 2):
        return ""
    told = re.search(r"^(?:FAILED|ERROR) (\S+)|^\S+: error: .*", done.stdout, re.M)
    return told[1] or told[0] if told else done.stdout[-200:]


def noticed_by(fault: Fault, folder: Path, *, by_all: bool) -> str:
    """The check or test that fails in a copy of the project with a fault and not without, or none.

    The copy is left as it was.
    """
    path = folder / fault.path.relative_to(ROOT)
    asked = ["pytest", "-q", "-x", "-p", "no:cacheprovider"]
    every = [["-n", "auto", "--dist", "loadfile", "tests"]] if by_all else []
    tests = [words for words in [suite_of(fault.path), RECORDS, *every] if words]
    for words in [["mypy"], *([*asked, *some] for some in tests)]:
        path.write_text(fault.text, encoding="utf-8")
        name = failing(folder, words)
        path.write_bytes(fault.path.read_bytes())
        alone = words if words == ["mypy"] else [*asked, name.partition("::")[0]]
        if name and not failing(folder, alone):
            return name
    return ""


@whole_only
def test_faults_are_noticed(tmp_path: Path) -> None:
    copy_with_git(tmp_path)
    seed = len(MODULES)  # others with each module that comes or goes
    tried = drawn(DRAWN, seed)
    harmless = tried[0]._replace(text=tried[0].path.read_text(encoding="utf-8"))
    assert noticed_by(harmless, tmp_path, by_all=False) == ""  # as without a fault
    missed = [
        f"{fault.path.relative_to(ROOT)}:{fault.line}: {fault.old} -> {fault.new}"
        for fault in tried
        if not noticed_by(fault, tmp_path, by_all=True)
    ]
    assert len(missed) <= DRAWN - NOTICED, missed


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        copy_with_git(Path(place))
        for one in drawn(int(sys.argv[1]), int(sys.argv[2])):
            told = noticed_by(one, Path(place), by_all=False)
            where = f"{one.path.relative_to(ROOT)}:{one.line}"
            print(f"{where}  {one.old!r} -> {one.new!r}: {told or 'passed'}", flush=True)
