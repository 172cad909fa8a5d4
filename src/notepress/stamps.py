"""Stamps: small files that change only when the content behind them does.

Make compares times. A stamp turns that into a comparison of contents: it holds
a hash, and is rewritten only when the hash differs, so that `touch` on a source
reruns nothing and an edit reruns exactly what depends on it. The stamp of a
module or notebook also covers the modules of ours that it imports, directly or
through others.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from notepress.outputs import write


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of one file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def code_of(path: Path) -> str:
    """The Python of a module, or of the code cells of a notebook (magics left out)."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = (cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code")
    lines = ("".join(cell["source"]) for cell in cells)
    return "\n".join(
        line for source in lines for line in source.splitlines() if not line.startswith(("%", "!"))
    )


def _statements(tree: ast.AST) -> Iterable[ast.AST]:
    """All statements of a program; ast.walk would also go through every expression."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, part, None)  # of a lambda, the body is an expression
            waiting += inner if isinstance(inner, list) else []


def _imported_names(code: str, package: str) -> Iterable[str]:
    for node in _statements(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: -(node.level - 1) or None] if node.level else []
            stem = ".".join([*parents, *([node.module] if node.module else [])])
            yield stem
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def _module_files(name: str, source: Path) -> Iterable[Path]:
    """The files that importing `a.b.c` runs: each package on the way, and the module."""
    place = source
    for part in name.split("."):
        module, place = place / f"{part}.py", place / part
        if module.is_file():
            yield module
        if (place / "__init__.py").is_file():
            yield place / "__init__.py"


@cache
def _direct_imports(path: Path, source: Path) -> tuple[Path, ...]:
    inside = path.parent.is_relative_to(source)
    package = ".".join(path.parent.relative_to(source).parts) if inside else ""
    return tuple(
        sorted(
            {
                file
                for name in _imported_names(code_of(path), package)
                for file in _module_files(name, source)
            }
        )
    )


def import_closure(path: Path, source: Path) -> list[Path]:
    """Every file under `source` that running `path` may import, itself not included."""
    seen: set[Path] = set()
    waiting = [path]
    while waiting:
        for file in _direct_imports(waiting.pop(), source):
            if file not in seen:
                seen.add(file)
                waiting.append(file)
    return sorted(seen - {path})


def stamp_text(path: Path, root: Path) -> str:
    """One line per file that counts: its hash and its path from the root."""
    files = [path]
    if path.suffix in (".py", ".ipynb"):
        files += import_closure(path, root / "src")
    elif path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
    return "".join(
        f"{sha256_of(file)}  {file.relative_to(root) if file.is_relative_to(root) else file.name}\n"
        for file in files
    )


def refresh_stamps(files: Mapping[str, Path], root: Path, folder: Path) -> None:
    """Bring stamps up to date: `folder`/NAME for each name, from the file or folder behind it.

    A folder gets one stamp over all its files.
    """
    for name, path in files.items():
        write(folder / name, stamp_text(path, root))


def edition_of(files: Iterable[tuple[str, Path]], extra: Iterable[str] = ()) -> str:
    """Short hash over named files and further text: what identifies a report.

    Ten hex digits are 40 bits, enough to tell editions of one report apart.
    """
    digest = hashlib.sha256()
    for name, path in sorted(files):
        digest.update(f"{name} {sha256_of(path)}\n".encode())
    for text in extra:
        digest.update(text.encode())
    return digest.hexdigest()[:10]
