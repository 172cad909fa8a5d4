"""The press: run parameterised notebooks, record their values, print them as HTML and PDF.

It knows nothing of what a report is about.
"""

from notepress.press import Press

__all__ = ["Press"]
