"""What was recorded at the border, as far as it was known on a day."""

import pandas as pd

# vintages: a month before, and after, the annual revision of its year
PUBLISHED, REVISED = "published", "revised"


def clean_border_imports(
    imports: pd.DataFrame, releases: pd.DataFrame, *, by: pd.Timestamp
) -> pd.DataFrame:
    """Imports by vintage, month and chapter that were known by a day, with their `known_date`."""
    days = releases[["vintage", "month", "known_date"]]
    dated = imports.merge(days, on=["vintage", "month"], validate="many_to_one")
    return dated[dated["known_date"].le(by)].reset_index(drop=True)


def clean_border_exports(
    exports: pd.DataFrame, releases: pd.DataFrame, *, by: pd.Timestamp
) -> pd.DataFrame:
    """Exports by month that were known by a day: they come out with the imports of their month."""
    days = releases.loc[releases["vintage"].eq(PUBLISHED), ["month", "known_date"]]
    dated = exports.merge(days, on="month", validate="many_to_one")
    return dated[dated["known_date"].le(by)].reset_index(drop=True)


def last_known_date(releases: pd.DataFrame, customs: pd.DataFrame) -> pd.Timestamp:
    """Return the day by which everything in the tables was known; the first of all without any."""
    days = pd.concat([releases["known_date"], customs["known_date"]]).dropna()
    return pd.Timestamp(days.max()) if len(days) else pd.Timestamp.min
