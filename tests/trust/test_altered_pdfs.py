"""PDFs that were altered at random: neither verify nor the second opinion takes one for genuine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from tools import second_opinion

from altered_pdfs import KINDS
from projects import RUN, SEED, code_path, so_many

# one of each kind in all tests, of the whole battery a hundred
DRAWN = range(so_many(100, len(KINDS)))
VERIFY = """
import sys
from pathlib import Path
from whowalkedaway.inspection import verify_file
from whowalkedaway.problems import KNOWN

for name in sys.argv[1:]:
    try:
        code = verify_file(Path(name))
    except KNOWN:
        code = 2
    print("\\0", name, code)
"""


@pytest.fixture(scope="module")
def genuine(built: Path) -> Path:
    return built / "reports" / RUN / "report.pdf"


@pytest.fixture(scope="module")
def altered(genuine: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder, pdf = tmp_path_factory.mktemp("altered"), genuine.read_bytes()
    kinds, files = [*KINDS], []
    for number in DRAWN:
        kind = kinds[number % len(kinds)]
        content = KINDS[kind](pdf, Random(SEED + number))
        assert content != pdf, kind
        files.append(folder / f"{number} {kind}.pdf")
        files[-1].write_bytes(content)
    return files


def test_verify_vouches_for_none(built: Path, genuine: Path, altered: list[Path], tmp_path: Path):
    again = tmp_path / "downloaded again.pdf"
    again.write_bytes(genuine.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", VERIFY, again, *altered],
        cwd=built,
        env={**os.environ, "PYTHONPATH": code_path(built)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    codes = dict(line[2:].rsplit(" ", 1) for line in done.stdout.splitlines() if line[0] == "\0")
    assert codes == {str(again): "0"} | {str(file): "2" for file in altered}


# of what is changed on pages alone the second opinion says that it did not read them
OPINIONS = dict.fromkeys(KINDS, (2,)) | {
    **dict.fromkeys(("page_out", "pages_swapped", "page_emptied", "saved again"), (0,)),
    "verdict_turned": (1,),
    "flipped": (0, 2),
}


def test_the_second_opinion_vouches_for_none(
    genuine: Path, altered: list[Path], capsys: pytest.CaptureFixture[str]
):
    printed = second_opinion.attachments(genuine.read_bytes())
    for file in [genuine, *altered]:
        code = second_opinion.main([str(file)])
        told = capsys.readouterr()
        assert code in OPINIONS.get(file.stem.partition(" ")[2], (0,)), file.name
        if code == 2:
            assert told.err.startswith(f"{file} cannot be read"), file.name
        else:
            assert told.out.endswith("what is attached; the pages were not read.\n"), file.name
        if code == 0:
            assert second_opinion.attachments(file.read_bytes()) == printed, file.name
