"""Runs one command, a function of its name in the module that `runs.COMMANDS` names."""

import importlib
import os
import re
import sys

from whowalkedaway import lacking
from whowalkedaway.builds import clean, end_with
from whowalkedaway.help import print_help


def command_line_variables(makeflags: str) -> dict[str, str]:
    """NAME -> value of the variables on make's command line, from MAKEFLAGS, past any shell.

    After ` -- ` make lists them as NAME=value, parted by blanks, with blanks and backslashes
    escaped by a backslash and dollar signs doubled.
    """
    _, _, listed = f" {makeflags}".partition(" -- ")
    variables = {}
    for word in re.findall(r"(?:\\.|[^ \\])+", listed, re.DOTALL):
        plain = re.sub(r"\\(.)", r"\1", word, flags=re.DOTALL).replace("$$", "$")
        name, sign, value = plain.partition("=")
        if sign:
            variables[name.rstrip(":?+!")] = value
    return variables


def main(arguments: list[str]) -> int:
    """Run one command; print what is wrong, if anything is, and return the exit code."""
    typed = command_line_variables(os.environ.get("MAKEFLAGS", ""))
    if caller := os.environ.get("CALLER", ""):
        end_with(int(caller))
    if arguments == ["help"]:
        return print_help()
    if arguments == ["clean"]:
        return clean()

    from whowalkedaway.problems import KNOWN, told
    from whowalkedaway.runs import COMMANDS, UsageError, overlooked, refuse_strays

    try:
        if len(arguments) != 1 or arguments[0] not in COMMANDS:
            raise UsageError(f"usage: {' | '.join([*COMMANDS, 'help', 'clean'])}")
        (command,) = arguments
        module = importlib.import_module(COMMANDS[command].module)
        for name in overlooked(os.environ.keys() - typed.keys()):
            said = f"{name} in the environment counts for nothing; write it after make {command}"
            print(said, file=sys.stderr)
        refuse_strays(command, typed)
        code: int = getattr(module, command.replace("-", "_"))(typed)
    except BrokenPipeError:
        raise
    except KNOWN as problem:
        code, said = told(problem)
        print(said, file=sys.stderr)
    return code


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        code = 0  # who reads what is printed has seen enough
    except KeyboardInterrupt:
        code = 130
    except ImportError as lack:
        print(lacking(lack), file=sys.stderr)
        code = 2
    sys.stderr.flush()
    os._exit(code)  # to take apart what was imported would take a tenth of a second
