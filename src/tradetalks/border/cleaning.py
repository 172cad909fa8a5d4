"""What was recorded at the border, as far as it was known on a day."""

import pandas as pd

# vintages: a month before, and after, the annual revision of its year
PUBLISHED, REVISED = "published", "revised"


def known_by(by: pd.Timestamp, rows: pd.DataFrame, releases: pd.DataFrame) -> pd.DataFrame:
    """Rows of months that were known by a day, with their `known_date`.

    Exports, which have no vintage, come out with the first imports of their month.
    """
    if "vintage" not in rows:
        releases = releases[releases["vintage"].eq(PUBLISHED)].drop(columns="vintage")
    keys = [name for name in ("vintage", "month") if name in releases]
    dated = rows.merge(releases[[*keys, "known_date"]], on=keys, validate="many_to_one")
    return dated[dated["known_date"].le(by)].reset_index(drop=True)
