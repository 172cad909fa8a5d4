"""What may stand in a file of params/, for editors."""

from __future__ import annotations

import json

from notepress.sweep import Plan
from tradetalks.parameters import Parameters
from whowalkedaway import DEFAULT_RUN, ROOT


def write_schemas() -> None:
    """Write the schemas that editors read."""
    params = ROOT / "params"
    (params / "schema.json").write_text(schema_text(), encoding="utf-8")
    (params / "sweeps" / "schema.json").write_text(sweep_schema_text(), encoding="utf-8")


def schema_text() -> str:
    """The JSON schema of a file in params/, as editors read it."""
    schema = Parameters.model_json_schema()
    run = {"type": "string", "description": "names the folders of this run: the name of the file"}
    schema["properties"] = {"run": run, **schema["properties"]}
    schema["required"] = ["run"]
    return json.dumps(schema, indent=2) + "\n"


def sweep_schema_text() -> str:
    """The JSON schema of a file in params/sweeps/, as editors read it."""
    fields = Parameters.model_json_schema()["properties"]
    kept = ("type", "format", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength")
    one = {name: {k: field[k] for k in kept if k in field} for name, field in fields.items()}
    lists = {
        name: {
            "type": "array",
            "minItems": 1,
            "items": one[name],
            "description": field["description"],
        }
        for name, field in fields.items()
    }
    schema = Plan.model_json_schema() | {"required": ["sweep"]}
    schema |= {"anyOf": [{"required": ["grid"]}, {"required": ["points"]}]}
    parts = schema["properties"]
    for field in parts.values():
        field.pop("title")
    parts["run"]["default"] = DEFAULT_RUN
    # in place of the names and texts that any sweep may have, those of this project
    for part, values in ((parts["grid"], lists), (parts["points"]["items"], one)):
        part |= {"additionalProperties": False, "properties": values}
    return json.dumps(schema, indent=2) + "\n"
