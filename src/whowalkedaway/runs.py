"""Which run is meant by what was typed, and the parameters that come of it."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tradetalks.checks import nearest
from tradetalks.limits import defaults, parse_run
from tradetalks.parameters import (
    NAMES,
    Parameters,
    as_text,
    read_parameter_file,
    read_text_file,
    with_last,
)
from whowalkedaway import BUILDS, DEFAULT_RUN, ROOT

RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,199}", re.ASCII)
_OF_A_RUN = ("RUN", "AS", "ACCEPT_DATA", "TIMEOUT")


class Command(NamedTuple):
    """The module of a command, what it takes on make's command line, and whether any parameter."""

    module: str
    takes: Sequence[str] = ()
    is_measuring: bool = False


COMMANDS: Mapping[str, Command] = {
    "report": Command("whowalkedaway.build", _OF_A_RUN, is_measuring=True),
    "explain": Command("whowalkedaway.inspection", ("VALUE", "RUN")),
    "verify": Command("whowalkedaway.inspection", ("RUN", "FILE")),
    "compare": Command("whowalkedaway.inspection", ("A", "B", "IN")),
    "corrections": Command("whowalkedaway.corrections", ("RUN", "EDITION")),
    "why": Command("whowalkedaway.build", _OF_A_RUN, is_measuring=True),
    "site": Command("whowalkedaway.site", ("RUNS", "SITE")),
    "sweep": Command("whowalkedaway.sweeps", ("SWEEP",)),
    "fetch": Command("keeping.commands", ("MIRROR", "RUN"), is_measuring=True),
    "fetch-border": Command("keeping.commands", ("SINCE", "UNTIL", "RUN"), is_measuring=True),
    "check-list": Command("keeping.commands", ("LIST", "RUN"), is_measuring=True),
    "read-texts": Command("keeping.commands", ("FROM", "RUN"), is_measuring=True),
    "docs": Command("whowalkedaway.manual"),
}
# all that is no parameter
CONTROLS = {name for command in COMMANDS.values() for name in command.takes}
# folders of reports/ that hold no run
RESERVED = {"sweeps", "compare", "bench", "by-hand"}


class UsageError(Exception):
    """Something in the call itself is wrong; the message is for the person who typed it."""


def refuse_strays(command: str, typed: Iterable[str]) -> None:
    """Raise UsageError where a command would pay no heed to what was typed."""
    _, takes, is_measuring = COMMANDS[command]
    stray = {*typed} - {*takes}
    if is_measuring:
        stray &= CONTROLS
        takes = (*takes, "parameters")
    if stray:
        raise UsageError(
            f"make {command} takes {', '.join(takes) or 'nothing'}, and knows nothing of "
            f"{', '.join(sorted(stray))}"
        )


def overlooked(environment: Iterable[str]) -> list[str]:
    """The names of parameters, and RUN, that stand in the environment and count for nothing."""
    known = {"run", *Parameters.model_fields}
    return sorted(name for name in environment if name.lower() in known)


def check_run_name(name: str, origin: str) -> str:
    """The name, if it can be a folder's; UsageError otherwise."""
    if not RUN_NAME.fullmatch(name) or ".." in name:
        raise UsageError(
            f"{origin} = {name!r}: a run's name is made of letters, digits and ._+=- and starts "
            "with a letter or digit"
        )
    if name.lower() in RESERVED:
        raise UsageError(
            f"{origin} = {name!r}: reports/{name.lower()} is a folder of its own; take another name"
        )
    return name


def chosen_run(typed: Mapping[str, str]) -> str:
    """The run that RUN names, whether or not it was built."""
    return check_run_name(typed.get("RUN", DEFAULT_RUN), "RUN")


def built_file(run: str, file: str) -> Path:
    """A file of a run's report; UsageError where it was not built."""
    path = ROOT / "reports" / run / file
    if not path.is_file():
        raise UsageError(f"{path.relative_to(ROOT)} is not there; build it with: {to_build(run)}")
    return path


