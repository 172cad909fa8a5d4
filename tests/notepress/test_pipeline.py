"""A step is done while what it reads has the same content; another run's results will do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notepress.errors import PressError
from notepress.pipeline import Pipeline, read_state, read_steps

MAKEFILE = """
.PHONY: all first second
all: second
first: raw/a.csv parameters/first src/code.py ready
\t$(STEP) $@ $^
made/one.txt: first
	$(STEP) $@ $^
second: made/one.txt first folder $(MORE)
\t$(STEP) $@ $^
.PHONY: ready
ready: raw/a.csv
\t$(STEP) $@ $^
raw/% parameters/%: ;
"""


class Project:
    """A folder with two runs of one small pipeline."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("raw", "src", "folder"):
            (root / name).mkdir()
        (root / "raw" / "a.csv").write_text("a")
        (root / "src" / "code.py").write_text("import part")
        (root / "src" / "part.py").write_text("")
        (root / "folder" / "b.txt").write_text("b")
        (root / "pipeline.mk").write_text(MAKEFILE)
        self.given = {"parameters/first": {"last": 3}}

    def run(self, name: str) -> Pipeline:
        return Pipeline(
            read_steps(self.root / "pipeline.mk", self.root, {"MORE": ""}),
            root=self.root,
            code=["src"],
            builds=self.root / "build",
            run=name,
            places={"raw": self.root / "raw", "made": self.root / "made" / name},
            given=self.given,
            made=("made",),
        )

    def build(self, name: str, *files: str) -> Pipeline:
        """Do all steps; `files` are what the first one makes."""
        pipeline = self.run(name)
        for step in pipeline.steps:
            made = [self.root / "made" / name / file for file in files if step == "first"]
            for path in made:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(path.name)
            pipeline.finish(step, pipeline.reads(step), made)
        return pipeline


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def changed(pipeline: Pipeline) -> dict[str, list[str]]:
    found = {step: [one.name for one in pipeline.changes(step)] for step in pipeline.steps}
    return {step: names for step, names in found.items() if names}


def test_steps_come_in_order_with_what_they_read(project: Project) -> None:
    recipes = read_steps(project.root / "pipeline.mk", project.root, {"MORE": "raw/more"})
    assert [*recipes] == ["ready", "first", "made/one.txt", "second"]
    assert recipes["second"] == ["made/one.txt", "first", "folder", "raw/more"]
    assert recipes["made/one.txt"] == ["first"]
    assert [*project.run("one").steps] == ["ready", "first", "second"]


