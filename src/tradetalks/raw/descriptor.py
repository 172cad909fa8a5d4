"""The descriptor of raw tables: read, and held against what the checks and readers need of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tradetalks.checks import DataError, nearest
from tradetalks.raw.form import read_text
from tradetalks.raw.problems import Problem, describe, shown_path

DESCRIPTOR = "datapackage.yaml"
RULE_KINDS = ("exactly_one", "at_most_one", "filled", "empty", "ordered", "distinct")


def require_descriptor(folder: Path) -> dict[str, Any]:
    """Read the descriptor of a folder; DataError with all faults where it cannot be used."""
    descriptor, problems = load_descriptor(folder)
    if problems:
        raise DataError(describe(problems, shown_path(folder)))
    return descriptor


def title_and_description(folder: Path) -> tuple[str, str]:
    """What raw tables are about, in words for readers; errors as of `require_descriptor`."""
    descriptor = require_descriptor(folder)
    return str(descriptor["title"]), str(descriptor["description"]).strip()


def load_descriptor(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Read the descriptor of a folder; an empty one and the reason where that cannot be done."""
    if not folder.is_dir():
        rule = "is a file, not a folder" if folder.exists() else "does not exist"
        remedy = f"name a folder that holds {DESCRIPTOR} and the tables it describes"
        return {}, [Problem(folder.name or str(folder), 0, "", None, rule, remedy)]
    text, problems = read_text(folder / DESCRIPTOR)
    if text is None:
        return {}, problems
    try:
        descriptor = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 # both are safe
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "a character that YAML does not allow"
        line = mark.line + 1 if mark else 0
        remedy = f"mend the YAML at line {line}" if line else "mend the YAML"
        return {}, [*problems, about_descriptor(f"is not YAML: {reason}", remedy)]
    shape = _descriptor_shape(descriptor)
    return (descriptor, problems) if not shape else ({}, [*problems, *shape])


def missing_files(folder: Path) -> list[str]:
    """List the described files that are not there as files; none without a sound descriptor."""
    descriptor, _ = load_descriptor(folder)
    paths = [resource["path"] for resource in descriptor.get("resources", [])]
    return [path for path in paths if not (folder / path).is_file()]


