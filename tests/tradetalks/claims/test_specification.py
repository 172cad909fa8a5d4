"""Every example in CONTRIBUTING.md is what the code does; every check and every rung has some."""

from collections import Counter
from typing import get_args

import pytest
from examples import read_examples

from tradetalks.claims.checks import CHECKS
from tradetalks.claims.ladder import ClaimKind
from tradetalks.claims.weigh import WEIGHTS

EXAMPLES = read_examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.of}: {one.records}")
def test_the_code_does_what_the_example_says(example):
    assert example.find() == example.answer


def test_each_has_three_to_eight_examples_and_no_answer_alone():
    of = Counter(one.of for one in EXAMPLES if one.of != "charge")
    rungs = Counter(one.question for one in EXAMPLES if one.of == "charge")
    print_names = {"readout": "read-out", "commitment": "commitment", "account": "press"}
    weights = {print_names.get(weight, weight) for weight in WEIGHTS}
    kinds = {*get_args(ClaimKind)} - {"charge", "value"}
    assert {*CHECKS, *weights, *kinds, "implied", "reach"} == {*of}
    assert len(rungs) == 7
    assert all(3 <= count <= 8 for count in (*of.values(), *rungs.values()))
    assert all(len({e.answer for e in EXAMPLES if e.of == name}) > 1 for name in of)
