"""What is said, and returned, where a command or a step cannot do its work."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from notepress.errors import NotebookFailed, PressError
from tradetalks.checks import DataError
from tradetalks.parameters import ParameterError
from whowalkedaway import ROOT
from whowalkedaway.runs import UsageError


def code_of(work: Callable[[], int]) -> int:
    """The exit code of some work; what is wrong is printed, if anything is."""
    try:
        return work()
    except NotebookFailed as failure:
        print(failure, file=sys.stderr)
        return failure.exit_code
    except ParameterError as problem:
        print(problem, file=sys.stderr)
    except (UsageError, DataError, PressError) as problem:
        print(f"{type(problem).__name__}: {problem}", file=sys.stderr)
    except BrokenPipeError:
        raise
    except OSError as problem:
        print(_file_trouble(problem), file=sys.stderr)
    return 2


def _file_trouble(problem: OSError) -> str:
    """Name the file that could not be read or written, why, and what helps."""
    names = [str(name) for name in (problem.filename, problem.filename2) if name is not None]
    place = " -> ".join(names).replace(f"{ROOT}{os.sep}", "") or "a file"
    return (
        f"OSError: {place}: {problem.strerror or problem}\n"
        "What to do: give the file room and permission, then call make again; what was there "
        "before is as it was"
    )
