"""What each command prints and how it ends: where all is well, and for each kind of wrong word.

The whole text is held against what was read when it was looked at: a refusal whose reason, place
or remedy changes is seen in the difference (`--record` writes it down anew).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

from projects import code_path

# all in one process, since to begin one takes longer than most commands
CALLS = """
import json, os, sys
from whowalkedaway.__main__ import main

sys.stderr = sys.stdout
for line in sys.stdin:
    command, *typed = json.loads(line)
    print("\\n$ make", command, *typed)
    os.environ["MAKEFLAGS"] = " -- " + " ".join(one.replace(" ", r"\\ ") for one in typed)
    print("ends with", main([command]))
"""
ISLANDS, RAW = "RUN=islands", "RAW_DIR=tests/fixtures/dispute/raw"
FINE = [
    ["help"],
    ["why", "AS=islands", RAW],
    ["why", "AS=more", RAW, "LIST4_RATE_PCT=10"],
    ["verify", ISLANDS],
    ["verify", "FILE=reports/islands/report.pdf"],
    ["explain", ISLANDS, "VALUE=ald_rate_last"],
    ["explain", ISLANDS, "VALUE=brn_rate_last"],
    ["explain", ISLANDS, "VALUE=n_statements"],
    ["explain", ISLANDS, "VALUE=verdict_c01"],
    ["explain", ISLANDS, "VALUE=threat_after"],
    ["explain", ISLANDS],
    ["explain", ISLANDS, "VALUE=18.2"],
    ["explain", ISLANDS, "VALUE=rate_last"],
    ["explain", ISLANDS, "VALUE=ald_rate_lst"],
    ["compare", "A=islands", "B=islands"],
    ["site", "RUNS=islands", "SITE=build/site"],
]
REFUSED = [
    *(["report", RAW, one] for one in (
        "AS_OF=2024-13-01", "AS_OF=2099-01-01", "AS_OF=1999-01-01", "AS_OF=",
        "BREAKDOWN_DATE=2030-01-01", "BREAKDOWN_DATE=2018-01-01", "WINDOW_START=2024-07-01",
        "EVENT_WINDOW_DAYS=0", "EVENT_WINDOW_DAYS=1.5", "EVENT_WINDOW_DAYS=9999",
        "EFFECTIVE_DATE_RULE=legl", "TRANSIT_DAYS=-1", "US_COVERAGE=census", "LIST4_RATE_PCT=nan",
        "LIST4_RATE_PCT=1e3", "LIST4_RATE_PCT=101", "FARM_DEFINITION=x", "MIN_CONFIDENCE=High",
        "INCLUDE_EDITORIALS=yes", "HINDSIGHT=2", "DETAIL=line", "CODER=third", "OTHERWISE=no-such",
        "SEED=1", "TARIF=10", "AS=a/b", "AS=by-hand", "AS=phase-one", "TIMEOUT=soon",
        "TIMEOUT=0", "ACCEPT_DATA=yes", "VALUE=x",
    )),
    ["report", RAW, "AS_OF=2019", "TRANSIT_DAYS=x", "MIN_CONFIDENCE=none"],
    ["report", RAW, "AS_OF=2024-08-20", "as_of=2024-08-19"],
    ["report", RAW, "OTHERWISE=implied_never,implied_alone"],
    ["why", "OTHERWISE=implied_nevr"],
    *(["report", one] for one in (
        "RAW_DIR=/etc", "RAW_DIR=data", "RUN=nope", "RUN=../x", "RUN=sweeps",
    )),
    ["why", "EDITION=x"],
    ["verify"],
    ["verify", "FILE="],
    ["verify", "FILE=README.md"],
    ["verify", "FILE=gone.pdf"],
    ["verify", "RUN=a b"],
    ["verify", "RUN=geneva-2015"],
    ["explain", "VALUE=x"],
    ["compare"],
    ["compare", "A=islands"],
    ["compare", "A=islands", "B=nope"],
    ["compare", "A=islands", "B=nope", "IN=build"],
    ["corrections", "RUN=phase-one"],
    ["corrections", ISLANDS],
    ["corrections", ISLANDS, "EDITION=a/b"],
    ["site", "RUNS=nope"],
    ["site", "RUNS=islands", "SITE=src"],
    ["fetch", "MIRROR=no/where"],
    ["fetch", "LIST=x"],
    ["fetch-border"],
    ["fetch-border", "SINCE=2021-06", "UNTIL=2021-01"],
    ["fetch-border", "SINCE=June", "UNTIL=2021-01"],
    ["check-list"],
    ["check-list", "LIST=gone.csv"],
    ["read-texts"],
    ["read-texts", "FROM=gone"],
    ["docs", "RUN=x"],
    ["nonsense"],
]  # fmt: skip


def test_every_command_says_what_it_said_when_it_was_read(islands, tmp_path, as_recorded):
    project = shutil.copytree(islands, tmp_path / "project", symlinks=True)
    done = subprocess.run(
        [sys.executable, "-c", CALLS],
        cwd=project,
        env=os.environ | {"PYTHONPATH": code_path(project)},
        input="".join(f"{json.dumps(one)}\n" for one in [*FINE, *REFUSED]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.count("\nends with") == len([*FINE, *REFUSED]), done.stdout + done.stderr
    told = done.stdout.replace(str(project), "·")
    # what any change of the code moves
    told = re.sub(r"\b[0-9a-f]{10}\b", "·", told)
    as_recorded("commands.txt", re.sub(r"line \d+\)|[0-9.]+ s\b", "·", told))
