"""What is found at the border: the results that the parts of its record give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from tradetalks.border import dating
from tradetalks.border.named import Border
from tradetalks.parts import Facts
from tradetalks.tariffs.tables import TariffTables


@dataclass(frozen=True, eq=False)
class Known(Border):
    """What is told of: all that was known by the day of the run, or with hindsight all there is.

    `told` is the step that is dated, if any; `is_told`, whether anything is told; `vintages` says
    in words what each is.
    """

    customs: pd.DataFrame
    tables: TariffTables
    told: str
    is_told: bool
    by: pd.Timestamp
    vintages: Mapping[str, str]
    facts: Facts = ()

    @property
    def first_months(self) -> Mapping[str, str]:
        """Month of each step."""
        months = self.steps["effective_date"].dt.to_period("M").astype("str")
        return dict(zip(self.steps["step_id"], months, strict=True))


@dataclass(frozen=True, eq=False)
class FeltSteps:
    """What of each step was recorded, by step; of the dated one, once known, its day."""

    steps: Mapping[str, dating.Felt]
    calendar: Mapping[str, float]
    plain: str = ""  # the last step without a grace window
    slowness: Sequence[float] = ()  # its first two months
    rule_days: Mapping[str, pd.Timestamp] = field(default_factory=dict)
    fit: pd.DataFrame = field(default_factory=pd.DataFrame)
    variants: pd.DataFrame = field(default_factory=pd.DataFrame)  # the day under all choices
    window: pd.DataFrame = field(default_factory=pd.DataFrame)  # what still paid the old rate
    facts: Facts = ()


@dataclass(frozen=True, eq=False)
class Recorded:
    """Duty and value by month and vintage; rates in law beside them; parts of the gap after."""

    path: pd.DataFrame
    months: pd.DataFrame = field(default_factory=pd.DataFrame)
    law: pd.DataFrame = field(default_factory=pd.DataFrame)
    gap: pd.DataFrame = field(default_factory=pd.DataFrame)
    gap_months: Sequence[str] = ()
    published: pd.DataFrame = field(default_factory=pd.DataFrame)
    facts: Facts = ()


@dataclass(frozen=True, eq=False)
class Trade:
    """Imports before announced days; exports by goods, in spans, by year, and by month."""

    run_ahead: pd.DataFrame = field(default_factory=pd.DataFrame)  # on the list of the dated step
    # actions on the list of the dated step; `is_step`, whether the rate changed
    days: pd.DataFrame = field(default_factory=pd.DataFrame)
    exports: pd.DataFrame = field(default_factory=pd.DataFrame)
    yearly: pd.DataFrame = field(default_factory=pd.DataFrame)
    monthly: pd.DataFrame = field(default_factory=pd.DataFrame)
    facts: Facts = ()


@dataclass(frozen=True, eq=False)
class Response:
    """How trade moved with the duties of both sides, each flow by one rule.

    `flows` as laid out for a regression; `elasticities` by flow and way; `months` by flow, for the
    list of the dated step or that of its answer (`listed`), and for those before (`earlier`);
    `triangles` by flow; `steps` by flow, with `on_listed`; `published` estimates.
    """

    flows: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    elasticities: pd.DataFrame = field(default_factory=pd.DataFrame)
    months: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    triangles: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    steps: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    published: pd.DataFrame = field(default_factory=pd.DataFrame)
    facts: Facts = ()


@dataclass(frozen=True, eq=False)
class Money:
    """Additional duty by month, recorded and as claimed; against the totals of Customs."""

    months: pd.DataFrame = field(default_factory=pd.DataFrame)
    customs: pd.DataFrame = field(default_factory=pd.DataFrame)
    facts: Facts = ()
