"""Parameters: what is refused and how it is said, and that one model serves everywhere."""

import codecs
import json
import re
import shutil
from pathlib import Path

import pytest

from projects import parameters as run_parameters
from tradetalks.checks import DataError
from tradetalks.limits import parse_run, settled
from tradetalks.otherwise import read_rows
from tradetalks.parameters import (
    ParameterError,
    Parameters,
    as_text,
    parse_parameters,
    read_parameter_file,
)
from tradetalks.rules.validate import validate
from whowalkedaway import ROOT
from whowalkedaway.manual import schema_text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"as_off": "2019-06-04"}, "did you mean as_of?"),
        ({"as_of": "20190_510"}, "YYYY-MM-DD"),
        ({"as_of": "2019-13-01"}, "a day that exists"),
        ({"as_of": "2019-06-04T00:00:00"}, "YYYY-MM-DD"),
        ({"list4_rate_pct": "nan"}, "plain digits"),
        ({"list4_rate_pct": "1e3"}, "plain digits"),
        ({"list4_rate_pct": "101"}, "at most 100"),
        ({"event_window_days": "1_0"}, "plain digits"),
        ({"event_window_days": "１２"}, "plain digits"),
        ({"include_editorials": "yes"}, "true or false"),
        ({"effective_date_rule": "entry_june1"}, "did you mean entry_june_1?"),
        ({"farm_definition": "wto"}, "must be one of hs01_24, wto_agriculture, "),
        ({"min_confidence": "None"}, "one of 'low', 'medium' or 'high'"),
        ({"window_start": "2019-06-01"}, "before breakdown_date"),
        ({"as_of": "2018-03-21"}, "not be before window_start"),
        ({"raw_dir": "a\nb"}, "datapackage.yaml"),
        ({"us_coverage": "../x"}, "must be one of shiota_2018_cif, "),
        ({"us_coverage": "x" * 60}, f"us_coverage = '{'x' * 60}': "),
        ({"us_coverage": "x" * 61}, f"us_coverage = '{'x' * 57}...': "),
    ],
)
def test_bad_values_are_refused_with_what_is_allowed(given, says):
    with pytest.raises(ParameterError, match="1 problem") as refused:
        parse_run(given, ROOT)
    assert says in str(refused.value)
    assert next(iter(given)) in str(refused.value)


def test_all_problems_come_at_once():
    with pytest.raises(ParameterError) as refused:
        parse_run(
            {"tarif": "10", "as_of": "soon", "event_window_days": "-1", "us_coverage": "x"}, ROOT
        )
    assert len(refused.value.problems) == 4


def test_text_and_typed_values_read_alike():
    parameters = run_parameters(list4_rate_pct="10", include_editorials="false")
    assert parse_parameters(parameters.model_dump()) == parameters
    assert parse_parameters(as_text(parameters)) == parameters


def write(tmp_path, text, name="run"):
    path = tmp_path / f"{name}.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_gives_text_whatever_yaml_would_make_of_it(tmp_path):
    path = write(
        tmp_path, "run: run\nas_of: 2019-06-05\nevent_window_days: 1_4\ninclude_editorials: no\n"
    )
    content = read_parameter_file(path)
    assert content == {
        "as_of": "2019-06-05",
        "event_window_days": "1_4",
        "include_editorials": "no",
    }
    with pytest.raises(ParameterError, match="2 problems"):
        parse_run(content, ROOT)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("as_of: 2019-06-05\n", "the name of its file"),
        ("run: other\n", "the name of its file"),
        ("run: run\nrun: run\n", "stands twice"),
        ("run: &a run\nas_of: *a\n", "an alias is not read"),
        ("- run\n", "one `name: value` a line"),
        ("run: [run]\n", "one `name: value` a line"),
        ("run: 'run\n", "not readable"),
        ("run: !!python/object/apply:os.getcwd []\n", "one `name: value` a line"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, text, says):
    with pytest.raises(ParameterError) as refused:
        read_parameter_file(write(tmp_path, text))
    assert says in str(refused.value)


def test_a_missing_file_names_those_that_exist(tmp_path):
    write(tmp_path, "run: other\n", "other")
    with pytest.raises(ParameterError, match="runs: other"):
        read_parameter_file(tmp_path / "run.yml")


def test_shipped_files_are_valid_and_the_schema_is_in_step():
    folder = ROOT / "params"
    files = sorted(folder.glob("*.yml"))
    assert len(files) >= 2
    for path in files:
        parse_run(read_parameter_file(path), ROOT)
    shipped = (folder / "schema.json").read_text(encoding="utf-8")
    assert shipped == schema_text()
    assert set(json.loads(shipped)["properties"]) == {"run", *Parameters.model_fields}


