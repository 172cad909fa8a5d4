"""Raw tables: read them with the types of their descriptor, and point into them."""

import json
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from tradetalks.checks import DataError, shown_path
from tradetalks.noted import Tables, note
from tradetalks.raw.checksums import content_of, content_sha256
from tradetalks.raw.descriptor import Column, Descriptor, Resource
from tradetalks.raw.form import Table
from tradetalks.raw.rules import read_described

# Tables have some hundred rows here, and with texts as Python's own strings they are measured in a
# quarter less time than with Arrow's. Functions are marked by this; for others the option stays.
light_texts = pd.option_context("mode.string_storage", "python")
Kind = TypeVar("Kind", bound=Tables)


class RawTables:
    """The raw tables of one folder; `raw["name"]` is a fresh frame, rows in the file's order.

    Days are datetimes, whole numbers integers, codes text, flags booleans; an empty cell is
    missing, and where none can be, so says the type.
    """

    def __init__(
        self, folder: Path, descriptor: Descriptor, refuse: Callable[[Path], None]
    ) -> None:
        """A table with a fault is left to `refuse`, which raises the error that tells them all."""
        self.folder = folder
        self._refuse = refuse
        self._resources = {resource.name: resource for resource in descriptor.resources}
        # kept, as many ask
        self._frame = cache(self._read)
        self._keys = cache(self._read_keys)
        self._file = cache(self._describe_file)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Return a table as a typed frame; DataError with all faults where a cell has one."""
        note([table])
        return self._frame(table).copy(deep=False)  # pandas copies what is written to

    @property
    def references(self) -> dict[str, dict[str, Any]]:
        """The sources, as CSL items by their id."""
        note(["references"])
        return self._items

    @cached_property
    def _items(self) -> dict[str, dict[str, Any]]:
        self._checked("references")
        items = json.loads(content_of(self.folder / self._resource("references").path))
        return {item["id"]: item for item in items}

    def codes(self, table: str, column: str) -> list[str]:
        """List the codes that the descriptor allows in a column; none where any text will do."""
        columns = {one.name: one for one in self._resource(table).shape.columns}
        return list(columns[column].constraints.enum)

    def locate(self, table: str, ids: Iterable[str] = ()) -> list[dict[str, Any]]:
        """Point to rows of a table, for the provenance of a number; without ids to all of it.

        One entry: `path` from the project's folder, `sha256` of its content, `rows` by key (parts
        joined by a blank), `documents`: sources of these rows, or of the table. DataError for an id
        that the table does not have.
        """
        resource = self._resource(table)
        rows = list(ids)
        if rows and (unknown := sorted({*rows} - self._keys(table).keys())):
            raise DataError(
                f"{resource.path} has no rows {', '.join(map(repr, unknown))}\n"
                "What to do: point to rows by their key"
            )
        named = dict.fromkeys(document for row in rows for document in self._keys(table)[row])
        made_from = [source["path"] for source in resource.sources if "path" in source]
        return [{**self._file(table), "rows": rows, "documents": list(named) or made_from}]

    def _resource(self, table: str) -> Resource:
        if table not in self._resources:
            raise DataError(
                f"{shown_path(self.folder)} has no table {table!r}\n"
                f"What to do: ask for one of {', '.join(self._resources)}"
            )
        return self._resources[table]

    def _describe_file(self, table: str) -> dict[str, str]:
        path = self.folder / self._resource(table).path
        return {"path": shown_path(path), "sha256": content_sha256(path)}

    def _read_keys(self, table: str) -> dict[str, list[str]]:
        """Return the primary keys of a table, parts joined by a blank, each with its sources.

        A row of a table that has none goes by the rows of other tables that it leads to.
        """
        resource = self._resource(table)
        if resource.format == "json":
            return {key: [key] for key in self.references}
        frame = self[table]
        own = resource.shape.primary_key
        led = [name for key, _ in resource.links for name in key.columns]
        parts = frame[own or led].astype("str").fillna("").to_numpy()
        links = [key for key, target in resource.links if target == "references"]
        cited = frame[[name for key in links for name in key.columns]].to_numpy()
        return {
            " ".join(filter(None, key)): [one for one in sources if isinstance(one, str)]
            for key, sources in zip(parts, cited, strict=True)
        }

    @light_texts
    def _read(self, table: str) -> pd.DataFrame:
        rows, columns = self._checked(table).rows.values(), self._resource(table).shape.columns
        return pd.DataFrame(
            {one.name: _convert((row[one.name] for row in rows), one) for one in columns}
        )

    def _checked(self, table: str) -> Table:
        resource = self._resource(table)
        read = read_described(self.folder, resource)
        if read.faults:
            self._refuse(self.folder)
        return read


@light_texts
def read_tables(kind: type[Kind], folder: Path, read: Callable[[Path], pd.DataFrame]) -> Kind:
    """Cleaned tables that a notebook has saved: one file for each field of their class."""
    return kind.read(lambda name: read(folder / f"{name}.parquet"))


def _convert(cells: Iterable[str], column: Column) -> pd.Series:
    """Give the cells of a column, which were checked, the type of its description."""
    texts = pd.Series([cell or None for cell in cells], dtype="str")
    can_be_empty = not column.constraints.required
    match column.type:
        case "date":
            return pd.to_datetime(texts, format="%Y-%m-%d")
        case "integer":
            return pd.to_numeric(texts).astype("Int64" if can_be_empty else "int64")
        case "number":
            return pd.to_numeric(texts).astype("float64")
        case "boolean":
            flags = texts.map({"true": True, "false": False})
            return flags.astype("boolean" if can_be_empty else "bool")
        case _:
            return texts
