"""The parameters of a run: one model from which validation, help and schema come.

Every value arrives as text, from a file in `params/` or from make's command line, and is read by
the same strict rules. YAML's own guesses (`20190_510` as a number, `no` as false, `nan` as a rate)
are switched off by loading all scalars as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypeGuard,
    get_args,
    get_origin,
)

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from tradetalks.checks import count, cut, nearest
from tradetalks.otherwise import is_one_rule

if TYPE_CHECKING:
    import pandas as pd


class Problem(NamedTuple):
    """One thing wrong with one parameter, in words for the person who typed it."""

    parameter: str
    value: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.parameter} = {cut(self.value)!r}: {self.allowed}"


class ParameterError(Exception):
    """Everything that is wrong with a set of parameters, all at once."""

    def __init__(self, problems: Iterable[Problem], origin: str) -> None:
        self.problems = list(problems)
        head = f"{count(len(self.problems), 'problem')} in {origin}"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))


def _from_text(form: str, read: Callable[[str], object], remedy: str) -> BeforeValidator:
    """Read text of one form; a value that is no text stays, for the model to check its type."""

    def convert(value: object) -> object:
        try:
            if not isinstance(value, str):
                return value
            if re.fullmatch(form, value, re.ASCII):
                return read(value)
        except ValueError:
            pass  # a day that does not exist, or names that do not go together
        raise PydanticCustomError("parameter", remedy)

    return BeforeValidator(convert)


Date = Annotated[
    date,
    _from_text(r"\d{4}-\d{2}-\d{2}", date.fromisoformat, "write a day that exists, as YYYY-MM-DD"),
]
Whole = Annotated[int, _from_text(r"-?\d{1,15}", int, "write a whole number in plain digits")]
_POINT = "write a number in plain digits, with a point for decimals"
Number = Annotated[float, _from_text(r"-?\d{1,15}(\.\d{1,15})?", float, _POINT)]
Flag = Annotated[bool, _from_text("true|false", "true".__eq__, "write true or false")]


def _in_order(text: str) -> str:
    """Names in one order, so that runs of the same are one; ValueError where a rule has two."""
    names = sorted({*text.split(",")})
    if is_one_rule(names):
        raise ValueError(text)
    return ",".join(names)


OneOrTwo = Annotated[
    str,
    _from_text(
        r"([a-z0-9_]{1,120}(,[a-z0-9_]{1,120})?)?",
        _in_order,
        "write one name, or two of different rules with a comma between",
    ),
]


def _parameter(
    default: object,
    meaning: str,
    *,
    unit: str = "",
    why: str,
    tried: Sequence[str] = (),
    untried: str = "",
    **bounds: Any,
) -> Any:
    """A field that is of no dispute: its description is the help text, `why` the default's reason.

    `tried` are other values that the register of assumptions measures, where the raw tables name
    none; without it, one of a few values is tried against all others. `untried` says why there is
    nothing to try.
    """
    told = {"why": why, "tried": [*tried], "untried": untried}
    extra: dict[str, Any] = {"unit": unit, **{name: one for name, one in told.items() if one}}
    return Field(default, description=meaning, json_schema_extra=extra, **bounds)


def _of_dispute(
    meaning: str, *, unit: str = "", column: str = "", also: str = "", **bounds: Any
) -> Any:
    """A field whose default, and what is tried instead, the raw table `parameters` gives.

    Allowed are values in `column` (table.column), and named ones of the form `also`.
    """
    extra: dict[str, Any] = {"column": column, "also": also} if column else {}
    return Field(description=meaning, json_schema_extra={"unit": unit, **extra}, **bounds)


# what a value that a raw table names looks like
_CODE = r"^[a-z0-9_]{1,40}$"
# a definition of farm goods that the chapter tables give: chapters from one to another of the
# Harmonized System
CHAPTERS = re.compile(r"hs(\d{2})_(\d{2})", re.ASCII)
# why nothing is tried where the table `parameters` of a dispute names no other value
UNNAMED = "the tables name no other value"


class Parameters(BaseModel):
    """The parameters of one run, typed, bounded and consistent with each other."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, title="Parameters of a run")

    as_of: Date = _of_dispute(
        "the report knows nothing said or announced after this day", unit="day"
    )
    window_start: Date = _of_dispute("first day shown and counted", unit="day")
    breakdown_date: Date = _of_dispute("day that splits before from after", unit="day")
    event_window_days: Whole = _of_dispute(
        "days on either side in counts around the breakdown", unit="days", ge=1, le=90
    )
    effective_date_rule: str = _of_dispute(
        "when a step with a grace window counts",
        column="date_rules.effective_date_rule",
        also="legal",
        pattern=_CODE,
    )
    transit_days: Whole = _parameter(
        30,
        "days at sea, used by the rule in_transit",
        unit="days",
        why="a round month; it matters under the rule in_transit alone",
        tried=["15", "45"],
        ge=0,
        le=60,
    )
    us_coverage: str = _of_dispute(
        "named set of list values with their total",
        column="coverage_sets.coverage_set",
        pattern=_CODE,
    )
    list4_rate_pct: Number = _of_dispute(
        "threatened duty on the goods under threat", unit="percent", ge=0, le=100
    )
    farm_definition: str = _of_dispute(
        "what counts as agricultural",
        column="farm_figures.farm_definition",
        also=CHAPTERS.pattern,
        pattern=_CODE,
    )
    min_confidence: Literal["low", "medium", "high"] = _parameter(
        "medium",
        "weakest evidence admitted",
        why="one secondary source is enough to show a row, an unchecked one is not",
    )
    include_editorials: Flag = _parameter(
        True,
        "party newspapers and state television count as statements",
        why="an official voice where the press is the state's; leaving them out is a fair test",
    )
    hindsight: Flag = _parameter(
        True,
        "marked sections tell what became known later",
        why="what became known later settles what a reader of that day could not",
    )
    detail: Literal["chapters", "lines"] = _parameter(
        "chapters",
        "rates by chapter from the shipped tables or from fetched line files",
        why="the shipped tables are sums of the lines and give the same rates, without a network",
        tried=["chapters"],
        untried="line files are fetched, not shipped",
    )
    coder: Literal["masked", "first", "second"] = _parameter(
        "masked",
        "which codes and readings count where there are several",
        why="where sides and persons were masked, they cannot have moved the coder",
    )
    otherwise: OneOrTwo = _parameter(
        "",
        "one or two open choices or rules of judging that are taken otherwise",
        why="each verdict is first told as our own choices have it",
        untried="what each turns is told with each verdict",
    )
    raw_dir: str = _parameter(
        "data/raw",
        "folder with the raw tables and their descriptor",
        why="the tables of this repository",
        untried="other tables make another report",
        min_length=1,
        max_length=400,
        # neither an option of a command nor, in a table, a formula
        pattern=r"^[^\x00-\x1f$`=+@-][^\x00-\x1f$`]*$",
    )


