#!/usr/bin/env bash
# Compares Bedel's policy engine with the reference engine and prints name=value lines.
# Usage: bench/policy/run.sh [fuzz seconds, 0 by default]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=${BEDEL_BENCH_VENV:-$root/.build/policy-venv}

if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi
swift build --package-path "$root" -c release --product cedar-bench >&2
program=$(swift build --package-path "$root" -c release --show-bin-path)/cedar-bench

cd "$here"
"$venv/bin/python" differential.py "$program"
"$venv/bin/python" validation.py "$program"
if [ "${1:-0}" -gt 0 ]; then "$venv/bin/python" fuzz.py "$program" --seconds "$1"; fi
