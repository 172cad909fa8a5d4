"""A copy of the project to measure in, and the commands that build it, ours and the naive ones."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from notepress.press import BY_HAND

ROOT = Path(__file__).resolve().parents[1]
RUN = "may-2019"
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
BIN = Path(sys.executable).parent
TEX = ROOT / "bench" / "tex"


@dataclass(frozen=True)
class Took:
    """What a command took: seconds on the clock and of the processors, and what it printed."""

    seconds: float
    processor_seconds: float
    printed: str


def copy_project(folder: Path) -> None:
    """Copy what git holds or would hold into a folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


class Project:
    """A copy of what git holds or would hold, with the environment of the original."""

    _register_path = Path("reports", RUN, "tables", "register.csv")

    def __init__(self, folder: Path) -> None:
        """Copy the project into a folder."""
        self.folder = folder
        copy_project(folder)
        (folder / ".venv").symlink_to(BIN.parent)
        self._register = b""

    def run(self, *command: str, **variables: str) -> Took:
        """Run a command in the copy; CalledProcessError, with what it said, where it fails."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        done = subprocess.run(
            list(command),
            cwd=self.folder,
            env={**self._environment(), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Took(seconds, used, done.stdout)

    @contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """Have a command run in the copy for as long as this is needed."""
        with subprocess.Popen(
            list(command),
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                yield process
            finally:
                process.terminate()

    def _environment(self) -> dict[str, str]:
        # what this process was typed by make is not typed to those it measures
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MAKE", "MFLAGS", "NOTEPRESS_"))
        }
        return {**inherited, "PYTHONPATH": str(self.folder / "src")}

    def make(self, *words: str) -> Took:
        """Call make."""
        return self.run("make", *words)

    def forget(self, run: str = RUN) -> None:
        """Remove all that a run made, so that the next build of it starts from nothing."""
        for place in ("build", "reports", "data/processed"):
            shutil.rmtree(self.folder / place / run, ignore_errors=True)

    def forget_all_but_register(self) -> None:
        """Remove all that the run made but its register, which the next build is given."""
        self.make("report")
        given = ("valid", "register")
        state = self.folder / "build" / RUN / "steps.json"
        done = json.loads(state.read_text(encoding="utf-8"))
        state.write_text(json.dumps({step: done[step] for step in given}), encoding="utf-8")
        for place in ("reports", "data/processed"):
            for file in (self.folder / place / RUN).rglob("*"):
                if file.is_file() and file != self.folder / self._register_path:
                    file.unlink()

    def naive(self) -> list[list[str]]:
        """The commands of who has papermill and nbconvert only, one after the other.

        The PDF by TeX is among them where TeX is installed.
        """
        made = f"reports/{BY_HAND}/notebooks"
        notebooks = [
            [
                f"{BIN}/papermill", "--no-progress-bar", f"notebooks/{name}.ipynb",
                f"{made}/{name}.ipynb", "-f", f"params/{RUN}.yml", "--cwd", "notebooks",
            ]
            for name in NOTEBOOKS
        ]  # fmt: skip
        pages = [
            [f"{BIN}/jupyter-nbconvert", "--to", "html", f"{made}/{name}.ipynb"]
            for name in NOTEBOOKS
        ]
        paper = [] if why_no_tex() else [tex_command(f"{made}/{NOTEBOOKS[-1]}.ipynb", made)]
        return [*notebooks, *pages, *paper]

    def run_naive(self, *, only_notebooks: bool = False) -> Took:
        """Build the report the naive way, from nothing, as a run of its own.

        The register, for which no notebook is there, is copied from a build of ours.
        """
        self.forget(BY_HAND)
        tables = self.folder / "reports" / BY_HAND / "tables"
        for folder in (tables, tables.with_name("notebooks")):
            folder.mkdir(parents=True)
        (tables / "register.csv").write_bytes(self.register())
        commands = self.naive()[: len(NOTEBOOKS) if only_notebooks else None]
        took = [self.run(*command) for command in commands]
        return Took(
            sum(one.seconds for one in took),
            sum(one.processor_seconds for one in took),
            "".join(one.printed for one in took),
        )

    def run_naive_with_register(self) -> Took:
        """The naive way with its register: the notebooks once more for each value that it tries.

        One of these runs is measured, and counted so many times.
        """
        whole, one = self.run_naive(), self.run_naive(only_notebooks=True)
        rows = csv.DictReader(io.StringIO(self.register().decode()))
        tried = {(r["parameter"], r["alternative"]) for r in rows if r["kind"] == "headline"}
        return Took(
            whole.seconds + len(tried) * one.seconds,
            whole.processor_seconds + len(tried) * one.processor_seconds,
            whole.printed,
        )

    def register(self) -> bytes:
        """The register of assumptions as our build makes it."""
        if not self._register:
            self.make("report")
            self._register = (self.folder / self._register_path).read_bytes()
        return self._register

    def edit_raw_row(self, number: int) -> None:
        """Change one cell of one raw row: a remark that the report does not print."""
        path = self.folder / "data" / "raw" / "benchmarks.csv"
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"Also in the Aug\d* 2019", f"Also in the Aug{number} 2019", text)
        path.write_text(text, encoding="utf-8")


@contextmanager
def project_to_measure() -> Iterator[Project]:
    """Give a copy of the project that is gone afterwards."""
    with TemporaryDirectory(prefix="bench-") as folder:
        yield Project(Path(folder).resolve())


def why_no_tex() -> str:
    """Say why nbconvert cannot print by TeX here; nothing where it can."""
    if not shutil.which("xelatex"):
        return "xelatex is not installed"
    if not shutil.which("rsvg-convert") and not shutil.which("inkscape"):
        return "neither rsvg-convert nor inkscape is installed, and TeX takes no SVG"
    return ""


def tex_command(notebook: str, folder: str) -> list[str]:
    """Print a notebook into a folder by nbconvert and xelatex."""
    return [
        f"{BIN}/jupyter-nbconvert", "--config", str(TEX / "config.py"),
        "--template", "with-sources", f"--TemplateExporter.extra_template_basedirs={TEX}",
        "--to", "pdf", "--output-dir", folder, notebook,
    ]  # fmt: skip


def steps_of(printed: str) -> dict[str, float]:
    """Seconds by step, from what a build printed."""
    return {
        name: float(seconds)
        for seconds, name in re.findall(r"^ *([0-9.]+) s  (\S+)$", printed, re.MULTILINE)
    }


def has_target(name: str) -> bool:
    """Tell whether the Makefile has a target."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return bool(re.search(rf"^{name}:", text, re.MULTILINE))
