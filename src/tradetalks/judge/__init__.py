"""Claims and their verdicts: every verdict is the result of a written rule over evidence.

`records` says what may serve as evidence, `weigh` what a record is worth for a question, `checks`
answer questions, `ladder` turns answers into verdicts, `docket` does so for whole tables, `turns`
and `counterfactual` say what would make a verdict another one. What a record is worth follows from
the role of its speaker in the claim, from when it was said and from what it says; never from whose
claim it is, and never from the table in which the record stands.
"""
