"""Which cells rest on which, read from their names."""

from __future__ import annotations

import pytest

from notepress.dataflow import are_apart, named_in, needed


@pytest.mark.parametrize(
    ("source", "reads", "sets", "alters"),
    [
        ("b = a + 1", "a", "b", ""),
        ("import os.path, json as j", "", "os j", ""),
        ("n += a", "n a", "n", "n"),
        ("del a", "", "", "a"),
        ("frame['x'] = a", "frame a", "", "frame"),
        ("one.two[0].three = a", "one a", "", "one"),
        ("rows.append(a)", "rows a", "", "rows"),
        ("press.record(facts, raw.locate)", "press facts raw", "", ""),
        ("for row in rows: last = row", "rows row", "row last", ""),
        ("def f(x): return x + a", "x a", "f", ""),
        ("with use() as (a, b): pass", "use", "a b", ""),
        (
            "try: a\nexcept ValueError as error: print(error)",
            "a ValueError print error",
            "error",
            "",
        ),
        ("match a:\n    case [b, *c] | {'k': b, **c}: pass", "a", "b c", ""),
        ("if (n := len(a)): pass", "len a", "n", ""),
    ],
)
def test_names_are_read_set_and_altered(source, reads, sets, alters):
    names = named_in(source)
    assert names.reads == {*reads.split()}
    assert names.sets == {*sets.split()}
    assert names.alters == {*alters.split()}


def test_a_cell_that_fills_in_values_says_so():
    assert named_in("text = press.fill('{{n}}')").fills
    assert not named_in("text = frame.fillna(0)").fills


def test_wanted_cells_bring_those_that_make_or_alter_what_they_read():
    cells = [named_in(text) for text in ("a = [1]", "b = 2", "a.append(3)", "c = a", "d = b")]
    assert needed(cells, {3}) == [0, 2, 3]
    assert needed(cells, {4}) == [1, 4]
    assert needed(cells, ()) == []


@pytest.mark.parametrize(
    ("sources", "apart"),
    [
        (("a = [1]", "b = a"), True),
        (("a = [1]\na.append(2)", "b = a"), True),
        (("a = [1]", "a.append(2)"), False),
        (("a = 1", "a += 1"), False),
        (("a = 1", "del a"), False),
        (("import lines", "lines.check(3)"), True),
    ],
)
def test_a_notebook_whose_cells_alter_each_others_names_is_known(sources, apart):
    assert are_apart([named_in(source) for source in sources]) is apart
