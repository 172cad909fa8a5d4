"""What is said, and returned, where a command or a step cannot do its work."""

import errno
import os

from notepress.errors import NotebookFailed, PressError
from tradetalks.checks import DataError
from tradetalks.parameters import ParameterError
from whowalkedaway import ROOT
from whowalkedaway.runs import UsageError

# what a command or a step may say it cannot do; anything else is a fault of the code
KNOWN = (NotebookFailed, ParameterError, UsageError, DataError, PressError, OSError)


# what to do about an error of the system; about most others, such as a full disk, one thing
_REMEDIES = {
    errno.ENOENT: "bring it back, or correct its name",
    **dict.fromkeys(
        (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY),
        "take away what stands in its place",
    ),
}


def told(problem: Exception) -> tuple[int, str]:
    """The exit code of a known problem, and what is said of it."""
    code, said = getattr(problem, "exit_code", 2), str(problem)
    if isinstance(problem, OSError):
        names = [str(name) for name in (problem.filename, problem.filename2) if name is not None]
        remedy = _REMEDIES.get(problem.errno or 0, "give the file room and permission")
        said = (
            f"{' -> '.join(names) or 'a file'}: {problem.strerror or problem}\n"
            f"What to do: {remedy}, then call make again; what was there before is as it was"
        )
    return code, said.replace(f"{ROOT}{os.sep}", "")
