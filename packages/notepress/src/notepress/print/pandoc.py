"""The pandoc that the wheel pypandoc_binary brings, called as a program."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from notepress.errors import PressError

# Left out of pandoc's Markdown: what would read an HTML table apart before it can be made one, and
# what would turn an image alone in its paragraph into a figure without a number.
MARKDOWN = "markdown-markdown_in_html_blocks-implicit_figures+lists_without_preceding_blankline"
_UTF8_LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"


@cache
def program() -> Path:
    """Return the path of pandoc, found without importing the package."""
    found = importlib.util.find_spec("pypandoc")
    if found is None or found.origin is None:
        raise PressError("pandoc is missing\nWhat to do: install the package pypandoc-binary")
    return Path(found.origin).parent / "files" / "pandoc"


def convert(
    markdown: str,
    to: str,
    options: Sequence[str],
    *,
    reads: str = MARKDOWN,
    warn: Callable[[str], None] | None = None,
) -> str:
    """Return Markdown in another format; what pandoc warns of is an error, if nobody is warned."""
    options = ["--from", reads, "--to", to, "--wrap", "preserve", *options]
    return _run(options, markdown, f"{to} of the notebook", warn)


def convert_each(texts: Sequence[str], to: str, script: Path, *, reads: str) -> list[str]:
    """Return each text in another format, made by one call of a Lua script of pandoc's.

    A call takes twenty times as long as a text.
    """
    given = [text.replace("\r\n", "\n").expandtabs(4) for text in texts]  # as pandoc itself does
    options = ["lua", str(script), reads, to]
    made: list[str] = json.loads(_run(options, json.dumps(given), f"{to} of the notebook"))
    return made


def _run(
    options: Sequence[str], given: str, what: str, warn: Callable[[str], None] | None = None
) -> str:
    # what it keeps is not looked through before it is much, and takes less room than by default
    room = ["+RTS", "-H1m", "-A4m", "-O32m", "-RTS"]
    # whatever the user's language is: pandoc takes the letters of paths from it
    environment = {**os.environ, "LC_ALL": _UTF8_LOCALE}
    done = subprocess.run(
        [str(program()), *room, *options],
        input=given.encode(),
        capture_output=True,
        env=environment,
        check=False,
    )
    said = done.stderr.decode().strip()
    if said and warn and not done.returncode:
        warn(said)
    elif done.returncode or said:
        raise PressError(f"pandoc could not make {what}:\n{said}")
    return done.stdout.decode()
