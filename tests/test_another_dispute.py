"""Another folder of raw tables gives another report; nothing in the code knows the first one."""

import ast
import csv
import io
import json
import re
import shlex
import shutil
import tokenize

import nbformat
import pandas as pd
import pytest
from pypdf import PdfReader

import whowalkedaway
from notepress import runrecord
from notepress.values import read_values
from projects import ISLANDS, MODULES, battery_only, build, steps_run
from tradetalks.tables import read_raw

ROOT = whowalkedaway.ROOT
RAW = "tests/fixtures/dispute/raw"
RUN = "islands"
# every dispute whose tables lie here
DISPUTES = [
    read_raw(path.parent) for path in sorted((ROOT / "data" / "raw").rglob("datapackage.yaml"))
]
SUBJECT = re.compile(r"china|chinese|beijing|washington|america|united\s+states", re.IGNORECASE)


# --- what the code knows --------------------------------------------------------------------------


def words_of_the_subject(raw):
    """Names, codes and numbers of records that only the raw tables may hold, as whole words."""
    sides, actions = raw["sides"], raw["actions"]
    words = {*sides["side"], *sides["name"], *sides["adjective"], "Beijing", "Washington"}
    tranches = actions["tranche"].dropna()
    words |= {part for tranche in tranches for part in tranche.split("/") if "-" in part}
    for table, column in (
        ("actions", "action_id"),
        ("statements", "statement_id"),
        ("rounds", "round_id"),
        ("claims", "claim_id"),
        ("questions", "question_id"),
        ("coverage", "coverage_id"),
        ("benchmarks", "benchmark_id"),
        ("benchmarks", "series"),
        ("chapter_events", "event"),
        ("events", "event_id"),
        ("speakers", "speaker"),
        ("coverage_sets", "coverage_set"),
    ):
        words |= {*raw[table][column].dropna()}
    return words


def values_of_the_subject(raw):
    """Values of parameters, and years, that only the raw tables may hold."""
    rules, figures, named = raw["date_rules"], raw["farm_figures"], raw["parameters"]
    words = {*rules["effective_date_rule"], *figures["farm_definition"]}
    words |= {value for value in named["value"] if len(value) > 4}
    words -= {"legal", "in_transit"}  # two rules that any dispute may use
    days = pd.concat([raw["statements"]["statement_date"], raw["actions"]["announced_date"]])
    return words | {str(year) for year in days.dt.year.unique()}


def told(path):
    """The text of a notebook's cells, or of a module without what silences the linter."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return re.sub(r"# noqa: .*", "", text)
    return "\n".join(cell.source for cell in nbformat.reads(text, as_version=4).cells)


def test_neither_the_packages_nor_the_measuring_notebooks_know_a_dispute():
    files = [*MODULES]
    files += [ROOT / "notebooks" / f"{name}.ipynb" for name in whowalkedaway.NOTEBOOKS[:-1]]
    words = {word for raw in DISPUTES for word in words_of_the_subject(raw)}
    known = re.compile(rf"(?<![\w-])(?:{either(words)})(?![\w-])")
    found = {
        str(path.relative_to(ROOT)): sorted({*known.findall(told(path))})
        for path in files
        if known.search(told(path))
    }
    # what one side's tables are called in the regressions and the drawing of markets
    named = {"notebooks/04-border-record.ipynb", "src/tradetalks/figures/words.py"}
    assert {name: words for name, words in found.items() if name not in named} == {}


def constants(path):
    """Every text and number in the code of a module that is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in bare:
            yield str(node.value)


def test_no_constant_in_the_code_is_a_day_a_rule_or_a_set_of_one_dispute():
    words = {word for raw in DISPUTES for word in values_of_the_subject(raw)}
    known = re.compile(rf"(?<![\dA-Za-z])(?:{either(words)})(?![a-z])|20(?:18|19|25)")
    found = {
        f"{path.relative_to(ROOT)}: {text}"
        for path in MODULES
        for text in constants(path)
        if known.search(text)
    }
    # what no raw table could do without: runs where none is named, and a seed
    assert found == {
        "src/whowalkedaway/__init__.py: may-2019",
        "src/whowalkedaway/site.py: busan-2025",
        # a column of a raw table
        "src/tradetalks/border/record.py: imports_2017_usd_thousand",
        "src/tradetalks/border/dating.py: 20190510",
    }


