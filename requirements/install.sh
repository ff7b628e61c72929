#!/bin/sh
# Install a hashed lock: through uv; through pip where uv cannot reach the index that pip can.
set -eu
venv=$1 lock=$2
# The system's certificates are trusted as pip does: some networks have their own.
if "$venv/bin/uv" pip install --native-tls --quiet --python "$venv/bin/python" --require-hashes -r "$lock" 2>"$venv/uv.log"; then
  exit 0
fi
echo "uv could not install $lock; trying pip." >&2
if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"; then
  cat "$venv/uv.log" >&2
  echo "The packages of $lock could not be installed; is the package index reachable?" >&2
  exit 1
fi
