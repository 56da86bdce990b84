#!/bin/sh
# Makes the virtual environment $1 with the locked, hashed dependencies and this project itself in it.
# PYTHON names the interpreter to use; without it the first Python >= 3.11 on the PATH is taken.
set -eu
venv=$1

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "Storyline needs Python 3.11 or newer: ${PYTHON:-no such Python on the PATH} will not do." >&2
    echo "Install one, or name it: make PYTHON=/path/to/python3" >&2
    exit 1
}

if ! { [ -x "$venv/bin/pip" ] && new_enough "$venv/bin/python"; }; then
    python=$(find_python)
    echo "Setting up $venv with $("$python" --version): once, about a minute."
    if ! "$python" -m venv --clear "$venv"; then
        echo "$python cannot make virtual environments; Debian and Ubuntu keep that in the package python3-venv." >&2
        exit 1
    fi
fi

# pip and not uv: pip takes the package index that this machine is configured for.
export PIP_DISABLE_PIP_VERSION_CHECK=1
"$venv/bin/pip" install -qq --require-hashes --requirement requirements-dev.lock
# Nothing is resolved or downloaded here: the lock above brought the build backend and all dependencies.
"$venv/bin/pip" install -qq --no-deps --no-build-isolation --editable .
