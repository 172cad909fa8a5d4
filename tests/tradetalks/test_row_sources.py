"""Every row that the report can show leads to a source, or says that it does not."""

import pytest

from tradetalks.claims.record import gather_evidence

# the tables with rows of their own in figures, tables and verdicts
TABLES = (
    *("actions", "rounds", "statements", "press", "benchmarks", "coverage", "farm_figures"),
    *("context", "date_rules"),
)
NOT_SEEN = "source-not-seen"


def is_named(source):
    """Whether a reader can look it up: by an address, or by title, who issued it and day."""
    by = source.get("author") or source.get("container-title") or source.get("publisher")
    address = source.get("URL") or source.get("archive_location")
    return bool(address or (source.get("title") and by and source.get("issued")))


def is_marked(row):
    """Whether a row itself says that nobody should lean on it."""
    return row.get("verified") is False or row.get("confidence") == "low"


@pytest.mark.parametrize("table", TABLES)
def test_a_row_names_its_source_or_is_marked_unverified(raw, table):
    frame = raw[table]
    columns = [name for name in frame if str(name).endswith("source_id")]
    assert columns
    for row in frame.to_dict("records"):
        named = [raw.references[row[name]] for name in columns if isinstance(row[name], str)]
        if table == "date_rules" and not named:
            assert row["used_by"].startswith("our own")
            continue
        is_sourced = any(is_named(source) for source in named if source["id"] != NOT_SEEN)
        assert is_sourced or is_marked(row), row


def test_evidence_resolves_to_rows_with_a_source(raw):
    records = gather_evidence(raw)
    linked = raw["evidence"].drop(columns="question_id").filter(like="_id")
    shown = {name for row in linked.to_numpy() for name in row if isinstance(name, str)}
    assert len(shown) > len(raw["claims"])
    for record in map(records.__getitem__, shown):
        assert record.source_id in raw.references, record.record_id
        if record.source_id == NOT_SEEN:
            assert record.grade == "low", record.record_id
