"""Processes forked from ones that have imported what is slow to import; see README.md beside this.

It knows nothing of what a notebook or a build is about.
"""

from __future__ import annotations

import os

# environment variables that name the servers' sockets; no kernel is told of them
VARIABLES = "NOTEPRESS_FORK_"
STEPS = VARIABLES + "STEPS"
KERNELS = VARIABLES + "KERNELS"
# how the private folder of a build's sockets is called; all in it goes when the build ends
FOLDER = "notepress-build-"
# the path of a socket has at most 108 characters, of which those below the folder take some
_MOST = 70


def build_folder() -> str | None:
    """Return the folder for what must not outlive the build, even if all of it is killed.

    None outside of a build, and where the folder's path leaves no room for that of a socket: then
    the usual temporary folder has to do.
    """
    folder = os.path.dirname(os.environ.get(KERNELS, ""))  # noqa: PTH120  (imported by every step)
    return folder if folder and len(os.fsencode(folder)) <= _MOST else None
