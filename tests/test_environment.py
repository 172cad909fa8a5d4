"""One lock for everybody: conda, pip and uv users get the same versions, with hashes."""

import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

import whowalkedaway
from notepress.hashes import imported_names
from projects import MODULES, code_path, copy_project

ROOT = whowalkedaway.ROOT
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-lab.lock")


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE))


def wanted(requirements: list[str]) -> set[str]:
    return {re.match(r"[A-Za-z0-9._-]+", line)[0].lower() for line in requirements}


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_a_hash_and_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert len(pins(name)) == len(entries)


def test_the_locks_agree_and_hold_what_the_project_asks_for(project):
    lean, dev, lab = (pins(name) for name in LOCKS)
    for more in (dev, lab):
        assert lean.items() <= more.items()
    extras = project["optional-dependencies"]
    assert wanted(project["dependencies"]) <= lean.keys()
    assert wanted(extras["dev"]) <= dev.keys()
    assert wanted(extras["lab"]) <= lab.keys()


# what a package is called where its modules are called otherwise
PACKAGES = {
    "IPython": "ipython",
    "fontTools": "fonttools",
    "yaml": "pyyaml",
    "bs4": "beautifulsoup4",
    "PIL": "pillow",
}
PACKAGES |= {"pypandoc": "pypandoc-binary"}


def imported_below(folder):
    """The packages that code below a folder imports, ours apart."""
    own = {path.name for source in whowalkedaway.SOURCES for path in (ROOT / source).iterdir()}
    imported = {
        name.partition(".")[0]
        for path in MODULES
        if path.is_relative_to(ROOT / folder)
        for name in imported_names(path.read_text(encoding="utf-8"), "notepress.run")
    }
    others = imported - own - sys.stdlib_module_names - {"__future__"}
    return {PACKAGES.get(name, name.replace("_", "-")) for name in others}


def test_every_package_that_the_code_imports_is_declared(project):
    named = imported_below("")
    assert {"numpy", "pyyaml", "pydantic-core"} <= named
    assert named <= wanted(project["dependencies"])


def test_the_press_declares_all_that_it_imports_and_nothing_else_than_the_project(project):
    with (ROOT / "packages/notepress/pyproject.toml").open("rb") as file:
        press = tomllib.load(file)["project"]
    extras = press["optional-dependencies"]
    asked = [*press["dependencies"], *extras["run"], *extras["zh"]]
    unseen = {
        "pyarrow",
        "pylopdf-fonts-zh-cn",
        "pypandoc-binary",
        "ipykernel",
        "papermill",
    }  # by name
    assert imported_below("packages/notepress") | unseen == wanted(asked)
    assert {*asked} <= {*project["dependencies"]}
    assert press["entry-points"] == project["entry-points"]


def test_the_version_that_is_cited_is_the_packages(project):
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == project["version"]


def test_the_build_needs_no_jupyterlab():
    unneeded = {"jupyterlab", "notebook", "jupyter-server"}
    assert not unneeded & pins("requirements.lock").keys()


def test_conda_users_get_the_interpreter_make_and_the_same_lock():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    plain = [entry for entry in conda["dependencies"] if isinstance(entry, str)]
    (by_pip,) = (entry["pip"] for entry in conda["dependencies"] if isinstance(entry, dict))
    assert any(entry.startswith("python=3.1") for entry in plain)
    assert {"make", "pip"} <= set(plain)
    assert by_pip[0] == "-r requirements-lab.lock"
    named = set(by_pip[1:])
    assert {"jupyter", "matplotlib", "nbconvert", "pandas", "papermill"} <= named
    assert named <= pins("requirements-lab.lock").keys()


def test_make_finds_the_conda_environment_by_its_name():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    found = re.search(r"^name: *(.*)$", (ROOT / "environment.yml").read_text("utf-8"), re.MULTILINE)
    assert found[1] == conda["name"]


