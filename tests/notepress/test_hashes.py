"""A hash is that of the content, whatever the times say; a closure is all that code may import."""

from __future__ import annotations

import ast
import json
import os
import time
from pathlib import Path

import pytest

from notepress.hashes import Hashes, imported_names, sha256_of, without_docstrings
from projects import MODULES


@pytest.fixture
def project(tmp_path: Path) -> Path:
    package = tmp_path / "src" / "pack"
    (package / "deep").mkdir(parents=True)
    files = {
        "__init__.py": "",
        "base.py": "X = 1\n",
        "middle.py": "from pack.base import X\n",
        "top.py": "def f():\n    from . import middle\n    return middle.X\n",
        "apart.py": '"""From the top.\n\nfrom pack one sees, import nothing\n"""\nimport json\n',
        "deep/__init__.py": "",
        "deep/leaf.py": "from ..base import X\n",
    }
    for name, text in files.items():
        (package / name).write_text(text)
    code = {"cell_type": "code", "source": ["%matplotlib inline\n", "from pack import top\n"]}
    prose = {"cell_type": "markdown", "source": ["import pack.apart\n"]}
    (tmp_path / "book.ipynb").write_text(json.dumps({"cells": [prose, code]}))
    return tmp_path


def hashes(project: Path) -> Hashes:
    return Hashes(project / "src")


def names(project: Path, path: str) -> set[str]:
    closure = hashes(project).closure(project / path)
    return {file.relative_to(project / "src" / "pack").as_posix() for file in closure}


def test_closure_follows_imports_through_modules_functions_and_notebooks(project: Path) -> None:
    assert names(project, "src/pack/middle.py") == {"__init__.py", "base.py"}
    assert names(project, "src/pack/top.py") == {"__init__.py", "middle.py", "base.py"}
    assert names(project, "src/pack/deep/leaf.py") == {"__init__.py", "base.py"}
    assert names(project, "book.ipynb") == {"__init__.py", "top.py", "middle.py", "base.py"}
    assert names(project, "src/pack/apart.py") == set()


def test_an_import_that_leads_nowhere_is_no_input() -> None:
    assert [*imported_names("from .helper import x\nimport a", "")] == ["a"]


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    import part",
        "class A:\n    async def f(self):\n        import part",
        "try:\n    pass\nexcept OSError:\n    import part",
        "try:\n    pass\nfinally:\n    import part",
        "if a:\n    pass\nelif b:\n    pass\nelse:\n    import part",
        "for a in b:\n    pass\nelse:\n    import part",
        "with a:\n    while b:\n        import part",
        "match a:\n    case 1:\n        import part",
        "f = lambda: 1\nfrom part import x",
        "from part import (  # (all)\n    x,\n    y,\n)",
        "import json, part  # noqa (why)",
        "import part; part.f()",
        "from part import f; f()",
    ],
)
def test_an_import_counts_wherever_it_stands(tmp_path: Path, code: str) -> None:
    (tmp_path / "main.py").write_text(code)
    (tmp_path / "part.py").write_text("x = 1")
    found = Hashes(tmp_path).closure(tmp_path / "main.py")
    assert found == [tmp_path / "part.py"]


def test_words_about_code_are_no_part_of_it() -> None:
    code = '"""One.\n\nTwo.\n"""\n\nclass A:\n    """Ä."""\n\n    def f(self):\n        """F."""\n'
    bare = without_docstrings(code)
    assert bare == "\n\n\n\n\nclass A:\n\n\n    def f(self):\n\n"
    assert without_docstrings(code.replace("Two", "Three").replace("F.", "G.")) == bare
    for kept in (
        'A = """a"""\n',
        'def f():\n    x = 1\n    """a"""\n',
        'def f(): "a"; x = 1\n',
        'X = {"a":\n"""a"""}\n',
    ):
        assert without_docstrings(kept) == kept


def test_the_docstrings_of_every_module_are_words_about_it() -> None:
    for path in MODULES:
        code = path.read_text(encoding="utf-8")
        lines = code.split("\n")
        for node in ast.walk(ast.parse(code)):
            kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
            if isinstance(node, kinds) and ast.get_docstring(node) is not None:
                told = node.body[0]
                for number in range(told.lineno - 1, told.end_lineno or 0):
                    lines[number] = ""
        assert without_docstrings(code) == "\n".join(lines), path


def test_a_file_that_changed_is_read_again_whatever_its_time_says(project: Path) -> None:
    file, one = project / "src" / "pack" / "base.py", hashes(project)
    before = file.stat()
    assert one.of(file) == sha256_of(file)
    time.sleep(0.05)  # the clock of files goes on
    file.write_text("X = 2\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert one.of(file) == sha256_of(file)
    file.unlink()
    assert one.of(file) == ""
