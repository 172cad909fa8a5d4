"""No search for garbage and no debugger: imported first where steps are forked from.

A step ends long before its garbage fills anything, and the search took up to a third of its time.
"""

import gc
import sys

gc.disable()
sys.modules["debugpy"] = None  # type: ignore[assignment]  # a kernel would import it unasked
