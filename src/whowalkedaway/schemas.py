"""What may stand in a file of params/, for editors."""

from __future__ import annotations

import json
from collections.abc import Mapping

from notepress.sweep import MODES
from tradetalks.parameters import Parameters
from whowalkedaway import DEFAULT_RUN, ROOT


def schema(_: Mapping[str, str]) -> int:
    """Write the schemas that editors read, after a parameter changed."""
    params = ROOT / "params"
    (params / "schema.json").write_text(schema_text(), encoding="utf-8")
    (params / "sweeps" / "schema.json").write_text(sweep_schema_text(), encoding="utf-8")
    return 0


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
        name: {"type": "array", "minItems": 1, "items": one[name], "description": told}
        for name, told in ((name, field["description"]) for name, field in fields.items())
    }
    text = {"type": "string"}
    schema = {
        "title": "A sweep: one run at many points",
        "type": "object",
        "additionalProperties": False,
        "required": ["sweep"],
        "anyOf": [{"required": ["grid"]}, {"required": ["points"]}],
        "properties": {
            "sweep": {**text, "description": "names the folder of the results: the file's name"},
            "run": {**text, "default": DEFAULT_RUN, "description": "the base run"},
            "mode": {
                "enum": list(MODES),
                "default": MODES[0],
                "description": "numbers and verdicts alone, or a report of each point as well",
            },
            "grid": {
                "type": "object",
                "additionalProperties": False,
                "minProperties": 1,
                "properties": lists,
                "description": "every combination of these values",
            },
            "points": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "minProperties": 1,
                    "properties": one,
                },
                "description": "points one by one, after those of the grid",
            },
            "headlines": {
                "type": "array",
                "items": text,
                "description": "ids of numbers in values.json, each of which gets a curve",
            },
        },
    }
    return json.dumps(schema, indent=2) + "\n"
