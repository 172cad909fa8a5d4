"""Parameters: what is refused and how it is said, and that one model serves everywhere."""

import json

import pytest

from tradetalks.limits import refuse_wrong
from tradetalks.parameters import (
    ParameterError,
    Parameters,
    as_text,
    parse_parameters,
    read_parameter_file,
)
from whowalkedaway import ROOT
from whowalkedaway.schemas import schema_text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"as_off": "2019-06-04"}, "did you mean as_of?"),
        ({"as_of": "20190_510"}, "YYYY-MM-DD"),
        ({"as_of": "2019-13-01"}, "no such day"),
        ({"as_of": "2019-06-04T00:00:00"}, "YYYY-MM-DD"),
        ({"list4_rate_pct": "nan"}, "plain digits"),
        ({"list4_rate_pct": "1e3"}, "plain digits"),
        ({"list4_rate_pct": "101"}, "at most 100"),
        ({"seed": "1_000"}, "plain digits"),
        ({"seed": "１２"}, "plain digits"),
        ({"include_editorials": "yes"}, "true or false"),
        ({"min_confidence": "None"}, "one of 'low', 'medium' or 'high'"),
        ({"window_start": "2019-06-01"}, "before breakdown_date"),
        ({"as_of": "2018-03-21"}, "not be before window_start"),
        ({"raw_dir": "a\nb"}, "not allowed"),
        ({"us_coverage": "../x"}, "not allowed"),
    ],
)
def test_bad_values_are_refused_with_what_is_allowed(given, says):
    with pytest.raises(ParameterError, match="1 problem") as refused:
        parse_parameters(given)
    assert says in str(refused.value)
    assert next(iter(given)) in str(refused.value)


def test_all_problems_come_at_once():
    with pytest.raises(ParameterError) as refused:
        parse_parameters({"tarif": "10", "as_of": "soon", "seed": "-1"})
    assert len(refused.value.problems) == 3


def test_text_and_typed_values_read_alike():
    parameters = parse_parameters({"list4_rate_pct": "10", "include_editorials": "false"})
    assert parse_parameters(parameters.model_dump()) == parameters
    assert parse_parameters(as_text(parameters)) == parameters


def write(tmp_path, text, name="run"):
    path = tmp_path / f"{name}.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_gives_text_whatever_yaml_would_make_of_it(tmp_path):
    path = write(tmp_path, "run: run\nas_of: 2019-06-05\nseed: 20190_604\ninclude_editorials: no\n")
    content = read_parameter_file(path)
    assert content == {"as_of": "2019-06-05", "seed": "20190_604", "include_editorials": "no"}
    with pytest.raises(ParameterError, match="2 problems"):
        parse_parameters(content)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("as_of: 2019-06-05\n", "the name of its file"),
        ("run: other\n", "the name of its file"),
        ("run: run\nrun: run\n", "stands twice"),
        ("run: &a run\nseed: *a\n", "an alias is not read"),
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
        parse_parameters(read_parameter_file(path))
    shipped = (folder / "schema.json").read_text(encoding="utf-8")
    assert shipped == schema_text()
    assert set(json.loads(shipped)["properties"]) == {"run", *Parameters.model_fields}


def test_a_notebook_run_by_hand_is_refused_what_make_refuses(raw):
    sound = {"as_of": "2019-06-04", "include_editorials": True, "list4_rate_pct": 25.0, "COLUMN": 3}
    refuse_wrong(sound, raw.folder)
    with pytest.raises(ParameterError) as refused:
        refuse_wrong(sound | {"as_of": "2031-01-01", "AS_OF": "2018-01-01"}, raw.folder)
    assert "as_of = '2031-01-01': the data end on" in str(refused.value)
    assert "AS_OF = '2018-01-01': there is no such parameter; did you mean as_of?" in str(
        refused.value
    )
    with pytest.raises(ParameterError, match=r"list4_rate_pct = '101\.0'"):
        refuse_wrong(sound | {"list4_rate_pct": 101.0}, raw.folder)
