"""The rows that CONTRIBUTING.md adds by way of example are taken, and give what it says."""

import json
import re
import shutil
from datetime import date

from folders import RAW, read_folder, references_of

from tradetalks.border.record import measure_evidence
from tradetalks.rules.validate import validate
from tradetalks.tables import read_raw


def test_the_rows_of_the_manual_are_taken(tmp_path):
    manual = (RAW.parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    folder = tmp_path / "raw"
    shutil.copytree(RAW, folder, ignore=shutil.ignore_patterns("lines", "geneva-2025"))
    (folder / "SHA256SUMS").unlink()
    listed = folder / "references.json"
    more = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", manual, re.DOTALL)]
    references = json.loads(listed.read_text(encoding="utf-8"))
    listed.write_text(json.dumps(references + more), encoding="utf-8")
    added = re.findall(r"cat >> data/raw/(\w+\.csv) <<'END'\n(.*?)END\n", manual, re.DOTALL)
    assert len(added) >= 6
    for name, rows in added:
        with (folder / name).open("a", encoding="utf-8") as table:
            table.write(rows)
    validate(folder)
    judged = read_folder(folder, date(2019, 6, 4))
    judged.references = references_of(folder)
    judged.figures = measure_evidence(read_raw(folder))
    assert judged.docket().outcome("C90", judged.settings).verdict == "supported"
