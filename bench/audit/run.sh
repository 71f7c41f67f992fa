#!/usr/bin/env bash
# How many events a second the audit trail takes, and whether kill -9 loses any. Prints name=value lines.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
swift build --package-path "$root" -c release --product audit-bench >&2
program=$(swift build --package-path "$root" -c release --show-bin-path)/audit-bench
exec python3 "$here/run.py" "$program" "$root/migrations"
