"""SHA-256 of files by what they hold, and what code imports."""

import ast
import codecs
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import resolve_name
from itertools import accumulate
from pathlib import Path

# an import has lines of its own; to parse all of every module would take a second
_IMPORT = re.compile(
    r"^[ \t]*((?:from [^\n(]+ )?import (?:\((?:#[^\n]*|[^)#])*\)|[^\n(#;]+))", re.MULTILINE
)
# what follows the head of a class or function, or begins a module
_DOCSTRING = re.compile(
    r"(\A|^[ \t]*(?:class |(?:async )?def |\))[^\n]*:(?:[ \t]*#[^\n]*)?\n\n?)"
    r'([ \t]*"""(?:(?!""").)*"""[ \t]*)$',
    re.DOTALL | re.MULTILINE,
)


def content_of(path: Path) -> bytes:
    """The bytes of a file; of a table or list as if no spreadsheet had saved it."""
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


def without_docstrings(code: str) -> str:
    """A program with empty lines in the place of its docstrings, which change nothing that it does.

    The lines stay as many: results name those of functions. A docstring stands in lines of its own.
    """
    return _DOCSTRING.sub(lambda found: found[1] + "\n" * found[2].count("\n"), code)


class Hashes:
    """Hashes of files, each read once, and which modules below `folders` a program imports."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._hashes: dict[Path, tuple[tuple[int, ...], str]] = {}
        self._direct: dict[Path, set[Path]] = {}
        self._modules: dict[str, Path] = {}
        for folder in folders:
            for path in folder.rglob("*.py"):
                name = path.relative_to(folder).with_suffix("").as_posix()
                self._modules[name.removesuffix("/__init__").replace("/", ".")] = path

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
        seen: set[Path] = set()
        waiting = [path]
        while waiting:
            fresh = self._imported_by(waiting.pop()) - seen
            seen |= fresh
            waiting += fresh
        return sorted(seen - {path})

    def _imported_by(self, path: Path) -> set[Path]:
        """The modules below the folders that a module or notebook itself may import."""
        if path not in self._direct:
            above = [folder for folder in self._folders if path.is_relative_to(folder)]
            package = ".".join(path.parent.relative_to(above[0]).parts) if above else ""
            # importing a.b.c runs a, a.b and the module
            names = (
                part
                for name in imported_names(code_of(path), package)
                for part in accumulate(name.split("."), "{}.{}".format)
            )
            self._direct[path] = {self._modules[name] for name in names if name in self._modules}
        return self._direct[path]


def code_of(path: Path) -> str:
    """The Python of a module, or of the code cells of a notebook."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = (cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code")
    return "\n".join("".join(cell["source"]) for cell in cells)


def imported_names(code: str, package: str) -> Iterator[str]:
    """Every module that a program of a package may import, those that only types need included."""
    for line in _IMPORT.findall(code):
        # a sentence that begins like one, or names beyond the package
        with suppress(SyntaxError, ImportError):
            (node,) = ast.parse(line).body
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                stem = resolve_name("." * node.level + (node.module or ""), package)
                yield from (f"{stem}.{alias.name}" for alias in node.names)
