"""No search for garbage: imported first where steps are forked from.

A step ends long before its garbage fills anything, and the search took up to a third of its time.
"""

import gc

gc.disable()
