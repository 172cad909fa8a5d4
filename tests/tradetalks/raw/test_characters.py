"""What a text holds that nobody sees is told, but for what its script needs."""

from __future__ import annotations

import pytest

from tradetalks.raw.characters import character_faults


@pytest.mark.parametrize("text", ["کتاب\u200cها", "क्\u200dष", "不提高", "tariff"])
def test_letters_of_any_script_pass(text):
    assert not list(character_faults(text))


@pytest.mark.parametrize("text", ["不提\u200d高", "ta\u200driff", "不\u200c提", "é\u200dé"])
def test_a_joiner_between_letters_that_do_not_join_is_told(text):
    (rule, remedy), *others = character_faults(text)
    assert "ZERO WIDTH" in rule
    assert remedy == "take it out"
    assert not others
