"""Write an executed notebook as a report."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.validator import iter_validate

from notepress import outputs
from notepress.errors import PressError
from notepress.print.report import ReportExporter
from notepress.print.to_html import ReportHTMLExporter
from notepress.print.to_pdf import ReportPDFExporter

FORMATS: Mapping[str, type[ReportExporter]] = {"html": ReportHTMLExporter, "pdf": ReportPDFExporter}


def export(notebook: Path, output: Path, file_format: str, **config: Any) -> None:
    """Write an executed notebook as "html" or "pdf"; `config` sets traits of the exporter."""
    document, resources = printed(notebook, file_format, **config)
    outputs.write(output, document)
    for name, content in (resources["outputs"] or {}).items():
        outputs.write(output.parent / name, content)


def printed(notebook: Path, file_format: str, **config: Any) -> tuple[Any, dict[str, Any]]:
    """Return the document, and nbconvert's resources; PressError for what is no notebook."""
    try:
        nb = nbformat.read(notebook, as_version=4)
    except Exception as error:  # nbformat has no error of its own for each kind of damage
        raise PressError(f"no notebook can be read there: {error}") from None
    about = {"name": notebook.stem, "path": str(notebook.parent)}
    try:
        made: tuple[Any, dict[str, Any]] = FORMATS[file_format](**config).from_notebook_node(
            nb, {"metadata": about}
        )
    except nbformat.ValidationError as error:
        raise PressError(f"it is no valid notebook: {str(error).partition(chr(10))[0]}") from None
    except (AttributeError, KeyError, TypeError):
        wrong = next(iter_validate(nb), None)
        if wrong or nb.nbformat_minor > nbformat.current_nbformat_minor:
            raise PressError(f"it is no valid notebook: {wrong or 'of a newer form'}") from None
        raise
    return made
