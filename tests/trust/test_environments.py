"""The same bytes wherever and as whoever: users, homes, places, languages, clocks, Pythons.

And nothing asks the network: where the kernel allows it, the build has none; and every attempt,
by name or by address, is written down and refused.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from battery import copy_with_record, finished, run

from projects import ROOT, battery_only, code_path
from watches import NETWORK

ODD_PLACE = "ein anderer Ort, 另一处 Şı"
ENVIRONMENTS = {
    "east, C": {"env": {"LC_ALL": "C", "TZ": "Pacific/Kiritimati"}, "umask": 0o077},
    "west, Turkish": {
        "env": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Etc/GMT+12"},
        "umask": 0o002,
    },
    "Chinese": {"env": {"LC_ALL": "zh_CN.GB18030", "LANG": "zh_CN", "TZ": "Asia/Shanghai"}},
    "POSIX, ASCII": {"env": {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}},
    "odd settings": {
        "env": {
            **{"PYTHONHASHSEED": "7", "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "svg"},
            **{"COLUMNS": "20", "RAW_DIR": "nowhere", "AS_OF": "2001-01-01", "PYTHONWARNINGS": "d"},
        }
    },
}


@pytest.fixture
def place():
    """A folder that other users can reach too."""
    with tempfile.TemporaryDirectory(prefix="trust-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def assert_same(folder: Path, once: Path) -> None:
    here, there = finished(folder), finished(once)
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []


@battery_only
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_another_environment_gives_the_same_bytes_without_a_network(once, place, tell, name):
    folder = copy_with_record(place / ODD_PLACE if "ASCII" not in name else place / "plain")
    watch = place / "watch"
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(NETWORK)
    how = ENVIRONMENTS[name]
    attempts = place / "attempts"
    path = f"{code_path(folder)}{os.pathsep}{watch}"
    how = how | {"env": how["env"] | {"PYTHONPATH": path, "ATTEMPTS": str(attempts)}}
    tried = subprocess.run(
        [sys.executable, "-c", "import socket; socket.create_connection(('example.org', 80))"],
        env=os.environ | how["env"],
        capture_output=True,
        check=False,
    )
    assert tried.returncode
    assert "example.org" in attempts.read_text()
    attempts.unlink()

    cut = ["unshare", "-rn"]
    is_cut = not subprocess.run([*cut, "true"], capture_output=True, check=False).returncode
    done = run(folder, before=cut if is_cut else [], **how)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not attempts.exists(), attempts.read_text()
    assert_same(folder, once)
    tell("environment", "built correctly")
    tell("offline", "built correctly")


@pytest.fixture(scope="module")
def interpreters():
    """Python by version: a path, or why there is none; made from the lock, for any user."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    made = {}
    with tempfile.TemporaryDirectory(prefix="trust-pythons-") as folder:
        Path(folder).chmod(0o755)

        def make(version: str) -> str:
            if version not in made:
                home = Path(folder) / version.replace("/", "-")
                made[version] = str(home / "bin" / "python")
                for step in (
                    [uv, "venv", "--quiet", "--no-python-downloads", f"--python={version}", home],
                    [uv, "pip", "install", "--quiet", "--compile-bytecode", "--require-hashes",
                     f"--python={made[version]}", "-r", ROOT / "requirements.lock"],
                    # for the entry points; the modules are those of the copy that is built
                    [uv, "pip", "install", "--quiet", f"--python={made[version]}", "--no-deps",
                     "--no-build-isolation", "-e", ROOT],
                ):  # fmt: skip
                    done = subprocess.run(step, capture_output=True, text=True, check=False)
                    if done.returncode:
                        made[version] = f"cannot be made: {done.stderr.strip()[-200:]}"
                        break
            if not Path(made[version]).exists():
                pytest.skip(f"Python {version} {made[version]}")
            return made[version]

        yield make


@battery_only
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_another_python_gives_the_same_bytes(once, place, interpreters, tell, version):
    folder = copy_with_record(place / "project")
    done = run(folder, python=interpreters(version))
    assert done.returncode == 0, done.stdout + done.stderr
    assert_same(folder, once)
    tell("environment", "built correctly")


@battery_only
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("home", ["read-only", "missing"])
def test_another_user_gives_the_same_bytes(once, place, interpreters, tell, home):
    python = interpreters("/usr/bin/python3")
    folder = copy_with_record(place / "project")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534)
    homes = {"read-only": place / "home", "missing": place / "nowhere"}
    (place / "home").mkdir(mode=0o555)
    become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    env = {"HOME": str(homes[home]), "PYTHONDONTWRITEBYTECODE": "1"}
    done = run(folder, before=become, python=python, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert_same(folder, once)
    assert not any(homes["read-only"].iterdir())
    tell("environment", "built correctly")


OTHERS = [
    ("papermill notebooks/03-tariff-record.ipynb o.ipynb -p as_of 2019-05-31", "refused clearly")
]


@battery_only
def test_the_plain_tools_work_as_the_manual_prints_them(tmp_path, tell):
    """And what they read of each other by hand is of the same parameters, or refused."""
    project = copy_with_record(tmp_path / "project")
    manual = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.search(r"```sh\n\. \.venv/bin/activate\n(.+?)```", manual, re.DOTALL)[1].splitlines()
    assert [line.split()[0] for line in lines] == [*["papermill"] * 3, "jupyter"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": code_path(project)}
    for line, kind in [*((line, "built correctly") for line in lines), *OTHERS]:
        done = subprocess.run(
            ["sh", "-c", line], cwd=project, env=environment, capture_output=True, text=True
        )
        if kind == "built correctly":
            assert done.returncode == 0, done.stderr
        else:
            assert done.returncode == 1
            assert "was made by hand with as_of = 2019-06-04, not 2019-05-31" in done.stderr
            assert "papermill notebooks/01-clean-tariffs.ipynb" in done.stderr
        tell("by hand", kind)
