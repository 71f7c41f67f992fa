#!/usr/bin/env bash
# What it costs to check a token, beside one bare OpenSSL verification, and whether a storm of unknown keys is felt. Prints
# name=value lines. The storm lasts N seconds (10), after as many quiet ones in turns.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$("$root/scripts/release" identity-bench)
"$program" tokens
"$program" storm "${1:-10}"
