#!/bin/sh
# Make or refresh .venv from the lock; where it is as it should be, that is seen in a moment.
# Called by make with what it has to be:
# ready (what the build needs), ready-to-test (and the tests), ready-for-lab (and JupyterLab).
# Needs git's shell, a Python >= 3.11 and the package index; no compiler and no root.
set -eu
case $1 in
    ready) lock=requirements.lock ;;
    ready-to-test) lock=requirements-dev.lock ;;
    ready-for-lab) lock=requirements-lab.lock ;;
esac

quit() { # what is wrong, and what to do
    printf '%s\nWhat to do: %s\n' "$1" "$2" >&2
    exit 2
}

[ -f "$lock" ] || quit "$lock is not there" "bring it back: git checkout -- $lock"

may_write() {
    [ ! -e .venv ] || [ -w .venv ] ||
        quit "$PWD/.venv is another user's, and has to be changed" \
            "remove it as that user, or take a copy of the project that is your own"
}

# where the home has no room for a cache, as in a container, nothing is kept
cache=${UV_CACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/uv}
{ mkdir -p "$cache" && [ -w "$cache" ]; } 2>/dev/null || export UV_NO_CACHE=1

find_python() {
    for name in python3 python python3.13 python3.12 python3.11; do
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$name"; return; }
    done
    quit "Python 3.11 or newer is needed and none was found on the PATH." "put one there"
}

pip() { # the environment's own, or that of the Python that it was made with
    if .venv/bin/python -c 'import pip' 2>/dev/null; then
        .venv/bin/python -m pip "$@"
    else
        "$(find_python)" -m pip --python .venv/bin/python "$@"
    fi
}

usable() { # an environment of this folder, not of one that it was copied from, that something can install into
    here='import pathlib, sys, whowalkedaway; sys.exit(whowalkedaway.ROOT != pathlib.Path().resolve())'
    PYTHONPATH='' .venv/bin/python -c "$here" 2>/dev/null && {
        command -v uv || [ -x .venv/bin/uv ] || pip --version
    } >/dev/null 2>&1
}

serves='import pip, sys; sys.exit(int(pip.__version__.split(".")[0]) < 23)'
if ! usable; then
    may_write
    rm -rf .venv
    python=$(find_python)
    echo "environment: .venv with $("$python" --version)"
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --python "$(command -v "$python")" .venv
    # to bring a pip of its own takes longer than all else: it is left out where that Python's serves both
    elif ! "$python" -m venv $("$python" -c "$serves" 2>/dev/null && echo --without-pip) .venv; then
        rm -rf .venv
        "$python" -c 'import ensurepip' 2>/dev/null ||
            echo "This Python cannot make environments. On Debian: apt-get install python3-venv; or put uv on the PATH." >&2
        exit 2
    fi
fi

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    # uv itself comes from the lock, with its hash, through pip
    if [ ! -x .venv/bin/uv ]; then
        awk '/^[a-z0-9]/ { keep = /^uv==/ } keep' requirements.lock > .venv/uv.lock
        pip install --quiet --require-hashes --only-binary :all: -r .venv/uv.lock 2>/dev/null || true
    fi
    uv=.venv/bin/uv
fi

# a lock that was touched but not changed installs nothing
if ! cmp -s "$lock" ".venv/installed-$lock"; then
    may_write
    echo "environment: installing $(grep -c '==' "$lock") locked packages from the package index, which takes a minute or more the first time"
    quiet=--quiet
    [ ! -t 2 ] || quiet=
    if "$uv" --version >/dev/null 2>&1; then
        "$uv" pip install $quiet --python .venv/bin/python --require-hashes -r "$lock"
    else
        pip install $quiet --no-compile --require-hashes -r "$lock"
    fi || quit "the locked packages could not be installed; what failed stands above" \
        "let the package index be reached, or give the disk room, whichever it says; then call make again"
    cp "$lock" ".venv/installed-$lock"
fi
if ! cmp -s pyproject.toml .venv/installed-pyproject.toml; then
    may_write
    if "$uv" --version >/dev/null 2>&1; then
        "$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
    else
        pip install --quiet --no-deps --no-build-isolation -e .
    fi
    cp pyproject.toml .venv/installed-pyproject.toml
fi
