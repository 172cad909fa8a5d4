-- Controlling documents, their sentences, the evidence that rests on them, and how much is quoted.

-- statements.confidence
-- actions.confidence
-- press.confidence
SELECT {table}.row, printf('is high, and %s %s', document_id,
        iif(read = 'part', 'was read in parts', 'is known by a report')),
    'write medium or low, or read the document whole and say so in documents.csv'
FROM {table} JOIN documents USING (document_id)
WHERE confidence = 'high' AND read IN ('part', 'report');

CREATE VIEW resting AS
SELECT statement_id AS name, document_id AS document FROM statements
UNION ALL SELECT action_id, document_id FROM actions
UNION ALL SELECT press_id, document_id FROM press;

-- Sentences and evidence with the record that may rest on a document, and that document.
CREATE VIEW told AS
SELECT row, document_id, question_id, stance, linked.name, document
FROM (SELECT *, filled(statement_id, action_id, press_id) AS name FROM sentences) AS linked
    LEFT JOIN resting USING (name);
CREATE VIEW linked AS
SELECT row, question_id, stance, passage, linked.name, document
FROM (SELECT *, filled(statement_id, action_id, press_id) AS name FROM evidence) AS linked
    LEFT JOIN resting USING (name);

-- sentences.document_id
SELECT row, printf('names %s, which rests on %s', name, iif(document = '', 'no document', document)),
    printf('write %s into its document_id, or name the row that holds the words', document_id)
FROM told WHERE document <> document_id;

-- sentences.question_id
SELECT row, printf('is no evidence: %s has no row %s by %s', question_id, stance, name),
    printf('add it to evidence.csv, or link %s to %s by no sentence', document_id, question_id)
FROM told WHERE name <> '' AND coalesce(document, document_id) = document_id
    AND (question_id, name, stance) NOT IN (SELECT question_id, name, stance FROM linked);

-- evidence.question_id
SELECT linked.row, printf('rests on %s, of which no sentence %s is given', linked.document, stance),
    'add to sentences.csv every sentence of it that answers the question'
FROM linked LEFT JOIN told USING (question_id, name, stance)
WHERE linked.document <> '' AND told.row IS NULL;

-- evidence.passage
SELECT row, 'is empty, and no sentence stands for it',
    'quote the words that answer, or name the column of the record that does'
FROM linked WHERE passage = '' AND coalesce(document, '') = ''
    AND (question_id, name, stance) NOT IN (SELECT question_id, name, stance FROM told);

-- Quotations, and whether a government's own words or those of the press or of a study.
CREATE VIEW quoted AS
WITH spoken_press AS (SELECT statement_id FROM statements WHERE channel = 'editorial')
SELECT 'sentences.words' AS place, row, words, translation,
    press_id <> '' OR statement_id IN spoken_press AS is_press FROM sentences
UNION ALL SELECT 'evidence.passage', row, passage, translation,
    press_id || source_id <> '' OR statement_id IN spoken_press FROM evidence
UNION ALL SELECT 'statements.key_phrase', row, key_phrase, '', channel = 'editorial'
FROM statements;

-- sentences.words
-- evidence.passage
-- statements.key_phrase
SELECT row, printf('has %d words in English, and may have %d', n, most),
    'quote a government in up to 60 words, the press or a study in up to 25'
FROM (
    SELECT row, english_words(words, translation) AS n, iif(is_press, 25, 60) AS most
    FROM quoted WHERE place = '{table}.{column}')
WHERE n > most;

-- sentences.words
SELECT part.row, printf('stands in the words of row %d', min(whole.row)),
    'keep the longer of the two, which answers the question whole'
FROM sentences AS part JOIN sentences AS whole USING (document_id, question_id, stance)
WHERE filled(part.statement_id, part.action_id, part.press_id)
        = filled(whole.statement_id, whole.action_id, whole.press_id)
    AND part.words <> whole.words AND instr(whole.words, part.words)
GROUP BY part.row;
