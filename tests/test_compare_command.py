"""make compare: which runs it takes, what it says where one is not built, and of two cases."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZipFile

import html5lib
import pytest

from looked_at import markup
from notepress.errors import PressError
from notepress.outputs import write_values
from notepress.runrecord import write_record
from whowalkedaway import ROOT, cases, inspection
from whowalkedaway.__main__ import main
from whowalkedaway.runs import UsageError


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "A and B missing"),
        ({"A": "may-2019"}, "B missing"),
        ({"A": "../x", "B": "may-2019"}, "A = '../x'"),
        ({"A": "may-2019", "B": "$(touch owned)"}, "B = "),
        ({"A": "may-2019", "B": "compare"}, "a folder of its own"),
    ],
)
def test_what_is_no_comparison_is_refused(typed: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError) as refused:
        inspection.compare(typed)
    assert says in str(refused.value)


def test_runs_that_are_not_built_are_named_with_the_command_that_builds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "ROOT", tmp_path)
    with pytest.raises(UsageError) as refused:
        inspection.compare({"A": "one", "B": "two"})
    for name in ("one", "two"):
        assert str(refused.value).count(f"make report PARAMETER=value AS={name}") == 1
    with pytest.raises(UsageError, match="IN names the folder that has both"):
        inspection.compare({"A": "one", "B": "two", "IN": "elsewhere"})
    assert not list(tmp_path.iterdir()), "nothing is written"


CHARGES = (
    "printed,undertaken,act,covered,reserved,verdict\n"
    '"1 Their: [Gate \\*closed\\*, May](#tbl-claim_x1)",'
    "yes,no,unproven,yes,**Refuted:** it was not done\n"
)


def type_out(
    folder: Path,
    verdict: str,
    evidence: str,
    *,
    case: str = "gate",
    charges: str = CHARGES,
    files: Mapping[str, str] | None = None,
) -> None:
    """Write a run as `make report` leaves it, with one claim, the data and these files."""
    folder.mkdir(parents=True)
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    value = {"unit": "word", "definition": "", "value": 1}
    texts = {"as_of_day": "1 March 2020", "n_grid": "one", "n_grid_upheld": "none"}
    values = [{"id": name, "text": text, **value} for name, text in texts.items()]
    write_values(folder / "told.json", values)
    told = (folder / "told.json").read_text()
    (folder / "told.json").unlink()
    with ZipFile(folder / "data.zip", "w") as data:
        data.writestr(
            "raw/datapackage.yaml", f"name: {case}\ntitle: Who shut the {case}?\ndescription: All"
        )
        data.writestr("values.json", told)
        data.writestr("tables/promises.csv", charges)
    parameters = {"run": folder.name, "raw_dir": "data/raw"}
    (folder / "parameters.yml").write_text(json.dumps(parameters))
    write_values(folder / "values.json", [])
    (folder / "verdicts.csv").write_text(
        "claim_id,claim,verdict,evidence_for,evidence_against\n"
        f"X1,It was so.,{verdict},{evidence},\n"
    )
    lock = folder.parent / "lock"
    lock.write_text("")
    write_record(
        folder / "ro-crate-metadata.json",
        root=folder.parent,
        inputs=[],
        outputs=[file for file in folder.rglob("*") if file.is_file()],
        parameters=parameters,
        lock=lock,
        about={"name": folder.name, "version": "1", "identifier": folder.name},
    )


def test_runs_of_another_folder_are_compared_there_and_evidence_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with (ROOT / "data" / "raw" / "statements.csv").open(encoding="utf-8") as lines:
        row = next(csv.DictReader(lines))
    home = tmp_path / "my points"
    type_out(home / "one", "supported", row["statement_id"])
    type_out(home / "two", "undetermined", "")
    monkeypatch.setenv("MAKEFLAGS", f" -- A=one B=two IN={str(home).replace(' ', chr(92) + ' ')}")
    assert main(["compare"]) == 0
    told = capsys.readouterr().out
    assert "X1  supported -> undetermined: It was so." in told
    assert f"no longer for: {row['statement_id']} {row['speaker']}, {row['statement_date']}" in told
    page = (home / "compare" / "one--two.html").read_text(encoding="utf-8")
    assert html.escape(row["paraphrase"]) in page

    monkeypatch.setenv("MAKEFLAGS", f" -- A=one B=one IN={str(home).replace(' ', chr(92) + ' ')}")
    assert main(["compare"]) == 0
    assert capsys.readouterr().out.startswith("one and one: no difference\n")


def test_claims_of_two_cases_are_never_held_against_each_other(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    as_recorded: Callable[[str, str], None],
) -> None:
    home = tmp_path / "reports"
    type_out(home / "one", "supported", "S001")
    type_out(home / "two", "contradicted", "", case="door")
    monkeypatch.setenv("MAKEFLAGS", f" -- A=one B=two IN={home}")
    assert main(["compare"]) == 0
    told = capsys.readouterr().out
    page = (home / "compare" / "one--two.html").read_text(encoding="utf-8")
    as_recorded("compare/two cases.txt", told.replace(str(home), "·"))
    as_recorded("compare/two cases.html", markup(page))
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    words = " ".join("".join(document.find(".//body").itertext()).split())
    for text in (told, words):
        assert "flipped" not in text and "->" not in text
        assert "X1" not in text and "It was so." not in text
        assert text.count("Gate *closed*, May") == 2
        assert text.count("it was not done") == 2
        assert "none of one fully upheld" in text
        assert re.search(r"refuted\W*1\W*1(?!\d)", text), "one charge of each is counted"
    assert [link for link in re.findall(r'href="(\.\./[^"]*)"', page) if "#" in link] == [
        f"../{run}/report.html#tbl-claim_x1" for run in ("one", "two")
    ]


def test_a_case_without_printed_charges_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "reports"
    type_out(home / "one", "supported", "S001")
    type_out(home / "two", "supported", "", case="door", charges=CHARGES.partition("\n")[0])
    monkeypatch.setenv("MAKEFLAGS", f" -- A=one B=two IN={home}")
    assert main(["compare"]) == 0
    assert "two: no accusation is printed" in capsys.readouterr().out
    page = (home / "compare" / "one--two.html").read_text(encoding="utf-8")
    assert "prints no accusation" in page


def test_data_that_cannot_be_read_are_named_with_the_command_that_makes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "reports"
    type_out(home / "one", "supported", "S001")
    (home / "one" / "data.zip").write_bytes(b"none")
    with pytest.raises(PressError, match=r"data\.zip: cannot be read .*\n.*make report RUN=one"):
        cases.read_case(home / "one")
    monkeypatch.setenv("MAKEFLAGS", f" -- A=one B=one IN={home}")
    assert main(["compare"]) == 2
    assert "one: data.zip changed since the run was recorded" in capsys.readouterr().err
