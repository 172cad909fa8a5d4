"""Notebooks of others are printed: nothing fails, nothing is lost that is not named."""

import csv
import hashlib
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import nbformat
import pytest
from hard import CELLS, notebooks
from nbformat.v4 import new_markdown_cell, new_notebook
from properties import check

import notepress
from notepress.__main__ import main

HERE = Path(__file__).parent
with (HERE / "corpus.csv").open(encoding="utf-8", newline="") as lines:
    CORPUS = [*csv.DictReader(lines)]


@pytest.mark.parametrize("name", CELLS)
def test_a_hard_notebook_is_printed_and_what_is_lost_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.ipynb"
    path.write_text(json.dumps(notebooks()[name]))  # also what no file in UTF-8 can hold
    check(nbformat.read(path, as_version=4), path, times=2)


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder of the packages that the corpus comes with; what is not there is downloaded."""
    if not os.environ.get("CORPUS"):
        pytest.skip("CORPUS=folder downloads the packages that the notebooks come with")
    folder = Path(os.environ["CORPUS"])
    folder.mkdir(parents=True, exist_ok=True)
    for package in sorted({row["package"] for row in CORPUS}):
        if not [*folder.glob(f"{package.replace('==', '-')}.tar.gz")]:
            wanted = ["--no-deps", "--no-binary", ":all:", "--dest", str(folder), package]
            pip = [sys.executable, "-m", "pip", "download", "--quiet", *wanted]
            if subprocess.run(pip, capture_output=True, check=False).returncode:
                pytest.skip(f"{package} could not be downloaded")
    return folder


@pytest.mark.parametrize("row", CORPUS, ids=lambda row: row["notebook"].rpartition("/")[2])
def test_a_public_notebook_is_printed(packages: Path, tmp_path: Path, row: dict[str, str]) -> None:
    name = row["package"].replace("==", "-")
    with tarfile.open(packages / f"{name}.tar.gz") as archive:
        file = archive.extractfile(f"{name}/{row['notebook']}")
        assert file is not None
        content = file.read()
    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    path = tmp_path / Path(row["notebook"]).name
    path.write_bytes(content)
    check(nbformat.read(path, as_version=4), path, times=3)


def test_a_file_that_is_no_notebook_is_refused_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "words.ipynb").write_text("words")
    (tmp_path / "odd.ipynb").write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}')
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Sound")]), tmp_path / "sound.ipynb")
    names = ("words", "gone", "odd", "sound")
    assert main(["pdf", *(str(tmp_path / f"{name}.ipynb") for name in names)]) == 1
    told = capsys.readouterr()
    assert told.out == f"{tmp_path / 'sound.pdf'}\n"
    assert [line.partition(": ")[0] for line in told.err.splitlines() if line.startswith("/")] == [
        str(tmp_path / f"{name}.ipynb") for name in names[:3]
    ]
    assert "Traceback" not in told.err


def test_to_print_needs_nothing_of_what_runs(tmp_path: Path) -> None:
    path = tmp_path / "one.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("# One\n\n$x$")]), path)
    program = (
        "import sys, notepress; notepress.to_pdf(sys.argv[1]); notepress.to_html(sys.argv[1]); "
        "print({*sys.modules} & {'pandas', 'pyarrow', 'matplotlib', 'papermill', 'IPython'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_a_picture_of_another_folder_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "in" / "own.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    cell = new_markdown_cell("![far](../out.svg) ![near](own.svg)")
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "in" / "one.ipynb")
    page = notepress.to_html(tmp_path / "in" / "one.ipynb")
    assert "[Image far, not printed]" in page
    assert page.count("data:image/svg+xml;base64") == 1
