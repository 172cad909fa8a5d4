"""What goes wrong in the press, told to the person who can mend it."""


class PressError(Exception):
    """A notebook, value, figure or page that the press refuses; the message says what to do."""


class NotebookFailed(Exception):
    """A notebook that stopped: what a person needs in order to find out why, and to run it again.

    `exit_code` is 1 for a failed or slow cell and 138 for a dead kernel.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def all_problems(title: str, problems: list[str], remedy: str) -> PressError:
    """Join problems into one error, so that a person mends them in one go.

    The first line counts them and names the place, then one problem per entry, then the remedy.
    """
    count = f"{len(problems)} problem" + ("" if len(problems) == 1 else "s")
    listed = "\n".join("  " + problem.replace("\n", "\n    ") for problem in problems)
    return PressError(f"{title}: {count}\n{listed}\nWhat to do: {remedy}")
