"""The headline numbers of both cases, from the raw tables alone, in forty lines of pandas.

They import nothing of ours, and what the program measures has to agree.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import projects
from tradetalks.facts import Fact
from tradetalks.records import Records
from tradetalks.tables import read_raw

RAW = Path(__file__).resolve().parents[1] / "data" / "raw"
MAY = {"raw_dir": "data/raw"}
BUSAN = {"raw_dir": "data/raw/geneva-2025", "as_of": "2025-12-31"}


def by_hand(raw: Path, basis: str, as_of: str) -> dict[str, float]:
    """Averages, dollars and duty of one case, from its tables. Forty lines and no more."""
    read = {path.stem: pd.read_csv(path, dtype={"hs_chapter": "str"}) for path in raw.glob("*.csv")}
    acts, sets, worth = read["actions"], read["coverage_sets"], read["coverage"]
    acts = acts[acts["changes_rate"].astype("str").eq("True") & acts["announced_date"].le(as_of)]
    acts = acts[acts["effective_date"].le(as_of)].sort_values(["effective_date", "action_id"])
    sets = sets[sets["coverage_set"].eq(basis)].merge(worth, on="coverage_id", how="left")
    value = sets.set_index("part")["estimate_usd_bn"].astype("float64")
    base = sets["benchmark_id"].dropna().item()
    benchmarks = read["benchmarks"].set_index("benchmark_id")["value_pct"]
    exempt = read["exemptions"].merge(worth, on="coverage_id").set_index("tranche_x")
    out = {"us_start": float(benchmarks[base])}
    ours = acts[acts["side"].eq("US") & acts["tranche"].isin(value.index)]
    for name, off in exempt["estimate_usd_bn"].items():
        value[name] = value.get(name, float("nan")) - off
    rates = ours.groupby("tranche")["rate_after_pct"].agg(["last", "max"]).astype("float64")
    for end in ("last", "max"):
        out[f"us_{end}"] = out["us_start"] + (rates[end] * value[rates.index]).sum() / value["ALL"]
    imports = read["imports_by_chapter"].iloc[:, 1].sum()
    changes = read["changes_by_chapter"].merge(read["chapter_events"], on="event")
    changes = changes[changes["effective_date"].le(as_of)].sort_values("effective_date")
    points = changes.groupby("effective_date")["weighted_change_pp_usd_thousand"].sum().cumsum()
    out |= {"cn_start": points.iloc[0] / imports, "cn_last": points.iloc[-1] / imports}
    out["cn_max"] = points.max() / imports
    known = acts.set_index("action_id")
    pairs = read["episodes"][["move_effective", "answer_effective"]]
    pairs = pairs[pairs.isin(known.index).all(axis=1)]
    moves = known.loc[pairs["move_effective"]]
    is_valued = moves["tranche"].isin(value.index).to_numpy()
    answers = known.loc[pairs["answer_effective"], "measured_by"][is_valued]
    moves = moves[is_valued]
    rise = moves["rate_after_pct"] - moves["rate_before_pct"]
    out["us_dollars"] = (rise * moves["tranche"].map(value)).sum() / 100
    out["us_share"] = value[moves["tranche"].iloc[-1]] / value["ALL"]
    sums = changes.groupby("event").sum(numeric_only=True).loc[answers]
    out["cn_dollars"] = sums["weighted_change_pp_usd_thousand"].sum() / 1e8
    out["cn_share"] = sums["imports_affected_usd_thousand"].iloc[-1] / imports
    border = read["border_imports"]
    june = border[border["month"].eq(f"{as_of[:4]}-06") & border["vintage"].eq("published")]
    out["june"] = 100 * june["calculated_duty_usd"].sum() / june["customs_value_usd"].sum()
    return out


def test_it_takes_no_more_than_forty_lines() -> None:
    source = Path(__file__).read_text(encoding="utf-8").split('no more."""\n')[1]
    assert len(source.split("    return out\n")[0].splitlines()) <= 40


def test_the_quarrel_of_2019() -> None:
    found = {f.value_id: f.value for f in _facts(MAY)}
    ours = by_hand(RAW, "census_2017_customs", "2019-06-04")
    names = {
        **{"us_start": "us_rate_after_base", "us_last": "us_rate_last"},
        **{"cn_start": "cn_rate_after_base", "cn_last": "cn_rate_last"},
        **{"us_dollars": "duty_added_us", "cn_dollars": "duty_added_cn"},
        **{"us_share": "move_share_e5", "cn_share": "answer_share_e5"},
        "june": "border_rate_2019_06",
    }
    assert {name: found[ours_id] for name, ours_id in names.items()} == pytest.approx(
        {name: ours[name] for name in names}, abs=1e-9
    )


def test_the_quarrel_of_2025() -> None:
    found = {f.value_id: f.value for f in _facts(BUSAN)}
    ours = by_hand(RAW / "geneva-2025", "census_2024", "2025-12-31")
    names = {
        **{"us_start": "us_rate_after_base", "us_last": "us_rate_last"},
        **{"us_max": "us_rate_after_american_peak", "cn_max": "cn_rate_after_chinese_peak"},
        **{"cn_start": "cn_rate_after_base", "cn_last": "cn_rate_last"},
        "june": "border_rate_2025_06",
    }
    assert {name: found[ours_id] for name, ours_id in names.items()} == pytest.approx(
        {name: ours[name] for name in names}, abs=1e-9
    )


def _records(given: dict[str, str]) -> Records:
    return Records(read_raw(RAW.parents[1] / given["raw_dir"]), projects.parameters(**given))


