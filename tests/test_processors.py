"""Measures to the last digit, whatever the processor: the widths and kernels that it has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# kernels of linear algebra (AVX2, AVX-512, neither), and numpy without its wide registers
SETTINGS = (
    {"OPENBLAS_CORETYPE": "Haswell"},
    {"OPENBLAS_CORETYPE": "SkylakeX"},
    {"OPENBLAS_CORETYPE": "Prescott"},
    {"NPY_DISABLE_CPU_FEATURES": "AVX2,FMA3"},
)
# of both cases every number that is told, and every cell of what is measured
MEASURE = """
import hashlib
from tests.test_as_recorded import REAL, ROOT, Records, measured_by, parameters, read_raw, tables
for run in REAL.values():
    for record in Records(read_raw(ROOT / run["raw_dir"]), parameters(**run)):
        told = [f"{fact.value_id} {fact.value!r} {fact.text}" for fact in record.facts()]
        for name, part in vars(type(record)).items():
            if type(part) is measured_by:
                told += tables(name, getattr(record, name))
        print(*told, sep="\\n")
"""


def test_every_digit_is_the_same_on_every_processor() -> None:
    measuring = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", MEASURE],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", **setting},
            stdout=subprocess.PIPE,
            text=True,
        )
        for setting in SETTINGS
    ]
    first, *others = (one.communicate()[0] for one in measuring)
    assert all(one.returncode == 0 for one in measuring)
    assert "us_rate_last" in first
    for setting, found in zip(SETTINGS[1:], others, strict=True):
        apart = [
            pair
            for pair in zip(first.splitlines(), found.splitlines(), strict=True)
            if pair[0] != pair[1]
        ]
        assert not apart, f"{setting}: {apart[:3]}"