def test_what_make_was_told_outside_does_not_reach_the_steps(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAKEFLAGS", "w")  # it would say which folder it enters
    recipes = read_steps(project.root / "pipeline.mk", project.root, {"MORE": ""})
    assert [*recipes] == ["ready", "first", "made/one.txt", "second"]


def test_a_makefile_that_make_refuses_is_told(project: Project) -> None:
    (project.root / "pipeline.mk").write_text("all: nothing\n")
    with pytest.raises(PressError, match="No rule to make target"):
        read_steps(project.root / "pipeline.mk", project.root, {})


def test_a_step_reads_parameters_files_folders_results_and_what_its_code_imports(
    project: Project,
) -> None:
    assert set(changed(project.run("one"))) == {"ready", "first", "second"}
    pipeline = project.build("one", "one.txt", "two.txt")
    first, second = pipeline.reads("first"), pipeline.reads("second")
    assert first.given == {"last": 3}
    assert [*first.files] == ["raw/a.csv", "src/code.py", "src/part.py"]
    assert [*second.files] == ["folder/b.txt", "made/one.txt", "made/two.txt"]
    assert [*pipeline.sources()] == ["folder/b.txt", "raw/a.csv", "src/code.py", "src/part.py"]
    assert changed(project.run("one")) == {}


def test_a_change_is_seen_by_the_steps_that_read_it(project: Project) -> None:
    project.build("one", "one.txt")
    (project.root / "src" / "part.py").write_text("x = 1")
    assert changed(project.run("one")) == {"first": ["src/part.py"]}
    project.build("one", "one.txt")
    project.given["parameters/first"]["last"] = 4
    assert changed(project.run("one")) == {"first": ["last"]}
    project.build("one", "one.txt")
    (project.root / "folder" / "new.txt").write_text("")
    assert changed(project.run("one")) == {"second": ["folder/new.txt"]}
    project.build("one", "one.txt")
    (project.root / "made" / "one" / "one.txt").write_text("by hand")
    assert changed(project.run("one")) == {"first": ["made/one.txt"], "second": ["made/one.txt"]}
    (project.root / "raw" / "a.csv").unlink()
    assert "raw/a.csv" in changed(project.run("one"))["ready"]


def test_what_a_step_no_longer_makes_is_removed(project: Project) -> None:
    made = project.root / "made" / "one"
    project.build("one", "one.txt", "two.txt", "gone.txt")
    (made / "gone.txt").unlink()
    project.build("one", "one.txt")
    assert [path.name for path in made.iterdir()] == ["one.txt"]


def test_two_steps_cannot_make_one_file(project: Project) -> None:
    pipeline = project.build("one", "one.txt")
    made = project.root / "made" / "one" / "one.txt"
    with pytest.raises(PressError, match=r"made/one\.txt: first makes it too"):
        pipeline.finish("second", pipeline.reads("second"), [made])
    elsewhere = project.root / "one.txt"
    elsewhere.touch()
    with pytest.raises(PressError, match=r"one\.txt: no step writes there"):
        pipeline.finish("second", pipeline.reads("second"), [elsewhere])


def test_a_run_takes_what_another_made_of_the_same(project: Project) -> None:
    project.build("one", "one.txt", "two.txt")
    other = project.run("other")
    assert other.take("first", other.reads("first")) == "one"
    assert (project.root / "made" / "other" / "two.txt").read_text() == "two.txt"
    assert "first" not in changed(project.run("other"))
    project.given["parameters/first"]["last"] = 4
    third = project.run("third")
    assert third.take("first", third.reads("first")) == ""


def test_a_run_takes_nothing_that_was_changed_since(project: Project) -> None:
    project.build("one", "one.txt", "two.txt")
    (project.root / "made" / "one" / "two.txt").unlink()
    other = project.run("other")
    assert other.take("first", other.reads("first")) == ""
    assert not (project.root / "made" / "other").exists()


def test_a_run_takes_nothing_that_was_written_over_since(project: Project) -> None:
    project.build("one", "one.txt", "two.txt")
    (project.root / "made" / "one" / "two.txt").write_text("another result")
    other = project.run("other")
    assert other.take("first", other.reads("first")) == ""
    assert not (project.root / "made" / "other").exists()


@pytest.mark.parametrize(
    "name", ["made/../../../victim", "made//victim", "raw/a.csv", "made", "made/./x", "victim"]
)
def test_a_state_that_names_what_lies_elsewhere_is_not_believed(
    project: Project, name: str
) -> None:
    project.build("one", "one.txt", "two.txt")
    victim = project.root / "victim"
    victim.touch()
    state = project.root / "build" / "one" / "steps.json"
    held = json.loads(state.read_text())
    held["first"]["made"][name.replace("//", f"/{project.root}/")] = "0"
    state.write_text(json.dumps(held))
    assert [*read_state(state, ["made"])] == ["ready", "second"]
    project.build("one", "one.txt")
    assert victim.exists()
    assert (project.root / "raw" / "a.csv").exists()


@pytest.mark.parametrize(
    "known",
    [5, {}, {"made": [1, 2]}, {"given": {}, "files": 3, "made": {}}],
)
def test_a_step_of_which_nothing_can_be_told_runs_again(project: Project, known: object) -> None:
    project.build("one", "one.txt")
    state = project.root / "build" / "one" / "steps.json"
    state.write_text(json.dumps(json.loads(state.read_text()) | {"ready": known}))
    assert changed(project.run("one")) == {"ready": ["ready"]}
    other = project.run("other")
    assert other.take("ready", other.reads("ready")) == ""


@pytest.mark.parametrize("state", ["", "[]", "{", "[" * 100_000])
def test_a_damaged_state_is_that_of_a_run_that_was_not_built(project: Project, state: str) -> None:
    project.build("one", "one.txt")
    (project.root / "build" / "one" / "steps.json").write_text(state)
    assert not project.run("one").was_built
    assert project.run("other").take("first", project.run("other").reads("first")) == ""
