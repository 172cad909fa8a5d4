"""Speakers of the ledger: one name each, the institutions they speak for, and other names."""

import pandas as pd

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
