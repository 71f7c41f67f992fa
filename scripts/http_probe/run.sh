#!/usr/bin/env bash
# HTTP as raw bytes, to Bedel and to six other proxies; and what six servers behind Bedel make of damaged requests.
# Usage: scripts/http_probe/run.sh BEDEL [--mutations N] [--only NAMES]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=$root/.tools/probe

stamp=$(sha256sum < "$here/requirements.txt" | cut -c1-16)
if [ "$(cat "$venv/stamp" 2>/dev/null)" != "$stamp" ]; then
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    echo "$stamp" > "$venv/stamp"
fi
bedel=$1
shift
exec "$venv/bin/python" "$here/probe.py" --bedel "$bedel" "$@"
