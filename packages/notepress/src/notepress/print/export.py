"""Write an executed notebook as a report."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from notepress import outputs
from notepress.print.report import ReportExporter
from notepress.print.to_html import ReportHTMLExporter
from notepress.print.to_pdf import ReportPDFExporter

FORMATS: Mapping[str, type[ReportExporter]] = {"html": ReportHTMLExporter, "pdf": ReportPDFExporter}


def export(notebook: Path, output: Path, file_format: str, **config: Any) -> None:
    """Write an executed notebook as "html" or "pdf"; `config` sets traits of the exporter."""
    # after all preprocessors, none of which does anything here, and not after each of them
    exporter = FORMATS[file_format](optimistic_validation=True, **config)
    made: tuple[Any, dict[str, Any]] = exporter.from_filename(str(notebook))
    document, resources = made
    outputs.write(output, document)
    for name, content in (resources["outputs"] or {}).items():
        outputs.write(output.parent / name, content)
