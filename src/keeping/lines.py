"""The shipped tables of chapters, held against the publishers' files by tariff line."""

import pandas as pd

from keeping import lists
from keeping.fetch import find_files
from keeping.workbook import clean_workbook, lines_to_chapters, read_workbook
from tradetalks.checks import DataError
from tradetalks.raw.read import RawTables, light_texts


@light_texts
def lines_left_out(raw: RawTables) -> pd.DataFrame:
    """The lines that leave on the way from the fetched files to the shipped chapter tables.

    One row a line, as `leave_out` gives them. The tables are summed again from the files:
    DataError where that gives others, or where a file is not there.
    """
    events = raw["chapter_events"]
    files = find_files(raw["line_files"], raw.folder)
    lines = clean_workbook(read_workbook(files["chapter_rates"]), events)
    changes, imports = lines_to_chapters(lines.rated, events)
    built = {"changes_by_chapter": changes, "imports_by_chapter": imports}
    if "tranche_lists" in files:
        rates = lists.read_tranche_rates(files["tranche_rates"])
        rates = lists.clean_tranche_rates(rates, on=events["effective_date"].min())
        listed = lists.read_tranche_list(files["tranche_lists"])
        lines_of_lists = lists.clean_tranche_list(listed, raw["actions"]).lines
        built["lines_by_chapter"] = lists.tranche_lines_to_chapters(lines_of_lists, rates)
    for table, rows in built.items():
        both = rows.merge(raw[table], how="outer", indicator="found in")
        apart = both[both["found in"].ne("both")]
        if len(apart):
            raise DataError(
                f"{table}: {len(apart)} of {len(both)} rows are what the lines add up to (left) "
                f"or what is shipped (right) alone\n{apart.head(10).to_string()}\n"
                "What to do: look for lost rows, or ship the sums of these files"
            )
    return lines.left_out