def program(path, script):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def set_up(folder, path, before=(), **env):
    return subprocess.run(
        [*before, "sh", ROOT / "tools" / "set-up.sh", "ready"],
        cwd=folder,
        env=os.environ | {"PATH": path} | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_environment_that_came_with_a_copied_folder_is_made_anew(tmp_path):
    copy, tools = tmp_path / "copy", tmp_path / "tools"
    copy.mkdir()
    tools.mkdir()
    (copy / ".venv").symlink_to(sys.prefix)
    (copy / "requirements.lock").touch()
    program(tools / "uv", 'echo "$1" >> called; exit 1')
    set_up(copy, f"{tools}{os.pathsep}{os.environ['PATH']}")
    assert not (copy / ".venv").exists()
    assert (copy / "called").read_text() == "venv\n"


@pytest.mark.parametrize(("ensurepip", "is_named"), [(0, False), (1, True)])
def test_only_a_python_that_lacks_the_module_is_told_so(tmp_path, ensurepip, is_named):
    """A folder that may not be written to is not the fault of Debian's Python."""
    answers = (
        "*venv*) echo Permission denied >&2; exit 1",
        f"*ensurepip*) exit {ensurepip}",
        "--version) echo Python 3.11",
    )
    (tmp_path / "requirements.lock").touch()
    program(tmp_path / "python3", f'case "$*" in {";; ".join(answers)};; esac')
    done = set_up(tmp_path, f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    assert done.returncode == 2
    assert "Permission denied" in done.stderr
    assert ("python3-venv" in done.stderr) == is_named


def test_an_index_that_cannot_be_reached_is_named(tmp_path):
    program(tmp_path / ".venv" / "bin" / "python", "exit 0")
    program(tmp_path / "uv", '[ "$1" != pip ]')
    (tmp_path / "requirements.lock").write_text("a==1\n")
    done = set_up(tmp_path, f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert done.returncode == 2
    assert "installing 1 locked packages from the package index" in done.stdout
    assert "What to do: let the package index be reached" in done.stderr


def test_a_lock_that_is_gone_is_told_and_no_index_blamed(tmp_path):
    done = set_up(tmp_path, os.environ["PATH"])
    assert done.returncode == 2
    told = "requirements.lock is not there\nWhat to do: bring it back: git checkout -- requirements"
    assert done.stderr.startswith(told)
    assert not (tmp_path / ".venv").exists()


# without the right of root to write where nobody may
ANYBODY = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"]
ANYBODY = ANYBODY if os.geteuid() == 0 else []


def test_an_environment_of_another_user_is_left_and_named(tmp_path):
    (tmp_path / "requirements.lock").write_text("a==1\n")
    program(tmp_path / ".venv" / "bin" / "python", "exit 1")
    (tmp_path / ".venv").chmod(0o555)
    done = set_up(tmp_path, os.environ["PATH"], before=ANYBODY)
    (tmp_path / ".venv").chmod(0o755)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert f"{tmp_path}/.venv is another user's" in done.stderr
    assert (tmp_path / ".venv" / "bin" / "python").exists()


@pytest.mark.parametrize(("mode", "kept"), [(0o755, ""), (0o555, "1")])
def test_a_home_that_cannot_be_written_costs_the_cache_alone(tmp_path, mode, kept):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(mode)
    (tmp_path / "requirements.lock").write_text("a==1\n")
    (tmp_path / "pyproject.toml").touch()
    program(tmp_path / ".venv" / "bin" / "python", "exit 0")
    program(tmp_path / "uv", '[ "$1" != pip ] || echo "cache:$UV_NO_CACHE"')
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = set_up(
        tmp_path, path, before=ANYBODY, HOME=str(home), UV_CACHE_DIR="", XDG_CACHE_HOME=""
    )
    home.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert f"cache:{kept}\n" in done.stdout


def test_lab_starts_for_root_too():
    asked = ["make", "--dry-run", "lab"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ("--allow-root" in done.stdout) == (os.geteuid() == 0)


def test_what_an_environment_lacks_is_told_with_the_remedy():
    done = subprocess.run(
        [sys.executable, "-S", "-m", "whowalkedaway", "verify"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": code_path()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert re.fullmatch(
        r"the environment lacks \w+\nWhat to do: make distclean, then make report, .*\n",
        done.stderr,
    )


def test_a_library_that_is_there_and_broken_is_told_with_the_remedy():
    assert re.fullmatch(
        r"the environment is damaged: cannot import name 'x' from 'pandas'\nWhat to do: make .*",
        whowalkedaway.lacking(ImportError("cannot import name 'x' from 'pandas'", name="pandas")),
    )


@pytest.mark.parametrize(
    "quit", ["-", "''"], ids=["on a terminal", "in the background of a script"]
)
def test_make_ends_with_the_same_code_wherever_it_is_called_and_tells_that_of_the_command(quit):
    asked = ["sh", "-c", f"trap {quit} QUIT INT; exec make verify RUN=no-such-run"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "reports/no-such-run" in done.stderr
    said = done.stderr.splitlines()[-1]  # "make[1]" where make runs the tests
    assert re.fullmatch(r"make(\[\d+\])?: \*\*\* \[Makefile:\d+: verify\] Error 2", said)


def test_what_the_makefile_says_itself_cannot_be_said_from_outside():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    own = {*re.findall(r"^(?:export )?([A-Z_.]+) *:?=", text, re.MULTILINE)}
    assert {"OWN", "PYTHON", "RUNNER", "SHELL", "PYTHONPATH"} <= own
    for name in [*own, ".SHELLFLAGS", "MAKEFLAGS", "CURDIR", "CONDA_PREFIX"]:
        asked = ["make", "verify", f"{name}=touch owned"]
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
        assert f"{name} is not to be set from outside; nothing was run" in done.stderr
        assert done.returncode == 2
    done = subprocess.run(
        ["make", "-e", "verify"],
        cwd=ROOT,
        env=os.environ | {"READY": "", "PYTHON": "/bin/false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "with -e the environment would steer this" in done.stderr


def test_what_steers_a_step_is_never_taken_from_the_environment():
    code = "".join(path.read_text(encoding="utf-8") for path in MODULES)
    names = {*re.findall(r"NOTEPRESS_[A-Z]+", code)}
    assert "NOTEPRESS_STAGE" in names
    asked = ["make", "--eval=shown:; @env", "shown"]
    env = os.environ | dict.fromkeys(names, "elsewhere")
    done = subprocess.run(asked, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    shown = {line.partition("=")[0] for line in done.stdout.splitlines()}
    assert "PYTHONPATH" in shown
    assert not names & shown


@pytest.mark.parametrize("way", ["copied", "renamed", "worktree"])
def test_make_works_on_the_folder_in_which_it_is_called(tmp_path, way):
    first, folder = tmp_path / "first", tmp_path / way
    copy_project(first)
    git = ["git", "-C", str(first), "-c", "user.name=x", "-c", "user.email=x"]
    steps = {
        "copied": [["cp", "-a", first, folder]],
        "renamed": [["mv", first, folder]],
        "worktree": [
            [*git, "init", "-q"],
            [*git, "add", "--all"],
            [*git, "commit", "-qm", "all"],
            [*git, "worktree", "add", "-q", folder],
        ],
    }
    for step in steps[way]:
        subprocess.run(step, check=True, capture_output=True)
    (folder / "params" / "odd.yml").write_text("run: odd\nlist4_rate_pct: 101\n")
    # an environment that was installed from elsewhere
    ready = folder / "build" / "conda" / "ready"
    ready.parent.mkdir(parents=True)
    ready.touch()
    own = {"CONDA_DEFAULT_ENV": "who-walked-away", "CONDA_PREFIX": sys.prefix}
    done = subprocess.run(
        ["make", "-C", folder, "report", "RUN=odd"],
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.startswith("1 problem in params/odd.yml\n  list4_rate_pct = '101.0'")
    assert done.returncode
