"""The accusations in one drawing: from promise to deed, as far as the proof reaches."""

from collections.abc import Mapping
from itertools import pairwise, takewhile
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.claims.cards import LOW, NOTHING, chain_of
from tradetalks.claims.ladder import ASKED, PLAIN
from tradetalks.days import in_words
from tradetalks.figures import words
from tradetalks.figures.layout import LINE, figure_of, fit_board, lines_of
from tradetalks.figures.marks import Look, draw_marks
from tradetalks.figures.style import COLUMN, DARK, GRID, MUTED, RULE, TEXT, side_styles

# by what an answer does for the accusation
SHOWN = Look(words.SHOWN, ("shown",), "o", "side")
BOTH = Look(words.BOTH_WAYS, ("both",), "o", "pale")
OPEN = Look(words.NOT_SHOWN, ("open",), "o", "none")
AGAINST = Look(words.AGAINST, ("against",), "X", "side")
VERDICT = Look(words.VERDICT, ("verdict",), "D", "side")
PROOFS = (SHOWN, BOTH, OPEN, AGAINST)
ACCUSATION_COLUMNS = [
    *("number", "claim_id", "side", "accused", "accusation", "made", *ASKED),
    *(f"{slot}_proof" for slot in ASKED),
    *("verdict", "reason"),
]
_MARK = 7.0  # points


class _Room(NamedTuple):
    """Where the parts of a row stand, in points."""

    words: float  # width of the accusation
    first: float  # the middle of the first station
    step: float
    verdict: float  # left edge of the verdict
    reason: float  # width of the reason
    is_stacked: bool


