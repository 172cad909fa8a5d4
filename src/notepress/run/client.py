"""The command of a make recipe: has a step run by the process that called make.

    python -I -S client.py STEP READ...

It imports nothing of the project, and ends with the step's exit code. What the step reads is there
for whoever asks make for it.
"""

import os
import sys
from multiprocessing.connection import Client

ADDRESS = "NOTEPRESS_STEPS"


def main(step: str) -> int:
    """Ask for one step and wait for its end; 1 where nobody is there to run it."""
    try:
        with Client(os.environ[ADDRESS]) as server:
            server.send_bytes(step.encode())
            code: int = server.recv()
    except (KeyError, OSError, EOFError):
        print(f"{step}: make report runs it, and has ended", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
