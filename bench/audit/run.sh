#!/usr/bin/env bash
# How many events a second the audit trail takes, and whether kill -9 loses any. Prints name=value lines.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$("$root/scripts/release" audit-bench)
exec python3 "$here/run.py" "$program" "$root/migrations"
