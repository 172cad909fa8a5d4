"""The descriptor of a folder of raw tables: a Frictionless Data Package, and what we add to it.

`datapackage.yaml` says what each table holds. Of the Data Package, the parts below are understood;
what stands beside them in tables (licences, dialect) is for others, but a property of a column, key
or rule that means nothing is refused, as it would do nothing.

Two properties are ours. `rules` of a table is a list of mappings: `kind`, `columns`, `remedy`, and
for some rows only `where` (column: text or texts) and `when_filled` (columns). Kinds: `exactly_one`
and `at_most_one` of the columns is filled, `filled` and `empty` for all of them, `ordered` from
first to last where filled (days and numbers), `different` from each other where filled, `distinct`
as a combination, `never` for rows that may not be, `complete` where every combination has a row,
`unbroken` for months without a gap, `whole` for numbers without a fraction. `aliases` of a foreign
key is a column of the other table with further names for its rows, parted by semicolons.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # without the library in C, slower
    from yaml import SafeLoader  # type: ignore[assignment]
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tradetalks.checks import DataError, Fault, list_faults, nearest
from tradetalks.raw.form import read_text

DESCRIPTOR = "datapackage.yaml"

# The Data Package lets people write one name, or a list of names.
Names = Annotated[list[str], BeforeValidator(lambda one: [one] if isinstance(one, str) else one)]
ColumnType = Literal["string", "integer", "number", "date", "boolean"]
_OfFilledCells = Literal["exactly_one", "at_most_one", "filled", "empty"]
_OfTexts = Literal["ordered", "different", "never", "whole"]
RuleKind = Literal[_OfFilledCells, _OfTexts, "distinct", "complete", "unbroken"]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Constraints(_Part):
    """What the cells of a column have to be."""

    required: bool = False
    unique: bool = False
    enum: list[str] = []
    pattern: re.Pattern[str] | None = None
    minimum: float | None = None
    maximum: float | None = None


class Column(_Part):
    """A column: its name, its type, what it means and which cells it may have."""

    name: str
    type: ColumnType
    title: str = ""
    description: str = ""
    unit: str = ""
    constraints: Constraints = Constraints()
    # as in every table here, and told to others, who would take more for true
    true_values: list[Literal["true"]] = Field(["true"], alias="trueValues")
    false_values: list[Literal["false"]] = Field(["false"], alias="falseValues")


class Reference(_Part):
    """Where a foreign key leads: columns of another table, or of the same where none is named."""

    resource: str = ""
    columns: Names = Field(alias="fields")


class ForeignKey(_Part):
    """Columns whose cells are those of a row of another table."""

    columns: Names = Field(alias="fields")
    reference: Reference
    aliases: str = ""

    @property
    def looked_up(self) -> list[str]:
        """The columns of the other table that it leads to."""
        return [*self.reference.columns, *([self.aliases] if self.aliases else [])]


class Rule(_Part):
    """A rule between columns of one table."""

    kind: RuleKind
    columns: Names = []
    remedy: str
    where: dict[str, Names] = {}
    when_filled: list[str] = []


class Schema(_Part):
    """The columns of a table and its keys."""

    columns: list[Column] = Field(alias="fields")
    primary_key: Names = Field([], alias="primaryKey")
    foreign_keys: list[ForeignKey] = Field([], alias="foreignKeys")
    # an empty cell is missing, and nothing else is
    missing_values: list[Literal[""]] = Field([""], alias="missingValues")


class Resource(_Part):
    """A table: its file, its schema, the rules between its columns and what it was made from."""

    model_config = ConfigDict(extra="ignore")

    name: str
    path: str
    title: str = ""
    description: str = ""
    format: Literal["csv", "json"] = "csv"
    shape: Schema = Field(alias="schema")
    rules: list[Rule] = []
    sources: list[dict[str, str]] = []

    @property
    def header(self) -> list[str]:
        """The names of the columns, in the order in which they have to stand."""
        return [column.name for column in self.shape.columns]

    @property
    def links(self) -> Iterator[tuple[ForeignKey, str]]:
        """The foreign keys, each with the name of the table that it leads to."""
        for key in self.shape.foreign_keys:
            yield key, key.reference.resource or self.name


class Descriptor(_Part):
    """What a folder of raw tables is about, and its tables."""

    model_config = ConfigDict(extra="ignore")

    name: str = ""
    title: str
    description: str
    keywords: list[str] = []
    licenses: list[dict[str, str]] = []
    resources: list[Resource] = Field(min_length=1)

    @property
    def licence(self) -> str:
        """The address of the terms of the tables; empty where none is named."""
        return next((one.get("path", "") for one in self.licenses), "")


_PROPERTIES = {
    field.alias or name
    for part in (Constraints, Column, Reference, ForeignKey, Rule, Schema)
    for name, field in part.model_fields.items()
}


def title_and_description(folder: Path) -> tuple[str, str]:
    """What raw tables are about, in words for readers; errors as of `require_descriptor`."""
    descriptor = require_descriptor(folder)
    return descriptor.title, descriptor.description.strip()


def parsed(text: str) -> Any:
    """The content of a text in YAML; yaml.YAMLError where it is none."""
    return yaml.load(text, Loader=SafeLoader)  # both are safe


def require_descriptor(folder: Path) -> Descriptor:
    """Read the descriptor of a folder; DataError with all faults where it cannot be used."""
    found = _read(folder)
    if isinstance(found, Descriptor):
        return found
    raise DataError(list_faults(found, folder))


def _read(folder: Path) -> Descriptor | list[Fault]:
    if not folder.is_dir():
        rule = "is a file, not a folder" if folder.exists() else "does not exist"
        remedy = f"name a folder that holds {DESCRIPTOR} and the tables it describes"
        return [Fault(rule, remedy, folder.name or str(folder))]
    text = read_text(folder / DESCRIPTOR)
    return [text] if isinstance(text, Fault) else _described(text)


@lru_cache(maxsize=4)
def _described(text: str) -> Descriptor | list[Fault]:
    try:
        # a few aliases of aliases stand for more than a machine holds; text like one is rare
        is_suspect = re.search(r"(^|[\s\[{,])\*\w", text)
        if is_suspect and any(
            isinstance(one, yaml.AliasEvent) for one in yaml.parse(text, SafeLoader)
        ):
            remedy = "write out what the alias stands for"
            return [Fault("has an alias, which is not read here", remedy, DESCRIPTOR)]
        document = parsed(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "a character that YAML does not allow"
        remedy = f"mend the YAML at line {mark.line + 1}" if mark else "mend the YAML"
        return [Fault(f"is not YAML: {reason}", remedy, DESCRIPTOR)]
    if not isinstance(document, dict):
        remedy = "start it with title, description, resources"
        return [Fault("is not a mapping", remedy, DESCRIPTOR)]
    try:
        descriptor = Descriptor.model_validate(document)
    except ValidationError as error:
        return [_shape_fault(one, document) for one in error.errors()]
    wrong = [Fault(rule, remedy, DESCRIPTOR) for rule, remedy in _contradictions(descriptor)]
    return wrong or descriptor


def _shape_fault(error: Mapping[str, Any], document: Any) -> Fault:
    """Say where a descriptor has another shape than we can use, and what to do."""
    place: list[str] = []
    for step in error["loc"]:
        inside = (isinstance(document, dict) and step in document) or isinstance(document, list)
        document = document[step] if inside else None
        if isinstance(step, int):  # a list's parts go by their names, or are counted from 1
            step = document.get("name", step + 1) if isinstance(document, dict) else step + 1
        place.append(str(step))
    rule, remedy = f"cannot be used: {error['msg']}", "write it as other tables have it"
    if error["type"] == "extra_forbidden":
        rule, remedy = "means nothing there", f"remove it{nearest(place[-1], _PROPERTIES)}"
    value = None if isinstance(document, dict | list) or document is None else str(document)
    return Fault(rule, remedy, DESCRIPTOR, 0, ".".join(place), value)


def _contradictions(descriptor: Descriptor) -> Iterator[tuple[str, str]]:
    """Yield rule and remedy for what a descriptor says twice, or of what it does not have."""
    known = {resource.name: resource.header for resource in descriptor.resources}
    for name in _repeated(resource.name for resource in descriptor.resources):
        yield f"describes {name} twice", "keep one description of each table"
    for resource in descriptor.resources:
        name, path = resource.name, resource.path
        if Path(path).name != path:
            remedy = "keep the tables beside the descriptor, and give the name of the file alone"
            yield f"{name} points out of its folder: {path}", remedy
        for header in _repeated(resource.header):
            yield f"{name} describes the column {header} twice", "keep one of the two"
        for column in resource.shape.columns:
            bounds = {column.constraints.minimum, column.constraints.maximum} - {None}
            if bounds and column.type not in ("integer", "number"):
                rule = f"{name} bounds {column.name}, a {column.type}"
                yield rule, "keep minimum and maximum for numbers"
        for table, used in dict.fromkeys(_columns_used(resource)):
            if used not in known.get(table, ()):
                rule = f"{name} uses the column {used} of {table}, which is not described"
                yield rule, f"correct the name{nearest(used, known.get(table, known))}"


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _columns_used(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield each column that a key or rule of a table names, with its table."""
    here = list(resource.shape.primary_key)
    for rule in resource.rules:
        here += [*rule.columns, *rule.where, *rule.when_filled]
    for key, target in resource.links:
        here += key.columns
        yield from ((target, column) for column in key.looked_up)
    yield from ((resource.name, column) for column in here)
