"""The shipped raw tables against what their sources publish, and against each other."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from frictionless import Package

from tradetalks.checks import DataError
from tradetalks.rules.validate import validate
from tradetalks.words.ledger import resolve_speakers

RAW = Path(__file__).parents[1] / "data" / "raw"
INVENTED = Path(__file__).parent / "fixtures" / "dispute" / "raw"


def test_the_shipped_and_the_invented_tables_are_sound():
    validate(RAW)
    validate(INVENTED)
    validate(RAW / "geneva-2025")


def test_others_read_the_shipped_tables_by_their_descriptor_alone():
    report = Package(RAW / "datapackage.yaml").validate()
    assert report.valid, report.flatten(["type", "rowNumber", "fieldName", "message"])


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("actions", 120),
        ("benchmarks", 142),
        ("coverage", 117),
        ("speakers", 51),
        ("statements", 369),
        ("rounds", 39),
        ("press", 27),
        ("context", 58),
        ("evidence", 902),
        ("recoding", 30),
        ("imports_by_chapter", 96),
        ("border_imports", 98 * (72 + 48)),
        ("border_exports", 97 * 48),
    ],
)
def test_no_row_was_lost(raw, table, rows):
    assert len(raw[table]) == rows


def test_27_actions_changed_a_rate(raw):
    actions = raw["actions"]
    steps = actions[actions["changes_rate"]]
    assert len(steps) == 27
    assert steps["side"].value_counts().to_dict() == {"CN": 16, "US": 11}
    assert steps["effective_date"].notna().all()


def test_what_was_threatened_is_no_step(raw):
    actions = raw["actions"]
    steps = actions.loc[actions["changes_rate"], "action_id"]
    assert not raw["threats"]["action_id"].isin(steps).any()


def test_confidence_is_as_compiled(raw):
    # nothing was upgraded on the way
    assert raw["actions"]["confidence"].value_counts().to_dict() == {
        "high": 95,
        "medium": 24,
        "low": 1,
    }
    assert raw["statements"]["verified"].value_counts().to_dict() == {True: 369}


def test_statements_by_side_and_time(raw):
    statements = raw["statements"]
    assert statements["side"].value_counts().to_dict() == {"US": 185, "CN": 184}
    summer = statements["statement_date"].between("2019-04-01", "2019-07-31")
    assert summer.sum() == 178
    kinds = statements["source_id"].map(lambda key: raw.references[key]["custom"]["kind"])
    seen = kinds[statements["verified"]].value_counts()
    assert seen.to_dict() == {"press": 161, "primary": 188, "repost": 20}


def test_tweets_are_dated_by_their_number(raw):
    tweets = raw["statements"].dropna(subset="tweet_id").set_index("statement_id")
    assert len(tweets) == 53
    # the tweet that announced the step, 16:08 UTC
    sent = pd.to_datetime((int(tweets.loc["S089", "tweet_id"]) >> 22) + 1288834974657, unit="ms")
    assert sent.floor("min") == pd.Timestamp("2019-05-05 16:08")


# ---- Chinese lists: lines and imports that the Tariff Commission and PIIE publish


@pytest.fixture(scope="module")
def by_event(raw) -> pd.DataFrame:
    changes = raw["changes_by_chapter"]
    return changes.groupby("event").sum(numeric_only=True)


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        ("CN-232", 128),
        ("CN-301-1", 545),
        ("CN-301-2", 333),
        ("CN-301-3", 2493 + 1078 + 974 + 662),
        ("CN-301-3B", 2493 + 1078 + 974),
        ("CN-AUTO-SUSP", 28 + 116 + 67),
    ],
)
def test_lines_are_those_of_the_announcements(raw, by_event, event, lines):
    assert by_event.loc[event, "hs8_lines_affected"] == lines
    actions = raw["actions"]
    (action,) = actions[actions["measured_by"].eq(event)].to_dict("records")
    if event == "CN-301-3B":
        # announcement No. 3 of 2019 lists the unchanged lines too, and leaves out the 67 of cars
        assert action["tariff_lines"] == lines + 595 == 5207 - 67
    else:
        assert action["tariff_lines"] == lines


@pytest.mark.parametrize(
    ("event", "coverage_id"),
    [
        ("CN-232", "K066"),
        ("CN-301-1", "K067"),
        ("CN-301-2", "K068"),
        ("CN-301-3", "K069"),
        ("CN-301-3B", "K070"),
        ("CN-AUTO-SUSP", "K072"),
    ],
)
def test_imports_are_those_of_the_coverage_table(raw, by_event, event, coverage_id):
    estimate = raw["coverage"].set_index("coverage_id").loc[coverage_id, "estimate_usd_bn"]
    thousand = by_event.loc[event, "imports_affected_usd_thousand"]
    # the table rounds to a million dollars, one row to ten
    assert thousand / 1e6 == pytest.approx(estimate, abs=0.0006)


def test_total_imports(raw):
    imports = raw["imports_by_chapter"]
    assert imports["imports_2017_usd_thousand"].sum() == 148_804_577
    assert imports["hs8_lines"].sum() == 7936
    coverage = raw["coverage"].set_index("coverage_id")["estimate_usd_bn"]
    without_a_rate = 6_035_074
    assert (148_804_577 + without_a_rate) / 1e6 == pytest.approx(coverage["K100"], abs=0.0005)
    farm = imports["hs_chapter"].le("24")
    assert imports.loc[farm, "imports_2017_usd_thousand"].sum() / 1e6 == pytest.approx(
        coverage["K097"], abs=0.0005
    )


def test_changes_never_exceed_what_is_imported(raw):
    changes = raw["changes_by_chapter"].merge(raw["imports_by_chapter"], on="hs_chapter")
    affected = changes["imports_affected_usd_thousand"]
    assert affected.le(changes["imports_2017_usd_thousand"]).all()
    # a change in points lies between minus and plus one hundred
    assert changes["weighted_change_pp_usd_thousand"].abs().le(100 * affected).all()


@pytest.mark.parametrize(
    ("day", "average"),
    [
        ("2018-01-01", 5.981),
        ("2018-04-02", 6.414),
        ("2018-05-01", 6.395),
        ("2018-07-01", 5.323),
        ("2018-07-06", 11.003),
        ("2018-08-23", 13.382),
        ("2018-09-24", 15.843),
        ("2018-11-01", 15.776),
        ("2019-01-01", 13.455),
        ("2019-06-01", 15.639),
    ],
)
def test_cumulated_changes_give_the_published_average(raw, day, average):
    changes = raw["changes_by_chapter"].merge(raw["chapter_events"], on="event")
    known = changes["effective_date"].le(day)
    total = raw["imports_by_chapter"]["imports_2017_usd_thousand"].sum()
    computed = changes.loc[known, "weighted_change_pp_usd_thousand"].sum() / total
    assert computed == pytest.approx(average, abs=0.0005)
    benchmarks = raw["benchmarks"]
    row = benchmarks[
        benchmarks["weighting"].eq("bilateral_imports_2017")
        & benchmarks["exporter"].eq("US")
        & benchmarks["date_start"].eq(day)
    ]
    assert row["value_pct"].tolist() == [average]


def test_farm_share_of_the_step_of_june_2019(raw):
    changes = raw["changes_by_chapter"]
    step = changes[changes["event"].eq("CN-301-3B")]
    farm = step[step["hs_chapter"].le("24")]
    assert farm["hs8_lines_affected"].sum() == 302
    assert farm["imports_affected_usd_thousand"].sum() == 1_690_277
    # wider definitions hold more
    others = raw["farm_figures"].set_index("farm_definition")["farm_usd_bn"]
    assert 1.690 < others["wto_agriculture"] < others["usda_report"]
    wood = step.loc[step["hs_chapter"].eq("44"), "imports_affected_usd_thousand"].sum()
    assert others["wto_agriculture"] + wood / 1e6 == pytest.approx(
        others["wto_agriculture_and_wood"], abs=0.001
    )


# ---- American lists


@pytest.mark.parametrize(
    ("tranche", "lines"),
    [
        # one code of the official 818 is cut off in the annex
        ("US-301-L1", 818 - 1),
        ("US-301-L2", 279),
        # after the wood lines were split on 1 October 2018
        ("US-301-L3", 5759),
        ("US-301-L4A", 3229),
        ("US-301-L4B", 542),
    ],
)
def test_listed_lines_are_those_of_the_annexes(raw, tranche, lines):
    listed = raw["lines_by_chapter"].groupby("tranche")["hts8_lines"].sum()
    assert listed[tranche] == lines
    shiota = raw["coverage_sets"].query("coverage_set == 'shiota_2018_cif'")
    (coverage_id,) = shiota.loc[shiota["part"].eq(tranche), "coverage_id"]
    coverage = raw["coverage"].set_index("coverage_id")
    assert coverage.loc[coverage_id, "tariff_lines"] == lines
    assert coverage.loc[coverage_id, "tranche"] == tranche


def test_a_set_of_weights_is_complete_and_of_its_lists(raw):
    sets = raw["coverage_sets"]
    for name, rows in sets.groupby("coverage_set"):
        assert {"ALL", "MFN", "US-301-L1", "US-301-L2", "US-301-L3"} <= {*rows["part"]}, name
    values = sets.merge(raw["coverage"], on="coverage_id")
    lists = values[values["part"].ne("ALL")]
    assert lists["tranche"].eq(lists["part"]).all()
    assert values["side_taxed"].eq("CN").all()
    total = values[values["part"].eq("ALL")].set_index("coverage_set")["estimate_usd_bn"]
    assert lists.groupby("coverage_set")["estimate_usd_bn"].sum().lt(total).all()
    base = sets.merge(raw["benchmarks"], on="benchmark_id")
    assert base["importer"].eq("US").all()
    assert base["exporter"].eq("CN").all()
    start = dict(zip(base["coverage_set"], base["value_pct"], strict=True))
    assert start == {
        **{"census_2017_customs": 2.681, "census_2017_equal": 2.681, "census_2018_customs": 2.641},
        **dict.fromkeys(["shiota_2018_cif", "ustr_2018"], 3.1),
    }


def test_the_three_dates_of_list_3(raw):
    actions = raw["actions"].set_index("action_id")
    step = actions.loc["T059"]
    assert step["announced_date"] == step["published_date"] == pd.Timestamp("2019-05-09")
    assert step["effective_date"] == pd.Timestamp("2019-05-10")
    assert actions.loc[["T065", "T069"], "entry_deadline"].dt.strftime("%m-%d").tolist() == [
        "06-01",
        "06-15",
    ]
    assert actions.loc["T069", "announced_date"] == pd.Timestamp("2019-05-31")
    assert actions.loc["T069", "published_date"] == pd.Timestamp("2019-06-10")


def test_published_dates_are_those_of_the_citation(raw):
    actions = raw["actions"].dropna(subset="published_date")
    actions = actions[actions["measure_class"].ne("none")]
    assert len(actions) == 41
    for action in actions.to_dict("records"):
        day = action["published_date"]
        assert f"{day.day} {day:%b} {day.year}" in action["legal_citation"], action["action_id"]


def test_an_action_counted_elsewhere_names_a_step(raw):
    actions = raw["actions"].set_index("action_id")
    elsewhere = actions[actions["not_applied_reason"].eq("counted_elsewhere")]
    assert len(elsewhere) == 13
    for action_id, action in elsewhere.iterrows():
        (step_id,) = re.findall(r"counted once, at (T\d{3})", action["note"])
        step = actions.loc[step_id]
        assert step["changes_rate"], action_id
        assert step["effective_date"] == action["effective_date"], action_id
        assert step["side"] == action["side"], action_id


def test_episodes_pair_a_move_with_a_later_answer(raw):
    actions = raw["actions"].set_index("action_id")
    for episode in raw["episodes"].to_dict("records"):
        moved = actions.loc[episode["move_announced"]]
        answered = actions.loc[episode["answer_announced"]]
        applied = actions.loc[[episode["move_effective"], episode["answer_effective"]]]
        assert moved["side"] != answered["side"]
        assert moved["announced_date"] <= answered["announced_date"]
        for made, when in (("move", moved), ("answer", answered)):
            first = actions.loc[episode[f"{made}_first"]]
            assert first["side"] == when["side"]
            assert first["announced_date"] <= when["announced_date"]
        assert applied["changes_rate"].all()
        assert applied["side"].tolist() == [moved["side"], answered["side"]]


def test_events_act_for_one_side(raw):
    events = raw["event_actions"].merge(raw["actions"], on="action_id")
    of_tariffs = events[events["event_id"].str.startswith("TA-")]
    for event_id, rows in of_tariffs.groupby("event_id"):
        assert rows["side"].unique().tolist() == [event_id.split("-")[1]]


# ---- words


def test_codebook_and_descriptor_list_the_same_codes():
    codebook = (RAW / "codebook.md").read_text(encoding="utf-8")
    descriptor = yaml.safe_load((RAW / "datapackage.yaml").read_text(encoding="utf-8"))
    (statements,) = (item for item in descriptor["resources"] if item["name"] == "statements")
    fields = {item["name"]: item.get("constraints") for item in statements["schema"]["fields"]}
    acts = re.findall(r"^\| ([a-z]+) \|.*\|.*\|$", codebook.split("## frames")[0], re.MULTILINE)
    assert acts[0] == "code"
    assert acts[1:] == fields["act"]["enum"]
    frames = codebook.split("## frames")[1].split("## Rules for edge cases")[0]
    codes = re.findall(r"^\| (\w+(?:-\w+)*) \|", frames, re.MULTILINE)[1:]
    allowed = re.findall(r"\(([a-z|-]+)\)", fields["frames"]["pattern"])
    assert [words.split("|") for words in allowed] == [codes, codes]


def test_anchors_of_the_codebook_quote_the_ledger(raw):
    codebook = (RAW / "codebook.md").read_text(encoding="utf-8")
    statements = raw["statements"].set_index("statement_id")
    anchors = re.findall(r'(S\d{3}) \((\d{4}-\d\d-\d\d), ([^,]+), "([^"]+)"\)', codebook)
    assert len(anchors) > 20
    for statement_id, day, speaker, phrase in anchors:
        row = statements.loc[statement_id]
        said = f"{row['statement_date']:%Y-%m-%d}", row["speaker"], row["key_phrase"]
        assert said == (day, speaker, phrase), statement_id


def test_marks_between_chinese_words_have_their_full_width(raw):
    """The pages on which the words were read narrow them; no Chinese publisher does."""
    columns = [("sentences", "words"), ("statements", "key_phrase"), ("evidence", "passage")]
    told = [words for table, column in columns for words in raw[table][column].dropna()]
    told += [*raw["documents"]["title"], *raw["documents"]["issuer"]]
    told += [source.get("original-title", "") for source in raw.references.values()]
    beside = re.compile(r"[\u4e00-\u9fff] ?[,:;!?()]|[,:;!?()] ?[\u4e00-\u9fff]")
    assert [words for words in told if beside.search(words)] == []


def test_agreement_of_the_second_coding_is_as_reported(raw):
    codings = raw["recoding"].merge(raw["statements"], on="statement_id")
    final = codings.set_index("statement_id")
    for code, second, first in [("act", "S015 S163", "S061 S226"), ("target", "S191 S223", "")]:
        differ = final[final[f"{code}_1"].ne(final[f"{code}_2"])]
        assert differ.index[differ[code].eq(differ[f"{code}_2"])].tolist() == second.split()
        assert differ.index[differ[code].eq(differ[f"{code}_1"])].tolist() == first.split()
    assert codings["act_1"].eq(codings["act_2"]).sum() == 26
    assert codings["target_1"].eq(codings["target_2"]).sum() == 28


def test_every_reference_is_cited_or_says_why_not(raw):
    cited = {*raw["actions"]["second_source_id"].dropna()}
    cited |= {*raw["context"]["second_source_id"].dropna()}
    tables = ["actions", "benchmarks", "coverage", "farm_figures", "line_files", "rounds"]
    tables += ["border_customs", "border_estimates", "border_measured", "border_releases"]
    tables += ["context", "markets"]
    tables += ["press", "evidence", "statements", "documents", "stream_channels"]
    for table in tables:
        cited |= {*raw[table]["source_id"].dropna()}
    cited |= {*raw["claims"]["made_in"].dropna()}
    for key in raw.references.keys() - cited:
        note = raw.references[key]["note"]
        assert re.search(r"no row of another table cites it|workbook belongs to", note), key


def test_the_story_tells_every_fact_that_is_kept_for_it(raw):
    report = json.loads((RAW.parents[1] / "notebooks" / "06-report.ipynb").read_text("utf-8"))
    text = "".join(line for cell in report["cells"] for line in cell["source"])
    called = raw["named"].dropna(subset=["context_id"]).set_index("context_id")["name"]
    for fact in raw["context"].to_dict("records"):
        own, source = fact["context_id"], f"@{fact['source_id']}"
        name = f"_{called.get(own, own.lower())}"
        assert re.search(rf"{name}\b|{source}(?![\w-])", text), fact["context_id"]


def test_the_readme_counts_the_rows(raw):
    readme = (RAW / "README.md").read_text(encoding="utf-8")
    listed: dict[str, int] = {}
    for names, counts in re.findall(r"^\| ([^|]+\.csv`) \| ([\d, ]+) \|", readme, re.MULTILINE):
        tables = re.findall(r"`(\w+)\.csv`", names)
        listed |= zip(tables, map(int, counts.split(", ")), strict=True)
    assert listed == {path.stem: len(raw[path.stem]) for path in RAW.glob("*.csv")}


def test_the_readme_tells_how_the_ledger_leans(raw):
    readme = " ".join((RAW / "README.md").read_text(encoding="utf-8").split())
    rows = raw["statements"]
    counts = rows["document_id"].str.replace("-(en|zh)$", "", regex=True).value_counts()
    paper, reply = counts["whitepaper-2019-06-02"], counts["ustr-treasury-2019-06-03"]
    months = rows["statement_date"].between("2019-04-01", "2019-07-31").sum()
    assert f"({paper} from the white paper of 2019, in both languages, {reply} from" in readme
    assert f"{months} of the {len(rows)} rows fall into April to July 2019" in readme
    assert f"Of the {len(rows)} rows {rows['verified'].astype(bool).sum()} were seen" in readme


def test_no_note_points_outside_the_project_or_at_nothing():
    for path in filter(Path.is_file, RAW.iterdir()):
        text = path.read_text(encoding="utf-8")
        assert "../shared" not in text
        assert "facts/" not in text, path.name
        for name in re.findall(r"[\w-]+\.md\b", text if path.suffix == ".csv" else ""):
            assert (RAW / name).is_file() or (RAW.parents[1] / name).is_file(), (path.name, name)


# ---- speakers


def test_every_speaker_of_the_ledger_is_listed_and_none_besides(raw):
    named = resolve_speakers(raw["statements"], raw["speakers"])["speaker"]
    assert {*raw["speakers"]["speaker"]} == {*named}


def test_an_alias_in_the_ledger_is_sound_and_a_misspelt_name_is_not(tmp_path):
    copy = tmp_path / "raw"
    shutil.copytree(RAW, copy, ignore=shutil.ignore_patterns("lines"))
    ledger = copy / "statements.csv"
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text.replace(",Liu He,", ",刘鹤,"), encoding="utf-8")
    validate(copy)
    ledger.write_text(text.replace(",Liu He,", ",Liu Hee,", 1), encoding="utf-8")
    with pytest.raises(DataError, match="did you mean Liu He"):
        validate(copy)


@pytest.mark.parametrize(
    ("key_phrase", "word", "most"),
    [
        ("The era of economic surrender is over", "a ", 60),
        ("Do not even think about it", "a ", 25),
        ("The era of economic surrender is over", "字", 90),
    ],
    ids=["a government in English", "a party newspaper", "Chinese without a translation"],
)
def test_a_quotation_is_as_long_as_the_codebook_lets_it_be(tmp_path, key_phrase, word, most):
    copy = tmp_path / "raw"
    shutil.copytree(RAW, copy, ignore=shutil.ignore_patterns("lines"))
    ledger = copy / "statements.csv"
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text.replace(key_phrase, (word * most).strip(), 1), encoding="utf-8")
    validate(copy)
    ledger.write_text(text.replace(key_phrase, (word * (most + 1)).strip(), 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"key_phrase = .*(may have|is not of the form)"):
        validate(copy)


def test_codes_are_those_of_the_descriptor(raw):
    assert raw.codes("statements", "target") == ["US", "CN", "none"]
    assert raw.codes("statements", "paraphrase") == []


def test_every_statement_has_an_address_or_a_named_document_or_is_marked_unverified(raw):
    for row in raw["statements"].to_dict("records"):
        source = raw.references.get(row["source_id"], {})
        assert not row["verified"] or source.get("URL") or source.get("title"), row["statement_id"]
        if not source.get("URL") and row["verified"]:
            assert not source["title"].startswith("Page at"), row["statement_id"]
