"""A build that is killed, starved or crossed: what was whole stays whole, and `make report` heals.

Each fault happens while a project goes from one state to another: many of its steps, in the whole
battery all, have to run again, and the bytes before and after are known. Whatever happens, every
output is that of the one state or of the other, and a plain `make report` then gives those of the
other. It is the invented dispute that is built: by the same steps, in a fraction of the time.
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import battery
import pytest
import yaml

from projects import ISLANDS, SEED, TRUST, battery_only, edit, for_make, so_many, steps_run

RUN, TYPED = "islands", ISLANDS

# what differs between the states, if only by a blank line: the lock makes every step run again
CHANGED = "requirements.lock" if TRUST else "notebooks/05-claims.ipynb"
LONGEST = 4 if TRUST else 2.5  # seconds that the steps take, where others are at work
FOLDERS = (f"reports/{RUN}", f"data/processed/{RUN}", f"build/{RUN}")
# the cleaned tables are the same in both states, and are not written again
CHANGING = (f"reports/{RUN}", f"build/{RUN}")
# without the right of root to write where nobody may
AS_ANYBODY = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"]
AS_ANYBODY = AS_ANYBODY if os.geteuid() == 0 else []
KILLS = so_many(54, 2)
KILLS_IN_A_ROW = 6 if TRUST else 2


def change(folder: Path) -> None:
    """Make the steps run again."""
    path = folder / CHANGED
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def start(folder: Path, *typed: str, **how) -> subprocess.Popen[str]:
    return battery.start(folder, *TYPED, *typed, **how)


def run(folder: Path, *typed: str, **how) -> subprocess.CompletedProcess[str]:
    return battery.run(folder, *TYPED, *typed, **how)


def finished(folder: Path) -> dict[str, bytes]:
    return battery.finished(folder, RUN)


@pytest.fixture(scope="session")
def once(islands):
    return islands


@pytest.fixture(scope="session")
def states(once, tmp_path_factory):
    """Bytes of the outputs in the state as built, and in the other one."""
    other = shutil.copytree(once, tmp_path_factory.mktemp("other") / "project", symlinks=True)
    change(other)
    done = run(other)
    assert done.returncode == 0, done.stdout + done.stderr
    before, after = finished(once), finished(other)
    assert before.keys() == after.keys()
    assert before != after
    return before, after


def assert_whole(folder: Path, states) -> None:
    """Every finished output is whole, of either state; none is new and none is lost."""
    now = finished(folder)
    assert now.keys() == states[0].keys()
    torn = [name for name in now if now[name] not in (states[0][name], states[1][name])]
    assert torn == []


def assert_heals(folder: Path, state: dict[str, bytes]) -> None:
    done = run(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert finished(folder) == state
    left = [path for place in FOLDERS for path in (folder / place).rglob(".*")]
    assert left == [], "something half-written was left"


def assert_clear(done: subprocess.CompletedProcess[str], *words: str, codes=(1, 2)) -> None:
    told = done.stdout + done.stderr
    assert done.returncode in codes, told
    assert "What to do:" in told or "To run it again:" in told, told
    assert not [line for line in told.splitlines() if line.startswith("Traceback")], told
    assert all(word in told for word in words), told


def test_killed_at_any_moment(project, states, tell):
    moments = random.Random(SEED)
    other = project.parent / "other"
    shutil.copy(project / CHANGED, other)
    with other.open("a") as changed:
        changed.write("\n")
    target, killed = 0, 0
    while killed < KILLS:
        target = 1 - target
        mine = project / CHANGED
        kept = mine.read_bytes()
        mine.write_bytes(other.read_bytes())
        other.write_bytes(kept)
        for _ in range(KILLS_IN_A_ROW):
            process = start(project)
            time.sleep(moments.uniform(0.1, LONGEST))
            # a whole group, as when a machine goes down, or the one process that was called
            if moments.random() < 0.7:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            process.communicate()
            killed += 1
            assert_whole(project, states)
            tell("killed", "built correctly")
        assert_heals(project, states[target])


@battery_only
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_make_alone_ends_all_that_it_started(project, states, tell, how):
    """As a supervisor sends it, which knows of no other process."""
    moments = random.Random(SEED)
    change(project)
    asked = {"cwd": project, "env": for_make(project), "start_new_session": True}
    for _ in range(3):
        process = subprocess.Popen(["make", "report", *TYPED], stdout=subprocess.DEVNULL, **asked)
        time.sleep(moments.uniform(1, LONGEST))
        process.send_signal(how)
        process.wait()
        assert_all_ended(project)
        assert_whole(project, states)
    assert_heals(project, states[1])
    tell("killed", "built correctly")


class Process(NamedTuple):
    """A process, by its number and the words that started it."""

    number: int
    words: str


def processes_in(folder: Path) -> list[Process]:
    """The processes whose folder this is; where there is no /proc, none is seen."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").resolve(strict=True).is_relative_to(folder):
                words = (process / "cmdline").read_text().replace("\0", " ")
                found.append(Process(int(process.name), words))
    return found


