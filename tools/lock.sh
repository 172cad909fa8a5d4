#!/bin/sh
# Refresh the locks with the newest versions that fit pyproject.toml: one version of each
# package for every supported Python, with hashes and without addresses.
set -eu
uv=$(command -v uv || echo .venv/bin/uv)
compile() { "$uv" pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
    --group set-up --generate-hashes --no-header --no-annotate "$@"; }
compile --upgrade pyproject.toml -o requirements.lock
compile --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
compile --extra lab -c requirements.lock pyproject.toml -o requirements-lab.lock
git --no-pager diff --stat -- 'requirements*.lock'
