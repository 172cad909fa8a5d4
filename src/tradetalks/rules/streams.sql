-- What is counted of channels, the channels, and the words that were read.

-- streams.day
SELECT streams.row, printf('is not from %s to %s', first_day, last_day),
    'correct the day, or the days of the channel in stream_channels.csv'
FROM streams JOIN stream_channels USING (stream)
WHERE day NOT BETWEEN first_day AND last_day;

-- streams.items
SELECT row, 'is more than one item', 'give each a row of its own'
FROM streams WHERE on_quarrel = 'true' AND items <> '1';

-- streams.copies
SELECT row, 'is more than there are items', 'count each item once, as a copy or not'
FROM streams WHERE copies + 0 > items + 0;

-- streams.words
SELECT row, 'was not read', 'read the item, and add a row to stream_readings.csv'
FROM streams WHERE words <> '' AND item_id NOT IN (SELECT item_id FROM stream_readings);

-- stream_readings.item_id
SELECT row, 'has nothing to read',
    'take the row out: no words of a broken word were found in the item'
FROM stream_readings WHERE item_id NOT IN (SELECT item_id FROM streams WHERE words <> '');

-- stream_sample.kind
SELECT stream_sample.row, 'is not what streams.csv has', 'draw the sample anew, for the patterns that are'
FROM stream_sample LEFT JOIN streams ON streams.item_id = stream_sample.item_id
WHERE (kind = 'found') <> (coalesce(streams.on_quarrel, 'false') = 'true');

-- stream_sample.drawn
SELECT row, 'is not how many rows there are', 'count the rows of this channel, part and kind'
FROM stream_sample AS one WHERE drawn + 0 <> (
    SELECT count(*) FROM stream_sample AS other
    WHERE other.stream = one.stream AND other.part = one.part AND other.kind = one.kind
);