NAMES = tuple(Parameters.model_fields)


def _extra(name: str) -> dict[str, Any]:
    extra = Parameters.model_fields[name].json_schema_extra
    return extra if isinstance(extra, dict) else {}


def chosen(names: Mapping[str, object]) -> dict[str, object]:
    """The parameters of a run among the names of a notebook."""
    return {name: names[name] for name in NAMES if name in names}


class ValueColumn(NamedTuple):
    """Where the allowed values of a parameter stand, and which others need no row there."""

    table: str
    name: str
    also: str

    def allowed(self, named: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
        """The allowed values, of those that the tables of defaults and of values name."""
        measured = (value for value in named if re.fullmatch(self.also, value))
        return (*dict.fromkeys([*measured, *there]),)


VALUE_COLUMNS = {
    name: ValueColumn._make([*extra["column"].split("."), extra["also"]])
    for name in NAMES
    if "column" in (extra := _extra(name))
}


def alternatives(name: str, named: Mapping[str, Sequence[str]]) -> list[str]:
    """Values that the register tries, as text: those `named` for a parameter, else the model's."""
    if found := named.get(name):
        return [*found]
    field = Parameters.model_fields[name]
    if field.is_required():
        return []
    others = list(_extra(name).get("tried", []))
    if not others and get_origin(field.annotation) is Literal:
        others = [str(value) for value in get_args(field.annotation)]
    elif not others and field.annotation is bool:
        others = ["true", "false"]
    return list(dict.fromkeys([_as_text(field.default), *others])) if others else []


def named_values(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Values that the raw table `parameters` names, by parameter."""
    return {str(name): [*named["value"]] for name, named in rows.groupby("parameter", sort=False)}


def why_untried(name: str) -> str:
    """Why the register of assumptions has nothing to try for a parameter."""
    return str(_extra(name).get("untried", ""))


# our words where pydantic's speak of its own types
_NO_TEXT = "this text is empty, too long, or has or begins with what is not allowed"
_SAID = {
    "missing": "is missing",
    "extra_forbidden": "means nothing here",
    "list_type": "must be a list, such as [a, b]",
    "dict_type": "must be one `name: value` a line",
    "model_type": "must be one `name: value` a line",
    "string_type": "must be one word or number",
    "literal_error": "must be one of {expected}",
    "too_short": "is empty",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_pattern_mismatch": _NO_TEXT,
    "string_too_short": _NO_TEXT,
    "string_too_long": _NO_TEXT,
}


def in_words(error: ErrorDetails) -> str:
    """What is wrong, without the words of programmers."""
    said = _SAID.get(error["type"], error["msg"]).format_map(error.get("ctx", {}))
    return said.removeprefix("Value error, ")


def _problem(error: ErrorDetails) -> Problem:
    name = str(error["loc"][0])
    if error["type"] == "missing":
        return Problem(name, "", "has no default: the raw table parameters names none")
    if error["type"] == "extra_forbidden":
        said = f"there is no such parameter{nearest(name, NAMES)} (make help lists all)"
        return Problem(name, str(error["input"]), said)
    return Problem(name, str(error["input"]), in_words(error))


def out_of_order(
    parameters: Parameters, first: str, then: str, given: Collection[str], *, apart: bool = False
) -> list[Problem]:
    """What is wrong with two days of which the first must come before the other, or not after it.

    Told is the one that stands later in `given`: what somebody typed stands behind the rest.
    """
    days = {name: getattr(parameters, name) for name in (first, then)}
    if days[first] < days[then] or (days[first] == days[then] and not apart):
        return []
    order = [name for name in given if name in days]
    told, other = (then, first) if order[-1:] == [then] else (first, then)
    words = ("before", "after") if apart else ("not be after", "not be before")
    word = ("be " if apart else "") + words[told == then]
    return [Problem(told, str(days[told]), f"must {word} {other} ({days[other]})")]


def parse_parameters(values: Mapping[str, object], origin: str = "the parameters") -> Parameters:
    """Typed parameters from a mapping of names to text (or to values of the right type).

    Of two that do not go together the one that stands later in `values` is told. Raises
    ParameterError with every problem at once: unknown names with the nearest known one, values of
    the wrong form, bounds, and days out of order.
    """
    try:
        parameters = Parameters.model_validate(dict(values))
    except ValidationError as failure:
        raise ParameterError(map(_problem, failure.errors()), origin) from None
    problems = out_of_order(parameters, "window_start", "breakdown_date", [*values], apart=True)
    if problems := [*problems, *out_of_order(parameters, "window_start", "as_of", [*values])]:
        raise ParameterError(problems, origin)
    return parameters


class PlainYaml(yaml.parser.Parser, yaml.composer.Composer, yaml.constructor.BaseConstructor):
    """For a loader: no key stands twice, and no alias, which can stand for more than memory has."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "an alias is not read here", None)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key} stands twice", node.start_mark
                )
        return super().construct_mapping(node, deep)


class TextLoader(PlainYaml, yaml.BaseLoader):
    """YAML in which every scalar stays text."""


def load_as_text(content: str) -> object:
    """What a text in YAML holds: text, lists and mappings, and nothing else."""
    return yaml.load(content, Loader=TextLoader)  # noqa: S506


def is_of_texts(content: object) -> TypeGuard[dict[str, str]]:
    """Whether what was loaded is one `name: value` a line."""
    return isinstance(content, dict) and all(
        isinstance(item, str) for pair in content.items() for item in pair
    )


def read_text_file(path: Path, kind: str) -> Any:
    """What a YAML file holds, with every scalar as text; `kind` is what its stem names.

    Raises ParameterError with the names of the files beside it, or with what cannot be read.
    """
    if path.exists() and not path.is_file():
        raise _refusal(kind, path.stem, f"{path} is no file")
    try:
        return load_as_text(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(other.stem for other in path.parent.glob("*.yml"))) or "none"
        why = f"there is no file {path}; {kind}s: {known}"
        raise _refusal(kind, path.stem, why) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as failure:
        reason = " ".join(str(failure).split())
        raise _refusal("file", str(path), f"not readable: {reason}") from None


def read_parameter_file(path: Path) -> dict[str, str]:
    """Names and texts of one file in `params/`; its `run`, for papermill, must be its own name."""
    content = read_text_file(path, "run")
    if not is_of_texts(content):
        raise _refusal("file", str(path), "must hold one `name: value` a line")
    run = content.pop("run", None)
    if run != path.stem:
        why = f"must be {path.stem!r}, the name of its file"
        raise _refusal("run", str(run or ""), why, str(path))
    return content


def _refusal(name: str, value: str, why: str, origin: str = "the call") -> ParameterError:
    return ParameterError([Problem(name, value, why)], origin)


def with_last(values: Mapping[str, Any], last: Mapping[str, Any]) -> dict[str, Any]:
    """Values with others that replace some of them and stand behind all."""
    return {name: value for name, value in values.items() if name not in last} | {**last}


def as_text(parameters: Parameters) -> dict[str, str]:
    """Every parameter in the form in which a file or the command line would write it."""
    return {name: _as_text(value) for name, value in parameters.model_dump().items()}


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        # every digit, and no exponent: two values never have one text
        return f"{Decimal(repr(value)).normalize():f}"
    return str(value)
