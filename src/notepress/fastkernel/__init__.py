"""Processes forked from ones that have imported what is slow to import; see README.md beside this.

It knows nothing of what a notebook or a build is about.
"""

# environment variables that name the servers' sockets; no kernel is told of them
VARIABLES = "NOTEPRESS_FORK_"
STEPS = VARIABLES + "STEPS"
KERNELS = VARIABLES + "KERNELS"
