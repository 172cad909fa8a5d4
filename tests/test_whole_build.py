"""The whole line in temporary copies: what a build leaves, when it runs again, how it fails."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pyarrow.parquet as pq
import pytest

from notepress.print.export import FORMATS
from notepress.print.report import CONFIG
from notepress.values import read_values
from projects import (
    ISLANDS,
    MODULES,
    ROOT,
    RUN,
    battery_only,
    build,
    call,
    code_path,
    contents,
    copy_of,
    edit,
    make,
    steps_run,
)
from tradetalks.claims.ladder import VERDICTS
from tradetalks.otherwise import read_rows
from whowalkedaway import corrections


@pytest.fixture
def project(built, tmp_path):
    """A copy of the project that was built, with tables that may be edited."""
    return copy_of(built, tmp_path / "project")


@pytest.fixture
def of_islands(islands, tmp_path):
    """The same of the invented dispute, which is built again in a third of the time."""
    return copy_of(islands, tmp_path / "project")


def table(reports, name):
    with (reports / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_pdf_is_tagged_a4_and_of_readable_length(reports):
    with pikepdf.open(reports / "report.pdf") as pdf:
        assert len(pdf.pages) >= 8
        for page in pdf.pages:
            width, height = (float(x) for x in page.mediabox[2:])
            assert (round(width), round(height)) == (595, 842)
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang)
        assert "Who walked away?" in str(pdf.docinfo["/Title"])


def test_every_figure_is_on_the_page_with_its_data(reports):
    # each charge has a line of its words, which the text places where it tells of the charge
    text = (ROOT / "notebooks" / "06-report.ipynb").read_text(encoding="utf-8")
    drawn = sorted((reports / "figures").glob("*.svg"))
    lines = {one for one in drawn if one.stem.startswith("words_")}
    figures = [one for one in drawn if one not in lines or f"#fig-{one.stem}}}" in text]
    page = (reports / "report.html").read_text(encoding="utf-8")
    assert len(figures) >= 6
    for figure in figures:
        assert re.search(rf'id="fig-{figure.stem}"', page)
        assert (reports / "tables" / f"{figure.stem}.csv").is_file()
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//[^"']+\.(?:js|css|woff2?|png)""", page)
    # its own, which the page allows by hash, and data for programs and for itself
    assert page.count("<script>") == 1
    kinds = re.findall(r"""<script [^>]*\btype=["']?([^"' >]*)""", page)
    assert sorted(kinds) == ["application/json", "application/ld+json"]
    assert page.count("<script ") == len(kinds)


def test_every_value_says_where_it_comes_from(reports, built):
    values = read_values((reports / "values.json").read_text(encoding="utf-8"))
    listed = (reports / "values.md").read_text(encoding="utf-8")
    for_authors = {*re.findall(r"^- `\{\{(\w+)\}\}` \S", listed, re.MULTILINE)}
    assert for_authors >= {value["id"] for value in values if value["cell_id"]}
    assert len({value["id"] for value in values}) == len(values)
    keys = {"id", "value", "unit", "text", "sources", "notebook", "cell_id", "function"}
    for value in values:
        assert keys <= value.keys()
        assert value["definition"]
        for source in value["sources"]:
            assert (built / source["path"]).is_file()
    report = json.loads((reports / "notebooks" / "06-report.ipynb").read_text(encoding="utf-8"))
    prose = "".join("".join(c["source"]) for c in report["cells"] if c["cell_type"] == "markdown")
    used = set(re.findall(r"\{\{(\w+)\}\}", prose))
    assert used <= {value["id"] for value in values}
    assert len(used) > 50


def test_verdicts_cover_the_claims_made_by_then(reports):
    rows = table(reports, "verdicts.csv")
    assert {"claim_id", "claimant", "claim_date", "claim", "kind", "verdict"} <= rows[0].keys()
    assert {"evidence_for", "evidence_against", "counter_account"} <= rows[0].keys()
    assert all(row["claim_date"] <= "2019-06-04" for row in rows)
    assert {row["verdict"] for row in rows} <= {*VERDICTS}
    assert all((row["rests_on"] == "firm") == (row["turns"] == "") for row in rows)
    assert all(row["would_change_if"] for row in rows)


def test_what_moved_since_the_last_edition_is_told(reports):
    rows = read_rows(ROOT / "reports" / RUN / "edition.csv")
    last = {row["id"]: row["printed"] for row in rows}
    moves = corrections.moved(last, corrections.read_present(reports))
    assert corrections.untold(moves, corrections.TOLD.read_text(encoding="utf-8")) == []


