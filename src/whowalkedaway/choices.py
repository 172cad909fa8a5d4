"""What the page asks its reader: a few parameters, and those of their values that have words.

Read as text and without pandas: it is asked for before anything of a run is decided.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from tradetalks.limits import TABLE, defaults
from tradetalks.otherwise import RULES, read_rows
from tradetalks.parameters import Parameters, as_text, parse_parameters
from whowalkedaway import ROOT


def _of_rule(rule: str, *values: str | bool) -> dict[str, str]:
    """Values of a parameter that is a rule of judging, in the words of the rule."""
    return {str(value).lower(): RULES[rule][value] for value in values}


# what a reader may choose: a parameter in words, and its values in words
CHOICES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "min_confidence": ("Evidence", _of_rule("min_confidence", "medium", "high")),
    "include_editorials": (
        "Editorials of the state's press",
        _of_rule("include_editorials", *RULES["include_editorials"]),
    ),
    "coder": ("Where words were read more than once", _of_rule("coder", *RULES["coder"])),
    # other values of this are of one dispute: what turns its printed charges
    "otherwise": ("Read or judged otherwise", {"": "nothing: as we read and judge"}),
    # values of these are of one dispute: its table `parameters` says them in words
    "effective_date_rule": ("A rise with a grace window counts from", {}),
    "us_coverage": ("Trade values of the lists", {}),
    "list4_rate_pct": ("Threatened duty, percent", {}),
}


# by record, those of them that what it measures may depend on
_ADMITTED = ("min_confidence", "include_editorials", "coder")
READ_BY: Mapping[str, Collection[str]] = {
    "tariffs": ("min_confidence", "effective_date_rule", "us_coverage", "list4_rate_pct"),
    "border": ("min_confidence", "us_coverage"),
    "statements": _ADMITTED,
    "verdicts": (*_ADMITTED, "otherwise", "effective_date_rule"),
}


def in_words(name: str, value: str) -> tuple[str, str]:
    """A parameter and one of its values, as the page offers them; others by their own names."""
    label, words = CHOICES.get(name, (name.replace("_", " "), {}))
    return label, words.get(value, value.replace("_", " "))


def words_of(raw_dir: Path) -> dict[str, dict[str, str]]:
    """Values of each choice in words: those of every dispute, and those of its raw tables."""
    words = {name: {**always} for name, (_, always) in CHOICES.items()}
    for row in read_rows(raw_dir / f"{TABLE}.csv"):
        if row["words"] and row["parameter"] in words:
            words[row["parameter"]][row["value"]] = row["words"]
    return words


def as_read_by(parameters: Parameters, record: str) -> Parameters:
    """The same with the usual value of each choice that a record cannot depend on."""
    return _with_usual(parameters, CHOICES.keys() - READ_BY[record])


def as_usual(parameters: Parameters) -> Parameters:
    """The same with the usual value of each choice that the page asks for.

    Runs for which this is the same have one table of what other choices would change. A value of
    their own stays that the page would not offer without them.
    """
    own, words = as_text(parameters), words_of(ROOT / parameters.raw_dir)
    return _with_usual(parameters, {name for name in CHOICES if own[name] in words[name]})


def _with_usual(parameters: Parameters, names: Collection[str]) -> Parameters:
    usual = as_text(defaults(ROOT / parameters.raw_dir))
    return parse_parameters(as_text(parameters) | {name: usual[name] for name in names})
