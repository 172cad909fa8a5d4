"""What every step would read for itself, read once: imported where steps are forked from."""

import os
from contextlib import suppress
from pathlib import Path

import nbformat

from tradetalks.claims.record import gather_evidence
from tradetalks.limits import defaults
from tradetalks.tables import read_raw
from tradetalks.tariffs.cleaning import clean_tariffs
from whowalkedaway.steps import RAW

# of tables that break a rule the step `valid` tells, and no other step is forked then
with suppress(Exception):
    _raw = read_raw(Path(os.environ[RAW]))
    _raw.read_all()
    gather_evidence(_raw)
    _usual = defaults(_raw.folder)
    clean_tariffs(_raw, _usual.as_of, _usual.min_confidence)
# the first notebook that is checked compiles the schema of all
nbformat.validate({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []})
