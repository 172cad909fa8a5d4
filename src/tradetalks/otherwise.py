"""Rules of judging: their other values, and the names by which a run takes one, or an open choice.

Light to import: parameters are checked by these names before anything of a run is read.
"""

import re
from collections.abc import Mapping, Sequence

# The other values of each rule, in words that go on after "if".
RULES: Mapping[str, Mapping[str | bool, str]] = {
    "min_confidence": {
        "low": "records of low confidence count too",
        "medium": "records of medium confidence count too",
        "high": "only the surest records count, no single reports or machine translations",
    },
    "include_editorials": {False: "editorials are left out", True: "editorials count"},
    "coder": {
        "masked": "the masked reading counts wherever there is one",
        "first": "the first reading counts throughout",
        "second": "the second reading counts throughout",
    },
    "own_words": {
        "carry a yes": "a side's own words at the time prove a yes and never a no",
        "plead": "words before the deed, even promises, prove nothing unless they admit it",
    },
    "scope_by": {"accused": "only the accused may say how far its promise reached"},
    "replaced": {"carries": "a notice still counts when another has replaced it"},
    "reach": {"by itself": "what a promise covered is judged without asking for one"},
    "sums": {"strongest": "a sum has the verdict of its strongest charge"},
    "implied": {
        "never": "words that only imply an answer never count",
        "alone": "one speaker's hint is proof",
    },
    "press": {
        "two outlets": "press accounts of two outlets count against a denial",
        "untold too": "press accounts that do not tell their sources count",
    },
    "burden": {
        "refuted": "a promise not shown counts as none",
        "disputed": "a promise not shown counts as disputed",
    },
    "reserved": {
        "ignored": "a way out does not count",
        "disputes": "a way out stands against the promise",
    },
    "act_day": {"published": "an act that only the press dates is put on the day of the report"},
}
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
