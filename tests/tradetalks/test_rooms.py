"""The rooms of the subject stand one above the other, and nobody reaches up."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import tradetalks

FOLDER = Path(tradetalks.__path__[0])
# from the ground up; what stands together in a line knows nothing of its neighbours
STOREYS: list[set[str]] = [
    {"checks", "days", "otherwise"},
    {"parameters"},
    {"noted"},
    {"raw"},
    {"admitted", "facts"},
    {"parts"},
    {"figures"},
    {"tariffs"},
    {"border"},
    {"words"},
    {"claims"},
    {"rules"},
    {"tables"},
    {"limits", "records", "register"},
]
FLOOR = {room: floor for floor, rooms in enumerate(STOREYS) for room in rooms}
MODULES = {
    path.relative_to(FOLDER.parent).with_suffix("").as_posix().removesuffix("/__init__"): path
    for path in FOLDER.rglob("*.py")
}


def imported(path: Path) -> set[str]:
    """The modules of the package that one of them imports, wherever that stands in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return {name.replace(".", "/") for name in found} & MODULES.keys()


def room_of(module: str) -> str:
    return module.split("/")[1] if "/" in module else ""


def test_every_room_has_its_floor() -> None:
    assert {room_of(module) for module in MODULES} - {""} == FLOOR.keys()
    assert sum(map(len, STOREYS)) == len(FLOOR)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_nothing_is_imported_from_above_or_beside(module: str) -> None:
    own = room_of(module)
    others = {
        room for name in imported(MODULES[module]) if (room := room_of(name)) not in ("", own)
    }
    assert [room for room in sorted(others) if not FLOOR[room] < FLOOR[own]] == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    # that of a package counts where it has imports of its own
    TopologicalSorter({name: imported(path) for name, path in MODULES.items()}).prepare()


def test_what_is_measured_cannot_be_written_over():
    """It is kept and handed to all who ask again; a table that is being read alone may grow."""
    open_ones = []
    for path in MODULES.values():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            made = [ast.unparse(one) for one in getattr(node, "decorator_list", [])]
            if any(one.startswith("dataclass") and "frozen=True" not in one for one in made):
                open_ones.append(f"{path.stem}.{node.name}")
    assert open_ones == ["form.Table"]
