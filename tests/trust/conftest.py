"""The battery: how much of it runs, what it counts, and the table that it prints.

`make test-trust` sets TRUST; without it, as part of all tests, one case of each name runs.
"""

from __future__ import annotations

import shutil
from collections import Counter

import pytest
from battery import OUTCOMES

from projects import TRUST

# by this name a report carries what a test told
TOLD = "trust"
_tally: Counter[tuple[str, str]] = Counter()


@pytest.fixture(scope="session")
def once(built):
    """A project that was built once; tests work on copies of it."""
    return built


@pytest.fixture
def project(once, tmp_path):
    """A copy of the project that was built, its times as they were."""
    return shutil.copytree(once, tmp_path / "project", symlinks=True)


@pytest.fixture
def tell(request):
    """Count a case: tell(kind of attack, outcome, what went wrong)."""

    def count(kind: str, outcome: str, trouble: str = "") -> None:
        known = outcome if outcome in OUTCOMES else OUTCOMES[-1]
        request.node.user_properties.append((TOLD, (kind, known)))
        assert outcome in OUTCOMES[:2], f"{kind}: {outcome}\n{trouble}"

    return count


def pytest_runtest_logreport(report):
    """Add up what a test told, in whichever process it ran."""
    if report.when == "teardown":
        _tally.update((*told,) for name, told in report.user_properties if name == TOLD)


def pytest_terminal_summary(terminalreporter):
    """Print one line per kind of attack; the last column has to be zero everywhere."""
    if not _tally:
        return
    kinds = list(dict.fromkeys(kind for kind, _ in _tally))
    width = max(map(len, kinds))
    say = terminalreporter.write_line
    terminalreporter.section(f"trust, {TRUST or 'short form'}")
    say(f"{'attack':{width}}  {'cases':>6}" + "".join(f"  {name}" for name in OUTCOMES))
    for kind in [*kinds, "all"]:
        chosen = [_tally[kind, name] for name in OUTCOMES]
        if kind == "all":
            chosen = [sum(_tally[one, name] for one in kinds) for name in OUTCOMES]
        columns = zip(OUTCOMES, chosen, strict=True)
        numbers = "".join(f"  {number:{len(name)}}" for name, number in columns)
        say(f"{kind:{width}}  {sum(chosen):6}{numbers}")
