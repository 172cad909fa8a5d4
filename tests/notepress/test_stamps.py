"""Stamps follow contents and imports, and nothing else."""

import json
import os

import pytest

from notepress.stamps import edition_of, import_closure, refresh_stamps, stamp_text


@pytest.fixture
def project(tmp_path):
    package = tmp_path / "src" / "pack"
    (package / "deep").mkdir(parents=True)
    files = {
        "__init__.py": "",
        "base.py": "X = 1\n",
        "middle.py": "from pack.base import X\n",
        "top.py": "def f():\n    from . import middle\n    return middle.X\n",
        "apart.py": "import json\n",
        "deep/__init__.py": "",
        "deep/leaf.py": "from ..base import X\n",
    }
    for name, text in files.items():
        (package / name).write_text(text)
    code = {"cell_type": "code", "source": ["%matplotlib inline\n", "from pack import top\n"]}
    prose = {"cell_type": "markdown", "source": ["import pack.apart\n"]}
    (tmp_path / "book.ipynb").write_text(json.dumps({"cells": [prose, code]}))
    return tmp_path


def names(project, path):
    closure = import_closure(project / path, project / "src")
    return {file.relative_to(project / "src" / "pack").as_posix() for file in closure}


def test_closure_follows_imports_through_modules_functions_and_notebooks(project):
    assert names(project, "src/pack/middle.py") == {"__init__.py", "base.py"}
    assert names(project, "src/pack/top.py") == {"__init__.py", "middle.py", "base.py"}
    assert names(project, "src/pack/deep/leaf.py") == {"__init__.py", "base.py"}
    assert names(project, "book.ipynb") == {"__init__.py", "top.py", "middle.py", "base.py"}


def test_a_stamp_changes_with_what_is_imported_and_not_with_time(project):
    files = {"book.ipynb": project / "book.ipynb", "apart": project / "src" / "pack" / "apart.py"}
    stamps = project / "stamps"

    def times():
        refresh_stamps(files, project, stamps)
        return {name: (stamps / name).stat().st_mtime_ns for name in files}

    first = times()
    os.utime(project / "book.ipynb")
    os.utime(project / "src" / "pack" / "base.py")
    assert times() == first
    for name in first:
        os.utime(stamps / name, ns=(0, 0))
    from notepress import stamps as module

    module._direct_imports.cache_clear()
    (project / "src" / "pack" / "base.py").write_text("X = 2\n")
    second = times()
    assert second["book.ipynb"] != 0
    assert second["apart"] == 0


def test_a_folder_has_one_stamp_over_all_its_files(project):
    before = stamp_text(project / "src" / "pack" / "deep", project)
    (project / "src" / "pack" / "deep" / "more.txt").write_text("more")
    after = stamp_text(project / "src" / "pack" / "deep", project)
    assert set(before.splitlines()) < set(after.splitlines())


def test_the_edition_depends_on_names_contents_and_parameters(project):
    file = project / "src" / "pack" / "base.py"
    edition = edition_of([("a", file)], ["as_of: 2019-06-04"])
    assert len(edition) == 10
    assert edition == edition_of([("a", file)], ["as_of: 2019-06-04"])
    assert edition != edition_of([("b", file)], ["as_of: 2019-06-04"])
    assert edition != edition_of([("a", file)], ["as_of: 2019-06-05"])
    file.write_text("X = 3\n")
    assert edition != edition_of([("a", file)], ["as_of: 2019-06-04"])


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
    ],
)
def test_an_import_counts_wherever_it_stands(tmp_path, code):
    (tmp_path / "main.py").write_text(code)
    (tmp_path / "part.py").write_text("x = 1")
    assert import_closure(tmp_path / "main.py", tmp_path) == [tmp_path / "part.py"]