def measure_accusations(grid: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the printed charges with what the drawing says of each: one row per charge.

    Columns: `ACCUSATION_COLUMNS`, among them by slot the answer in words and its proof (shown,
    both, open, against, or none where it is not asked). `grid` is that of `charge_grid`.
    """
    days = dict(zip(claims["claim_id"], claims["claim_date"], strict=True))
    rows = []
    for number, charge in enumerate(grid.to_dict("records"), 1):
        told = {slot: words for slot, (words, *_) in chain_of(charge).items()}
        proofs = {f"{slot}_proof": _proof(slot, look) for slot, look in told.items()}
        rows.append(
            {
                "number": number,
                **{name: charge[name] for name in ("claim_id", "side", "accused")},
                "accusation": charge["printed"],
                "made": f"{charge['claimant']}, {in_words(days[charge['claim_id']])}",
                **told,
                **proofs,
                "verdict": PLAIN[charge["verdict"]],
                "reason": charge["stops"],
            }
        )
    return pd.DataFrame(rows, columns=ACCUSATION_COLUMNS)


def _proof(slot: str, told: str) -> str:
    """What an answer, in the words of a chain, does for an accusation; empty if it is not asked.

    A way out speaks against it, if it counts; that none is shown leaves nothing to prove.
    """
    if told == NOTHING:
        return ""
    answer, _, counts = told.removesuffix(LOW).partition(", ")
    if answer == "disputed":
        return "both"
    if slot == "reserved":
        return "against" if answer == "yes" and not counts else "shown"
    return {"yes": "shown", "no": "against"}.get(answer, "open")


def plot_accusations(ax: Axes, rows: pd.DataFrame, sides: pd.DataFrame) -> None:
    """Draw each accusation as a line from promise to verdict, full as far as the proof reaches.

    Reads `ACCUSATION_COLUMNS`; the accusation links its card. Colours are those of the accused. On
    a telephone the parts of a row stand below each other. Sets the figure's height.
    """
    wide = figure_of(ax).get_figwidth() * 72
    room = _Room(168, 190, 48, 366, wide - 366, is_stacked=False)
    if wide <= COLUMN * 72:
        room = _Room(wide, wide / 8, wide / 4, 0, wide, is_stacked=True)
    styles = side_styles(sides)
    marks: dict[tuple[Look, str], list[tuple[float, float, int]]] = {}
    y, heads = 0.0, ""
    for at, row in enumerate(rows.to_dict("records")):
        colour = styles[row["accused"]].colour
        accuser, accused = (styles[row[one]].article_name for one in ("side", "accused"))
        pair = words.ACCUSES.format(accuser=accuser[:1].upper() + accuser[1:], accused=accused)
        if pair != heads:
            y -= 0 if not heads else 0.7 * LINE
            heads = pair
            ax.text(0, y, pair, va="top", weight="bold", color=TEXT)
            y -= 1.5 * LINE if room.is_stacked else 0
            for n, asked in enumerate(ASKED.values()):
                x = room.first + n * room.step
                ax.text(x, y, asked.lower(), va="top", ha="center", color=MUTED)
            y -= 1.5 * LINE
            ax.plot([0, wide], [y, y], color=RULE, linewidth=0.7)
            y -= 0.5 * LINE
        link = f"#tbl-claim_{row['claim_id'].lower()}"
        foot = _write(ax, 0, y, f"{row['number']} {row['accusation']}", room.words, TEXT, link)
        foot = _write(ax, 0, foot, row["made"], room.words, MUTED)
        top = foot - 0.4 * LINE if room.is_stacked else y
        _draw_chain(ax, row, room, top - 0.5 * LINE, colour)
        for n, slot in enumerate(ASKED):
            x = room.first + n * room.step
            ax.text(x, top - 1.15 * LINE, row[slot], va="top", ha="center", color=DARK)
            for look in (one for one in PROOFS if row[f"{slot}_proof"] in one.codes):
                marks.setdefault((look, colour), []).append((x, top - 0.5 * LINE, at))
        beside = top - 2.3 * LINE if room.is_stacked else y
        verdict = str(row["verdict"])
        ax.text(
            *(room.verdict, beside, verdict[:1].upper() + verdict[1:]),
            va="top", weight="bold", color=TEXT,
        )  # fmt: skip
        low = _write(ax, room.verdict, beside - LINE, row["reason"], room.reason, DARK)
        y = min(foot, low, top - 2.2 * LINE) - 0.45 * LINE
        ax.plot([0, wide], [y, y], color=GRID, linewidth=0.6)
        y -= 0.55 * LINE
    for (look, colour), places in marks.items():
        across, down, numbers = zip(*places, strict=True)
        draw_marks(ax, across, down, look, colour, size=_MARK, rows=numbers)
    fit_board(ax, y + 0.3 * LINE)


def plot_turning(ax: Axes, rows: pd.DataFrame, sides: pd.DataFrame) -> None:
    """Draw what one change makes of each accusation, as arrows from its verdict to another.

    Reads `ACCUSATION_COLUMNS`, becomes (a plain verdict, empty where no change was found) and
    change; rows of one accusation stand together. The marks beneath an accusation are its answers.
    Sets the figure's height.
    """
    wide = figure_of(ax).get_figwidth() * 72
    is_stacked = wide <= COLUMN * 72
    scale = [*reversed([*dict.fromkeys(PLAIN.values())][:-1])]
    first, step = (wide / 10, wide / 5) if is_stacked else (152.0, 36.0)
    left = 0.0 if is_stacked else first + len(scale) * step - 8
    styles = side_styles(sides)
    places = {word: first + n * step for n, word in enumerate(scale)}
    for word, x in places.items():
        for n, line in enumerate(reversed(word.split())):
            ax.text(x, (n - 2.1) * LINE, line, va="bottom", ha="center", color=MUTED)
    y = -2.5 * LINE
    marks: dict[tuple[Look, str], list[tuple[float, float, int]]] = {}
    shown = rows.assign(at=range(len(rows)))
    for _, arrows in shown.groupby("number", sort=False):
        ax.plot([0, wide], [y, y], color=GRID, linewidth=0.6)
        y -= 0.5 * LINE
        row = arrows.iloc[0]
        colour, home = styles[row["accused"]].colour, places[row["verdict"]]
        link = f"#tbl-claim_{row['claim_id'].lower()}"
        told = f"{row['number']} {row['accusation']}"
        width = wide if is_stacked else first - step / 2 - 8
        foot = _write(ax, 0, y, told, width, TEXT, link)
        for n, slot in enumerate(ASKED):
            for look in (one for one in PROOFS if row[f"{slot}_proof"] in one.codes):
                marks.setdefault((look, colour), []).append((5 + 14 * n, foot - 6, row["at"]))
        foot -= 14
        y = foot if is_stacked else y
        for arrow in arrows.to_dict("records"):
            at = y - 0.5 * LINE
            ax.plot([places[scale[0]], places[scale[-1]]], [at, at], color=GRID, linewidth=0.8)
            if arrow["becomes"]:
                ax.annotate(
                    "", (places[arrow["becomes"]], at), (home, at),
                    arrowprops={"arrowstyle": "-|>", "color": colour, "shrinkA": 3, "shrinkB": 0},
                )  # fmt: skip
            draw_marks(ax, [home], [at], VERDICT, colour, rows=[arrow["at"]])
            beside = at - 0.7 * LINE if is_stacked else y
            y = _write(ax, left, beside, arrow["change"], wide - left, TEXT) - 0.3 * LINE
        y = min(y, foot) - 0.2 * LINE
    for (look, colour), spots in marks.items():
        across, down, numbers = zip(*spots, strict=True)
        draw_marks(ax, across, down, look, colour, rows=numbers)
    fit_board(ax, y)


def _draw_chain(ax: Axes, row: Mapping[Any, Any], room: _Room, y: float, colour: str) -> None:
    """Draw the line of one accusation: full to the last station before the proof stops."""
    asked = [slot for slot in ASKED if row[f"{slot}_proof"]]
    shown = len([*takewhile(lambda slot: row[f"{slot}_proof"] == "shown", asked)])
    places = [room.first + n * room.step for n in range(len(asked))]
    for n, (left, right) in enumerate(pairwise(places), 1):
        look: Any = {"linewidth": 2.6} if n < shown else {"linewidth": 1.0, "linestyle": ":"}
        ax.plot([left, right], [y, y], color=colour, zorder=2, **look)


def _write(
    ax: Axes, x: float, top: float, told: str, width: float, colour: str, link: str = ""
) -> float:
    """Write words from a top downwards in lines of a width; return how far down they reach."""
    lines = [*lines_of(told, width)]
    for number, line in enumerate(lines):
        ax.text(x, top - number * LINE, line, va="top", color=colour, url=link or None)
    return top - len(lines) * LINE
