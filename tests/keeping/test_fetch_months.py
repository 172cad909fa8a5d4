"""Months of trade from recorded answers: what comes, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
import requests

from keeping import commands
from keeping.months import fetch_months
from tradetalks.checks import DataError
from tradetalks.tables import read_raw
from whowalkedaway import ROOT
from whowalkedaway.__main__ import main

OURS = "https://numbers.example/imports?get=CODE,VALUE,DUTY&LEVEL=2&PLACE=7"
ALL = "https://numbers.example/imports?get=CODE,VALUE,DUTY&LEVEL=2"
COLUMNS = ["value_usd", "duty_usd", "world_value_usd", "world_duty_usd"]
# as the publisher answers: names first, every cell a text
ANSWERS: dict[tuple[str, str], Any] = {
    (OURS, "2021-01"): [
        ["CODE", "VALUE", "DUTY", "LEVEL", "PLACE", "time"],
        ["01", "100", "5", "2", "7", "2021-01"],
        ["02", "300", "0", "2", "7", "2021-01"],
    ],
    (ALL, "2021-01"): [
        ["CODE", "VALUE", "DUTY", "time"],
        ["02", "900", "1", "2021-01"],
        ["01", "800", "9", "2021-01"],
    ],
}


class Answer:
    """An answer as it was recorded."""

    def __init__(self, content: Any, status: int = 200) -> None:
        self.text = content if isinstance(content, str) else json.dumps(content)
        self.status_code, self.ok = status, status < 400

    def json(self) -> Any:
        return json.loads(self.text)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What the publisher was asked; answers are those of `ANSWERS`, or none is there yet."""
    calls: list[dict[str, str]] = []

    def get(address: str, params: dict[str, str], timeout: Any) -> Any:
        calls.append(params)
        answer = ANSWERS.get((address, params["time"]), Answer("", 204))
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Answer) else Answer(answer)

    monkeypatch.setattr(requests, "get", get)
    return calls


def test_both_sides_of_a_month_make_its_rows(asked):
    table = fetch_months([OURS, ALL], COLUMNS, ["2021-01"], key="secret", tell=lambda _: None)
    assert table.to_dict("list") == {
        "month": ["2021-01", "2021-01"],
        "hs_chapter": ["01", "02"],
        "value_usd": [100, 300],
        "duty_usd": [5, 0],
        "world_value_usd": [800, 900],
        "world_duty_usd": [9, 1],
    }
    assert asked == [{"time": "2021-01", "key": "secret"}] * 2
    fetch_months([OURS, ALL], COLUMNS, ["2021-01"], tell=lambda _: None)
    assert "key" not in asked[-1]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer("", 204), "2021-01: nothing is published of this month"),
        (Answer("<html>Missing Key</html>"), "the answer is no table (200): <html>Missing Key"),
        (Answer("error: unknown variable", 400), "no table (400): error: unknown variable"),
        ([["CODE", "VALUE"], ["01", "1"]], "2021-01: the answer has no DUTY"),
        (
            [["CODE", "VALUE", "DUTY"], ["01", "-1", "0"]],
            "chapter 01 has VALUE -1, which is no whole",
        ),
        ([["CODE", "VALUE", "DUTY"], ["01", None, "0"]], "chapter 01 has VALUE None"),
        (
            [["CODE", "VALUE", "DUTY"], ["01", "1", "0"]],
            "2021-01: chapter 02 has no world_value_usd, world_duty_usd",
        ),
        (
            requests.ConnectionError("to https://x?key=secret"),
            "2021-01: no answer (ConnectionError)",
        ),
    ],
)
def test_an_answer_that_cannot_be_used_is_told_and_nothing_is_zero(
    asked, monkeypatch, answer, told
):
    monkeypatch.setitem(ANSWERS, (ALL, "2021-01"), answer)
    with pytest.raises(DataError) as raised:
        fetch_months([OURS, ALL], COLUMNS, ["2021-01"], key="secret", tell=lambda _: None)
    assert told in str(raised.value)
    assert "set TRADE_API_KEY" in str(raised.value)
    monkeypatch.setitem(ANSWERS, (OURS, "2021-01"), Answer("", 204))
    if not isinstance(answer, list):
        with pytest.raises(DataError, match="2 answers cannot be used"):
            fetch_months([OURS, ALL], COLUMNS, ["2021-01"], key="", tell=lambda _: None)
    assert "secret" not in str(raised.value)


def test_the_descriptor_names_the_addresses_and_rows_have_the_tables_columns(
    asked, monkeypatch, tmp_path, capsys
):
    raw = read_raw(ROOT / "data" / "raw")
    for table, fields in (
        ("border_imports", ["I_COMMODITY", "CON_VAL_MO", "CAL_DUT_MO"]),
        ("border_exports", ["E_COMMODITY", "ALL_VAL_MO"]),
    ):
        (where,) = raw.locate(table)
        for address in where["documents"][:2]:
            rows = [fields, ["01", *["7"] * (len(fields) - 1)]]
            monkeypatch.setitem(ANSWERS, (address, "2021-01"), rows)
    monkeypatch.setenv("MAKEFLAGS", " -- SINCE=2021-01 UNTIL=2021-01")
    monkeypatch.setenv("TRADE_API_KEY", "secret")
    written: dict[str, pd.DataFrame] = {}
    monkeypatch.setattr(
        commands, "write_frame", lambda path, rows: written.update({path.stem: rows})
    )
    assert main(["fetch-border"]) == 0
    for table, rows in written.items():
        assert list(rows) == list(raw[table]), table
        assert len(rows) == 1
    assert {*written} == {"border_imports", "border_exports", "border_releases"}
    assert {call["key"] for call in asked} == {"secret"}
    assert "secret" not in capsys.readouterr().out


@pytest.mark.parametrize("typed", ["", "SINCE=2021-01", "SINCE=2021-1 UNTIL=2021-02"])
def test_a_span_that_is_none_is_refused(monkeypatch, capsys, typed):
    monkeypatch.setenv("MAKEFLAGS", f" -- {typed}")
    assert main(["fetch-border"]) == 2
    assert "SINCE=2021-01 UNTIL=2021-06" in capsys.readouterr().err
