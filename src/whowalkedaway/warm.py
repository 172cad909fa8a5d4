"""What every step would read for itself, read once: imported where steps are forked from."""

import os
from contextlib import suppress
from pathlib import Path

import nbformat

from tradetalks.claims.record import gather_evidence
from tradetalks.limits import defaults
from tradetalks.parameters import alternatives, as_text, named_values, parse_parameters
from tradetalks.records import Records
from tradetalks.tables import read_raw
from tradetalks.tariffs.cleaning import clean_tariffs
from whowalkedaway.steps import GIVEN, RAW
from whowalkedaway.what_if import NOT_TRIED

# of tables that break a rule the step `valid` tells, and no other step is forked then
with suppress(Exception):
    _raw = read_raw(Path(os.environ[RAW]))
    _raw.read_all()
    gather_evidence(_raw)
    _usual, _named = defaults(_raw.folder), named_values(_raw["parameters"])
    # as most runs clean them, and as the register asks for them, once for each record
    for _name in ("as_of", "min_confidence"):
        for _value in alternatives(_name, _named):
            _given = parse_parameters({**as_text(_usual), _name: _value})
            clean_tariffs(_raw, _given.as_of, _given.min_confidence)
    # what its notebooks and what-if ask of the usual run; of any other, what-if is found done
    if os.environ.get(GIVEN) == _usual.model_dump_json():
        for _record in Records(_raw, _usual):
            for _part in _record.parts():
                if _part not in NOT_TRIED:
                    getattr(_record, _part)
# the first notebook that is checked compiles the schema of all
nbformat.validate({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []})
