"""What is shown of steps at work: a line for each that ends, and on a terminal one that moves."""

import sys
from collections.abc import Iterable
from typing import Any

from tqdm.std import tqdm


def is_terminal() -> bool:
    """Tell whether what is printed is seen where a line can move, with every letter."""
    return sys.stdout.isatty() and (sys.stdout.encoding or "").lower().startswith("utf")


def counted(total: int, unit: str, items: Iterable[Any] = ()) -> tqdm:
    """The items as they come; on a terminal, a line says how many of `total` came."""
    line: tqdm = tqdm(
        items,
        total=total,
        unit=unit,
        bar_format="  {bar:12} {n_fmt} of {total_fmt} {unit}",
        file=sys.stdout,
        disable=not is_terminal(),
        leave=False,
        dynamic_ncols=True,
    )
    return line
