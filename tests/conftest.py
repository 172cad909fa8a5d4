"""What several tests read: the raw tables as shipped, and the report built from them."""

from __future__ import annotations

import difflib
import gc
import os
import random
import subprocess
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import pytest
from filelock import FileLock

from looked_at import BASELINE
from projects import (
    ISLANDS,
    ONE_OF,
    RUN,
    SEED,
    STEPS,
    TRUST,
    build,
    code_path,
    copy_of_the_project,
    copy_project,
    make,
    steps_run,
)
from tradetalks.raw.read import RawTables
from tradetalks.tables import read_raw
from watches import FILES, NETWORK

RAW = Path(__file__).parents[1] / "data" / "raw"

# most of what is measured is kept, and to search it often for garbage takes a sixth of the time
gc.set_threshold(1_000_000, 50, 1000)


# --- a sample of the battery ------------------------------------------------------------------


def drawn(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """One of so many cases, each as likely as any other: of each test its share."""
    draw, cases = random.Random(SEED), defaultdict(list)
    for item in items:
        cases[item.nodeid.partition("[")[0]].append(item)
    chosen = set()
    for some in cases.values():
        whole, rest = divmod(len(some), ONE_OF)
        chosen |= {*draw.sample(some, whole + (draw.randrange(ONE_OF) < rest))}
    return [item for item in items if item in chosen]


# what takes longest begins first: of processes side by side none is left with it at the end; what
# waits most is at work beside builds, which have enough to do for all processors
LONGEST = (
    "test_whole_build",
    "test_browser",
    "test_faults",
    "test_sources_of_values",
    "test_printed_second_case",
    "test_hostile_words",
    "test_another_dispute",
    "test_sweep_command",
    "test_types",
    "test_earlier_days",
    "test_turns",
    "test_pairs",
    "test_fairness",
    "test_records",
    "test_security",
    "test_pipeline_of_the_report",
    "test_record_of_a_run",
    "test_second_opinions",
    "test_altered_pdfs",
    "test_integrity",
    "test_what_commands_say",
    "test_line_files",
    "test_bad_tables",
    "test_parameters",
    "test_tariff_measures",
    "test_what_if",
    "test_to_html",
)


def place_of(item: pytest.Item) -> int:
    """Which place the file of a test has among those that take longest."""
    return LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    every = [*items]
    if config.getoption("record"):
        items[:] = [item for item in every if "as_recorded" in getattr(item, "fixturenames", ())]
    elif TRUST == "sample":
        items[:] = drawn(items)
    if hasattr(config, "workerinput"):  # one process alone keeps the order that it was asked for
        items.sort(key=place_of)
    config.hook.pytest_deselected(items=[item for item in every if item not in {*items}])


def pytest_sessionfinish() -> None:
    """Let no process search all that it kept for garbage as it ends: the others wait for it."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TRUST == "sample":
        said = f"a sample: one of {ONE_OF} cases; make test-trust SEED={SEED} draws the same"
        terminalreporter.write_line(said)


# --- what was looked at -----------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record", action="store_true", help="write anew, and alone, what texts are held against"
    )


@pytest.fixture
def as_recorded(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Require of a text that it is as when it was looked at; with --record, write it down anew."""

    def require(name: str, text: str) -> None:
        path = BASELINE / name
        if request.config.getoption("record"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        changes = difflib.unified_diff(before.split("\n"), text.split("\n"), name, name, n=0)
        assert "\n".join(islice(changes, 40)) == "", "is it meant? --record writes it down anew"

    return require


# --- what several tests read ------------------------------------------------------------------


@pytest.fixture(scope="session")
def raw() -> RawTables:
    """The raw tables as shipped; a table is read when a test asks for it."""
    return read_raw(RAW)


Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def once_for_all(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """Give a folder of a name, made once: of processes side by side, the first to come makes it.

    The others wait. Nobody writes into it afterwards: tests work on copies.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def folder_of(name: str, make: Callable[[Path], None]) -> Path:
        place = shared / name
        with FileLock(shared / f"{name}.lock"):
            if not (place / "made").exists():
                make(place / "project")
                (place / "made").touch()
        return place / "project"

    return folder_of


def require_whole(done: subprocess.CompletedProcess[str]) -> None:
    """Require that a build ran every step."""
    assert done.returncode == 0, done.stdout + done.stderr
    assert steps_run(done) == sorted(STEPS)


@pytest.fixture(scope="session")
def built(once_for_all: Once) -> Path:
    """The project as shipped in a folder of its own, built there by `make report -j2` itself."""

    def make_it(folder: Path) -> None:
        copy_project(folder)
        # what is built here is known as built, not as what was published
        (folder / "reports" / "editions.csv").unlink()
        require_whole(make(folder, "-j2"))

    return once_for_all("built", make_it)


@pytest.fixture(scope="session")
def islands(once_for_all: Once) -> Path:
    """The project with the invented dispute built in it."""

    def make_it(folder: Path) -> None:
        copy_of_the_project(folder)
        require_whole(build(folder, *ISLANDS))

    return once_for_all("islands", make_it)


@pytest.fixture(scope="session")
def reports(built: Path) -> Path:
    """The folder of the report that was built: what is committed is the last edition's."""
    return built / "reports" / RUN


# far from where and as whom it is usually built
ODD_PLACE = "ein anderer Ort, 另一处 Şı"
ELSEWHERE = {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Etc/GMT+12"}


@pytest.fixture(scope="session")
def watched(once_for_all: Once) -> tuple[Path, Path]:
    """The project built under watch, in another place, in another way, and what was noted.

    The file has a line for each file that a step
    opened; beside it is a file `asked` if anything asked for the network, which is refused.
    """

    def make_it(place: Path) -> None:
        folder, watch = place / ODD_PLACE, place / "watch"
        copy_of_the_project(folder)
        watch.mkdir()
        (watch / "sitecustomize.py").write_text(f"{FILES}\n{NETWORK}", encoding="utf-8")
        env = {
            **ELSEWHERE,
            "PYTHONPATH": f"{code_path(folder)}{os.pathsep}{watch}",
            **{"PROJECT": str(folder), "NOTED": str(place / "noted")},
            "ATTEMPTS": str(place / "asked"),
        }
        require_whole(build(folder, env=env))

    place = once_for_all("watched", make_it)
    return place / ODD_PLACE, place / "noted"
