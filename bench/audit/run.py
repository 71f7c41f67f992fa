"""Measures the audit trail on a PostgreSQL of its own, and ends its writer in the middle, again and again.

Prints name=value lines:
  audit_events_per_second      appended one by one by 64 callers, each waiting until its event is safe on disk; the median
                               of five rounds, each on a database of its own
  audit_events_per_second_lowest, _highest   of the five
  audit_stolen_percent         of the processors' time that the host of a virtual machine kept for others meanwhile: far from
                               zero, the figures above are its as much as ours
  audit_kills                  how often the writer was ended by kill -9 under load
  audit_acknowledged           events it had said were safe
  audit_lost_after_kill        of those, how many are not in the trail (must be 0)
  audit_broken_after_kill      walks of the trail that found something wrong (must be 0)
"""

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from cluster import Cluster


def processor_time():
    """All of it and what was stolen, in ticks (proc(5), /proc/stat)."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(fields), fields[7]


def speed(program, migrations, cluster, seconds, rounds):
    figures, sound, before = [], True, processor_time()
    for number in range(rounds):
        url = cluster.database(f"speed{number}")
        answer = subprocess.run(
            [program, url, migrations, str(seconds), "64"], check=True, capture_output=True, text=True)
        figures.append(int(answer.stdout.split("audit_events_per_second=")[1]))
        whole = subprocess.run([program, url, migrations, "verify"], check=True, capture_output=True, text=True)
        sound = sound and whole.stdout.strip() == "whole"
    spent, stolen = (after - earlier for after, earlier in zip(processor_time(), before))
    print(f"audit_events_per_second={statistics.median_low(figures)}")
    print(f"audit_events_per_second_lowest={min(figures)}\naudit_events_per_second_highest={max(figures)}")
    print(f"audit_stolen_percent={100 * stolen / spent:.0f}")
    return sound


def kills(program, migrations, cluster, times):
    url = cluster.database("kills")
    # The schema first, so that no kill falls into making it.
    subprocess.run([program, url, migrations, "verify"], check=True, capture_output=True)
    acknowledged, lost, broken = 0, 0, 0
    for _ in range(times):
        before = int(cluster.query("kills", "SELECT count(*) FROM audit")[0])
        with tempfile.TemporaryFile() as said:
            writer = subprocess.Popen([program, url, migrations, "30", "64", "acknowledge"], stdout=said)
            time.sleep(0.5 + random.random())
            writer.send_signal(signal.SIGKILL)
            writer.wait()
            said.seek(0)
            # The last line may be torn; a number without its line end was not said.
            numbers = {line.strip().decode() for line in said if line.endswith(b"\n")}
        acknowledged += len(numbers)
        kept = set(cluster.query("kills", f"SELECT facts->>'number' FROM audit WHERE sequence > {before}"))
        lost += len(numbers - kept)
        verdict = subprocess.run([program, url, migrations, "verify"], check=True, capture_output=True, text=True)
        broken += verdict.stdout.strip() != "whole"
    print(f"audit_kills={times}\naudit_acknowledged={acknowledged}\naudit_lost_after_kill={lost}")
    print(f"audit_broken_after_kill={broken}")
    return acknowledged > 0 and lost == 0 and broken == 0


def main():
    program, migrations = sys.argv[1], sys.argv[2]
    cluster = Cluster()
    try:
        good = speed(program, migrations, cluster, seconds=4, rounds=5) & kills(program, migrations, cluster, times=10)
    finally:
        cluster.stop()
    sys.exit(0 if good else 1)


main()
