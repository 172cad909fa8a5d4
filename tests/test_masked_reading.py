"""Masked readings: packets hide who spoke, and the shipped tables hold what coders agreed on."""

import csv
import json
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from tradetalks.claims.masked import agreed_readings, asked_alike
from whowalkedaway import ROOT

CASES = [ROOT / "data" / "raw", ROOT / "data" / "raw" / "geneva-2025"]


# words of masks, which stand in no source
MASKED = {"person", "office", "parliament", "gazette", "minister", "slogan", "language", "agency"}
MASKED |= {"station", "official", "people", "number", "meeting"}


def run(*arguments):
    command = [sys.executable, ROOT / "tools" / "masked_reading.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(scope="module", params=CASES, ids=lambda raw: raw.name)
def packets(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("packets")
    done = run("packets", request.param, folder)
    assert done.returncode == 0, done.stderr
    return request.param, folder


def shown(folder, form):
    return [json.loads(line) for line in (folder / f"{form}.jsonl").read_text().splitlines()]


def test_a_packet_names_no_side_person_or_capital(packets):
    raw, folder = packets
    sides = pd.read_csv(raw / "sides.csv")
    speakers = pd.read_csv(raw / "speakers.csv")
    persons = speakers.loc[speakers["kind"].eq("person"), "speaker"]
    names = {*sides["name"], *sides["adjective"], *persons, "Washington", "Beijing"}
    pattern = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names))
    for form in "abc":
        left = [item for item in shown(folder, form) if pattern.search(json.dumps(item))]
        assert left == []


def test_an_item_has_no_day_and_no_number_but_its_own(packets):
    _, folder = packets
    for item in shown(folder, "b"):
        told = " ".join(
            str(item.get(name, "")) for name in ("question", "promise", "said", "words", "summary")
        )
        # but where a question turns on days: the distance from the promise, and spans
        apart = r"\[day A\](?: [+-] \d+ days)?|\b\d+(?=[- ](?:calendar )?(?:day|week|month)s?\b)"
        assert not re.search(r"\d", re.sub(apart, "", told)), told


def test_a_question_on_reach_tells_days_from_the_promise(packets):
    _, folder = packets
    items = [item for item in shown(folder, "a") if " The act was on " in item["question"]]
    assert items  # an act without a record has no day
    for item in items:
        assert re.search(r"The act was on \[day A\](?: \+ \d+ days)?\.", item["question"])
        assert item["promise"].startswith("On [day A] ")


def test_a_coder_sees_the_words_that_were_linked_to_the_question_and_no_others(packets):
    raw, folder = packets
    columns = ["question_id", "statement_id", "action_id", "press_id"]
    evidence, sentences = (
        pd.read_csv(raw / f"{name}.csv", dtype="str").fillna("")
        for name in ("evidence", "sentences")
    )
    linked = pd.concat([sentences.rename(columns={"words": "passage"}), evidence])
    said = linked["translation"].where(linked["translation"].ne(""), linked["passage"])
    quoted = said.groupby([linked[name] for name in columns]).agg(set)
    with (folder / "a.key.csv").open() as file:
        keys = [tuple(row[name] for name in columns) for row in csv.DictReader(file)]
    for key, item in zip(keys, shown(folder, "a"), strict=True):
        words = quoted[key] - {""}
        assert ("summary" in item) == bool(words & {"paraphrase", "says"}), item
        parts = item["words"].split(" … ") if "words" in item else []
        # of few words many are masks
        plain = [re.findall(r"\b[a-z]{6,}\b", part.replace("[", " [")) for part in parts]
        assert all(
            any(all(word in one for word in found if word not in MASKED) for one in words)
            for found in plain
        ), item


def test_sides_are_exchanged_between_two_forms_and_the_orders_differ(packets):
    _, folder = packets
    keys = {form: (folder / f"{form}.key.csv").read_text().splitlines()[1:] for form in "ab"}
    by_row = [
        {
            key.partition(",")[2]: item["speaker"]
            for key, item in zip(keys[form], shown(folder, form), strict=True)
        }
        for form in "ab"
    ]
    assert [*by_row[0]] != [*by_row[1]]
    one_sided = [key for key, speaker in by_row[0].items() if speaker in ("P", "Q")]
    assert one_sided
    assert all({by_row[0][key], by_row[1][key]} == {"P", "Q"} for key in one_sided)


