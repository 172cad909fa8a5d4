"""Run a small notebook many times by forked kernels: `python bench/soak.py [RUNS]`.

Ends with 1 and says what grew if a process, an open file, a socket or memory is left behind.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from notepress.fastkernel import KERNELS, kernels
from notepress.run.execute import ENVIRONMENT, execute

# what the first runs take for good, such as caches, is no leak
SETTLED = 20
MEGABYTES_ALLOWED = 8.0


def held(server: int, folder: Path) -> dict[str, int]:
    """Count what this process and the server hold."""
    children = f"/proc/{server}/task/{server}/children"
    return {
        "files of this process": len(list(Path("/proc/self/fd").iterdir())),
        "files of the server": len(list(Path(f"/proc/{server}/fd").iterdir())),
        "kernels": len(Path(children).read_text(encoding="ascii").split()),
        "temporary files": len(list(folder.rglob("*"))),
    }


def memory(process: int | str) -> float:
    """Megabytes in use by a process, shared pages by their share."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return int(text.split("Pss:")[1].split()[0]) / 1024


def main(runs: int) -> int:
    """Run, and tell what is left."""
    with tempfile.TemporaryDirectory() as place:
        project = Path(place)
        tempfile.tempdir = str(project / "t")
        Path(tempfile.tempdir).mkdir()
        notebook = project / "notebooks" / "01-small.ipynb"
        notebook.parent.mkdir()
        cell = "import pandas as pd\nprint(pd.Series([1, 2]).sum())"
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = new_notebook(cells=[new_code_cell(cell, id="sum")], metadata={"kernelspec": kernel})
        nbformat.write(made, notebook)
        output = project / "reports" / "soak" / "notebooks" / notebook.name
        address = str(project / "kernels")
        server = kernels.start_server(address, ["pandas"], {**os.environ, **ENVIRONMENT})
        os.environ[KERNELS] = address
        try:
            start = time.monotonic()
            for number in range(1, runs + 1):
                execute(notebook, output)
                if number == SETTLED:
                    before = held(server.pid, Path(tempfile.tempdir))
                    used = memory(server.pid), memory("self")
            seconds = time.monotonic() - start
            after = held(server.pid, Path(tempfile.tempdir))
            grown = [
                now - then
                for now, then in zip((memory(server.pid), memory("self")), used, strict=True)
            ]
        finally:
            kernels.end_server(server)
    left = [
        f"{name}: {before[name]} to {after[name]}" for name in after if after[name] > before[name]
    ]
    left += [
        f"memory of {name}: {megabytes:.1f} MB more"
        for name, megabytes in zip(("the server", "this process"), grown, strict=True)
        if megabytes > MEGABYTES_ALLOWED
    ]
    told = ", ".join(f"{megabytes:+.1f} MB" for megabytes in grown)
    print(f"{runs} runs, {seconds / runs:.3f} s each; server and this process: {told}")
    for line in left:
        print(f"left behind: {line}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