# the cumulated averages that the compilers of the chapter tables published with them
PUBLISHED = {
    "2018-01-01": "5.98",
    "2018-07-06": "11.00",
    "2018-08-23": "13.38",
    "2018-09-24": "15.84",
    "2019-01-01": "13.45",
    "2019-06-01": "15.64",
}


def test_the_chinese_average_is_the_published_one(reports):
    path = {
        row["effective_date"]: float(row["applied_rate_pct"])
        for row in table(reports, "tables/tariff_path.csv")
        if row["importer"] == "CN"
    }
    assert {day: f"{path[day]:.2f}" for day in PUBLISHED} == PUBLISHED


def test_the_farm_share_is_the_published_one(reports):
    shares = {row["step_id"]: row for row in table(reports, "tables/farm_share.csv")}
    june, july = shares["T066"], shares["T027"]
    assert f"{float(june['imports_raised_usd_bn']):.1f}" == "35.5"
    assert f"{float(june['farm_usd_bn']):.2f}" == "1.69"
    assert f"{float(june['farm_share']):.1%}" == "4.8%"
    assert f"{float(july['imports_raised_usd_bn']):.1f}" == "33.8"
    assert f"{float(july['farm_usd_bn']):.1f}" == "19.9"


def verify_pdf(folder: Path, file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "whowalkedaway", "verify"],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": code_path(folder),
            "MAKEFLAGS": f" -- FILE={file}",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_pdf_that_was_sent_is_known_again(project, tmp_path):
    reports = project / "reports" / RUN
    sent, built = tmp_path / "sent.pdf", reports / "report.pdf"
    original = shutil.copy(built, tmp_path / "original.pdf")
    shutil.copy(built, sent)
    done = verify_pdf(project, sent)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "this checkout makes the same edition" in done.stdout
    assert "the same, byte for byte" in done.stdout
    assert "compared: all its bytes, so pages and attachments" in done.stdout

    # what lies where the build put its own vouches for nothing, itself least of all
    with pikepdf.open(sent) as pdf:
        del pdf.pages[2]
        pdf.save(built)
    for file in (built, shutil.copy(built, tmp_path / "doctored.pdf")):
        done = verify_pdf(project, Path(file))
        assert done.returncode == 2
        assert "attachments: all" in done.stdout
        assert "other bytes, though of the same edition" in done.stdout
        assert "nothing vouches for it" in done.stdout
        assert "its pages with nothing" in done.stdout
    assert verify_pdf(project, sent).returncode == 0

    with pikepdf.open(sent, allow_overwriting_input=True) as pdf:
        pdf.attachments["values.json"] = b"[]"
        pdf.save(sent)
    done = verify_pdf(project, sent)
    assert done.returncode == 2
    assert "attachment values.json: was changed" in done.stdout

    shutil.copy(original, sent)
    for path in sorted((project / "data" / "raw").glob("*.csv"))[:21]:
        path.write_bytes(path.read_bytes() + b" \n")
    done = verify_pdf(project, sent)
    assert done.returncode == 2
    assert "another edition" in done.stdout
    assert "raw/benchmarks.csv: differs" in done.stdout
    # of what changed so many are named
    assert done.stdout.count(": differs\n") == 20
    assert "\n  and 1 more\n" in done.stdout

    with pikepdf.open(original) as pdf:
        pdf.attachments["parameters.yml"] = f"run: {RUN}\nrate: 1\n".encode()
        pdf.save(sent)
    done = verify_pdf(project, sent)
    assert done.returncode == 2
    assert "this checkout cannot use its parameters.yml\n" in done.stdout
    assert "there is no such parameter" in done.stdout
    assert "nothing vouches for it" in done.stdout

    sent.write_text("no PDF")
    done = verify_pdf(project, sent)
    assert done.returncode == 2
    assert "is no PDF that can be read" in done.stderr


def test_an_edition_is_known_by_its_bytes_where_nothing_was_built(project, tmp_path):
    sent = Path(shutil.copy(project / "reports" / RUN / "report.pdf", tmp_path / "sent.pdf"))
    (project / "reports" / RUN / "edition.csv").unlink()  # what moved since is another test's
    for name in ("as-printed", "mine"):
        done = call("corrections", project, f"EDITION={name}")
        assert done.returncode == 0, done.stdout + done.stderr
    assert "EDITION = 'mine': a new name" in call("corrections", project, "EDITION=mine").stderr
    shutil.rmtree(project / "build" / RUN)
    done = verify_pdf(project, sent)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"it is edition as-printed of {RUN} and edition mine of {RUN}" in done.stdout
    (project / "reports" / "editions.csv").unlink()
    done = verify_pdf(project, sent)
    assert done.returncode == 2
    assert f"not built here, so not compared: make report AS={RUN}" in done.stdout
    with (project / "reports" / RUN / "report.pdf").open("ab") as pdf:
        pdf.write(b"\n")
    done = call("corrections", project, "EDITION=other")
    assert done.returncode == 2
    assert "is not as it was built" in done.stderr


