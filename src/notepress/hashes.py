"""SHA-256 of files by what they hold, and what code imports."""

from __future__ import annotations

import ast
import codecs
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from notepress.errors import PressError
from notepress.outputs import write


def content_of(path: Path) -> bytes:
    """The bytes of a file; of a table or list as if no spreadsheet had saved it.

    How that ends lines, marks a file and adds blank lines is no part of what it holds.
    """
    data = path.read_bytes()
    if path.suffix not in (".csv", ".json", ".yaml"):
        return data
    data = data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")
    lines = data.rstrip(b"\n")
    return lines + data[len(lines) :][:1]


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of what one file holds."""
    return sha256(content_of(path))


def sha256(content: bytes) -> str:
    """Hex SHA-256."""
    return hashlib.sha256(content).hexdigest()


class Hashes:
    """Hashes of files; one that is as it was a moment ago is not read again.

    Of modules and notebooks it also tells which modules below `source` they import. The names that
    they import are kept in the file `kept`, by their hashes: to find them takes a second.
    """

    def __init__(self, kept: Path, source: Path) -> None:
        self._kept, self._source = kept, source
        self._hashes: dict[Path, tuple[tuple[int, ...], str]] = {}
        self._modules: dict[str, list[Path]] = {}
        self._direct: dict[Path, set[Path]] = {}
        self._closures: dict[Path, list[Path]] = {}
        try:
            self._known: dict[str, list[str]] = json.loads(kept.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._known = {}
        self._imports: dict[str, list[str]] = {}

    def of(self, path: Path) -> str:
        """The hash of a file; empty where there is none."""
        try:
            at = path.stat()
            state = (at.st_mtime_ns, at.st_ctime_ns, at.st_size, at.st_ino)
            if path not in self._hashes or self._hashes[path][0] != state:
                self._hashes[path] = state, sha256_of(path)
        except (FileNotFoundError, NotADirectoryError):
            return ""
        return self._hashes[path][1]

    def closure(self, path: Path) -> list[Path]:
        """Every file under `source` that running `path` may import, itself not included."""
        if path not in self._closures:
            seen: set[Path] = set()
            waiting = [path]
            while waiting:
                fresh = self._imported_by(waiting.pop()) - seen
                seen |= fresh
                waiting += fresh
            self._closures[path] = sorted(seen - {path})
        return self._closures[path]

    def save(self) -> None:
        """Keep for the next process what this one asked for."""
        if self._imports != self._known:
            write(self._kept, json.dumps(dict(sorted(self._imports.items()))))

    def imports(self, path: Path) -> list[str]:
        """The names of all that a module or notebook may import, of whatever library."""
        inside = path.parent.is_relative_to(self._source)
        package = ".".join(path.parent.relative_to(self._source).parts) if inside else ""
        key = f"{package} {self.of(path)}"
        if key not in self._imports:
            is_known = key in self._known
            self._imports[key] = self._known[key] if is_known else _all_imports(path, package)
        return self._imports[key]

    def _imported_by(self, path: Path) -> set[Path]:
        """The modules under `source` that a module or notebook itself imports."""
        if path not in self._direct:
            names = self.imports(path)
            self._direct[path] = {file for name in names for file in self._files_of(name)}
        return self._direct[path]

    def _files_of(self, name: str) -> list[Path]:
        """The files that importing `a.b.c` runs: each package on the way, and the module."""
        if name not in self._modules:
            package = name.rpartition(".")[0]
            before = self._files_of(package) if package else []
            place = self._source.joinpath(*name.split("."))
            found = (place.with_suffix(".py"), place / "__init__.py")
            is_ours = place.parent.is_dir()
            here = [file for file in found if file.is_file()] if is_ours else []
            self._modules[name] = [*before, *here]
        return self._modules[name]


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


def _all_imports(path: Path, package: str) -> list[str]:
    try:
        return sorted({*imported_names(code_of(path), package)})
    except SyntaxError as error:
        raise PressError(
            f"{path.name}: is no Python: {error.msg}: {(error.text or '').strip()}\n"
            "What to do: mend it; what it imports decides when it has to run again"
        ) from None


def imported_names(code: str, package: str) -> Iterator[str]:
    """Every module that a program of a package imports when it runs, wherever that stands."""
    for node in _statements(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: -(node.level - 1) or None] if node.level else []
            stem = ".".join([*parents, *([node.module] if node.module else [])])
            yield stem
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def _statements(tree: ast.AST) -> Iterable[ast.AST]:
    """All statements of a program that can run; ast.walk would also go through expressions."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        never = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, part, None)  # of a lambda, the body is an expression
            if isinstance(inner, list) and not (never and part == "body"):
                waiting += inner
