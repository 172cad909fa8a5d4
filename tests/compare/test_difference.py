"""Two runs held against each other: all that differs is told, and nothing else."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import html5lib
import pytest

from looked_at import markup
from notepress.errors import PressError
from notepress.outputs import write_values
from notepress.runrecord import write_record
from whowalkedaway.compare.difference import Difference, compare, read_run
from whowalkedaway.compare.page import as_page
from whowalkedaway.compare.text import WIDTH, as_text

Rows = list[dict[str, str]]
VERDICTS: Rows = [
    {
        "opinion_id": "P1",
        "opinion": "The gate was open.",
        "verdict": "supported",
        "certainty": "high",
        "evidence_for": "E1; E2",
        "evidence_against": "",
    },
    {
        "opinion_id": "P2",
        "opinion": "Nobody closed it.",
        "verdict": "undetermined",
        "certainty": "open",
        "evidence_for": "E1",
        "evidence_against": "E3",
    },
]
ANSWERS: Rows = [
    {
        "opinion_id": "P1",
        "question_id": "P1-1",
        "question": "Did a guard see it open?",
        "answer": "yes",
        "finding": "two saw it",
        "evidence_for": "E1; E2",
        "evidence_against": "",
    }
]


def value(value_id: str, reading: Any, unit: str, text: str, **more: Any) -> dict[str, Any]:
    meaning = {"definition": f"meaning of {value_id}"}
    return {"id": value_id, "value": reading, "unit": unit, "text": text, **meaning, **more}


VALUES = [
    value("day", "2020-02-28", "date", "28 February 2020"),
    value("rate", 14.14, "percent", "14.1 percent"),
    value("part", 0.5, "share", "50 percent"),
    value("word", "open", "text", "open"),
]

Make = Callable[..., Path]


@pytest.fixture
def make_run(tmp_path: Path) -> Make:
    """Type out a run as `make report` leaves it, with its record."""

    def make(
        name: str,
        *,
        parameters: dict[str, Any] | None = None,
        values: list[dict[str, Any]] = VALUES,
        verdicts: Rows = VERDICTS,
        answers: Rows = ANSWERS,
        raw: str = "raw\n",
    ) -> Path:
        folder = tmp_path / "reports" / name
        (folder / "tables").mkdir(parents=True)
        given = {"run": name, "last_day": "2020-03-01", "limit": 2} | (parameters or {})
        (folder / "parameters.yml").write_text(json.dumps(given))
        write_values(folder / "values.json", values)
        for path, rows in (("verdicts.csv", verdicts), ("tables/answers.csv", answers)):
            with (folder / path).open("w", newline="") as stream:
                writer = csv.DictWriter(stream, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        for path, text in (("raw.csv", raw), ("requirements.lock", "x==1\n")):
            (tmp_path / path).write_text(text)
        write_record(
            folder / "ro-crate-metadata.json",
            root=tmp_path,
            inputs=[tmp_path / "raw.csv"],
            outputs=[path for path in folder.rglob("*") if path.is_file()],
            parameters=given,
            lock=tmp_path / "requirements.lock",
            about={"name": name, "version": "1", "identifier": f"edition-of-{name}"},
        )
        return folder

    return make


def difference(first: Path, second: Path) -> Difference:
    return compare(read_run(first), read_run(second), words="opinion")


def changed(rows: Rows, key: str, **cells: str) -> Rows:
    return [row | cells if row["opinion_id"] == key else row for row in rows]


@pytest.fixture
def flip(make_run: Make) -> Difference:
    """Hindsight: E2 is withdrawn and E4 speaks against, so that P1 flips; P2 stands on less."""
    verdicts = changed(
        VERDICTS,
        "P1",
        verdict="contradicted",
        certainty="medium",
        evidence_for="E1",
        evidence_against="E4",
    )
    third = VERDICTS[1] | {"opinion_id": "P3", "opinion": "It was late.", "verdict": "supported"}
    return difference(
        make_run("early"),
        make_run(
            "late",
            parameters={"last_day": "2021-01-01"},
            verdicts=[*changed(verdicts, "P2", evidence_for=""), third],
            answers=changed(
                ANSWERS, "P1", answer="no", finding="one saw it shut", evidence_against="E4"
            ),
        ),
    )


def test_a_flip_is_reported_with_the_evidence_and_the_answers_that_made_it(
    flip: Difference,
) -> None:
    (flipped,) = flip.flipped
    assert (flipped.key, flipped.words) == ("P1", "The gate was open.")
    assert (flipped.before["verdict"], flipped.after["verdict"]) == ("supported", "contradicted")
    assert flipped.evidence == [("E2", "no longer for"), ("E4", "now against")]
    (answer,) = flipped.answers
    assert (answer.before["answer"], answer.after["answer"]) == ("yes", "no")
    assert [change.key for change in flip.verdicts if not change.is_flipped] == ["P2"]
    assert flip.only_in == [("late", "verdict", "P3", "It was late.", "supported (open)")]
    assert flip.parameters == [("last_day", "2020-03-01", "2021-01-01")]

    text = as_text(flip, {"E4": "The log of the guard"})
    assert text.startswith("early to late: 1 parameter, no values, 1 verdict flipped, ")
    for line in (
        "  P1  supported (high) -> contradicted (medium): The gate was open.",
        "      Did a guard see it open? yes (two saw it) -> no (one saw it shut)",
        "      no longer for: E2",
        "      now against: E4 The log of the guard",
        "  last_day  2020-03-01  2021-01-01",
    ):
        assert line in text.splitlines()
    assert max(map(len, text.splitlines())) <= WIDTH

    page = as_page(flip, {"E4": "The log of the guard"})
    html5lib.HTMLParser(strict=True).parse(page)
    flipped_part, _, rest = page.partition("<h2>Verdicts that stand")
    assert "P1: The gate was open." in flipped_part
    assert (
        '<th scope="row">E4</th><td>now against</td><td>The log of the guard</td>' in flipped_part
    )
    assert "<td>yes\ntwo saw it</td><td>no\none saw it shut</td>" in flipped_part
    assert "P2: Nobody closed it." in rest
    assert '<a href="../early/report.html">early</a>: edition edition-of-early' in page


def test_all_that_can_differ_is_told_as_when_it_was_read(
    make_run: Make, as_recorded: Callable[[str, str], None]
) -> None:
    now = [
        VALUES[0],
        value("rate", 15.0, "percent", "15.0 percent", definition="of what lasted"),
        value("word", "shut", "text", "shut"),
        value("new", 1, "count", "1"),
    ]
    verdicts = changed(VERDICTS, "P1", verdict="contradicted", evidence_against="E4")
    third = VERDICTS[1] | {"opinion_id": "P3", "opinion": "It was late."}
    more = ANSWERS[0] | {"opinion_id": "P2", "question_id": "P2-1", "question": "Was it day?"}
    found = difference(
        make_run("early"),
        make_run(
            "late",
            parameters={"last_day": "2021-01-01"},
            values=now,
            verdicts=[*changed(verdicts, "P2", evidence_for="E2"), third],
            answers=[*changed(ANSWERS, "P1", answer="no", finding="one saw it shut"), more],
            raw="other\n",
        ),
    )
    told = {"E4": "The log of the guard"}
    as_recorded("compare/all.txt", as_text(found, told))
    as_recorded("compare/all.html", markup(as_page(found, told)))


def test_a_run_and_its_twin_differ_in_nothing_and_that_is_one_line(make_run: Make) -> None:
    twins = difference(make_run("one"), make_run("two"))
    assert twins.is_empty
    assert as_text(twins, {}) == "one and two: no difference"
    page = as_page(twins, {})
    assert "<p>one and two: no difference.</p>" in page
    assert "<section" not in page


@pytest.mark.parametrize(
    ("value_id", "now", "change"),
    [
        ("day", value("day", "2020-03-01", "date", "1 March 2020"), "+2\u00a0days"),
        ("rate", value("rate", 14.16, "percent", "14.2 percent"), "+0.02\u00a0pp"),
        # no digit of it could be told
        (
            "rate",
            value("rate", 14.14 + 1e-14, "percent", "14.2 percent"),
            "+0.000000000000\u00a0pp",
        ),
        ("rate", value("rate", 12.0, "percent", "12.0 percent"), "\u22122.1\u00a0pp"),
        ("rate", value("rate", 14.14, "percent", "about 14 percent"), "other words"),
        ("rate", value("rate", "none", "text", "none"), "another kind of reading"),
        (
            "rate",
            value("rate", 14.14, "percent", "14.1 percent", definition="x"),
            "defined otherwise",
        ),
        ("part", value("part", 0.506, "share", "51 percent"), "+1\u00a0pp"),
        ("part", value("part", 0.504, "share", "50 percent"), "+0.4\u00a0pp"),
        ("word", value("word", "shut", "text", "shut"), ""),
    ],
)
def test_a_value_that_changed_is_told_with_its_change(
    make_run: Make, value_id: str, now: dict[str, Any], change: str
) -> None:
    values = [now if was["id"] == value_id else was for was in VALUES]
    found = difference(make_run("one"), make_run("two", values=values))
    assert [(c.value_id, c.change) for c in found.values] == [(value_id, change)]


def test_numbers_that_moved_furthest_by_their_size_come_first(make_run: Make) -> None:
    moved = {
        "rate": value("rate", 14.4, "percent", "14.4 percent"),
        "part": value("part", 0.9, "share", "90 percent"),
        "word": value("word", "shut", "text", "shut"),
    }
    found = difference(
        make_run("one"), make_run("two", values=[moved.get(was["id"], was) for was in VALUES])
    )
    assert [change.value_id for change in found.values] == ["part", "rate", "word"]
    assert [round(change.moved, 3) for change in found.values] == [0.444, 0.018, 0.0]


def test_values_of_one_run_only_are_named_by_run(make_run: Make) -> None:
    more = [*VALUES[:2], value("new", 1, "count", "1"), *VALUES[2:]]
    found = difference(make_run("one", values=VALUES[:3]), make_run("two", values=more))
    assert [one[:3] for one in found.only_in] == [
        ("two", "value", "new"),
        ("two", "value", "word"),
    ]


def test_other_data_are_named_by_file_and_hash(make_run: Make) -> None:
    found = difference(make_run("one"), make_run("two", raw="other\n"))
    ((name, before, after),) = found.made_of
    assert name == "raw.csv"
    assert len(before) == len(after) == 12
    assert before != after
    assert "made from other code or data" in " ".join(as_text(found, {}).split())
    assert after in as_page(found, {})


def test_a_question_that_only_one_run_asks_is_told(make_run: Make) -> None:
    more = ANSWERS[0] | {"question_id": "P1-2", "question": "Was it day?", "answer": "yes"}
    found = difference(make_run("one"), make_run("two", answers=[*ANSWERS, more]))
    (change,) = found.verdicts
    assert not change.is_flipped
    assert "<td>not asked\n</td><td>yes\ntwo saw it</td>" in as_page(found, {})
    assert "No evidence came or went" in as_page(found, {})


def test_verdicts_belong_together_by_what_is_judged_and_never_by_their_ids_alone(
    make_run: Make,
) -> None:
    new = VERDICTS[0] | {"opinion": "The wall stood.", "verdict": "contradicted"}
    renamed = VERDICTS[0] | {"opinion_id": "P3", "verdict": "undetermined"}
    asked = [
        ANSWERS[0] | {"question": "Did it stand?", "answer": "no"},
        ANSWERS[0] | {"opinion_id": "P3", "question_id": "P3-1", "answer": "unknown"},
    ]
    found = difference(
        make_run("one"), make_run("two", verdicts=[new, VERDICTS[1], renamed], answers=asked)
    )
    (flipped,) = found.flipped
    assert (flipped.key, flipped.words) == ("P3", "The gate was open.")
    assert [(one.before["answer"], one.after["answer"]) for one in flipped.answers] == [
        ("yes", "unknown")
    ]
    assert [one[:4] for one in found.only_in] == [("two", "verdict", "P1", "The wall stood.")]
    for text in (as_text(found, {}), as_page(found, {})):
        assert "supported (high) -> contradicted" not in text
        assert text.count("The wall stood.") == ("<html" in text)


def test_a_question_put_otherwise_is_another_question(make_run: Make) -> None:
    now = [ANSWERS[0] | {"question": "Did a guard see it shut?", "answer": "no"}]
    found = difference(make_run("one"), make_run("two", answers=now))
    ((change),) = found.verdicts
    assert [(one.name, one.before["answer"], one.after["answer"]) for one in change.answers] == [
        ("Did a guard see it open?", "yes", "not asked"),
        ("Did a guard see it shut?", "not asked", "no"),
    ]


def test_a_value_defined_otherwise_is_told_with_both_meanings(make_run: Make) -> None:
    other = value("rate", 15.0, "percent", "15.0 percent", definition="another thing")
    values = [other if was["id"] == "rate" else was for was in VALUES]
    found = difference(make_run("one"), make_run("two", values=values))
    assert "before: meaning of rate\nnow: another thing" in as_page(found, {})


def test_words_of_the_tables_stay_words(make_run: Make) -> None:
    hostile = "<script>alert(1)</script>\x1b[31m\x07"
    now = changed(VERDICTS, "P1", opinion=hostile, verdict=hostile, evidence_for=hostile)
    found = difference(
        make_run("one"), make_run("two", verdicts=now, parameters={"last_day": hostile})
    )
    page = as_page(found, {hostile: hostile})
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert not list(document.iter("script"))
    assert "<script>alert(1)</script>" in "".join(document.itertext())
    text = as_text(found, {})
    assert "\x1b" not in text
    assert "\x07" not in text


def test_a_run_that_changed_since_its_record_is_refused(make_run: Make) -> None:
    folder = make_run("one")
    (folder / "values.json").write_text("[]")
    (folder / "tables" / "answers.csv").unlink()
    with pytest.raises(PressError) as refused:
        read_run(folder)
    assert "one: values.json, tables/answers.csv changed since" in str(refused.value)
    assert "make report RUN=one" in str(refused.value)


def test_a_broken_record_is_named(make_run: Make) -> None:
    folder = make_run("one")
    (folder / "ro-crate-metadata.json").write_text('{"@graph": []}')
    with pytest.raises(PressError, match=r"ro-crate-metadata\.json: is no record"):
        read_run(folder)
