"""What law, words and border recorded, measured, and judged by rules."""

import pandas as pd

# tables are small: Arrow's way into and out of each text took a quarter of the time of measuring
pd.options.mode.string_storage = "python"
