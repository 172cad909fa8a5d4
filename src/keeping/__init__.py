"""What only a keeper of the raw tables needs: no report runs it, but for a check on request.

`fetch`, `months` and `own_texts` bring what raw tables are made from; `lines` holds the tables of
chapters against the publishers' files by tariff line; `commands` has the commands for all of it.
"""