def test_no_notebook_that_measures_holds_a_default_of_one_dispute():
    words = {word for raw in DISPUTES for word in values_of_the_subject(raw)}
    known = re.compile(rf"(?<![\dA-Za-z])(?:{either(words)})(?![a-z])")
    for name in whowalkedaway.NOTEBOOKS[:-1]:
        text = told(ROOT / "notebooks" / f"{name}.ipynb")
        assert known.findall(text) == [], name


def either(words):
    """A pattern that finds any of these words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def test_no_name_in_the_code_carries_the_code_of_a_side():
    sides = {side.lower() for raw in DISPUTES for side in raw["sides"]["side"]}
    # the parameter of that name is one that users and scripts rely on
    allowed = {"us_coverage"}
    found = set()
    for path in MODULES:
        lines = io.StringIO(path.read_text(encoding="utf-8")).readline
        names = {at.string for at in tokenize.generate_tokens(lines) if at.type == tokenize.NAME}
        found |= {name for name in names if {*name.lower().split("_")} & sides and "_" in name}
    assert found <= allowed


# --- the invented dispute, built whole ------------------------------------------------------------


def test_the_command_of_its_manual_builds_it():
    command = re.search(r"make report .+", (ROOT / RAW / "../README.md").read_text("utf-8"))[0]
    assert shlex.split(command) == ["make", "report", *ISLANDS]


@pytest.fixture(scope="module")
def project(islands, tmp_path_factory):
    return shutil.copytree(islands, tmp_path_factory.mktemp("dispute") / "project", symlinks=True)


@pytest.fixture(scope="module")
def reports(project):
    return project / "reports" / RUN


def text_of(pdf):
    reader = PdfReader(pdf)
    return "\n".join([str(reader.metadata.title), *(page.extract_text() for page in reader.pages)])


def test_the_report_has_its_own_title_sides_and_colours(reports):
    printed = text_of(reports / "report.pdf")
    page = (reports / "report.html").read_text(encoding="utf-8")
    sides = list(csv.DictReader((ROOT / RAW / "sides.csv").open(encoding="utf-8")))
    for text in (printed, page):
        assert "Who closed the ferry ports?" in text
        assert all(side["name"] in text and side["adjective"] in text for side in sides)
    drawn = (reports / "figures" / "chronology.svg").read_text(encoding="utf-8")
    assert all(side["colour"] in drawn for side in sides)
    headings = re.findall(r"<h2 id=[^>]*>(.*?)</h2>", page)
    assert headings == ["The duties", "The claims", "The words", "References"]


def test_nothing_in_it_is_of_the_other_dispute(reports, project):
    assert not SUBJECT.search(text_of(reports / "report.pdf"))
    made = [path for path in sorted(reports.rglob("*")) if path.suffix in (".html", ".svg", ".csv")]
    made += [reports / "values.json", *sorted(reports.glob("*/*.json"))]
    assert len(made) > 30
    for path in made:
        found = SUBJECT.search(path.read_text(encoding="utf-8"))
        assert found is None, (path.name, found)
    crate = json.loads((reports / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    names = {entity.get("name") for entity in crate["@graph"]}
    assert f"{RAW}/06-report.ipynb" in names
    assert "notebooks/06-report.ipynb" not in names


def test_it_has_one_author_wherever_it_is_cited(reports):
    notebook = json.loads((ROOT / RAW / "06-report.ipynb").read_text(encoding="utf-8"))
    author = notebook["metadata"]["notepress"]["author"]
    told = json.loads((reports / "about.json").read_text(encoding="utf-8"))
    assert told["citation"]["author"] == [{"literal": author}]
    assert told["linked_data"]["author"]["name"] == author
    assert PdfReader(reports / "report.pdf").metadata.author == author
    page = (reports / "report.html").read_text(encoding="utf-8")
    assert re.search(rf'<meta [^>]*"{author}"', page)
    assert "The authors of" not in page


def test_its_numbers_are_those_of_its_tables(reports):
    values = {
        v["id"]: v for v in read_values((reports / "values.json").read_text(encoding="utf-8"))
    }
    # 4 percent, and 30 percent on 3.8 of 8.0 billion
    assert values["ald_rate_last"]["value"] == pytest.approx(4 + 30 * 3.8 / 8)
    # 5 percent, and 15 and then 10 points on 1.6 of 5.0 billion
    assert values["brn_rate_last"]["value"] == pytest.approx(5 + 25 * 1.6 / 5)
    assert values["threat_after"]["value"] == pytest.approx(4 + (30 * 3.8 + 20 * 2.5) / 8)
    assert values["farm_share_brennian_rise_hs01_24"]["value"] == pytest.approx(0.75)
    assert not any(name.startswith("farm_share") and "wto" in name for name in values)
    with (reports / "verdicts.csv").open(encoding="utf-8", newline="") as lines:
        verdicts = {row["claim_id"]: row["verdict"] for row in csv.DictReader(lines)}
    of_facts = {"C02": "supported", "C03": "supported"}
    assert verdicts == {"C01": "undetermined", "C04": "undetermined", **of_facts}


def test_a_second_build_does_nothing_and_an_edited_report_is_written_again(project):
    assert steps_run(build(project, *ISLANDS)) == []
    own = project / RAW / "06-report.ipynb"
    before = own.read_text(encoding="utf-8")
    own.write_text(before.replace("# The words", "# The words said"), encoding="utf-8")
    again = steps_run(build(project, *ISLANDS))
    own.write_text(before, encoding="utf-8")
    assert "06-report" in again
    assert not {"01-clean-tariffs", "05-claims"} & {*again}
    page = (project / "reports" / RUN / "report.html").read_text(encoding="utf-8")
    assert "The words said" in page


# --- a dispute of which hardly anything is known --------------------------------------------------


def rewrite(path, change):
    """Rewrite a table row by row; `change` gives the new row, or None to leave it out."""
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        columns, rows = reader.fieldnames, [change(row) for row in reader]
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row in rows if row is not None)


# the second lies outside of the project, where raw tables may lie too
@pytest.mark.parametrize(
    ("actions", "said"),
    [
        pytest.param(
            {"T002", "T003"}, {"S001", "S004", "S005"}, id="one step a side", marks=battery_only
        ),
        pytest.param({"T002", "T007"}, {"S001"}, id="one side that never acts nor speaks"),
    ],
)
def test_a_bare_record_is_measured_as_far_as_it_goes(project, tmp_path, actions, said):
    raw = (project / "build" if "T003" in actions else tmp_path) / "bare-tables"
    shutil.copytree(project / RAW, raw)
    empty = "episodes threats date_rules rounds named events event_actions lines_by_chapter"
    empty += " press evidence_recoding open_choices"
    for name in empty.split():
        rewrite(raw / f"{name}.csv", lambda row: None)
    kept = {
        "benchmarks": ("benchmark_id", {"B001"}),
        "actions": ("action_id", actions),
        "chapter_events": ("event", {"START", *({"ANSWER-1"} if "T003" in actions else ())}),
        "changes_by_chapter": ("event", {"START", *({"ANSWER-1"} if "T003" in actions else ())}),
        "statements": ("statement_id", said),
        "claims": ("claim_id", {"C03"}),
        "questions": ("question_id", {"C03.2"}),
        "evidence": ("question_id", {"C03.2"}),
        "article": ("claim_id", {"C03"}),
    }
    for name, (column, ids) in kept.items():
        rewrite(raw / f"{name}.csv", lambda row, c=column, i=ids: row if row[c] in i else None)
    rewrite(raw / "statements.csv", lambda row: row | {"round_id": "", "event_id": ""})
    rewrite(raw / "claims.csv", lambda row: row | {"claim_date": "2024-06-10"})
    notebook = nbformat.read(raw / "06-report.ipynb", as_version=4)
    shown = ("title", "parameters", "imports", "setup", "rates", "verdicts")
    notebook.cells = [cell for cell in notebook.cells if cell.id in shown]
    nbformat.write(notebook, raw / "06-report.ipynb")

    days = ("AS_OF=2024-06-10", "BREAKDOWN_DATE=2024-06-09", f"RAW_DIR={raw}")
    # a name belongs to one set of parameters, and RAW_DIR is one of them
    run = "bare" if "T003" in actions else "barer"
    done = build(project, f"AS={run}", *days)
    assert done.returncode == 0, done.stdout + done.stderr
    crate = project / "reports" / run / "ro-crate-metadata.json"
    assert runrecord.verify(crate, project) == []
    drawn = {path.stem for path in (project / "reports" / run / "figures").glob("*.svg")}
    assert {"chronology", "ledger"} <= drawn
    assert not {"duties_added", "promises", "published_averages"} & drawn
    values = read_values((project / "reports" / run / "values.json").read_text(encoding="utf-8"))
    known = {value["id"]: value["text"] for value in values}
    # what nobody answered has no length, and no sentence tells it
    assert "answer_days_max" not in known
    assert known["first_charge_brn"] == "a day that no admitted record gives"
    assert known["threat_after"] == "a level that no threat can give"
