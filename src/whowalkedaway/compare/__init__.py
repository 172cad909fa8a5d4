"""Two runs held against each other; of a report, the press knows so much: it judges by verdicts."""
