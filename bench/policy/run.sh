#!/usr/bin/env bash
# Compares Bedel's policy engine with the reference engine, times it, and prints name=value lines.
# Usage: bench/policy/run.sh           differences, decision times, the shipped policies
#        bench/policy/run.sh fuzz [N]  the parser, for N seconds (60 by default)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=$root/.tools/policy

# The reference engine and the generator that feeds it, in a venv of their own beside the other tools.
stamp=$(sha256sum < "$here/requirements.txt" | cut -c1-16)
if [ "$(cat "$venv/stamp" 2>/dev/null)" != "$stamp" ]; then
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    echo "$stamp" > "$venv/stamp"
fi
program=$("$root/scripts/release" cedar-bench)

cd "$here"
if [ "${1:-}" = fuzz ]; then
    exec "$venv/bin/python" fuzz.py "$program" --seconds "${2:-60}"
fi
"$venv/bin/python" differential.py "$program"
"$venv/bin/python" validation.py "$program"
"$program" growth
"$program" shipped "$root/policies"
