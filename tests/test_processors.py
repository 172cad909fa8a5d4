"""Measures to the last digit, whatever the processor: the widths and kernels that it has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
WIDE = "X86_V3,X86_V4,AVX512_ICL,AVX512_SPR"  # what numpy would choose by the processor
# kernels of linear algebra (AVX2, AVX-512, neither), and logarithms without wide registers
SETTINGS = (
    {"OPENBLAS_CORETYPE": "Haswell"},
    {"OPENBLAS_CORETYPE": "SkylakeX"},
    {"OPENBLAS_CORETYPE": "Prescott"},
    {"NPY_DISABLE_CPU_FEATURES": WIDE, "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4"},
)
NEEDS = {"Haswell": "avx2", "SkylakeX": "avx512f"}  # a kernel stops where the processor lacks it
CPUINFO = Path("/proc/cpuinfo")
FLAGS = CPUINFO.read_text(encoding="utf-8").split() if CPUINFO.is_file() else []
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
    needed = [NEEDS.get(one.get("OPENBLAS_CORETYPE", "")) for one in SETTINGS]
    settings = [
        one for one, flag in zip(SETTINGS, needed, strict=True) if flag is None or flag in FLAGS
    ]
    measuring = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", MEASURE],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", **setting},
            stdout=subprocess.PIPE,
            text=True,
        )
        for setting in settings
    ]
    first, *others = (one.communicate()[0] for one in measuring)
    assert [one.returncode for one in measuring] == [0] * len(settings)
    assert "us_rate_last" in first
    for setting, found in zip(settings[1:], others, strict=True):
        apart = [
            pair
            for pair in zip(first.splitlines(), found.splitlines(), strict=True)
            if pair[0] != pair[1]
        ]
        assert not apart, f"{setting}: {apart[:3]}"