def _facts(given: dict[str, str]) -> list[Fact]:
    made = _records(given)
    return [*made.tariffs.facts(), *made.border.facts()]


# what a card says of a sum of dollars: which dollars, and of which year, month or vintage
BASES = (
    r"base[ -]year|calculated duty|customs value|exports|as the government claims|by the agreement"
    r"|the government's own rates and values|farm goods of the step|Duty (on|recorded)"
)
# averages that are drawn from the run's own path say of which day or case; its weights stand there
AVERAGES = (
    r"weighed by|on the last day|exempt:|had it returned|over the days of"
    r"|on the day of: |this average: "
)


@pytest.mark.parametrize("given", [MAY, BUSAN], ids=["2019", "2025"])
def test_no_dollars_and_no_average_without_unit_basis_and_time(given) -> None:
    facts = [fact for fact in _facts(given) if fact.unit != "missing"]
    dollars = [fact for fact in facts if fact.unit == "usd_bn"]
    averages = [fact for fact in facts if fact.unit == "percent" and "average" in fact.definition]
    assert len(dollars) > 20
    assert len(averages) > 20
    bare = [f"{f.value_id}: {f.definition}" for f in dollars if not re.search(BASES, f.definition)]
    timed = r"\d{4}|base[ -]year|a year|took effect|twelve months|at the rise"
    bare += [f"{f.value_id}: {f.definition}" for f in dollars if not re.search(timed, f.definition)]
    recorded = [
        f for f in facts if re.match(r"border_(rate|duty|imports|additional|most)", f.value_id)
    ]
    bare += [f.value_id for f in recorded if not re.search(r"as of \w+ \d{4}", f.definition)]
    threat = {"threat_after"}
    bare += [
        f"{f.value_id}: {f.definition}"
        for f in averages
        if f.value_id not in threat and not re.search(AVERAGES, f.definition)
    ]
    assert bare == []


def test_what_stands_beside_the_headlines_of_2019() -> None:
    """Trade hit in force, farm goods on lists, duty recorded, the gap to others, documents read."""
    read = {path.stem: pd.read_csv(path, dtype={"hs_chapter": "str"}) for path in RAW.glob("*.csv")}
    facts = [fact for record in _records(MAY) for fact in record.facts()]
    found = {fact.value_id: fact.value for fact in facts}
    # the three Chinese lists, and what was suspended of them
    hit = read["changes_by_chapter"].merge(read["chapter_events"], on="event")
    worth = hit.groupby("event")["imports_affected_usd_thousand"].sum()
    lists = worth[["CN-301-1", "CN-301-2", "CN-301-3"]].sum()
    imports = read["imports_by_chapter"].set_index("hs_chapter").iloc[:, 0]
    still = (lists - worth["CN-AUTO-SUSP"]) / imports.sum()
    assert found["imports_still_hit_share_cn"] == pytest.approx(still, abs=1e-9)
    assert f"{100 * still:.1f}" == "58.6"
    farm = hit[hit["hs_chapter"].le("24")].groupby("event")["imports_affected_usd_thousand"].sum()
    farm = farm[["CN-301-1", "CN-301-2", "CN-301-3"]] / imports[imports.index <= "24"].sum()
    shares = [found[f"farm_listed_share_{at}"] for at in ("first_chinese_list", "last")]
    assert shares == pytest.approx([farm.iloc[0], farm.sum()], abs=1e-9)
    assert [f"{100 * share:.1f}" for share in shares] == ["90.8", "99.2"]
    border = read["border_imports"]
    usual = border[border["vintage"].eq("published") & border["month"].str.startswith("2017")]
    usual = usual.groupby("hs_chapter")[["calculated_duty_usd", "customs_value_usd"]].sum()
    rate = (usual["calculated_duty_usd"] / usual["customs_value_usd"]).fillna(0.0)
    for vintage, name in (("published", ""), ("revised", "_revised")):
        rows = border["vintage"].eq(vintage) & border["month"].isin(["2019-07", "2019-08"])
        usual = border["customs_value_usd"] * border["hs_chapter"].map(rate)
        yearly = 6 * (border["calculated_duty_usd"] - usual)[rows].sum() / 1e9
        assert found[f"border_additional_yearly{name}"] == pytest.approx(yearly, abs=1e-9)
    # of what the Peterson Institute has above ours, the start, duties on all origins, and the rest
    parts = [found["published_over_peterson_start"]]
    parts += [found[f"published_further_peterson{name}"] for name in ("_metals", "")]
    assert sum(parts) == pytest.approx(found["published_over_peterson"])
    assert [f"{part:.1f}" for part in parts] == ["0.4", "0.7", "4.4"]
    claims = read["claims"].query("kind == 'charge' and claim_date <= '2019-06-04'")
    claims = claims.dropna(subset="accusation")["claim_id"]
    asked = read["questions"][read["questions"]["claim_id"].isin(claims)]["question_id"]
    linked = read["sentences"][read["sentences"]["question_id"].isin(asked)]["document_id"]
    texts = read["documents"].query("issued <= '2019-06-04'")
    texts = texts[texts["document_id"].isin(linked) & ~texts["document_id"].str.match("posts")]
    whole = texts.assign(whole=texts["read"].eq("whole"))
    whole = whole.groupby(["side", "source_id", "language"])["whole"].all().groupby("side")
    for side, of in whole:
        assert (found[f"n_texts_{side.lower()}"], found[f"n_texts_whole_{side.lower()}"]) == (
            len(of),
            of.sum(),
        )
    assert found["n_statements_linked"] < found["n_statements"]
