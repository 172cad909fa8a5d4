"""Figures are drawn in the house style, and closed."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes

from tradetalks.figures.style import TEXT_WIDTH, use_style


@pytest.fixture(autouse=True)
def house_style() -> Iterator[None]:
    with use_style(), mpl.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


@pytest.fixture
def ax(house_style: None) -> Axes:
    return plt.subplots(figsize=(TEXT_WIDTH, 3.4))[1]
