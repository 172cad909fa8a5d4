-- What no column of the ledger tells alone: names, zones, frames, and days of sources.

-- A name means one speaker; one who has it first keeps it.
CREATE VIEW names AS
SELECT row, speaker AS name, false AS is_alias, speaker, side, institutions FROM speakers
UNION ALL
SELECT row, value, true, speaker, side, institutions FROM speakers, json_each(parts(aliases))
WHERE value <> '';

-- speakers.aliases
SELECT row, printf('gives %Q, which names %s', name, owner),
    'keep the alias with one speaker, or with none'
FROM (
    SELECT *, first_value(speaker) OVER (PARTITION BY name ORDER BY is_alias, row) AS owner
    FROM names)
WHERE is_alias AND owner <> speaker;

-- sides.zone
-- statements.zone
SELECT row, 'is no name of the IANA database',
    'write a name such as Etc/UTC, or correct its spelling'
FROM {table} WHERE zone <> '' AND NOT is_zone(zone);

-- Statements beside whoever has the name of their speaker, or that name alone.
CREATE VIEW spoken AS
SELECT statements.*, coalesce(known.speaker, statements.speaker) AS name,
    known.side AS for_side, institutions
FROM statements LEFT JOIN (SELECT *, max(row) FROM names GROUP BY name) AS known
    ON known.name = statements.speaker;

-- statements.side
SELECT row, printf('is not %s, for which %s speaks', for_side, name), 'correct side or speaker'
FROM spoken WHERE side <> for_side;

-- statements.institution
SELECT row, printf('is none for which %s speaks', name),
    'correct it, or add it to institutions in speakers.csv'
FROM spoken WHERE NOT instr(';' || institutions || ';', ';' || institution || ';');

-- statements.tweet_id
SELECT row, 'is of no tweet', 'empty tweet_id, or set channel to tweet'
FROM statements WHERE tweet_id <> '' AND channel <> 'tweet';

-- statements.tweet_id
SELECT row, printf('was sent on %s in UTC, not on %s', day_sent(tweet_id), statement_date),
    'correct statement_date or tweet_id from the archive'
FROM statements
WHERE tweet_id <> '' AND tweet_id NOT GLOB '*[^0-9]*' AND day_sent(tweet_id) <> statement_date;

-- statements.key_phrase
SELECT row, printf('is what %s says in row %s', name, first),
    'keep one of the rows, or give each the words that it codes'
FROM (
    SELECT *, min(row) OVER (PARTITION BY name, statement_date, key_phrase) AS first
    FROM spoken WHERE key_phrase <> '')
WHERE first < row;

-- statements.frames
SELECT row, printf('names %s twice', value), 'keep it once'
FROM statements, json_each(parts(frames)) GROUP BY row, value HAVING count(*) > 1;

-- A source is not older than what it reports, each as late as can be. It is dated by its own place,
-- where it can be the day before.

-- statements.statement_date
-- press.told_day
-- rounds.start_date
SELECT row, printf('is after %s, which ', source_id) || coalesce(
        'was issued on ' || last || ' at the latest',
        'has no day, and after ' || latest || ', the day of the latest source'),
    'correct the day, or name a source that can tell of it'
FROM {table} LEFT JOIN issued ON id = source_id, (SELECT max(last) AS latest FROM issued)
WHERE date({column}) = {column} AND {column} > date(coalesce(last, latest), '+1 day');

-- A plan is known before its day, but not before somebody published it.

-- context.known_date
SELECT row, printf('is before the fact, %s, and before its source, %s', date, first),
    'correct the day from which it was known'
FROM context JOIN issued ON id = source_id
WHERE date(date) = date AND date(known_date) = known_date AND known_date < min(date, first);
