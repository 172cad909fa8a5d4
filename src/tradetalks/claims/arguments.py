"""The arguments of checks: read by the signature of each, and all that can be wrong with them."""

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from tradetalks.claims.checks import CHECKS, Check


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
# by check the JSON schemas of its arguments, by the names under which a question gives them
_SCHEMAS = {name: model.model_json_schema()["properties"] for name, model in _MODELS.items()}


def read_arguments(check: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a check under the names of its parameters; pydantic refuses bad ones."""
    return dict(_MODELS[check].model_validate(given))


def describe_arguments(check: str) -> dict[str, str]:
    """What may be given to a check, in words, by the names under which a question gives it."""
    told = {}
    for name, schema in _SCHEMAS[check].items():
        words = _form(_of_one(schema))
        if least := schema.get("minItems"):
            words = f"list of {least} or more: {words}"
        told[name] = words + (" (may be left out)" if "default" in schema else "")
    return told


def _of_one(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of one value: of a list of its items, of what may be left out where it is not."""
    one: Mapping[str, Any] = schema.get("items") or schema.get("anyOf", [schema])[0]
    return one


def _form(schema: Mapping[str, Any]) -> str:
    """The form that a schema asks of a value, or where it comes from, in words."""
    if columns := schema.get("columns"):
        tables = " or ".join(column.partition(".")[0] for column in columns)
        is_id = columns[0].endswith("_id")
        return f"id in {tables}, evidence of the question" if is_id else str(columns[0])
    if "enum" in schema:
        return " or ".join(schema["enum"])
    kinds = {"integer": "whole number", "number": "number", "string": "day, YYYY-MM-DD"}
    bounds = {"exclusiveMinimum": "above", "minimum": "from", "maximum": "to"}
    limits = [f"{word} {schema[key]:g}" for key, word in bounds.items() if key in schema]
    return " ".join([kinds[schema["type"]], *limits])


def argument_faults(
    check: str,
    given: Mapping[str, Any],
    values_in: Callable[[str], Collection[str]],
    linked: Collection[str],
) -> list[tuple[str, str, str]]:
    """All that is wrong with what a question gives its check: argument, value, rule that it breaks.

    `values_in` are those of a column, table.column; `linked` ids of evidence of the question.
    """
    try:
        _MODELS[check].model_validate(given)
    except ValidationError as error:
        return [_fault(problem, check) for problem in error.errors()]
    faults = []
    if "from" in given and given["from"] > given["to"]:
        faults.append(("to", str(given["to"]), f"lies before from, {given['from']}"))
    seen: set[str] = set()
    for name, value in given.items():
        schema = _of_one(_SCHEMAS[check][name])
        columns = schema.get("columns", ())
        if not columns or value is None:
            continue
        for one in value if isinstance(value, list) else [value]:
            if one in seen:
                faults.append((name, one, "stands twice"))
            seen.add(one)
            if not any(one in values_in(column) for column in columns):
                faults.append((name, one, f"is in no row of {' or '.join(columns)}"))
            elif columns[0].endswith("_id") and one not in linked:
                faults.append((name, one, "is no evidence of this question"))
    return faults


def _fault(problem: Any, check: str) -> tuple[str, str, str]:
    name = ".".join(map(str, problem["loc"]))
    if problem["type"] == "missing":
        return name, "", f"is missing; {check} needs it"
    if problem["type"] == "extra_forbidden":
        takes = f"takes {', '.join(_SCHEMAS[check]) or 'none'}"
        return name, str(problem["input"]), f"is no argument: {check} {takes}"
    return name, str(problem["input"]), problem["msg"][0].lower() + problem["msg"][1:]
