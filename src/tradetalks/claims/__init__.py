"""Claims and their verdicts: every verdict is the result of a written rule over evidence.

A record's worth follows from its speaker's role in the claim, when it was said and what it says;
never from whose claim it is, nor from the table in which it stands.
"""
