"""The pandoc that the wheel pypandoc_binary brings, called as a program."""

import importlib.util
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
    # what it keeps is not looked through before it is much, and takes less room than by default
    room = ["+RTS", "-H1m", "-A4m", "-O32m", "-RTS"]
    command = [str(program()), *room, "--from", reads, "--to", to]
    command += ["--wrap", "preserve", *options]
    # whatever the user's language is: pandoc takes the letters of paths from it
    environment = {**os.environ, "LC_ALL": _UTF8_LOCALE}
    done = subprocess.run(
        command, input=markdown.encode(), capture_output=True, env=environment, check=False
    )
    said = done.stderr.decode().strip()
    if said and warn and not done.returncode:
        warn(said)
    elif done.returncode or said:
        raise PressError(f"pandoc could not make {to} of the notebook:\n{said}")
    return done.stdout.decode()
