"""The command: notepress pdf NOTEBOOK..., notepress html NOTEBOOK..."""

import argparse
import logging
import sys
from pathlib import Path

from notepress.errors import PressError
from notepress.print.export import FORMATS, export


def main(arguments: list[str] | None = None) -> int:
    """Print notebooks, each beside itself or into a folder; return 1 if one was refused."""
    parser = argparse.ArgumentParser(prog="notepress", description="Print Jupyter notebooks.")
    parser.add_argument("format", choices=sorted(FORMATS, reverse=True))
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="folder to write to")
    given = parser.parse_args(arguments)
    logging.basicConfig(format="%(message)s")
    refused = 0
    for notebook in given.notebooks:
        output = (given.output or notebook.parent) / f"{notebook.stem}.{given.format}"
        try:
            export(notebook, output, given.format)
            print(output)
        except (PressError, OSError) as error:
            print(f"{notebook}: {error}", file=sys.stderr)
            refused = 1
    return refused


if __name__ == "__main__":
    sys.exit(main())
