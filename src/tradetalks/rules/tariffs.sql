-- Changes of rates, and tables that measure them: none may fall out unseen.

-- A change begins where the last one of the same list ended. Goods that join a list come from 0 to
-- its rate; nothing follows from rates by line.

-- actions.rate_before_pct
SELECT row, printf('is not the rate of %s since %s, %g', tranche, last_id, last_rate),
    'correct the rates or days of the two; goods that join a list come from 0 to its rate'
FROM (
    SELECT *, lag(action_id) OVER listed AS last_id,
        lag(nullif(rate_after_pct, '') + 0) OVER listed AS last_rate
    FROM actions WHERE changes_rate = 'true'
    WINDOW listed AS (PARTITION BY side, tranche, measure_class ORDER BY effective_date, row))
WHERE rate_before_pct <> '' AND rate_before_pct + 0 <> last_rate
    AND NOT (rate_before_pct + 0 = 0 AND rate_after_pct <> '' AND rate_after_pct + 0 = last_rate);

-- actions.tariff_lines
SELECT row, printf('is not %d, as the bands', band_lines(rate_bands)),
    'correct band or count from the annex'
FROM actions WHERE tariff_lines <> '' AND tariff_lines + 0 <> band_lines(rate_bands);

-- A grace window turns round the rates of a step on its list.

-- actions.entry_deadline
SELECT row, printf('keeps the old rate of no step: none moves %s from %s to %s',
        tranche, rate_after_pct, rate_before_pct),
    'correct the rates of the notice, or of the step whose goods it spares'
FROM actions WHERE entry_deadline <> '' AND NOT EXISTS (
    SELECT * FROM actions AS step
    WHERE changes_rate = 'true' AND (side, tranche) = (actions.side, actions.tranche)
        AND nullif(rate_before_pct, '') + 0 IS nullif(actions.rate_after_pct, '') + 0
        AND nullif(rate_after_pct, '') + 0 IS nullif(actions.rate_before_pct, '') + 0);

-- An event that changes rates by chapter measures an action that is like it.

-- chapter_events.event
SELECT row, 'measures no action', 'name the event in the column measured_by of its action'
FROM chapter_events JOIN event_kinds USING (kind)
WHERE NOT is_base AND event NOT IN (SELECT measured_by FROM actions);

-- actions.measured_by
SELECT actions.row, 'is no change of a rate on the day and of the class of this action',
    'correct measured_by, or the date and class of the action or event'
FROM actions JOIN chapter_events AS event ON event = measured_by
    JOIN event_kinds ON event_kinds.kind = event.kind
WHERE (changes_rate, actions.effective_date, measure_class)
    <> ('true', event.effective_date, class);

-- exemptions.coverage_id
SELECT row, 'values no exempt goods', 'point to a row of coverage.csv that has the value'
FROM exemptions
WHERE coverage_id NOT IN (SELECT coverage_id FROM coverage WHERE estimate_usd_bn <> '');

-- A set has lists, one base, and one total, below which no layer of its lists lies.
CREATE VIEW valued AS
SELECT coverage_sets.row, coverage_set, part, layer, coalesce(sort, 'tranche') AS sort,
    nullif(iif(sort = 'base', value_pct, estimate_usd_bn), '') AS worth
FROM coverage_sets LEFT JOIN set_parts USING (part)
    LEFT JOIN coverage USING (coverage_id) LEFT JOIN benchmarks USING (benchmark_id);

-- coverage_sets.part
SELECT row, 'has no value',
    'point benchmark_id of a base, or coverage_id of a list or total, to a row that has one'
FROM valued WHERE worth IS NULL;

-- coverage_sets.coverage_set
SELECT min(first), 'is not whole: lists, one base, and one total that no layer is above',
    'complete the set with ALL and MFN or START, or correct the value too large'
FROM (
    SELECT coverage_set, sort, count(*) AS parts, total(worth) AS worth, min(row) AS first
    FROM valued GROUP BY coverage_set, sort, layer)
GROUP BY coverage_set
HAVING total(iif(sort = 'total', parts, 0)) <> 1 OR total(iif(sort = 'base', parts, 0)) <> 1
    OR NOT max(sort = 'tranche')
    OR max(iif(sort = 'tranche', worth, 0)) > max(iif(sort = 'total', worth, 0))
ORDER BY min(first);

-- A list that no set values, though one values another list of its instrument, would count as no
-- duty. One that another set values leaves the average missing.

-- coverage_sets
WITH theirs AS (
    SELECT actions.* FROM actions JOIN sides USING (side) WHERE sides.measured_by = 'tranches'),
listed AS (
    SELECT part AS tranche, coverage_set, max(row)
    FROM valued WHERE sort = 'tranche' GROUP BY part),
listing AS (
    SELECT instrument, coverage_set, max(row)
    FROM theirs JOIN listed USING (tranche) GROUP BY instrument)
SELECT 0, printf('has no %s, whose rate %s changes by %s, of which %s values another list',
        tranche, action_id, instrument, coverage_set),
    'add a row with the value of the list; without one its duty would count as nothing'
FROM theirs JOIN listing USING (instrument)
WHERE changes_rate = 'true' AND measure_class = 'additional'
    AND tranche NOT IN (SELECT tranche FROM listed)
GROUP BY tranche ORDER BY min(row) DESC;