def _descriptor_shape(descriptor: object) -> list[Problem]:
    """Find what keeps a descriptor from being used at all."""
    if not isinstance(descriptor, dict):
        return [about_descriptor("is not a mapping", "start it with title, description, resources")]
    problems = [
        about_descriptor(f"has no {name}", f"give {name} as text")
        for name in ("title", "description")
        if not isinstance(descriptor.get(name), str)
    ]
    resources = descriptor.get("resources")
    if not isinstance(resources, list) or not resources:
        remedy = "list the tables under resources"
        return [*problems, about_descriptor("describes no tables", remedy)]
    for place, resource in enumerate(resources, start=1):
        problems += _resource_shape(resource, f"resource {place}")
    names = [resource["name"] for resource in resources if not problems]
    return problems + [
        about_descriptor(f"describes {name} twice", "keep one description of each table")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def _resource_shape(resource: object, place: str) -> list[Problem]:
    """Find what keeps the description of one table from being used."""
    if not isinstance(resource, dict):
        return [about_descriptor(f"{place} is not a mapping", "describe a table there")]
    place = str(resource.get("name", place))
    path = resource.get("path")
    if not isinstance(resource.get("name"), str) or not isinstance(path, str):
        return [about_descriptor(f"{place} lacks name or path", "give both as text")]
    if Path(path).name != path:
        remedy = "keep the tables beside the descriptor, and give the name of the file alone"
        return [about_descriptor(f"{place} points out of its folder: {path}", remedy)]
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not all(
        isinstance(item, dict)
        and isinstance(item.get("name"), str)
        and isinstance(item.get("type"), str)
        and isinstance(item.get("constraints", {}), dict)
        for item in fields
    ):
        remedy = "list the columns under schema, fields, each with name, type and constraints"
        return [about_descriptor(f"{place} does not describe its columns", remedy)]
    rules = resource.get("rules", [])
    if not isinstance(rules, list) or not all(_is_rule(rule) for rule in rules):
        remedy = "give each rule kind, columns (a list) and remedy; where is a mapping of texts"
        return [about_descriptor(f"{place} has a rule that cannot be read", remedy)]
    return []


def _is_rule(rule: object) -> bool:
    return (
        isinstance(rule, dict)
        and isinstance(rule.get("kind"), str)
        and isinstance(rule.get("remedy"), str)
        and isinstance(rule.get("columns"), list)
        and isinstance(rule.get("when_filled", []), list)
        and isinstance(rule.get("where", {}), dict)
        and all(
            isinstance(text, str)
            for text in [
                *rule["columns"],
                *rule.get("when_filled", []),
                *rule.get("where", {}),
                *rule.get("where", {}).values(),
            ]
        )
    )


def descriptor_faults(descriptor: Mapping[str, Any]) -> list[Problem]:
    """Find what frictionless refuses in a descriptor, and names that lead nowhere."""
    from frictionless import FrictionlessException, Package

    resources = descriptor["resources"]
    try:
        Package.from_descriptor(
            {"name": "raw", "resources": [{**item, "dialect": {}} for item in resources]}
        )
    except FrictionlessException as error:
        reasons = [reason.message for reason in error.reasons] or [error.error.message]
        remedy = "correct the descriptor; see specs.frictionlessdata.io"
        return [about_descriptor(reason, remedy) for reason in reasons]
    return _descriptor_references(resources)


def _descriptor_references(resources: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """Find keys and rules of the descriptor that point to columns or tables it does not have."""
    columns = {resource["name"]: names(resource) for resource in resources}
    problems = []
    for resource in resources:
        name = resource["name"]
        used = [(name, column) for column in primary_key(resource)]
        for fields, target, target_fields in foreign_keys(resource):
            used += [(name, column) for column in fields]
            used += [(target, column) for column in target_fields]
        for key in resource["schema"].get("foreignKeys", []):
            if "aliases" in key:
                target = key["reference"].get("resource") or name
                used.append((target, str(key["aliases"])))
        for rule in resource.get("rules", []):
            used += [
                (name, column)
                for column in [
                    *rule["columns"],
                    *rule.get("where", {}),
                    *rule.get("when_filled", []),
                ]
            ]
            if rule["kind"] not in RULE_KINDS:
                said = f"{name} has a rule of unknown kind {rule['kind']!r}"
                remedy = f"use one of {', '.join(RULE_KINDS)}{nearest(rule['kind'], RULE_KINDS)}"
                problems.append(about_descriptor(said, remedy))
        problems += [
            about_descriptor(
                f"{name} uses the column {column} of {table}, which is not described",
                f"correct the name{nearest(column, columns.get(table, []))}",
            )
            for table, column in dict.fromkeys(used)
            if column not in columns.get(table, [])
        ]
    return problems


def about_descriptor(rule: str, remedy: str) -> Problem:
    return Problem(DESCRIPTOR, 0, "", None, rule, remedy)


def names(resource: Mapping[str, Any]) -> list[str]:
    return [item["name"] for item in resource["schema"]["fields"]]


def types(resource: Mapping[str, Any]) -> dict[str, str]:
    return {item["name"]: item["type"] for item in resource["schema"]["fields"]}


def primary_key(resource: Mapping[str, Any]) -> list[str]:
    """List the columns of a table's primary key; none where it has no key."""
    return as_list(resource["schema"].get("primaryKey", []))


def foreign_keys(resource: Mapping[str, Any]) -> list[tuple[list[str], str, list[str]]]:
    """List the foreign keys of a table as columns, other table, its columns."""
    return [
        (
            as_list(key["fields"]),
            # no name means the table itself
            key["reference"].get("resource") or resource["name"],
            as_list(key["reference"]["fields"]),
        )
        for key in resource["schema"].get("foreignKeys", [])
    ]


def as_list(names: str | list[str]) -> list[str]:
    """Read what Frictionless lets people write as one name or as a list of names."""
    return [names] if isinstance(names, str) else names
