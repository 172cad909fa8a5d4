"""Types hold: what `make check` asks of mypy is a test as well, at work beside all others."""

import subprocess
import sys

from projects import ROOT


def test_types_hold():
    done = subprocess.run(
        [sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
