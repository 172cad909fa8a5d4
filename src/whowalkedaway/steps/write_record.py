"""Record what went into a run and what came out, with hashes, as an RO-Crate."""

import json

from notepress import runrecord
from notepress.outputs import write
from tradetalks.raw.descriptor import title_and_description
from whowalkedaway import ROOT
from whowalkedaway.steps import Task
from whowalkedaway.steps.report_words import version


def make(task: Task) -> None:
    """Write ro-crate-metadata.json, and the run's parameters beside it."""
    parameters, record = task.report / "parameters.yml", task.report / runrecord.CRATE
    write(parameters, (task.build / "parameters" / "all.yml").read_text(encoding="utf-8"))
    title, description = title_and_description(task.raw_dir)
    own = json.loads(task.parameters.model_dump_json())
    runrecord.write_record(
        record,
        root=ROOT,
        # another dispute need not have every table
        inputs=[path for path in task.sources.values() if path.is_file()],
        outputs=[parameters, *task.named("cleaned/", ""), *task.named("report/", "")],
        parameters={"run": task.run, **own},
        lock=task.files["requirements.lock"],
        about={
            "name": f"{title} ({task.run})",
            "description": description,
            "datePublished": str(task.parameters.as_of),
            "license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
            "version": version(task),
            "identifier": task.edition,
        },
    )
