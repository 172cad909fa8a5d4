"""What goes wrong in the press, told to the person who can mend it."""


class PressError(Exception):
    """A notebook, value, figure or page that the press refuses; the message says what to do."""


class NotebookFailed(Exception):
    """A notebook that stopped; `exit_code` is 1 for a failed or slow cell, 138 for a dead one."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def all_problems(title: str, problems: list[str], remedy: str) -> PressError:
    """Join problems into one error: their count and place, one a line, and the remedy."""
    count = f"{len(problems)} problem" + ("" if len(problems) == 1 else "s")
    listed = "\n".join("  " + problem.replace("\n", "\n    ") for problem in problems)
    return PressError(f"{title}: {count}\n{listed}\nWhat to do: {remedy}")
