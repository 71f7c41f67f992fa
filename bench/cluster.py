"""A private PostgreSQL for a benchmark."""

import os
import shutil
import signal
import subprocess
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
