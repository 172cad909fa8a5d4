"""The arguments of checks: read by the signature of each, and all that can be wrong with them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from tradetalks.judge.checks import CHECKS, Check, In


def _model(check: Check) -> type[BaseModel]:
    """The arguments of a check as a model, read off its signature: strict, and no others."""
    hints = get_type_hints(check, include_extras=True)
    fields: dict[str, Any] = {
        name: (hints[name], ... if p.default is p.empty else p.default)
        for name, p in inspect.signature(check).parameters.items()
        if p.kind is p.KEYWORD_ONLY
    }
    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    return create_model(check.__name__, __config__=config, **fields)


_MODELS = {name: _model(check) for name, check in CHECKS.items()}


def read_arguments(check: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a check under the names of its parameters; pydantic refuses bad ones."""
    read = _MODELS[check].model_validate(given)
    return {name: getattr(read, name) for name in _MODELS[check].model_fields}


def describe_arguments(check: str) -> dict[str, str]:
    """What may be given to a check, in words, by the names under which a question gives it."""
    properties = _MODELS[check].model_json_schema()["properties"]
    marked = {info.alias or name: info for name, info in _MODELS[check].model_fields.items()}
    told = {}
    for name, schema in properties.items():
        where = next(_marks(marked[name].metadata, marked[name].annotation), None)
        words = _places(where) if where else _form(schema)
        if least := schema.get("minItems"):
            words = f"list of {least} or more: {words}"
        optional = "" if marked[name].is_required() else " (may be left out)"
        told[name] = words + optional
    return told


def _places(where: In) -> str:
    """Where the values of an argument come from, in words."""
    tables = " or ".join(column.partition(".")[0] for column in where.columns)
    return f"id in {tables}, evidence of the question" if where.is_linked else where.columns[0]


def _form(schema: Mapping[str, Any]) -> str:
    """The form that a JSON schema asks of a value, in words."""
    if "enum" in schema:
        return " or ".join(schema["enum"])
    kinds = {"integer": "whole number", "number": "number", "string": "day, YYYY-MM-DD"}
    bounds = {"exclusiveMinimum": "above", "minimum": "from", "maximum": "to"}
    limits = [f"{word} {schema[key]:g}" for key, word in bounds.items() if key in schema]
    return " ".join([kinds[schema["type"]], *limits])


class Fault(NamedTuple):
    """One thing that is wrong with the arguments of a question."""

    argument: str
    value: str
    rule: str


def argument_faults(
    check: str,
    given: Mapping[str, Any],
    values_in: Callable[[str], Collection[str]],
    linked: Collection[str],
) -> list[Fault]:
    """All that is wrong with the arguments that a question gives its check.

    `values_in` gives the values of a column of the raw tables, named table.column; `linked` are
    the ids of the records that are evidence of the question.
    """
    model = _MODELS[check]
    try:
        model.model_validate(given)
    except ValidationError as error:
        return [_fault(problem, model) for problem in error.errors()]
    faults = []
    if "from" in given and given["from"] > given["to"]:
        faults.append(Fault("to", str(given["to"]), f"lies before from, {given['from']}"))
    seen: set[str] = set()
    for name, (values, where) in _references(model, given).items():
        for value in values:
            if value in seen:
                faults.append(Fault(name, value, "stands twice"))
            seen.add(value)
            if not any(value in values_in(column) for column in where.columns):
                faults.append(Fault(name, value, f"is in no row of {' or '.join(where.columns)}"))
            elif where.is_linked and value not in linked:
                faults.append(Fault(name, value, "is no evidence of this question"))
    return faults


def _fault(problem: Any, model: type[BaseModel]) -> Fault:
    name = ".".join(map(str, problem["loc"]))
    if problem["type"] == "missing":
        return Fault(name, "", f"is missing; {model.__name__} needs it")
    if problem["type"] == "extra_forbidden":
        known = [f.alias or n for n, f in model.model_fields.items()]
        takes = f"takes {', '.join(known)}" if known else "takes none"
        return Fault(name, str(problem["input"]), f"is no argument: {model.__name__} {takes}")
    return Fault(name, str(problem["input"]), problem["msg"][0].lower() + problem["msg"][1:])


def _references(
    model: type[BaseModel], given: Mapping[str, Any]
) -> dict[str, tuple[list[str], In]]:
    """The arguments that are ids or codes, with their values and where these come from."""
    found = {}
    for name, info in model.model_fields.items():
        key = info.alias or name
        where = next(_marks(info.metadata, info.annotation), None)
        if where is not None and given.get(key) is not None:
            values = given[key] if isinstance(given[key], list) else [given[key]]
            found[key] = values, where
    return found


def _marks(metadata: Iterable[Any], annotation: Any) -> Iterator[In]:
    """The marks on a type, also on the types inside it."""
    yield from (mark for mark in metadata if isinstance(mark, In))
    for inner in get_args(annotation):
        yield from (_marks([inner], inner) if not isinstance(inner, In) else [inner])
