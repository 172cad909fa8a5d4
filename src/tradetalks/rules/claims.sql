-- Claims, their questions, and the records that they name.

CREATE VIEW records AS
SELECT statement_id AS id, statement_date AS day FROM statements
UNION ALL SELECT action_id, announced_date FROM actions
UNION ALL SELECT press_id, told_day FROM press
UNION ALL SELECT round_id, start_date FROM rounds
UNION ALL SELECT coverage_id, '' FROM coverage
UNION ALL SELECT measured_id, '' FROM border_measured
UNION ALL SELECT id, '' FROM "references";

-- claims.made_in
SELECT row, 'is no record', 'give the record or the source in which it is made'
    || nearest(made_in, (SELECT group_concat(id, char(10)) FROM records))
FROM claims WHERE made_in <> '' AND made_in NOT IN (SELECT id FROM records);

-- studies.source_id
SELECT row, 'is not a study of a day, month or year', 'give its reference a day, and the kind scholarly'
FROM studies WHERE source_id NOT IN (SELECT id FROM issued);

-- claims.act_id
SELECT row, 'is no record of a day',
    'give the record of the act, and there the day on which it was done'
    || nearest(act_id, (SELECT group_concat(id, char(10)) FROM records WHERE id <> act_id))
FROM claims WHERE act_id <> '' AND act_id NOT IN (SELECT id FROM records WHERE day <> '');

-- claims.since
SELECT row, printf('begins after the act, %s of %s', act_id, day),
    'an undertaking is older than what broke it: correct since or act_id'
FROM claims JOIN records ON id = act_id WHERE day <> '' AND since > day;

-- claims.parts
WITH charges AS (SELECT claim_id AS id FROM claims WHERE kind = 'charge')
SELECT row, value || ' is no charge', 'name charges, by claim_id'
    || nearest(value, (SELECT group_concat(id, char(10)) FROM charges)), value
FROM claims, json_each(parts(parts)) WHERE value NOT IN (SELECT id FROM charges);

-- claims.parts
SELECT row, 'is of 1, and the claim is a sum', 'a sum has several charges'
FROM claims WHERE kind = 'sum' AND parts <> '' AND NOT instr(parts, ';');

-- questions.slot
SELECT questions.row, 'is no slot of a ' || kind, printf('%s is a %s: use %s', claim_id, kind, allowed)
FROM questions JOIN claims USING (claim_id)
    JOIN (SELECT kind, group_concat(slot, ', ') AS allowed FROM slots GROUP BY kind) USING (kind)
WHERE (kind, slot) NOT IN (SELECT kind, slot FROM slots);

-- questions.slot
SELECT row, printf('is asked of %s already', claim_id),
    'keep one question for each slot of a charge'
FROM (
    SELECT questions.row, claim_id, min(questions.row) OVER (PARTITION BY claim_id, slot) AS first
    FROM questions JOIN claims USING (claim_id) JOIN slots USING (kind, slot)
    WHERE kind = 'charge')
WHERE first < row;

-- questions.searched
SELECT row, printf('has no evidence for %s, and nobody says where one looked', question_id),
    'add rows of evidence, or write in searched where one looked'
FROM questions WHERE searched = '' AND question_id NOT IN (SELECT question_id FROM evidence);

-- claims
SELECT row, 'is not asked ' || group_concat(slot, ', '),
    'add the rows to questions.csv, one for each of '
    || (SELECT group_concat(slot, ', ') FROM slots WHERE is_needed AND kind = claims.kind)
FROM claims JOIN slots USING (kind)
WHERE is_needed AND (claim_id, slot) NOT IN (SELECT claim_id, slot FROM questions)
GROUP BY row;

-- An open choice that changes nothing would be taken for one that was tried.
CREATE VIEW readings AS
SELECT row, choice, question_id, stance, filled(statement_id, action_id, press_id, round_id,
        coverage_id, measured_id, source_id) AS name,
    printf('%s %s %d', stance, reads, admission <> '') AS reading
FROM (
    SELECT row, '' AS choice, question_id, statement_id, action_id, press_id, round_id,
        coverage_id, measured_id, source_id, stance, reads, admission FROM evidence
    UNION ALL
    SELECT row, choice, question_id, statement_id, action_id, press_id, round_id,
        coverage_id, measured_id, source_id, stance, reads, admission FROM open_choices);

-- open_choices
WITH whole AS (
    SELECT choice, question_id, name, count(*) AS times, group_concat(reading) AS readings
    FROM (SELECT DISTINCT choice, question_id, name, reading FROM readings ORDER BY reading)
    GROUP BY choice, question_id, name)
SELECT row, CASE
        WHEN stance <> 'none' OR now.times AND chosen.times = 1
        THEN printf('reads %s as the evidence does', one.name)
        WHEN now.times THEN printf('takes away %s, which the same choice reads', one.name)
        ELSE printf('takes away %s, no evidence of %s', one.name, one.question_id) END,
    'correct record, question or stance'
FROM readings AS one JOIN whole AS chosen USING (choice, question_id, name)
    LEFT JOIN whole AS now
    ON (now.choice, now.question_id, now.name) = ('', one.question_id, one.name)
WHERE one.choice <> '' AND (
    chosen.readings = now.readings
    OR stance = 'none' AND (now.times IS NULL OR chosen.times > 1));

-- The place of a notice is taken by a later one on the same list.

-- actions.replaced_by
SELECT row, printf('is of %s, before this one', later_date), 'name a later notice, or correct a day'
FROM actions JOIN (SELECT action_id AS later_id, announced_date AS later_date FROM actions)
    ON later_id = replaced_by
WHERE later_date < announced_date;

-- actions.replaced_by
SELECT one.row, printf('is of %s on %s', later.side, later.tranche),
    'name a notice of the same side on the same list, or empty the cell'
FROM actions AS one JOIN actions AS later ON later.action_id = one.replaced_by
WHERE later.announced_date >= one.announced_date
    AND (later.side, later.tranche) <> (one.side, one.tranche);

-- Rows of one utterance: of one side, or a joint text that both have. An utterance has several.
CREATE VIEW uttered AS
SELECT *, count(*) OVER same AS times, max(is_joint) OVER same AS is_text_of_both,
    min(side) OVER same < max(side) OVER same AS is_of_both
FROM (
    SELECT 'statements' AS place, row, utterance, side, joint = 'true' AS is_joint FROM statements
    UNION ALL
    SELECT 'actions', row, utterance, side, false FROM actions)
WHERE utterance <> ''
WINDOW same AS (PARTITION BY utterance);

-- statements.utterance
SELECT row, 'is joint, and of one side alone', 'give both rows one utterance'
FROM uttered WHERE is_joint AND NOT is_of_both;

-- statements.utterance
-- actions.utterance
SELECT row, 'is of a joint text, which this row is not',
    'set joint to true, or give the row another utterance'
FROM uttered WHERE place = '{table}' AND is_text_of_both AND NOT is_joint;

-- statements.utterance
-- actions.utterance
SELECT row, 'is of two sides, and not joint',
    'set joint to true where it is a text of both, or part the rows'
FROM uttered WHERE place = '{table}' AND NOT is_text_of_both AND is_of_both;

-- statements.utterance
-- actions.utterance
SELECT row, 'is of this row alone', 'give its other rows the same name, or empty it'
FROM uttered WHERE place = '{table}' AND times = 1 AND NOT is_joint;
