"""Claims and their verdicts: every verdict is the result of a written rule over evidence.

What a record is worth follows from the role of its speaker in the claim, from when it was said and
from what it says; never from whose claim it is, and never from the table in which it stands.
"""
