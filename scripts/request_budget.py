"""What a warm request costs the gateway, against the recorded figures; fails when it is more than a tenth above them.

    python3 scripts/request_budget.py .build/debug/gateway-budget [--renew]

Prints `request_instructions` and `request_allocations`: of one proxied request, the whole way through, with a known token. They
are the difference between a run of few requests and one of many, divided by how many more those were; valgrind counts, so the
machine's speed and its other users do not matter. The build is the debug one, because a release build would take most of the
time of a whole test run: the figures are several times those of a release and say nothing about speed (`make bench-gateway`
does), but what makes a request dearer makes them larger too.

`--renew` writes the figures to bench/gateway/budget.txt: after a change that is worth its price, in the same commit, with the
reason in its message.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUDGET = ROOT / "bench/gateway/budget.txt"
FEW, MANY = 50, 250
TOLERANCE = 1.10


def count(program, requests, arguments, pattern):
    command = ["valgrind", *arguments, program, ROOT / "policies", str(requests)]
    environment = {**os.environ, "NIO_SINGLETON_GROUP_LOOP_COUNT": "1"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    found = re.search(pattern, result.stderr)
    if result.returncode != 0 or not found:
        sys.exit(f"{' '.join(map(str, command))} ended with {result.returncode}:\n{result.stderr[-3000:]}")
    return int(found[1].replace(",", ""))


def measure(program):
    with tempfile.TemporaryDirectory() as folder:
        # valgrind cannot read what Swift writes for debuggers.
        bare = f"{folder}/{program.name}"
        subprocess.run(["strip", "--strip-debug", "-o", bare, program], check=True)
        callgrind = ["--tool=callgrind", f"--callgrind-out-file={folder}/out.%p"], r"Collected : (\d+)"
        memcheck = ["--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"], r"total heap usage: ([\d,]+) allocs"
        tools = {"request_instructions": callgrind, "request_allocations": memcheck}
        with ThreadPoolExecutor(2) as pool:
            counts = {name: [pool.submit(count, bare, requests, *tool) for requests in (MANY, FEW)]
                      for name, tool in tools.items()}
        for name, (many, few) in counts.items():
            yield name, (many.result() - few.result()) / (MANY - FEW)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path, help="the debug build of gateway-budget")
    parser.add_argument("--renew", action="store_true", help="write the figures down instead of only holding against them")
    options = parser.parse_args()
    figures = dict(measure(options.program))
    if options.renew:
        BUDGET.write_text("".join(f"{name}={round(value)}\n" for name, value in figures.items()))
    recorded = dict(line.split("=") for line in BUDGET.read_text().split())
    dearer = False
    for name, value in figures.items():
        print(f"{name}={round(value)} (recorded: {recorded[name]})")
        if value > int(recorded[name]) * TOLERANCE:
            dearer = True
            print(f"{name} is more than a tenth above what is recorded. What has made a request dearer? If it is worth it: --renew.")
    sys.exit(1 if dearer else 0)


if __name__ == "__main__":
    main()