def test_what_most_forms_agree_on_is_taken_and_what_was_not_read_is_refused(packets, tmp_path):
    raw, folder = packets
    work = tmp_path / "packets"
    shutil.copytree(folder, work)
    copy = tmp_path / "raw"
    shutil.copytree(raw, copy, ignore=shutil.ignore_patterns("geneva-2025"))
    refused = run("table", copy, work)
    assert refused.returncode != 0
    assert "were not read" in refused.stderr and "What to do" in refused.stderr
    for form, reads in (("a", "direct"), ("b", "implied"), ("c", "implied")):
        told = "kind,model,version,settings,day\nlanguage model,Reader,2,,2026-12-03\n"
        (work / f"{form}.coder.csv").write_text(told)
        with (work / f"{form}.read.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["item", "stance", "reads"])
            writer.writerows([item["item"], "against", reads] for item in shown(work, form))
    assert run("table", copy, work).returncode == 0
    again = pd.read_csv(copy / "evidence_recoding.csv", dtype="str")
    masked = again[again["coder"].eq("masked")]
    assert {*masked["stance"]} == {"against"} and {*masked["reads"]} == {"implied"}
    coders = pd.read_csv(copy / "coders.csv", dtype="str")
    assert coders.loc[coders["coder"].eq("masked"), "model"].tolist() == ["Reader"] * 3
    before = (copy / "evidence_recoding.csv").read_bytes()
    assert run("table", copy).returncode == 0
    assert (copy / "evidence_recoding.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("readings", "taken"),
    [
        (["for implied", "against implied", "both implied"], {"for implied", "against implied"}),
        (["for direct", "both direct", "for implied"], {"for direct"}),
        (["for direct", "for implied", "none"], {"for implied"}),
        (["for direct", "none", "none"], {"none"}),
        (["for direct", "against direct", "none"], {"none"}),
    ],
)
def test_parts_of_a_reading_are_decided_by_themselves(readings, taken):
    told = [one.partition(" ")[::2] for one in readings]
    frame = pd.DataFrame(told, columns=["stance", "reads"]).replace({"reads": {"": None}})
    frame = frame.assign(form=[*"abc"], question_id="C01.1", statement_id="S001")
    found = agreed_readings(frame, pd.Series("C01.1", frame.index))
    rows = found[["stance", "reads"]].fillna("").agg(" ".join, axis="columns")
    assert {*rows.str.strip()} == taken


@pytest.mark.parametrize("raw", CASES, ids=lambda raw: raw.name)
def test_the_shipped_masked_rows_are_what_the_readings_agree_on_where_the_first_differs(raw):
    masked, evidence, again, *tables = (
        pd.read_csv(raw / f"{name}.csv", dtype="str")
        for name in (
            *("masked_readings", "evidence", "evidence_recoding"),
            *("questions", "claims", "sentences"),
        )
    )
    keys = [name for name in masked.columns if name.endswith("_id")]

    def readings(frame):
        rows = frame[[*keys, "stance", "reads"]].fillna("")
        found = rows.groupby(keys)[["stance", "reads"]].apply(
            lambda one: sorted(map(tuple, one.values))
        )
        return found.to_dict() if len(rows) else {}

    first, agreed = (
        readings(evidence),
        readings(agreed_readings(masked, asked_alike(masked, *tables))) if len(masked) else {},
    )
    expected = {key: read for key, read in agreed.items() if first[key] != read}
    counted = readings(again[again["coder"].eq("masked")])
    assert counted == expected

    # so the same words never read otherwise where the same is asked of them
    rows = evidence[keys].drop_duplicates().reset_index(drop=True)
    names = asked_alike(rows, *tables)
    by_key = dict(zip(map(tuple, rows.fillna("").values), names, strict=True))
    every = {(by_key[key], str(read)) for key, read in (first | counted).items()}
    assert len(every) == names.nunique()