def test_make_itself_then_does_nothing(project):
    again = make(project)
    assert steps_run(again) == []
    *_, summary, made = again.stdout.splitlines()
    verdicts = (project / "reports" / RUN / "verdicts.csv").read_text("utf-8")
    assert re.fullmatch(
        rf"{RUN} in [0-9.]+ s: {len(verdicts.splitlines()) - 1} claims judged \(.+\)", summary
    )
    assert made == f"reports/{RUN}/report.pdf  reports/{RUN}/report.html"


def test_nbconvert_prints_the_page_again_as_it_is(built, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "report-html",
         f"--config=reports/{RUN}/nbconvert.json", f"--output-dir={tmp_path}", "--output=page",
         f"reports/{RUN}/notebooks/06-report.ipynb"],
        cwd=built, env=os.environ | {"PYTHONPATH": code_path(built)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "not recognized" not in done.stderr
    options = json.loads((built / "reports" / RUN / CONFIG).read_text("utf-8"))
    for kind in FORMATS.values():  # both read what is told to either
        assert options["ReportExporter"].keys() <= {*kind.class_trait_names(config=True)}
    page = (built / "reports" / RUN / "report.html").read_bytes()
    assert (tmp_path / "page.html").read_bytes() == page


def test_touching_runs_nothing(project):
    for name in ("data/raw/actions.csv", "notebooks/03-tariff-record.ipynb", "params/may-2019.yml"):
        (project / name).touch()
    for module in (project / name.relative_to(ROOT) for name in MODULES):
        module.touch()
    before = contents(project)
    done = build(project)
    assert steps_run(done) == []
    assert call("why", project).stdout == f"{RUN}: nothing changed since the last build\n"
    assert contents(project) == before


def test_make_n_prints_the_commands_that_make_again_what_somebody_changed(project):
    with (project / "data" / "processed" / RUN / "steps.parquet").open("ab") as table:
        table.write(b"x")
    (project / "reports" / RUN / "report.pdf").unlink()
    *told, last = call("why", project).stdout.splitlines()
    assert told == ["cleaned/steps.parquet: changed", "report/report.pdf: gone"]
    assert {"01-clean-tariffs", "pdf"} <= {*re.findall(r"[a-z0-9-]+(?=,)", last)}
    said = make(project, "-n").stdout
    assert set(re.findall(r"notebooks/(\S+)\.ipynb", said)) == {"01-clean-tariffs"}
    assert " pdf print_report" in said
    assert " html print_report" not in said


def test_another_place_gives_the_same_bytes_and_asks_no_network(built, watched):
    other, noted = watched
    here, there = contents(built), contents(other)
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []
    assert not noted.with_name("asked").exists(), noted.with_name("asked").read_text()


def test_an_edit_of_a_table_runs_what_reads_it_and_changes_the_report(of_islands):
    project, run = of_islands, "islands"
    before = contents(project, run)
    edit(project / "tests/fixtures/dispute/raw/benchmarks.csv", ",17.5,", ",17.6,")
    said = call("why", project, *ISLANDS).stdout.splitlines()
    assert said[0] == "raw/benchmarks.csv: changed"
    foretold = re.findall(r"[a-z0-9-]+(?=,)", said[1].removeprefix("runs again: "))
    done = build(project, *ISLANDS)
    assert done.returncode == 0, done.stdout + done.stderr
    ran = {*steps_run(done)}
    assert {"html", "pdf"} <= {*foretold} <= ran
    assert {"01-clean-tariffs", "03-tariff-record"} <= ran
    # the claims are judged again too: what is measured of the border starts at a published level,
    # and the record of statements reads what 03 made
    assert "02-clean-statements" not in ran
    after = contents(project, run)
    for name in ("report.pdf", "report.html", "values.json", "tables/published_averages.csv"):
        assert after[f"reports/{run}/{name}"] != before[f"reports/{run}/{name}"], name


def test_one_other_parameter_makes_a_run_beside(of_islands, islands):
    project = of_islands
    done = build(project, "LIST4_RATE_PCT=10", "AS=ten", ISLANDS[1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "reports" / "ten" / "report.pdf").is_file()
    assert contents(project, "islands") == contents(islands, "islands")


def test_a_changed_source_is_never_missed(of_islands):
    project = of_islands
    edit(project / "packages/notepress/src/notepress/templates/report/style.css", "{", "{ ")
    edit(project / "tests/fixtures/dispute/raw/06-report.ipynb", "\n", "\n\n")
    done = build(project, *ISLANDS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"06-report", "html", "pdf"} <= {*steps_run(done)}
    assert not {"what-if", "register", "05-claims"} & {*steps_run(done)}
    assert steps_run(build(project, *ISLANDS)) == []


def test_what_no_report_reads_changes_neither_edition_nor_report(of_islands):
    project, run = of_islands, "islands"
    before = contents(project, run)
    for name in (
        "keeping/own_texts.py",
        "keeping/months.py",
        "whowalkedaway/inspection.py",
    ):
        edit(project / "src" / name, '"""', '""" ')
    assert call("why", project, *ISLANDS).stdout == f"{run}: nothing changed since the last build\n"
    assert steps_run(build(project, *ISLANDS)) == []
    assert contents(project, run) == before
    edit(
        project / "packages/notepress/src/notepress/print/to_pdf.py", '"""A report', '"""The report'
    )
    # code of the press counts for every step, but a docstring changes nothing that they make
    assert "pdf" in steps_run(build(project, *ISLANDS))
    after = contents(project, run)
    crate = f"reports/{run}/ro-crate-metadata.json"
    assert [name for name in after if after[name] != before[name]] == [crate]
    edit(project / "src" / "tradetalks" / "checks.py", '"""', '""" ')
    assert "src/tradetalks/checks.py: changed" in call("why", project, *ISLANDS).stdout


def test_a_file_that_changes_during_a_build_stops_it(project):
    path = project / "notebooks" / "02-clean-statements.ipynb"
    spoiled = (
        "from pathlib import Path\\n",
        "named = Path('../data/raw/named.csv')\\n",
        "cells = named.read_text().split(',', 1)\\n",
        "named.write_text(f'{chr(34)}{cells[0]}{chr(34)},{cells[1]}')\\n",
    )
    edit(path, '"from pathlib import Path\\n"', ", ".join(f'"{line}"' for line in spoiled))
    done = build(project)
    assert done.returncode == 2
    assert "raw/named.csv changed while the report was built" in done.stderr


@battery_only
def test_a_rate_that_contradicts_the_published_averages_stops_the_build(project):
    before = contents(project)
    path = project / "data" / "raw" / "changes_by_chapter.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    row = next(i for i, line in enumerate(lines) if line.startswith("CN-301-3B,84,"))
    *kept, weighted = lines[row].rstrip("\n").split(",")
    lines[row] = ",".join([*kept, str(float(weighted) + 1e6)]) + "\n"
    path.write_text("".join(lines), encoding="utf-8")
    done = build(project)
    # the notebook that measures it fails, and the register, which measures all of it, refuses
    assert done.returncode == 2
    assert "03-tariff-record.ipynb" in done.stderr
    assert "DataError" in done.stderr
    name = f"reports/{RUN}/report.pdf"
    assert contents(project)[name] == before[name]


def test_what_is_said_after_as_of_influences_nothing(of_islands):
    """What notebooks print; of what they measure, test_sources_of_values.py says the same."""
    project, run = of_islands, "islands"

    def findings():
        values = read_values((project / "reports" / run / "values.json").read_text("utf-8"))
        told = {value["id"]: (value["value"], value["text"]) for value in values}
        made = {n: b for n, b in contents(project, run).items() if n.endswith((".csv", ".svg"))}
        return told, made

    before = findings()
    path = project / "tests/fixtures/dispute/raw/statements.csv"
    original = path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(original.splitlines()))
    loud = next(row for row in rows if row["act"] == "blame" and row["confidence"] == "high")
    loud |= {"statement_id": "S900", "statement_date": "2024-08-21", "frames": "backtracking"}
    loud |= {"paraphrase": "A loud charge that nobody made.", "key_phrase": "", "round_id": ""}
    line = ",".join(f'"{value}"' for value in loud.values())
    path.write_text(original + line + "\n", encoding="utf-8")
    done = build(project, *ISLANDS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "02-clean-statements" in steps_run(done)
    assert findings() == before


def test_bad_tables_stop_the_build_and_leave_the_report(project):
    before = contents(project)
    path = project / "data" / "raw" / "actions.csv"
    edit(path, "2019-05-09", "2019-02-30")
    edit(path, "T044,CN", "T043,CN")
    done = build(project)
    assert done.returncode == 2
    told = done.stdout + done.stderr
    assert "actions.csv" in told
    assert "2019-02-30" in told
    assert "T043" in told
    assert "Traceback" not in told
    assert contents(project) == before


def test_failing_cells_are_all_named_and_nothing_is_overwritten(project):
    before = contents(project)
    broken = {
        "03-tariff-record": ("record.rates.path", "record.no_such_part"),
        "05-claims": ("record.judged.answers", "record.no_such_part"),
    }
    paths = {name: project / "notebooks" / f"{name}.ipynb" for name in broken}
    originals = {name: path.read_bytes() for name, path in paths.items()}
    for name, change in broken.items():
        edit(paths[name], *change)
    done = build(project)
    assert done.returncode == 1
    told = (done.stdout + done.stderr).splitlines()
    assert told[-1] == "To run it again: make report"
    assert not any(line.startswith("make") for line in told)
    failed = []
    for name, (_, change) in broken.items():
        said = next(n for n, line in enumerate(told) if line.startswith(f"{name}.ipynb failed in"))
        assert "AttributeError: " in told[said]
        assert change in told[said + 1]
        assert told[said + 2].endswith(f"reports/{RUN}/notebooks/{name}.failed.html")
        executed = project / "reports" / RUN / "notebooks" / f"{name}.ipynb"
        failed += [executed.with_suffix(end) for end in (".failed.ipynb", ".failed.html")]
        # what runs this notebook alone reads the tables of this run
        alone = f"env NOTEPRESS_RUN={RUN} python -m papermill {paths[name]}"
        assert alone in failed[-1].read_text()
    kept = contents(project)
    for file in failed:
        kept.pop(str(file.relative_to(project)))
    assert kept == before
    for name, path in paths.items():
        path.write_bytes(originals[name])
    done = build(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {*broken} <= {*steps_run(done)}
    assert not any(file.exists() for file in failed)
    assert contents(project) == before


def test_what_was_deleted_or_written_over_comes_back(of_islands):
    project, run = of_islands, "islands"
    before = contents(project, run)
    shutil.rmtree(project / "data" / "processed" / run)
    (project / "reports" / run / "report.pdf").unlink()
    (project / "reports" / run / "report.html").write_text("by hand")
    (project / "reports" / run / "figures" / "chronology.svg").write_text("<svg/>")
    done = build(project, *ISLANDS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"pdf", "html"} <= {*steps_run(done)}
    assert contents(project, run) == before


def test_refused_parameters_write_nothing(project):
    before = {str(p) for p in project.rglob("*")}
    refused = ("TARIF=10", "LIST4_RATE_PCT=nan", "AS_OF=2019-13-01", "RUN=../x", "AS=a/b")
    for typed in (*refused, "AS=by-hand"):
        done = build(project, typed)
        assert done.returncode == 2, typed
        assert "Traceback" not in done.stderr
    assert {str(p) for p in project.rglob("*")} == before


@battery_only
def test_other_parameters_give_another_report_beside_this_one(project):
    before = contents(project)
    typed = ("MIN_CONFIDENCE=high", "EFFECTIVE_DATE_RULE=entry_june_15")
    typed += ("INCLUDE_EDITORIALS=false", "FARM_DEFINITION=wto_agriculture")
    done = build(project, "RUN=phase-one", *typed)
    assert done.returncode == 0, done.stdout + done.stderr
    name = done.stdout.rstrip().rsplit("reports/", 1)[1].split("/")[0]
    assert name.startswith("phase-one+")
    assert (project / "reports" / name / "report.pdf").is_file()
    assert contents(project) == before


def test_the_manual_tells_every_column_of_the_cleaned_tables(built: Path) -> None:
    manual = (ROOT / "data" / "processed" / "README.md").read_text(encoding="utf-8")
    told = {
        table: section
        for section in re.split(r"\n##+ ", manual)
        for table in re.findall(r"`?(\w+)\.parquet", section)
    }
    for path in sorted((built / "data" / "processed" / RUN).glob("*.parquet")):
        section = told[path.stem]
        names = {*re.findall(r"`(\w+)`", section)}
        for raw in re.findall(r"data/raw/(\w+\.csv)", section):  # whose columns it has too
            with (ROOT / "data" / "raw" / raw).open(encoding="utf-8", newline="") as table:
                names |= {*next(csv.reader(table))}
        assert not {*pq.read_schema(path).names} - names, path.name
