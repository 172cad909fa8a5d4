"""The record of a run as an RO-Crate: what went in, what came out, by which code and tools.

It holds no clock time, so that the same run has the same record; and it can be checked later.
"""

import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from notepress.errors import PressError
from notepress.hashes import content_of, sha256, sha256_of
from notepress.outputs import current, write_json

# the name of the file, which RO-Crate sets
CRATE = "ro-crate-metadata.json"
TOOLS = (
    "ipykernel", "matplotlib", "nbclient", "nbconvert", "pandas", "papermill", "pyarrow",
    "pypandoc-binary", "typst",
)  # fmt: skip
ENCODINGS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".svg": "image/svg+xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
}
_FORM = "https://w3id.org/ro/crate/1.3"


def write_record(
    path: Path,
    *,
    root: Path,
    inputs: Iterable[Path],
    outputs: Iterable[Path],
    parameters: Mapping[str, Any],
    lock: Path,
    about: Mapping[str, Any],
) -> None:
    """Write a run's record, reports/RUN/ro-crate-metadata.json.

    Files are named from `root` if they lie there; those beside the record are its crate, of which
    `about` are properties by schema.org. The commit is that of `root`, dirty where an input
    differs.
    """
    path, root, lock = path.resolve(), root.resolve(), lock.resolve()
    given = sorted({file.resolve() for file in inputs} | {lock})
    made = sorted({file.resolve() for file in outputs} - {path, *given})
    files = {file: _file(file, path.parent, root) for file in (*given, *made)}
    values = [
        {"@id": f"#parameter/{key}", "@type": "PropertyValue", "name": key, "value": value}
        for key, value in sorted(parameters.items())
    ]
    tools = [_tool("python", platform.python_version(), "https://www.python.org/")]
    for tool in map(metadata, TOOLS):
        home = tool.get_all("Project-URL", [""])[0].rpartition(" ")[2]
        tools.append(_tool(tool["Name"], tool["Version"], home))
    descriptor = {
        "@id": path.name,
        "@type": "CreativeWork",
        "conformsTo": {"@id": _FORM},
        "about": {"@id": "./"},
    }
    crate = {
        "@id": "./",
        "@type": "Dataset",
        **about,
        "hasPart": _links(files[file] for file in files if file.is_relative_to(path.parent)),
        "mentions": {"@id": "#run"},
    }
    run = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"Run of {about['name']}",
        "instrument": [{"@id": "#code"}, *_links(tools)],
        "object": _links([*(files[file] for file in given), *values]),
        "result": _links(files[file] for file in made),
    }
    # git knows nothing of what lies outside
    inside = [files[file]["name"] for file in given if file.is_relative_to(root)]
    code = _code(root, inside, files[lock]["@id"])
    graph = [descriptor, crate, run, *code, *files.values(), *values, *tools]
    write_json(path, {"@context": f"{_FORM}/context", "@graph": graph})


def read_record(path: Path) -> dict[str, dict[str, Any]]:
    """Read a run's record: every entity by its id; PressError where it is none of a run."""
    try:
        graph = json.loads(path.read_text(encoding="utf-8"))["@graph"]
        entities = {unquote(entity["@id"]): entity for entity in graph}
        if not {"./", "#run", "#code"} <= entities.keys():
            raise ValueError("it names no run")
    except (ValueError, KeyError, TypeError) as error:
        raise PressError(f"{path}: is no record of a run ({error})") from None
    return entities


def verify(record: Path, root: Path) -> list[str]:
    """Hash every file of a record again; return one line for each that differs or is missing."""
    entities = read_record(record)
    made = {result["@id"] for result in entities["#run"]["result"]}
    problems = []
    for entity in entities.values():
        if entity["@type"] != "File":
            continue
        part = "output" if entity["@id"] in made else "input"
        path = root / entity["name"]
        if not path.is_file():
            problems.append(f"{part} {entity['name']}: is missing")
        elif (found := sha256_of(path)) != entity["sha256"]:
            hashes = f"recorded {entity['sha256'][:12]}, now {found[:12]}"
            problems.append(f"{part} {entity['name']}: differs, {hashes}")
    return problems


def _file(path: Path, folder: Path, root: Path) -> dict[str, Any]:
    name = (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
    # a crate's parts lie below it; what lies elsewhere in the project is described, not contained
    inside = path.is_relative_to(folder)
    content, encoding = content_of(current(path)), ENCODINGS.get(path.suffix)
    return {
        "@id": quote(path.relative_to(folder).as_posix()) if inside else f"#{quote(name)}",
        "@type": "File",
        "name": name,
        "contentSize": str(len(content)),
        "sha256": sha256(content),
        **({"encodingFormat": encoding} if encoding else {}),
    }


def _tool(name: str, version: str, url: str) -> dict[str, Any]:
    said = {"name": name, "version": version, "url": url}
    return {"@id": f"#tool/{name}", "@type": "SoftwareApplication", **said}


def _links(entities: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"@id": entity["@id"]} for entity in entities]


def _code(root: Path, inputs: Iterable[str], lock: str) -> list[dict[str, Any]]:
    """Describe the code: its commit, and whether the inputs are what was committed."""
    code: dict[str, Any] = {
        "@id": "#code",
        "@type": "CreativeWork",
        "name": "code of the report",
        "softwareRequirements": {"@id": lock},
    }
    commit = git(root, "rev-parse", "HEAD")
    if not commit:
        return [code | {"version": "unknown"}]
    changed = git(root, "status", "--porcelain", "--", *inputs)
    dirty = {"@id": "#dirty", "@type": "PropertyValue", "name": "dirty", "value": bool(changed)}
    return [code | {"version": commit, "additionalProperty": {"@id": "#dirty"}}, dirty]


def git(root: Path, *command: str) -> str:
    """What git says; nothing outside of a clone, and without git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *command],  # noqa: S607  (git is where PATH has it)
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
