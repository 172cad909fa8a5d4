"""The raw tables of a run: opened, and refused with all that is wrong with them."""

import os
from functools import lru_cache
from pathlib import Path

from tradetalks.raw.descriptor import require_descriptor
from tradetalks.raw.read import RawTables
from tradetalks.rules.validate import validate


def read_raw(folder: Path) -> RawTables:
    """Open a folder of raw tables; a table is read when it is first asked for.

    Who opens it again gets the same tables, as long as no file of the folder has changed.

    Raises DataError where the folder or its descriptor cannot be used.
    """
    whole = Path(os.path.normpath(folder.absolute()))
    files = [(one.name, one.stat()) for one in os.scandir(whole)] if whole.is_dir() else []
    # another state where a file was written to, by all that the file system knows
    state = frozenset((name, at.st_size, at.st_mtime_ns, at.st_ino) for name, at in files)
    return _opened(whole, state)


@lru_cache(maxsize=4)
def _opened(folder: Path, state: frozenset[tuple[str, int, int, int]]) -> RawTables:
    return RawTables(folder, require_descriptor(folder), validate)
