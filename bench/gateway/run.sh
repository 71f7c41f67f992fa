#!/usr/bin/env bash
# Bedel beside nginx, HAProxy, Envoy, Apache, Traefik and Caddy on the same upstream. Prints name=value lines.
# Usage: bench/gateway/run.sh [options of gateway_bench.py]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=$root/.tools/gateway-bench

"$root/scripts/install" --bench
stamp=$(sha256sum < "$here/requirements.txt" | cut -c1-16)
if [ "$(cat "$venv/stamp" 2>/dev/null)" != "$stamp" ]; then
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    echo "$stamp" > "$venv/stamp"
fi
program=$("$root/scripts/release" bedel)
exec "$venv/bin/python" "$here/gateway_bench.py" --bedel "$program" "$@"
