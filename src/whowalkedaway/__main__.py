"""The commands, and what is said and returned where one of them cannot do its work.

Whatever of this package is imported here, imports nothing but the standard library until it is
called: `help` needs no environment, and what was mistyped is told at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial

from whowalkedaway import ROOT
from whowalkedaway.build import report
from whowalkedaway.help import print_help, schema_text, sweep_schema_text
from whowalkedaway.inspection import compare, explain, verify, why
from whowalkedaway.runs import UsageError, check_run_name, command_line_variables
from whowalkedaway.steps import exit_note, run_step
from whowalkedaway.tables import check_list, fetch, read_texts


def sweep(typed: Mapping[str, str]) -> int:
    """Compute every point of the sweep that SWEEP names, here or by the Dask of SCHEDULER."""
    from whowalkedaway.sweeps import sweep as run_sweep

    return run_sweep(typed)


def corrections(typed: Mapping[str, str]) -> int:
    """Say what moved in a run since the last edition, and what of it is not told yet."""
    from whowalkedaway.corrections import corrections as tell

    return tell(typed)


def main(arguments: list[str]) -> int:
    """Run one command; print what is wrong, if anything is, and return the exit code."""
    if arguments == ["help"]:
        return print_help()

    from notepress.errors import PressError
    from notepress.run.failure import NotebookFailed
    from tradetalks.checks import DataError
    from tradetalks.parameters import ParameterError

    typed = command_line_variables(os.environ.get("MAKEFLAGS", ""))
    commands: dict[str, Callable[[Mapping[str, str]], int]] = {
        # a step is a command too, and a build forks its steps
        "report": partial(report, run_command=main),
        "explain": explain,
        "verify": verify,
        "compare": compare,
        "corrections": corrections,
        "why": why,
        "sweep": sweep,
        "fetch": fetch,
        "check-list": check_list,
        "read-texts": read_texts,
    }
    code = 2
    try:
        match arguments:
            case [command] if command in commands:
                return commands[command](typed)
            case ["step", run, name]:
                return run_step(check_run_name(run, "run"), name)
            case ["schema"]:
                (ROOT / "params" / "schema.json").write_text(schema_text(), encoding="utf-8")
                sweeps = ROOT / "params" / "sweeps" / "schema.json"
                sweeps.write_text(sweep_schema_text(), encoding="utf-8")
                return 0
            case _:
                raise UsageError(
                    f"usage: {' | '.join([*commands, 'step RUN NAME', 'schema', 'help'])}"
                )
    except NotebookFailed as failure:
        code = failure.exit_code
        print(failure, file=sys.stderr)
    except ParameterError as problem:
        print(problem, file=sys.stderr)
    except (UsageError, DataError, PressError) as problem:
        print(f"{type(problem).__name__}: {problem}", file=sys.stderr)
    except BrokenPipeError:
        raise
    except OSError as problem:
        print(_file_trouble(problem), file=sys.stderr)
    if arguments[:1] == ["step"]:
        try:
            exit_note(arguments[1]).write_text(str(code))
        except OSError as problem:  # the disk that is full for all else
            print(_file_trouble(problem), file=sys.stderr)
    return code


def _file_trouble(problem: OSError) -> str:
    """Name the file that could not be read or written, why, and what helps."""
    names = [str(name) for name in (problem.filename, problem.filename2) if name is not None]
    place = " -> ".join(names).replace(f"{ROOT}{os.sep}", "") or "a file"
    return (
        f"OSError: {place}: {problem.strerror or problem}\n"
        "What to do: give the file room and permission, then call make again; what was there "
        "before is as it was"
    )


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # who reads what is printed has seen enough; at its end Python would write once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.stderr.flush()
    os._exit(code)  # to take apart what was imported would take a tenth of a second
