"""Speakers of the ledger: one name each, the institutions they speak for, and other names."""

from __future__ import annotations

import pandas as pd

from tradetalks.checks import Problems

_SEPARATOR = ";"


def known_names(speakers: pd.DataFrame) -> dict[str, str]:
    """Map every name and alias of the authority table to the name under which it goes."""
    names = {
        alias: speaker
        for speaker, aliases in zip(speakers["speaker"], speakers["aliases"], strict=True)
        if pd.notna(aliases)
        for alias in aliases.split(_SEPARATOR)
    }
    return names | {speaker: speaker for speaker in speakers["speaker"]}


def resolve_speakers(statements: pd.DataFrame, speakers: pd.DataFrame) -> pd.DataFrame:
    """Name each speaker as the authority table does: one row per statement, in its order.

    Columns: `speaker`, `speaker_as_written` (missing where it is the same), `speaker_kind`,
    `speaker_role`. An unknown name stays as it is, without kind and role.
    """
    written = statements["speaker"]
    named = written.map(known_names(speakers)).fillna(written)
    known = speakers.set_index("speaker")
    return pd.DataFrame(
        {
            "speaker": named,
            "speaker_as_written": written.where(named.ne(written)),
            "speaker_kind": named.map(known["kind"]),
            "speaker_role": named.map(known["role"]),
        },
        dtype="str",
    )


def require_speakers(statements: pd.DataFrame, speakers: pd.DataFrame, problems: Problems) -> None:
    """Note what is wrong with names: those of another side or institution."""
    shown = statements[["statement_id", "side", "institution", "speaker"]]
    known = speakers.set_index("speaker")
    named = statements["speaker"].map(known_names(speakers))
    problems.require(
        named.map(known["side"]).eq(statements["side"]),
        shown,
        table="statements",
        rule="a speaker speaks for the side that speakers.csv gives",
        remedy="correct side or speaker",
    )
    allowed = named.map(known["institutions"])
    pairs = zip(statements["institution"], allowed.str.split(_SEPARATOR), strict=True)
    problems.require(
        pd.Series([one in those for one, those in pairs], index=statements.index, dtype="bool"),
        shown.assign(allowed=allowed),
        table="statements",
        rule="the institution is one that speakers.csv allows the speaker",
        remedy="correct it, or add it to institutions in speakers.csv",
    )
