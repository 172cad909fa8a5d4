"""In one process, without kernels: the values of a real run, and no notebook run in vain."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notepress.errors import PressError
from notepress.evaluate import Evaluator
from notepress.run.execute import execute
from notepress.run.failure import NotebookFailed
from notepress.values import collect, merge

FIRST = (
    "press.save_frame(f'../data/{run}/table.csv', pd.DataFrame({'n': range(last)}))",
    "def size(frame):\n    return len(frame)\n"
    "table = pd.DataFrame({'n': range(last)})\n"
    "press.value('n_rows', size(table), unit='count', definition='rows', function=size)",
    "display(table)\ntable",
)
SECOND = (
    "table = pd.read_csv(f'../data/{run}/table.csv')\n"
    "total = press.value('total', table['n'].sum(), unit='count', definition='sum of the rows')",
    "press.table('sum', table, title='The rows, {{total}} in all, of {{n_rows}}')",
    "press.save_frame(press.folder / 'sums.csv', table.sum().to_frame('sum'))",
)


@pytest.fixture
def first(make_notebook: Callable[..., Path]) -> Path:
    return make_notebook(*FIRST, name="01-first.ipynb")


@pytest.fixture
def second(make_notebook: Callable[..., Path]) -> Path:
    return make_notebook(*SECOND, name="02-second.ipynb")


@pytest.fixture
def evaluator(first: Path, second: Path) -> Evaluator:
    return Evaluator({first: (), second: ("01-first.ipynb",)})


@pytest.mark.parametrize("last", [3, 5])
def test_values_and_files_are_those_of_a_real_run(
    project: Path, first: Path, second: Path, evaluator: Evaluator, last: int
) -> None:
    given = project / "parameters.yml"
    given.write_text(f"run: base\nlast: {last}\n")
    executed = [project / "reports" / "base" / "notebooks" / path.name for path in (first, second)]
    for source, output in zip((first, second), executed, strict=True):
        execute(source, output, given)
    name = "reports/by-hand/sums.csv"
    made = evaluator.evaluate({"run": "base", "last": last, "of_another": 1}, [name])
    assert made.values == merge([collect(path) for path in executed])
    assert made.files == {name: (project / "reports" / "base" / "sums.csv").read_bytes()}


def test_it_leaves_process_and_project_as_they_were(project: Path, evaluator: Evaluator) -> None:
    before = (Path.cwd(), dict(os.environ), sorted(project.rglob("*")))
    evaluator.evaluate({"run": "base", "last": 2})
    assert (Path.cwd(), dict(os.environ), sorted(project.rglob("*"))) == before


def counting(make_notebook: Callable[..., Path], log: Path) -> Evaluator:
    """A chain of three, each of which says in `log` that it ran; the third needs the first."""
    note = f"%s\nwith open({str(log)!r}, 'a') as told: told.write('%s')"
    save = "press.save_frame('../data/table.csv', pd.DataFrame({'n': [last // 10]}))"
    paths = [
        make_notebook(note % ("last", 1), save, name="01.ipynb"),
        make_notebook(note % ("own02", 2), name="02.ipynb"),
        make_notebook(note % ("own03", 3), "pd.read_csv('../data/table.csv')", name="03.ipynb"),
    ]
    for path in paths[1:]:  # declare other parameters than the first
        text = path.read_text().replace("last = 3", f"own{path.stem} = 3")
        path.write_text(text)
    return Evaluator({paths[0]: (), paths[1]: (), paths[2]: ("01.ipynb",)}, keep=2)


def test_only_what_a_change_can_reach_runs_again(
    tmp_path: Path, make_notebook: Callable[..., Path]
) -> None:
    log = tmp_path / "log"
    evaluator = counting(make_notebook, log)

    def ran(**parameters: int) -> str:
        log.write_text("")
        evaluator.evaluate({"run": "base", **parameters})
        return log.read_text()

    assert ran(last=10) == "123"
    assert ran(last=10) == ""
    assert ran(last=10, own02=4) == "22"  # alone and, the first time, in a run of the whole
    assert ran(last=11, own02=4) == "11"  # its table has the bytes that it had
    assert ran(last=20, own02=4) == "13"
    assert ran(last=20, own03=4) == "33"  # the second one's earlier result is still kept
    assert ran(last=10, own03=4) == "3"  # the first one's cell had run with that
    assert ran(last=11, own03=4) == ""


def test_a_notebook_finds_what_it_was_said_to_need_and_nothing_else(
    first: Path, second: Path
) -> None:
    undeclared = Evaluator({first: (), second: ()})
    with pytest.raises(NotebookFailed, match=r"FileNotFoundError.*table\.csv"):
        undeclared.evaluate({"run": "base"})


def test_a_failure_names_cell_source_error_and_parameters(
    make_notebook: Callable[..., Path],
) -> None:
    broken = make_notebook("# Text", "def third():\n    return 1 / (last - 4)\nthird()")
    with pytest.raises(NotebookFailed) as failure:
        Evaluator({broken: ()}).evaluate({"run": "base", "last": 4})
    message = str(failure.value)
    assert failure.value.exit_code == 1
    assert "01-first.ipynb failed in cell 4 of 4 (id cell-1)" in message
    assert "  | third()" in message
    assert "    return 1 / (last - 4)" in message.split("Traceback")[1]
    assert message.splitlines()[-2].strip() == "ZeroDivisionError: division by zero"
    assert message.splitlines()[-1] == "Parameters: run='base', last=4"
    assert "evaluate.py" not in message


def test_a_cell_that_only_draws_is_left_out(make_notebook: Callable[..., Path]) -> None:
    notebook = make_notebook("raise SystemExit('drawn')")
    with pytest.raises(NotebookFailed, match="SystemExit: drawn"):
        Evaluator({notebook: ()}).evaluate({})
    notebook.write_text(
        notebook.read_text().replace(
            '"id": "cell-0",\n   "metadata": {}',
            '"id": "cell-0",\n   "metadata": {"tags": ["figure"]}',
        )
    )
    assert Evaluator({notebook: ()}).evaluate({}).values == []


def test_ids_stay_unique_and_files_are_made(make_notebook: Callable[..., Path]) -> None:
    record = "press.value('n', 1, unit='count', definition='one')"
    twice = Evaluator(
        {
            make_notebook(record, name="01.ipynb"): (),
            make_notebook(record, name="02.ipynb"): (),
        }
    )
    with pytest.raises(PressError, match=r"n: recorded in 01\.ipynb .* and in 02\.ipynb"):
        twice.evaluate({})
    with pytest.raises(PressError, match=r"no notebook of the chain made data/other\.csv"):
        Evaluator({make_notebook("1"): ()}).evaluate({}, ["data/other.csv"])


def test_what_is_no_python_is_refused_before_anything_runs(
    make_notebook: Callable[..., Path],
) -> None:
    with pytest.raises(PressError, match=r"01-first\.ipynb: cell cell-0 is no plain Python"):
        Evaluator({make_notebook("%matplotlib inline"): ()})


def tagged(notebook: Path, *ids: str) -> Path:
    """The notebook, with the tag `headline` on these cells."""
    written = json.loads(notebook.read_text())
    for cell in written["cells"]:
        if cell["id"] in ids:
            cell["metadata"]["tags"] = ["headline"]
    notebook.write_text(json.dumps(written))
    return notebook


def test_of_a_tagged_notebook_run_the_tagged_cells_and_those_on_which_they_rest(
    tmp_path: Path, make_notebook: Callable[..., Path]
) -> None:
    log = tmp_path / "log"
    note = f"\nopen({str(log)!r}, 'a').write('%s')"
    notebook = make_notebook(
        "rows = [1, 2]" + note % "a",
        "rows.append(last)" + note % "b",
        "frame = pd.DataFrame({'n': rows})" + note % "c",
        "frame['twice'] = frame['n'] * 2" + note % "d",
        "unused = [10]" + note % "e",
        "press.value('n', frame['twice'].sum(), unit='count', definition='sum')" + note % "f",
        "press.value('other', 1, unit='count', definition='one')" + note % "g",
        "press.save_frame('../data/t.csv', frame)" + note % "h",
    )
    name = "data/t.csv"
    other = Evaluator({notebook: ()}).evaluate({"last": 7}, [name])
    log.write_text("")
    made = Evaluator({tagged(notebook, "cell-5", "cell-7"): ()}, tag="headline").evaluate(
        {"last": 7}, [name]
    )
    assert log.read_text() == "abcdfh"
    (value,) = made.values
    assert value in other.values
    assert value["value"] == 20
    assert made.files == other.files


def test_a_notebook_without_the_tag_runs_whole(first: Path) -> None:
    whole = Evaluator({first: ()}).evaluate({"run": "base", "last": 3})
    assert Evaluator({first: ()}, tag="headline").evaluate({"run": "base", "last": 3}) == whole


@pytest.fixture
def logged(
    tmp_path: Path, make_notebook: Callable[..., Path]
) -> Callable[..., Callable[..., tuple[str, list[object]]]]:
    """Makes a notebook whose cells log their numbers; tells which ran, and what was recorded."""

    def make(*cells: str) -> Callable[..., tuple[str, list[object]]]:
        log = tmp_path / "log"
        noted = [
            f"{cell}\nopen({str(log)!r}, 'a').write('{number}')"
            for number, cell in enumerate(cells, 1)
        ]
        notebook = make_notebook(*noted)
        text = notebook.read_text().replace('"last = 3', '"other = 1\\n",\n    "last = 3')
        notebook.write_text(text)
        evaluator = Evaluator({notebook: ()})

        def evaluate(**parameters: int) -> tuple[str, list[object]]:
            log.write_text("")
            values = evaluator.evaluate({"run": "base", **parameters}).values
            assert (
                values == Evaluator({notebook: ()}).evaluate({"run": "base", **parameters}).values
            )
            alone = "".join(str(number) for number in range(1, len(cells) + 1))
            return log.read_text().removesuffix(alone), [value["value"] for value in values]

        return evaluate

    return make


RECORD = "press.value('%s', %s, unit='count', definition='a count')"


def test_only_cells_that_a_change_can_reach_run_again(logged: Callable[..., Any]) -> None:
    ran = logged(
        "rows = list(range(last))",
        "more = len(rows) * 10",
        RECORD % ("n", "more"),
        RECORD % ("o", "more + other"),
        "press.table('rows', pd.DataFrame({'n': rows}), title='All {{n}}, and {{o}}')",
    )
    assert ran() == ("12345", [30, 31])
    assert ran(other=5) == ("4" + "12345", [30, 35])  # compared with a run of the whole, once
    assert ran(other=6) == ("4", [30, 36])
    assert ran(last=2, other=6) == ("12345" + "12345", [20, 26])
    assert ran(last=2, other=5) == ("4", [20, 25])
    assert ran(other=5) == ("", [30, 35])


def test_what_a_cell_fills_in_is_part_of_what_it_reads(logged: Callable[..., Any]) -> None:
    ran = logged(
        RECORD % ("n", "other"),
        "told = press.fill('{{n}}')",
        "press.value('told', told, unit='text', definition='words')",
    )
    assert ran() == ("123", [1, "1"])
    assert ran(other=7) == ("123" + "123", [7, "7"])


@pytest.mark.parametrize(
    "altering",
    [
        "rows.append(other)",  # where a name shows it
        "alias = rows\nalias.append(other)",  # and where none does
        "same = [rows.append(other) or other]",
    ],
)
def test_cells_that_alter_what_another_made_run_with_it(
    logged: Callable[..., Any], altering: str
) -> None:
    ran = logged("rows = [last]", altering, RECORD % ("n", "sum(rows)"))
    assert ran()[1] == [4]
    for other in (5, 6, 5):
        assert ran(other=other)[1] == [3 + other]


def test_a_name_that_a_cell_may_set_is_that_of_the_last_one_that_did(
    logged: Callable[..., Any],
) -> None:
    ran = logged("n = last", "if other > 1:\n    n = 3", RECORD % ("n", "n"))
    told = [ran(last=last, other=other)[1] for last in (3, 4, 5) for other in (1, 2)]
    assert told == [[3], [3], [4], [3], [5], [3]]


def test_an_iterator_is_not_read_twice(logged: Callable[..., Any]) -> None:
    ran = logged("rows = iter([last, 2])", RECORD % ("n", "other + sum(rows)"))
    assert [ran(other=other)[1] for other in (1, 2, 3)] == [[6], [7], [8]]


def test_a_failure_beside_kept_results_is_one_of_the_whole(logged: Callable[..., Any]) -> None:
    ran = logged("rows = [last]", "count = other + len(rows.pop() * [1])", RECORD % ("n", "count"))
    assert ran()[1] == [4]
    assert ran(other=2)[1] == [5]


def test_a_cell_that_does_not_end_is_stopped(make_notebook: Callable[..., Path]) -> None:
    endless = make_notebook("while True:\n    pass", name="01-endless.ipynb")
    with pytest.raises(NotebookFailed, match="the cell took more than 1 s"):
        Evaluator({endless: ()}, timeout=1).evaluate({"run": "base", "last": 1})
