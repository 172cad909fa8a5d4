"""What no code here does, and who can reach what a build opens."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from battery import run, start

from projects import MODULES, RECORD, ROOT, RUN, battery_only

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# calls that run text, read objects of a foreign making, or unpack files to wherever they name
FORBIDDEN = {"eval", "exec", "compile", "__import__", "system", "popen", "getoutput",
             "getstatusoutput", "read_pickle", "to_pickle", "extractall", "extract",
             "unpack_archive", "full_load", "unsafe_load", "load_all"}  # fmt: skip
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
# names of the same spelling that do something else
FINE = {("re", "compile"), ("typst", "compile"), ("compiler", "compile")}


def code_of(path: Path) -> str:
    if path.suffix == ".py":
        return path.read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def dangers(code: str) -> list[str]:
    """Calls and imports that must not be there, each with its line."""
    found = []
    tree = ast.parse(code)
    # classes and names that stand for a loader, by what they are made of
    safe = {
        n.name: " ".join(map(ast.unparse, n.bases))
        for n in ast.walk(tree)
        if isinstance(n, ast.ClassDef)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
            found += [f"{node.lineno}: {n}" for n in names if n.split(".")[0] in FORBIDDEN_MODULES]
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        owner = getattr(getattr(node.func, "value", None), "id", "")
        given = {word.arg: ast.unparse(word.value) for word in node.keywords}
        loader = given.get("Loader", "")
        # the base loader makes texts alone
        is_safe = re.search("Safe|BaseLoader", safe.get(loader, loader))
        is_unsafe_yaml = (owner, name) == ("yaml", "load") and not is_safe
        is_of_text = getattr(getattr(node.func, "value", None), "attr", "") == "str"
        is_forbidden = name in FORBIDDEN and (owner, name) not in FINE and not is_of_text
        if is_forbidden or is_unsafe_yaml:
            found.append(f"{node.lineno}: {name}")
        if given.get("shell", "False") != "False" or given.get("allow_pickle", "False") != "False":
            found.append(f"{node.lineno}: shell or allow_pickle")
    return found


@pytest.mark.parametrize("path", [*MODULES, *NOTEBOOKS], ids=lambda path: path.name)
def test_no_code_runs_text_or_reads_foreign_objects(path):
    found = [danger.partition(": ")[2] for danger in dangers(code_of(path))]
    assert not found


@pytest.mark.parametrize(
    "code",
    ["eval(x)", "import pickle", "from pickle import loads", "yaml.load(x)", "os.system(x)",
     "yaml.load(x, Loader=yaml.Loader)", "subprocess.run(x, shell=True)", "pd.read_pickle(x)",
     "archive.extractall()", "np.load(x, allow_pickle=True)"],
)  # fmt: skip
def test_the_scan_finds_what_it_is_for(code):
    assert dangers(code) != []


def test_keys_of_kernels_are_for_their_user_alone(project, tell, tmp_path):
    """A kernel obeys who has the key of its connection file."""
    (project / "data" / "processed" / RUN / "statements.parquet").unlink()  # to be made again
    tmp_path.chmod(0o777)
    process = start(project, env={"TMPDIR": str(tmp_path)}, umask=0)
    seen, open_to_others = set(), set()
    while process.poll() is None:
        for path in tmp_path.glob("*.json"):
            seen.add(path)
            if not is_closed(path):
                open_to_others.add(path)
        time.sleep(0.01)
    out, err = process.communicate()
    assert process.returncode == 0, out + err
    assert seen, "no connection file was seen: kernels are reached in another way now"
    assert open_to_others == set()
    tell("keys", "refused clearly")


def is_closed(path: Path) -> bool:
    try:
        found = path.stat()
    except OSError:
        return True  # gone meanwhile
    return found.st_uid == os.geteuid() and not found.st_mode & 0o077


@battery_only
@pytest.mark.parametrize(
    "name", ["; touch owned #", "`touch owned`", "a'b\"c & touch owned", "{run} %s \\n", "-rf"]
)
def test_names_of_files_reach_no_shell(project, tell, name):
    raw = project / name
    shutil.move(project / "data" / "raw", raw)
    (raw / RECORD.name).unlink()
    typed = "".join(f"\\{letter}" if letter in " \\" else letter for letter in name)
    done = run(project, "AS=odd", f"RAW_DIR={typed}")
    assert not list(project.rglob("owned"))
    if done.returncode == 0:
        tell("names of files", "built correctly")
        return
    assert f"raw_dir = {name!r}" in done.stderr, done.stdout + done.stderr
    assert not (project / "reports" / "odd").exists()
    tell("names of files", "refused clearly")


@battery_only
@pytest.mark.parametrize("typed", ["AS=x;touch owned", "RUN=`touch owned`",
    "AS=$(shell touch owned)",
                                   "AS_OF=2019-06-04;touch owned", "AS=../../x"])  # fmt: skip
def test_parameters_reach_no_shell(tmp_path, tell, typed):
    done = subprocess.run(
        ["make", "-C", str(ROOT), "why", typed], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode
    assert not [place for place in (ROOT, tmp_path) if (place / "owned").exists()]
    tell("parameters", "refused clearly")


@battery_only
def test_no_dependency_has_a_known_weakness():
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner=off",
         "--timeout=10", "-r", str(ROOT / "requirements.lock")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = done.stdout + done.stderr
    if "could not be audited" in told or "Error" in done.stderr:
        pytest.skip(f"the data of pip-audit cannot be reached: {told.strip()[-200:]}")
    assert done.returncode == 0, told