# every kind of process that a build has, by its words
KINDS = {
    "make": "^make report",
    "what make calls": "^[^ ]*python -m whowalkedaway report",
    "make of the steps": "^make -f pipeline.mk",
    "papermill": "^[^ ]*python -m papermill",
    "another step": "^[^ ]*python -m whowalkedaway.steps",
    "the kernel of a notebook": "ipykernel_launcher",
}


def of_kind(kind: str, running: list[Process]) -> list[Process]:
    """Those of the processes that are of a kind."""
    return [one for one in running if re.search(KINDS[kind], one.words)]


@battery_only
@pytest.mark.parametrize("moment", range(5))
@pytest.mark.parametrize("kind", KINDS)
def test_any_process_of_a_build_may_be_killed(project, states, tell, kind, moment):
    """One of them is gone at once, of the kind that is asked for: all others end, or go on."""
    dice = random.Random(f"{SEED} {kind} {moment}")
    change(project)
    asked = {"cwd": project, "env": for_make(project), "start_new_session": True}
    process = subprocess.Popen(["make", "report", *TYPED], stdout=subprocess.DEVNULL, **asked)
    time.sleep(dice.uniform(0, LONGEST / 3))
    killed = None
    while killed is None:
        assert process.poll() is None, "the build ended before there was one of the kind"
        if found := of_kind(kind, processes_in(project)):
            with suppress(ProcessLookupError):
                killed = dice.choice(found)
                os.kill(killed.number, signal.SIGKILL)
    process.wait()
    assert_all_ended(project)
    assert_whole(project, states)
    assert_heals(project, states[1])
    tell("one process killed", "built correctly")


def assert_all_ended(project: Path) -> None:
    # as long as an import that was begun may take on a machine that has much else to do
    until = time.monotonic() + 600
    while others := processes_in(project):
        assert time.monotonic() < until, others
        time.sleep(0.1)


@battery_only
@pytest.mark.parametrize("kilobytes", [4, 40, 100, 200])
def test_no_room_for_a_file(project, states, tell, kilobytes):
    change(project)
    size = kilobytes * 1024
    done = run(project, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    assert_clear(done, "File too large")
    assert_whole(project, states)
    assert_heals(project, states[1])
    tell("no room", "refused clearly")


def can_mount() -> bool:
    tried = ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]
    return (
        bool(shutil.which("unshare")) and not subprocess.run(tried, capture_output=True).returncode
    )


@battery_only
@pytest.mark.parametrize("place", CHANGING)
@pytest.mark.skipif(not can_mount(), reason="no small disk can be mounted here")
def test_a_full_disk(project, states, tell, place):
    change(project)
    kept = project.parent / "kept"
    shutil.copytree(project / place, kept, symlinks=True)
    out = project.parent / "out"
    size = sum(path.stat().st_blocks for path in kept.rglob("*")) // 2 + 300
    inner = f"""
        mount -t tmpfs -o size={size}k tmpfs {place} && cp -a {kept}/. {place}
        head -c 9999999 /dev/zero > {place}/zero 2>/dev/null
        "$@"; code=$?
        rm {place}/zero; cp -a {place} {out}
        exit $code
    """
    done = run(project, before=["unshare", "-rm", "sh", "-c", inner, "sh"])
    assert_clear(done, "No space left on device")
    # what the small disk held in the end stands where it would stand
    shutil.rmtree(project / place)
    shutil.copytree(out, project / place, symlinks=True)
    assert_whole(project, states)
    assert_heals(project, states[1])
    tell("full disk", "refused clearly")


