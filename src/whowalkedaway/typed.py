"""What was typed on make's command line. Needs no environment.

It is read from MAKEFLAGS, so that no value passes through a shell, and a variable that merely
happens to be in the environment counts for nothing.
"""

from __future__ import annotations

import re


def command_line_variables(makeflags: str) -> dict[str, str]:
    """NAME -> value of the variables on make's command line, from MAKEFLAGS.

    After ` -- ` make lists them as NAME=value, with blanks and backslashes
    escaped by a backslash and dollar signs doubled.
    """
    _, _, listed = f" {makeflags}".partition(" -- ")
    variables = {}
    for word in re.findall(r"(?:\\.|[^\s\\])+", listed, re.DOTALL):
        plain = re.sub(r"\\(.)", r"\1", word, flags=re.DOTALL).replace("$$", "$")
        name, sign, value = plain.partition("=")
        if sign:
            variables[name.rstrip(":?+!")] = value
    return variables
