"""Rules of judging: their other values, and the names by which a run takes one, or an open choice.

Light to import: parameters are checked by these names before anything of a run is read.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, all as text, a spreadsheet's own too; needs no environment."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.DictReader(file)]


# the other values of each rule, in words that go on after "if"
RULES: dict[str, dict[str | bool, str]] = {}
for _row in read_rows(Path(__file__).with_name("rules.csv")):
    _value = {"true": True, "false": False}.get(_row["value"], _row["value"])
    RULES.setdefault(_row["rule"], {})[_value] = _row["words"]
# those that are parameters of a run by themselves
OWN_PARAMETERS = ("min_confidence", "include_editorials", "coder")


def name_of(*words: str) -> str:
    """A name made of words, by which a parameter names a rule with its value, or a choice.

    At most 60 signs of them: the name is part of an address.
    """
    return "_".join(re.findall(r"[a-z0-9]+", " ".join(words).lower()))[:60]


# the rule and its other value, by the name that the parameter `otherwise` has for them
OTHERWISE: Mapping[str, tuple[str, str | bool]] = {
    name_of(rule, str(value)): (rule, value)
    for rule, values in RULES.items()
    if rule not in OWN_PARAMETERS
    for value in values
}


def is_one_rule(names: Sequence[str]) -> bool:
    """Whether two of these names are values of one rule, of which a run can take only one."""
    rules = [OTHERWISE[name][0] for name in names if name in OTHERWISE]
    return len({*rules}) < len(rules)