@battery_only
@pytest.mark.parametrize("place", CHANGING)
def test_outputs_that_may_not_be_written(project, states, tell, place):
    change(project)
    folders = [project / place, *(path for path in (project / place).rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    done = run(project, before=AS_ANYBODY)
    for folder in folders:
        folder.chmod(0o755)
    assert_clear(done, "Permission denied", place)
    assert_whole(project, states)
    assert_heals(project, states[1])
    tell("read-only", "refused clearly")


LAST_WORDS = {
    "killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", 138, "The kernel died"),
    "ends": ("import os\nos._exit(0)", 138, "The kernel died"),
    "crashes": ("import ctypes\nctypes.string_at(0)", 138, "The kernel died"),
    "never ends": ("while True:\n    pass", 1, "longer than its limit"),
    "waits": ("import time\ntime.sleep(10000)", 1, "longer than its limit"),
    "out of memory": ("filled = [0] * 10**13", 1, "MemoryError"),
    "exits": ("import sys\nsys.exit(3)", 1, "SystemExit"),
}


@pytest.mark.parametrize("fault", LAST_WORDS if TRUST else ["killed"])
def test_a_notebook_that_does_not_end_well(project, states, tell, fault):
    words, code, told = LAST_WORDS[fault]
    path = project / "notebooks" / "02-clean-statements.ipynb"
    original = path.read_bytes()
    lines = ", ".join(f'"{line}\\n"' for line in words.splitlines())
    edit(path, '"clean = clean_ledger', f'{lines},\n    "clean = clean_ledger')
    done = run(project, "TIMEOUT=4")
    assert_clear(done, told, "02-clean-statements.ipynb", codes=(code,))
    assert_whole(project, states)
    path.write_bytes(original)
    assert_heals(project, states[0])
    tell("kernel or cell", "refused clearly")


@battery_only
@pytest.mark.parametrize("megabytes", [200, 500, 900])
def test_little_memory(project, states, tell, megabytes):
    change(project)
    size = megabytes * 2**20
    done = run(
        project,
        "TIMEOUT=60",  # a kernel that has no room may wait for ever
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)),
    )
    assert_whole(project, states)
    # what a build needs differs from one system to the next, and is more than the least of these
    assert done.returncode or megabytes > 200, "there was room enough"
    assert_heals(project, states[1])
    tell("little memory", "refused clearly" if done.returncode else "built correctly")


@battery_only
@pytest.mark.parametrize("day", ["2099-01-01", "1975-01-01"])
def test_the_clock_went_back_or_forward(project, states, tell, day):
    when = time.mktime(time.strptime(day, "%Y-%m-%d"))
    for place in FOLDERS:
        for path in (project / place).rglob("*"):
            os.utime(path, (when, when))
    change(project)
    os.utime(project / CHANGED, (when - 86400, when - 86400))
    assert_heals(project, states[1])
    assert steps_run(run(project)) == [], "a further build ran a step"
    tell("clock", "built correctly")


# seconds after which the second of two builds begins, while the first is at work or nearly done
AFTER = [random.Random(SEED + pair).uniform(0, LONGEST / 2) for pair in range(so_many(10, 1))]


@pytest.mark.parametrize("after", AFTER, ids="{:.2f}".format)
def test_two_builds_at_once(project, states, tell, after):
    change(project)
    first = start(project)
    time.sleep(after)
    second = run(project)
    first.communicate(timeout=600)
    assert (first.returncode, second.returncode) == (0, 0)
    assert finished(project) == states[1]
    tell("two at once", "built correctly")


@battery_only
@pytest.mark.parametrize("after", AFTER, ids="{:.2f}".format)
def test_of_two_builds_of_one_name_only_one_is_built(project, tell, after):
    """Whichever comes first to the lock has the name; the other is refused, and writes nothing."""
    typed = ("AS=both", *TYPED[1:])
    first = battery.start(project, *typed)
    time.sleep(after)
    second = battery.run(project, *typed, "TRANSIT_DAYS=1")
    first.communicate(timeout=600)
    assert sorted((first.returncode, second.returncode)) == [0, 2]
    days = yaml.safe_load((project / "reports/both/parameters.yml").read_text())["transit_days"]
    assert (days == 1) == (second.returncode == 0)
    again = battery.run(project, *typed, *["TRANSIT_DAYS=1"][: days == 1])
    assert (again.returncode, steps_run(again)) == (0, [])
    tell("two at once", "built correctly")


@battery_only
@pytest.mark.parametrize("harm", ["cut off", "emptied", "a byte", "gone"])
def test_outputs_that_were_damaged_since(project, states, tell, harm):
    for name in states[0]:
        path = project / name
        content = path.read_bytes()
        if harm == "gone":
            path.unlink()
        elif harm == "a byte":
            path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        else:
            path.write_bytes(content[: len(content) // 2] if harm == "cut off" else b"")
    assert_heals(project, states[0])
    tell("damaged outputs", "built correctly")
