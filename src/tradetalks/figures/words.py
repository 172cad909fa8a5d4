"""Every word that stands in a drawing and is no data: a report in another language has another.

What is drawn of the data stands in braces. Days are printed by `style.day_label`, from here.
"""

DAY, DAY_AND_YEAR, MONTH = "{0.day} {0:%b}", "{0.day} {0:%b %Y}", "{0:%b}"

# the ledger of statements
BLAMES, DENIES = "blames or threatens", "denies, justifies or demands"
OTHERWISE = "does anything else"
EACH_COLUMN, ONE_DAY, DAYS = "each column: {held}", "one day", "{days} days"

# whole channels above the rates
BY_WEEK, AVERAGE_DUTY = "{title}, by week", "Average duty on the other side's goods (%)"
COUNTED_FROM = "{told}, from {day} on"
EVERYTHING, ON_QUARREL = "pale: all that was said", "solid: on the quarrel"
NO_ITEM = "hatched: none or missing"
BROKEN_WORD, RATE_AT_END = "words of a broken word", "{side}\n{rate:.1f}%"
RATE = "{rate:.1f}%"

# the days of the breakdown
MEASURE, ON_RECORD, UNNAMED = "measure", "words on record", "unnamed sources"
SOURCES, NO_SIDE, AND = "{whose} sources: {label}", "sources, side not given: {label}", " and "
OTHER = "other"
SAID, DONE = "said", "done"

# the accusations
ACCUSES = "{accuser} accuses {accused}"
SHOWN, BOTH_WAYS, NOT_SHOWN, AGAINST = "shown", "proof both ways", "not shown", "against it"
VERDICT, NO_CHANGE = "verdict", "nothing that we tried changes it"

# duties added, and averages of others
IMPORTS_HIT, POINTS = "Imports hit (billion dollars a year)", "+{points:g} points"
SUSPENDED = "of these not in force\nsince {day}: {usd} billion"
BILLION, BN, A_YEAR = "{usd} billion", "{usd} bn", "{side}: {usd:.1f} billion dollars a year"
PUBLISHED, OURS = "published", "ours"
OURS_LESS = "Average rate (percent), and ours less published"

# the border
OF_VALUE, ON_THE_WAY = "Percent of customs value", "goods on the way"
IN_LAW, OF_OTHERS, IN_MONTH = "in law {rate:.1f}%", "{name} {rate:.1f}%", "{month} {rate:.1f}%"
IN_LAW_LATER = "in law,{gap}with later lists {rate:.1f}%"
RECORDED_FIRST = "recorded,{gap}before revision {rate:.1f}%"
RECORDED_REVISED = "recorded,{gap}as revised {rate:.1f}%"
RECORDED_IN_ALL = "recorded {rate:.1f}%"
SHARE_RECORDED, FIRST_MONTH = "Share of the step recorded", "Share in the first month"
RECORDED, IN_CHAPTER = "recorded", "in one chapter"
BY_CALENDAR = "by the calendar"
DAY_TO_RATE = "{day}\nto {rate:.0f}%"
LISTED, EARLIER = "list raised last", "lists before it"
FLOWS = {"imports": "US imports from China", "exports": "US exports to China"}
EXPORTS, BEFORE_DAY = "{goods} exports\n(billion dollars)", "Close before the day = 100"