def test_each_dispute_has_defaults_and_values_of_its_own():
    first, other = (run_parameters(raw_dir=f"data/raw{name}") for name in ("", "/geneva-2025"))
    assert (str(first.as_of), str(other.as_of)) == ("2019-06-04", "2025-06-02")
    assert run_parameters(farm_definition="usda_report").farm_definition == "usda_report"
    with pytest.raises(ParameterError, match="must be one of hs01_24, hs01_24_hs6, us_exports_hs6"):
        run_parameters(raw_dir="data/raw/geneva-2025", farm_definition="wto_agriculture")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("as_of,2019-06-04", "as_of,2019-06-31", "write a day that exists"),
        ("as_of,2019-06-04", "as_off,2019-06-04", "as_of = '': has no default"),
        ("effective_date_rule,legal", "effective_date_rule,lega", "did you mean legal?"),
        ("why_default", "why", "why_default"),
    ],
)
def test_defaults_that_no_run_could_have_are_refused(raw, tmp_path, old, new, says):
    folder = tmp_path / "raw"
    shutil.copytree(raw.folder, folder, ignore=shutil.ignore_patterns("geneva-2025", "*.ipynb"))
    table = folder / "parameters.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises((ParameterError, DataError), match=re.escape(says)):
        parse_run({"raw_dir": "raw"}, tmp_path)
    with pytest.raises(DataError, match=r"parameters\.csv"):
        validate(folder)


def test_a_default_beyond_the_tables_is_told_where_it_stands(raw, tmp_path):
    folder = tmp_path / "raw"
    shutil.copytree(raw.folder, folder, ignore=shutil.ignore_patterns("geneva-2025", "*.ipynb"))
    table = folder / "parameters.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("as_of,2019-06-04", "as_of,2031-01-01"), encoding="utf-8")
    said = (
        r"1 problem in raw/parameters\.csv\n  as_of = '2031-01-01': .* take that day, or one before"
    )
    with pytest.raises(ParameterError, match=said):
        parse_run({"raw_dir": "raw"}, tmp_path, "params/mine.yml")
    assert parse_run({"raw_dir": "raw", "as_of": "2019-06-04"}, tmp_path).event_window_days


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"breakdown_date": "2018-01-01"}, "breakdown_date = '2018-01-01': must be after window_"),
        ({"window_start": "2019-05-05"}, "window_start = '2019-05-05': must be before breakdown_"),
        ({"as_of": "2018-03-21"}, "as_of = '2018-03-21': must not be before window_start"),
        ({"window_start": "2019-05-04", "as_of": "2019-05-03"}, "as_of = '2019-05-03': must not"),
        ({"as_of": "2019-06-10", "window_start": "2019-06-11"}, "window_start = '2019-06-11'"),
        ({"breakdown_date": "2019-06-05"}, "breakdown_date = '2019-06-05': must not be after as_"),
        ({"breakdown_date": "2030-01-01"}, "breakdown_date = '2030-01-01': must not be after as_"),
        ({"breakdown_date": "2019-05-10", "as_of": "2019-05-09"}, "as_of = '2019-05-09': must no"),
    ],
)
def test_of_two_days_that_do_not_go_together_the_one_that_was_typed_is_told(given, says):
    with pytest.raises(ParameterError) as refused:
        parse_run(given, ROOT)
    assert says in str(refused.value)


def test_a_report_of_an_earlier_day_has_the_breakdown_that_it_does_not_know_yet():
    assert str(run_parameters(as_of="2019-05-04").breakdown_date) == "2019-05-05"
    assert run_parameters(breakdown_date="2019-06-04").as_of
    text = as_text(run_parameters(as_of="2019-05-04"))
    assert parse_run(text, ROOT) == run_parameters(as_of="2019-05-04")


def test_a_notebook_run_by_hand_has_what_make_would_give_it_and_is_refused_what_make_refuses():
    given = {"as_of": "2019-05-31", "include_editorials": True, "list4_rate_pct": 25.0, "COLUMN": 3}
    given |= {"breakdown_date": None, "raw_dir": "data/raw"}
    assert settled(given, ROOT) == {
        **{"as_of": "2019-05-31", "include_editorials": True, "list4_rate_pct": 25.0},
        **{"breakdown_date": "2019-05-05", "raw_dir": "data/raw"},
    }
    with pytest.raises(ParameterError) as refused:
        settled(given | {"as_of": "2031-01-01", "AS_OF": "2018-01-01"}, ROOT)
    assert "as_of = '2031-01-01': the data end on" in str(refused.value)
    assert "AS_OF = '2018-01-01': there is no such parameter; did you mean as_of?" in str(
        refused.value
    )
    with pytest.raises(ParameterError, match=r"list4_rate_pct = '101\.0'"):
        settled(given | {"list4_rate_pct": 101.0}, ROOT)


def test_a_table_that_a_spreadsheet_saved_has_the_same_rows(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes(codecs.BOM_UTF8 + b"parameter,value\r\nas_of,2019\r\n\r\n")
    assert read_rows(table) == [{"parameter": "as_of", "value": "2019"}]
