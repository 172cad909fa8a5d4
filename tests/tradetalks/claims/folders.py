"""Folders of raw tables to judge, as they lie in data/raw or changed in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd
from tools.second_opinion import Opinion, read_tables

from tradetalks.border.named import MEASURED_COLUMNS
from tradetalks.claims.checks import Measured
from tradetalks.claims.docket import Docket, read_docket
from tradetalks.claims.gather import gather_records
from tradetalks.claims.weigh import Settings
from tradetalks.claims.witnesses import Witness
from tradetalks.raw.read import light_texts

RAW = Path(__file__).parents[3] / "data" / "raw"
_DAYS = {
    "statement_date", "announced_date", "published_date", "effective_date", "entry_deadline",
    "day", "told_day", "start_date", "end_date", "claim_date", "since",
}  # fmt: skip
_FLAGS = {"joint", "verified", "is_named"}
# the tables of what may serve as evidence; others are not there when it is gathered
_GATHERED_FROM = (
    *("sides", "speakers", "statements", "recoding", "actions", "events", "event_actions"),
    *("press", "rounds", "coverage", "border_measured", "studies"),
)
_GATHERED: dict[tuple[Hashable, ...], tuple[Folder, Mapping[str, Witness]]] = {}


def _content(frame: pd.DataFrame) -> Hashable:
    return tuple(frame), hash((*frame.to_numpy().ravel(),))


@dataclass(eq=False)  # each is its own: what is read of one is kept by it
class Folder:
    """Raw tables in memory, as texts until they are asked for; to change them, write to `texts`."""

    texts: dict[str, pd.DataFrame]
    as_of: date
    path: Path
    references: dict[str, dict[str, object]] = field(default_factory=dict)
    figures: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=MEASURED_COLUMNS))

    def __getitem__(self, table: str) -> pd.DataFrame:
        """A table with days as days and flags as flags, as the reading of raw tables gives it."""
        frame = self.texts[table].replace("", None)
        for name in _DAYS & {*frame}:
            frame[name] = pd.to_datetime(frame[name])
        for name in _FLAGS & {*frame}:
            frame[name] = frame[name].eq("true")
        return frame

    def copy(self) -> Folder:
        """The same, to be changed."""
        return replace(self, texts={n: f.copy(deep=False) for n, f in self.texts.items()})

    def mirrored(self) -> Folder:
        """The same with its two sides exchanged, wherever a cell names one."""
        swapped = self.copy()
        first, second = swapped.texts["sides"]["side"]
        other = {first: second, second: first}
        for frame in swapped.texts.values():
            for name in frame:
                cells = frame[name].str.split(";").explode().unique()
                if {*cells} <= {first, second, "none", "third", ""}:
                    frame[name] = [
                        ";".join(other.get(one, one) for one in cell.split(";"))
                        for cell in frame[name]
                    ]
        questions = swapped.texts["questions"]
        questions["arguments"] = [
            re.sub(r"\bside: (\w+)", lambda found: f"side: {other[found[1]]}", given)
            for given in questions["arguments"]
        ]
        return swapped

    def second_opinion(self, parameters: Mapping[str, str]) -> Opinion:
        """The second opinion on these tables; of what lies beside them it reads its own copy."""
        tables = {name: frame.to_dict("records") for name, frame in self.texts.items()}
        beside = json.dumps([*self.references.values()]).encode()
        tables |= read_tables({"references.json": beside})
        return Opinion(tables, {**parameters, "as_of": str(self.as_of)})

    def docket(self) -> Docket:
        """The claims of the folder, read whole."""
        names = dict(zip(self["sides"]["side"], self["sides"]["article_name"], strict=True))
        return read_docket(self, self.records(), Measured(names=names))

    def records(self) -> Mapping[str, Witness]:
        """All that may serve as evidence, gathered once for folders that have the same of it."""
        there = [name for name in _GATHERED_FROM if name in self.texts]
        own = replace(self, texts={name: self.texts[name] for name in there})
        key = (id(self.references), id(self.figures), *(_content(own.texts[n]) for n in there))
        if key not in _GATHERED:
            _GATHERED[key] = own, gather_records(own, own.measured())
        return _GATHERED[key][1]

    def measured(self) -> pd.DataFrame:
        """The figures of the rows that are there, each graded as its row is."""
        if "border_measured" not in self.texts:
            return self.figures
        rows = self.texts["border_measured"][["measured_id", "confidence"]]
        return self.figures.drop(columns="confidence").merge(rows, on="measured_id")

    def around(self, docket: Docket, claim_id: str) -> Folder:
        """One claim of the docket, those that its verdict is drawn from, and what is linked."""
        small = self.copy()
        family, questions = docket.family(claim_id), docket.family_questions(claim_id)
        asked = [question.question_id for question in questions]
        for table, key, kept in (
            ("claims", "claim_id", family),
            ("questions", "question_id", asked),
            ("evidence", "question_id", asked),
            ("evidence_recoding", "question_id", asked),
            ("open_choices", "question_id", asked),
        ):
            frame = small.texts[table]
            small.texts[table] = frame[frame[key].isin(kept)].reset_index(drop=True)
        if not {"counted", "first_of"} & {question.check for question in questions}:
            linked = {row.record.record_id for q in questions for row in q.rows}
            linked |= {*small.texts["claims"]["act_id"]}
            linked |= {*small.texts["open_choices"].to_numpy().ravel()}
            for table in ("statements", "press", "coverage"):  # by their ids, which stand first
                frame = small.texts[table]
                small.texts[table] = frame[frame.iloc[:, 0].isin(linked)].reset_index(drop=True)
        return small

    @property
    def settings(self) -> Settings:
        """What the folder is judged with."""
        return Settings(as_of=self.as_of)


@light_texts
def read_folder(path: Path, as_of: date) -> Folder:
    """Read all tables of a folder as texts."""
    texts = {
        file.stem: pd.read_csv(file, dtype="str", keep_default_na=False)
        for file in sorted(path.glob("*.csv"))
    }
    return Folder(texts, as_of, path)


def references_of(path: Path) -> dict[str, dict[str, object]]:
    """What the references of a folder say, by their id."""
    return {item["id"]: item for item in json.loads((path / "references.json").read_text("utf-8"))}
