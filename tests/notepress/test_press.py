"""Values, figures and tables leave the notebook with what the report prints them from."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from matplotlib.figure import Figure

from executed import execute
from notepress import Press
from notepress.errors import NotebookFailed, PressError
from notepress.table_cells import html_table

DATA = pd.DataFrame({"day": pd.to_datetime(["2019-05-10", "2019-06-01"]), "rate_pct": [10.0, None]})


def drawn() -> Figure:
    figure = Figure(figsize=(4, 2))
    figure.subplots().plot([1, 2], [1, 2], marker="o")
    return figure


@pytest.fixture
def press(tmp_path: Path) -> Press:
    return Press(tmp_path / "reports")


def read(press: Press, name: str) -> dict[str, object]:
    record: dict[str, object] = json.loads((press.folder / name).read_text())
    return record


class Recorded(NamedTuple):
    """A value as whoever measured it hands it over."""

    value_id: str
    known: datetime.date | None
    value: object = 1.0
    unit: str = "percent"
    definition: str = "A rate."
    rows: dict[str, list[str]] = {}  # noqa: RUF012 # of a tuple, which nobody writes to
    function: None = None
    digits: None = None
    text: str | None = None


def test_a_value_says_since_when_it_could_be_known_where_that_is_recorded(press: Press) -> None:
    known = Recorded("later", datetime.date(2019, 7, 3))
    later, ever = press.kept([known, Recorded("ever", None)], lambda table, rows: [])
    assert later["known_date"] == "2019-07-03"
    assert "known_date" not in ever


def by_hand(reports: Path, name: str, **given: object) -> Press:
    (reports.parent / "notebooks").mkdir(exist_ok=True)
    for one in ("01-clean", "02-clean", "03-measure"):
        (reports.parent / "notebooks" / f"{one}.ipynb").touch()
    press = Press(reports, name)
    press.given = given
    return press


def test_a_table_saved_by_hand_is_read_with_the_same_parameters_alone(tmp_path: Path) -> None:
    reports, file = tmp_path / "reports", tmp_path / "by-hand" / "days.parquet"
    with pytest.raises(PressError) as refused:
        by_hand(reports, "03-measure", last=3).read_frame(file)
    assert str(refused.value).splitlines() == [
        "days.parquet was not made by hand yet",
        "What to do: run first, in this order:",
        "  papermill notebooks/01-clean.ipynb 01-clean.out.ipynb",
        "  papermill notebooks/02-clean.ipynb 02-clean.out.ipynb",
    ]
    by_hand(reports, "02-clean", last=3, least="high").save_frame(file, DATA)
    second = by_hand(reports, "03-measure", last=3, own=1)
    pd.testing.assert_frame_equal(second.read_frame(file), DATA)
    with pytest.raises(PressError) as refused:
        by_hand(reports, "03-measure", last=4, least="high", own=1).read_frame(file)
    assert str(refused.value).splitlines() == [
        "days.parquet was made by hand with last = 3, not 4",
        "What to do: make it again, and what else comes of it, with the parameters of this "
        "notebook:",
        "  papermill notebooks/02-clean.ipynb 02-clean.out.ipynb -p last 4 -p least high",
        "or run this one with those of the other",
    ]


def test_what_a_table_was_made_of_by_hand_goes_with_what_is_made_of_it(tmp_path: Path) -> None:
    reports, days = tmp_path / "reports", tmp_path / "days.csv"
    by_hand(reports, "02-clean", least="high").save_frame(days, DATA)
    second = by_hand(reports, "03-measure", own=1)
    second.read_frame(days)
    second.save_frame(tmp_path / "path.csv", DATA)
    second.table("shares", DATA)
    by_hand(reports, "04", least="high", own=2).read_frame(days)
    for read in (lambda press: press.read_frame(tmp_path / "path.csv"), lambda p: p.show("shares")):
        with pytest.raises(PressError, match="made by hand with least = high, not low"):
            read(by_hand(reports, "04", least="low"))
        read(by_hand(reports, "04", least="high", own=1))


def test_in_a_run_nothing_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTEPRESS_RUN", "one")
    press = Press(tmp_path / "reports", "01-clean")
    press.save_frame(tmp_path / "days.csv", DATA)
    assert len(press.read_frame(tmp_path / "days.csv", dtype="str")) == 2
    assert not (tmp_path / "reports").exists()


def test_value_needs_words(press: Press) -> None:
    with pytest.raises(PressError, match="value rate: needs a definition"):
        press.kept([Recorded("rate", None, definition=" ")], lambda table, rows: [])
    with pytest.raises(PressError, match="would print as nothing"):
        press.kept([Recorded("rate", None, text="")], lambda table, rows: [])


def test_values_show_once_in_a_notebook(project: Path, make_notebook: Callable[..., Path]) -> None:
    output = project / "reports" / "base" / "notebooks" / "01-first.ipynb"
    execute(make_notebook("press.record([fact('a', 1)], None)"), output)
    outputs = json.loads(output.read_text())["cells"][-1]["outputs"]
    assert [output["output_type"] for output in outputs] == ["display_data"]
    assert "".join(outputs[0]["data"]["text/plain"]) == "values recorded: 1, each in values.md"


def test_a_sentence_takes_its_numbers_from_recorded_values(
    project: Path, make_notebook: Callable[..., Path]
) -> None:
    output = project / "reports" / "base" / "notebooks" / "01-first.ipynb"
    record = "press.record([fact('us_rate', 14.18, 'percent')], None)"
    say = "press.say('The rate is **{{rate}}**, and not {{ us_rate }} more.', rate='us_rate')"
    execute(make_notebook(record, say), output)
    (shown,) = json.loads(output.read_text())["cells"][-1]["outputs"]
    told = "The rate is **14.2\u00a0percent**, and not 14.2\u00a0percent more."
    assert ["".join(shown["data"]["text/markdown"])] == [told]


def test_a_sentence_with_a_typed_number_or_an_unknown_value_is_refused(press: Press) -> None:
    press.kept([Recorded("rate", None)], lambda table, rows: [])
    with pytest.raises(PressError, match="15 is typed into the prose"):
        press.say("It rose by 15 to {{rate}}.")
    with pytest.raises(PressError, match=r"no value 'rates' \(perhaps 'rate'\)"):
        press.say("It rose to {{level}}.", level="rates")
    press.say("The Group of 15* rose.", words=["Group of 15*"])  # a name from a table
    with pytest.raises(PressError, match="15 is typed into the prose"):
        press.say("The Group of 15* rose by 15.", words=["Group of 15*"])


def test_of_values_their_number_and_of_long_tables_a_part_is_shown(
    project: Path, make_notebook: Callable[..., Path]
) -> None:
    output = project / "reports" / "base" / "notebooks" / "01-first.ipynb"
    record = "press.record([fact(f'a{n}', n) for n in range(9)], None)"
    table = "import pandas as pd\npress.table('days', pd.DataFrame({'day': range(20)}))"
    execute(make_notebook(record, table), output)
    values, rows = (
        one["data"]
        for cell in json.loads(output.read_text())["cells"]
        for one in cell["outputs"][:1]
    )
    assert "".join(values["text/plain"]) == "values recorded: 9, each in values.md"
    html = "".join(rows["text/html"])
    assert (html.count("<td"), "and 8 more rows, in tables/days.csv" in html) == (12, True)
    assert len(rows["application/vnd.notepress.table+json"]["rows"]) == 20


def test_a_notebook_shows_cells_of_markdown_as_what_they_mean() -> None:
    columns = [{"header": "said", "align": "left", "markdown": how} for how in (True, False)]
    cell = '[[yes]{of="a1"}]{.mark look="yes"} **Li** <b> “a”'
    shown = html_table({"columns": columns, "rows": [[cell, cell]]})
    assert "<p>yes <strong>Li</strong> &lt;b&gt; “a”</p>" in shown
    assert "[[yes]{of=&quot;a1&quot;}]" in shown


def test_the_same_id_twice_stops_a_batch_run(
    project: Path, make_notebook: Callable[..., Path]
) -> None:
    again = "press.record([fact('a', 1)], None)"
    with pytest.raises(NotebookFailed, match="value a: recorded twice in this notebook"):
        execute(make_notebook(again, again), project / "reports" / "base" / "notebooks" / "x.ipynb")


def test_figure_is_svg_with_its_data(press: Press) -> None:
    labels = {"rate_pct": "Rate"}
    press.figure("rates", drawn(), data=DATA, source="@a", labels=labels, key="rate_pct")
    svg = (press.folder / "figures" / "rates.svg").read_text()
    assert svg.count("<svg") == 1
    assert "<metadata>" not in svg
    assert (press.folder / "tables" / "rates.csv").read_text() == (
        "day,rate_pct\n2019-05-10,10.0\n2019-06-01,\n"
    )
    record = read(press, "figures/rates.json")
    assert record["label"] == "fig-rates"
    assert record["labels"] == {"day": "day", "rate_pct": "Rate"}
    assert record["key"] == 1, "each row has an address"


def test_figure_has_the_same_bytes_every_time_and_selectable_text(press: Press) -> None:
    press.figure("one", drawn(), data=DATA)
    first = (press.folder / "figures" / "one.svg").read_bytes()
    press.figure("one", drawn(), data=DATA)
    assert (press.folder / "figures" / "one.svg").read_bytes() == first
    assert b"<text" in first


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"labels": {"rate": "Rate"}}, r"no column 'rate' \(perhaps 'rate_pct'\)"),
        ({"data": DATA[:0]}, "no rows"),
    ],
)
def test_figure_without_data_is_refused(
    press: Press, change: dict[str, object], reason: str
) -> None:
    given: dict[str, object] = {"data": DATA, **change}
    with pytest.raises(PressError, match=reason):
        press.figure("rates", drawn(), **given)  # type: ignore[arg-type]
    assert not press.folder.exists()


def test_table_is_formatted_for_readers_and_kept_whole(press: Press) -> None:
    frame = pd.DataFrame(
        {
            "step": ["T1", "T2"],
            "day": pd.to_datetime(["2019-05-10", None]),
            "lines": pd.array([4545, None], dtype="Int64"),
            "change_pp": [-2.25, 1234.5],
            "rate_pct": [10.04, None],
            "is_partial": [True, False],
        }
    )
    press.table(
        "steps",
        frame,
        labels={"step": "Step"},
        formats={"rate_pct": "{:.1f}", "step": str.lower},
        widths={"step": 0.5},
    )
    record = read(press, "tables/steps.json")
    assert record["rows"] == [
        ["t1", "10\u00a0May\u00a02019", "4,545", "\u22122.25", "10.0", "yes"],
        ["t2", "\u2013", "\u2013", "1,234.50", "\u2013", "no"],
    ]
    columns = record["columns"]
    assert isinstance(columns, list)
    assert [column["align"] for column in columns] == ["left", "left", *["right"] * 3, "left"]
    assert columns[0] == {"header": "Step", "align": "left", "width": 0.5, "markdown": False}
    assert (press.folder / "tables" / "steps.csv").read_text().splitlines()[2] == (
        "T2,,,1234.5,,false"
    )


def test_options_of_a_table_name_its_columns(press: Press) -> None:
    for option in ("labels", "formats", "widths", "markdown"):
        with pytest.raises(PressError, match=f"table t: {option} names no column 'rate'"):
            press.table("t", DATA, **{option: {"rate": "x"}})  # type: ignore[arg-type]


def test_a_table_cannot_take_the_name_of_a_figure(press: Press) -> None:
    press.figure("rates", drawn(), data=DATA)
    with pytest.raises(PressError, match="has a figure of that name"):
        press.table("rates", DATA)


@pytest.mark.parametrize("name", ["", "Rates", "a-b", "../x", "a b"])
def test_a_name_that_could_leave_its_folder_is_none(press: Press, name: str) -> None:
    with pytest.raises(PressError, match="names are made of a-z, 0-9 and underscores"):
        press.table(name, DATA)
    assert not press.folder.exists()


def test_show_suggests_what_there_is(press: Press) -> None:
    press.table("steps", DATA)
    press.show("steps")
    with pytest.raises(PressError, match=r"'step' .*\(perhaps 'steps'\)"):
        press.show("step")
