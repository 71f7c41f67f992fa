"""Measures the audit trail on a PostgreSQL of its own, and ends its writer in the middle, again and again.

Prints name=value lines:
  audit_events_per_second      appended one by one by 64 callers, each waiting until its event is safe on disk
  audit_kills                  how often the writer was ended by kill -9 under load
  audit_acknowledged           events it had said were safe
  audit_lost_after_kill        of those, how many are not in the trail (must be 0)
  audit_broken_after_kill      walks of the trail that found something wrong (must be 0)
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []


class Cluster:
    """A private cluster on a Unix socket, with everything about safety as PostgreSQL ships it."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="bedel-bench-"))
        if AS_POSTGRES:
            shutil.chown(self.directory, "postgres", "postgres")
        data = self.directory / "data"
        self.run("initdb", "--pgdata", data, "--username", "bedel", "--auth", "trust", "--encoding", "UTF8")
        self.server = subprocess.Popen(
            [*AS_POSTGRES, BIN / "postgres", "-D", data, "-c", "listen_addresses=", "-k", self.directory],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        for _ in range(100):
            if self.run("pg_isready", "-h", self.directory, check=False).returncode == 0:
                break
            time.sleep(0.1)

    def run(self, tool, *arguments, check=True):
        return subprocess.run([*AS_POSTGRES, BIN / tool, *arguments], check=check, capture_output=True, text=True,
                              cwd="/")

    def database(self, name):
        self.run("createdb", "-h", self.directory, "-U", "bedel", name)
        return f"postgresql://bedel@/{name}?host={self.directory}"

    def query(self, name, sql):
        answer = self.run("psql", "-h", self.directory, "-U", "bedel", "-d", name, "-tAc", sql)
        return answer.stdout.split()

    def stop(self):
        self.server.send_signal(signal.SIGINT)
        self.server.wait(timeout=30)
        shutil.rmtree(self.directory, ignore_errors=True)


def speed(program, migrations, cluster, seconds):
    url = cluster.database("speed")
    answer = subprocess.run([program, url, migrations, str(seconds), "64"], check=True, capture_output=True, text=True)
    print(answer.stdout, end="")
    whole = subprocess.run([program, url, migrations, "verify"], check=True, capture_output=True, text=True)
    return whole.stdout.strip() == "whole"


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
        good = speed(program, migrations, cluster, seconds=10) & kills(program, migrations, cluster, times=10)
    finally:
        cluster.stop()
    sys.exit(0 if good else 1)


main()
