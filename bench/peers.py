"""What a user would pick instead to print the same executed notebook, where it is installed."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.project import BIN, NOTEBOOKS, RUN, Project, Took, tex_command, why_no_tex


@dataclass(frozen=True)
class Peer:
    """One other way to a PDF: why it cannot be measured here (empty if it can), and how it runs."""

    name: str
    why_absent: Callable[[Project], str]
    run: Callable[[Project], Took]
    target: float


def _program(name: str) -> Callable[[Project], str]:
    def why_absent(project: Project) -> str:
        del project
        return "" if _found(name) else f"{name} is not installed"

    return why_absent


def _found(name: str) -> str | None:
    beside = BIN / name
    return str(beside) if beside.exists() else shutil.which(name)


def _notebook(project: Project) -> str:
    return str(project.folder / "reports" / RUN / "notebooks" / f"{NOTEBOOKS[-1]}.ipynb")


def _folder(project: Project) -> str:
    return str(project.folder / "build" / "peers")


def _webpdf(project: Project) -> Took:
    options = ("--to", "webpdf", "--output-dir", _folder(project))
    return project.run(str(BIN / "jupyter-nbconvert"), *options, _notebook(project))


def _tex(project: Project) -> Took:
    return project.run(*tex_command(_notebook(project), _folder(project)))


def _no_browser(project: Project) -> str:
    del project
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return "" if path.exists() else "playwright has no browser of its own here"


def _book(project: Project) -> Took:
    folder = project.folder / "build" / "peers" / "book"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(_notebook(project), folder / "report.ipynb")
    program = _found("jupyter-book") or "jupyter-book"
    return project.run("sh", "-c", f'cd "$0" && exec "{program}" build --pdf', str(folder))


def _page(project: Project) -> str:
    return str(project.folder / "reports" / RUN / "report.html")


def _chromium(project: Project) -> Took:
    paper = project.folder / "build" / "peers" / "chromium.pdf"
    paper.parent.mkdir(parents=True, exist_ok=True)
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={paper}"]
    return project.run(_found("chromium") or "chromium", *options, f"file://{_page(project)}")


PEERS = (
    Peer("nbconvert and xelatex", lambda p: why_no_tex(), _tex, 3.5),
    Peer("nbconvert webpdf", _no_browser, _webpdf, 1),
    Peer("our page by Chromium", _program("chromium"), _chromium, 1),
    Peer(
        "our page by WeasyPrint",
        _program("weasyprint"),
        lambda p: p.run(
            _found("weasyprint") or "weasyprint",
            _page(p),
            str(p.folder / "build" / "weasyprint.pdf"),
        ),
        1,
    ),
    Peer("jupyter-book", _program("jupyter-book"), _book, 1),
)
