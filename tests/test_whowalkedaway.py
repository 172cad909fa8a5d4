"""The command line: what counts as typed, which names a run may have, how runs are told apart."""

import pytest

from tradetalks.parameters import ParameterError
from whowalkedaway import DEFAULT_RUN, ROOT, inspection, runs, tables
from whowalkedaway.__main__ import main
from whowalkedaway.runs import UsageError, command_line_variables, resolve


@pytest.mark.parametrize(
    ("makeflags", "variables"),
    [
        ("", {}),
        ("j2 --no-print-directory", {}),
        (" -- AS_OF=2020-02-14", {"AS_OF": "2020-02-14"}),
        ("k -j2 --jobserver-auth=fifo:/x -- RUN=a AS=b", {"RUN": "a", "AS": "b"}),
        (r" -- RAW_DIR=my\ tables\\x", {"RAW_DIR": r"my tables\x"}),
        (" -- AS_OF=", {"AS_OF": ""}),
        (" -- AS_OF:=2020-02-14", {"AS_OF": "2020-02-14"}),
    ],
)
def test_variables_come_from_make_s_command_line_alone(makeflags, variables):
    assert command_line_variables(makeflags) == variables


def test_overrides_name_a_run_of_their_own():
    name, parameters = resolve({"AS_OF": "2020-02-14", "LIST4_RATE_PCT": "10"})
    assert name == "may-2019+as_of=2020-02-14+list4_rate_pct=10"
    assert str(parameters.as_of) == "2020-02-14"
    assert resolve({"AS_OF": "2020-02-14", "AS": "mine"})[0] == "mine"
    assert resolve({})[0] == DEFAULT_RUN


@pytest.mark.parametrize(
    "typed",
    [
        {"RUN": "../x"},
        {"RUN": "a b"},
        {"RUN": "-x"},
        {"RUN": ""},
        {"RUN": "a/../b"},
        {"RUN": "a..b"},
        {"RUN": "ä"},
        {"AS": "$(touch owned)"},
        {"AS": "a\nb"},
        {"AS": "x" * 300},
        {"RAW_DIR": "data/raw/../raw"},
    ],
)
def test_a_name_that_could_leave_its_folder_or_reach_a_shell_is_refused(typed):
    with pytest.raises(UsageError, match="name"):
        resolve(typed)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"TARIF": "10"}, "no such parameter"),
        ({"AS_OF": "2031-01-01"}, "the data end on"),
        ({"AS_OF": "2019-06-03"}, "claims are all made by 2019-06-04"),
        ({"US_COVERAGE": "nobody_2018"}, "shiota_2018_cif"),
        ({"RAW_DIR": "nowhere", "AS": "x"}, "datapackage.yaml"),
        ({"RUN": "no-such-run"}, "phase-one"),
    ],
)
def test_what_the_data_do_not_allow_is_refused(typed, says):
    with pytest.raises(ParameterError) as refused:
        resolve(typed)
    assert says in str(refused.value)


def test_explain_suggests_values_of_a_near_name(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(runs, "ROOT", tmp_path)
    with pytest.raises(UsageError, match="make report RUN=may-2019"):
        inspection.explain({"VALUE": "x"})
    folder = tmp_path / "reports" / "may-2019"
    folder.mkdir(parents=True)
    (folder / "values.json").write_text('[{"id": "cn_rate"}]')
    with pytest.raises(UsageError, match="cn_rate"):
        inspection.explain({"VALUE": "cn_rat"})


def test_own_texts_become_a_table_and_leave_what_was_there_when_refused(
    tmp_path, monkeypatch, capsys
):
    for name in ("data", "params"):
        (tmp_path / name).symlink_to(ROOT / name)
    for module in (runs, tables):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    texts = tmp_path / "own texts"
    texts.mkdir()
    head = "---\ndate: 2019-05-09\nside: CN\nspeaker: Gao Feng\nsource: x\n---\n"
    for number in range(5):
        (texts / f"{number}.txt").write_text(f"{head}Text {number}.")
    monkeypatch.setenv("MAKEFLAGS", r" -- FROM=own\ texts")
    assert main(["read-texts"]) == 0
    assert "5 rows" in capsys.readouterr().out
    table = tmp_path / "build" / "own-texts.csv"
    made = table.read_bytes()
    assert made.count(b"\n") == 6
    assert len(list((tmp_path / "build" / "own-texts").iterdir())) == 5

    (texts / "sixth.txt").write_text(head.replace("date: 2019-05-09\n", "") + "Text.")
    assert main(["read-texts"]) == 2
    assert "sixth.txt: has no date" in capsys.readouterr().err
    assert table.read_bytes() == made

    monkeypatch.setenv("MAKEFLAGS", "")
    assert main(["read-texts"]) == 2
    assert "FROM" in capsys.readouterr().err
