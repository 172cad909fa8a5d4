"""The command line that joins the subject (tradetalks) and the press (notepress).

`make` calls it, as `python -m whowalkedaway COMMAND`; nobody else needs to. `__main__` has the
commands, `build` and `steps` make one run, `sweeps` many.

Exit codes: 0 done, 1 a notebook failed or something is not told, 2 bad parameters, data or usage,
138 a kernel died. make ends with 2 whatever failed, and says the code in its last line.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# folders of own code: this subject with its commands, and the press
SOURCES = ("src", "packages/notepress/src")
BUILDS = ROOT / "build"
DEFAULT_RUN = "may-2019"
NOTEBOOKS = (
    "01-clean-tariffs",
    "02-clean-statements",
    "03-tariff-record",
    "04-border-record",
    "04-statement-record",
    "05-claims",
    "06-report",
)
REPORT = NOTEBOOKS[-1]


def lacking(problem: ImportError) -> str:
    """What to do where a library is missing or broken; raises the problem where it is ours."""
    if (problem.name or "").startswith(("whowalkedaway", "keeping", "tradetalks", "notepress")):
        raise problem
    remedy = "What to do: make distclean, then make report, which sets the environment up anew"
    if isinstance(problem, ModuleNotFoundError):
        return f"the environment lacks {problem.name}\n{remedy}"
    return f"the environment is damaged: {problem}\n{remedy}"