def to_build(run: str) -> str:
    """The call that builds a run: its parameters stand in params/, or have to be typed."""
    known = {path.stem for path in (ROOT / "params").glob("*.yml")}
    typed = f"make report PARAMETER=value AS={run}{nearest(run, known)}"
    return f"make report RUN={run}" if run in known else typed


def resolve(typed: Mapping[str, str]) -> tuple[str, Parameters]:
    """The name of the run that is meant, and its parameters; errors as of `chosen_parameters`.

    UsageError, too, where a run with other parameters has the name.
    """
    parameters = chosen_parameters(typed)
    if "AS" in typed:
        run = check_run_name(typed["AS"], "AS")
        _refuse_taken(run, f"AS = {run!r}", parameters, NAMES)
        return run, parameters
    run = name_of_run(chosen_run(typed), _overrides(typed), parameters)
    _refuse_taken(run, f"the run {run}", parameters, _overrides(typed))
    return run, parameters


def chosen_parameters(typed: Mapping[str, str]) -> Parameters:
    """All parameters of a run: from the command line, its file, and its raw tables.

    Raises ParameterError or UsageError with everything that is wrong, or DataError where the raw
    tables cannot say what the rest is; writes nothing.
    """
    base, overrides = chosen_run(typed), _overrides(typed)
    names = Counter(name.lower() for name in typed if name not in CONTROLS)
    if twice := sorted(name for name, times in names.items() if times > 1):
        raise UsageError(f"{', '.join(twice)}: written in capitals and without; keep one of them")
    from_file = read_parameter_file(ROOT / "params" / f"{base}.yml")
    origin = f"params/{base}.yml" + (" and on the command line" if overrides else "")
    return parse_run(with_last(from_file, overrides), ROOT, origin)


def _overrides(typed: Mapping[str, str]) -> dict[str, str]:
    """The parameters among what was typed."""
    return {name.lower(): value for name, value in typed.items() if name not in CONTROLS}


def _refuse_taken(run: str, told: str, parameters: Parameters, names: Collection[str]) -> None:
    """Raise UsageError where a run of this name differs in one of these parameters.

    It would be overwritten. What was built here is as its build noted, even if its file is damaged.
    """
    wanted, made = as_text(parameters), ROOT / "reports" / run / "parameters.yml"
    for file in (ROOT / "params" / f"{run}.yml", made):
        if names and file.is_file():
            # where it was built, the build's own copy
            noted = BUILDS / run / "parameters" / "all.yml"
            is_built = file == made and (BUILDS / run / "done" / "record").is_file()
            values = read_text_file(noted if is_built else file, "run")
            values.pop("run", None)
            held = as_text(parse_run(values, ROOT, str(file)))
            if any(held[name] != wanted[name] for name in names):
                raise UsageError(
                    f"{told}: {file.relative_to(ROOT)} is of a run with other parameters\n"
                    "What to do: take another name, AS=name; or remove the file, if nobody wants "
                    "that run"
                )


def name_of_run(base: str, changed: Iterable[str], parameters: Parameters) -> str:
    """The name of a run that changes these parameters of another."""
    texts = as_text(parameters)
    parts = [base, *(f"{name}={texts[name]}" for name in sorted(changed))]
    return check_run_name("+".join(parts), "the run's name (choose one with AS=name)")


def not_default(parameters: Parameters) -> tuple[str, list[str]]:
    """The parameters of a run that are not as its raw tables have them, in words and as typed."""
    usual = as_text(defaults(ROOT / parameters.raw_dir))
    own = {name: text for name, text in as_text(parameters).items() if text != usual[name]}
    words = ", ".join(f"{name} = {text}" for name, text in own.items())
    return words or "all at their defaults", [f"{name.upper()}={own[name]}" for name in own]


def as_yaml(values: Mapping[str, Any]) -> str:
    """The text of a parameter file with these values."""
    # every JSON value is a YAML value, and days are written as text, as in the notebooks
    return "".join(
        f"{name}: {json.dumps(value, default=str, ensure_ascii=False)}\n"
        for name, value in values.items()
    )
