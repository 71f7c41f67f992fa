"""Exchanges the program under load: routes, policies and the process itself. Prints requests, failures and the longest wait.

    python scripts/upgrade.py --bedel .build/debug/bedel [--requests 200000] [--connections 24] [--exchanges 3]

Does what systemd does with deploy/systemd: holds the listening socket and hands it to one process after another (`LISTEN_FDS`).
A failure is any request that was sent and not answered with 200, and any connection that was refused or reset. A connection that
ends between two requests, announced or not, is none: HTTP/1.1 says that it may.
"""

import argparse
import asyncio
import collections
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

from outside import ROOT, Browser, DemoProcess, people, until
from services import free_ports, open_course

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
BODY = b'{"ok":true}'


class Database:
    """A PostgreSQL of its own, so that it outlives the programs in front of it."""

    def __init__(self, folder):
        self.folder = folder
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []

    def run(self, *command):
        subprocess.run([*self.user, *map(str, command)], check=True, capture_output=True, cwd="/", timeout=120)

    def start(self):
        self.folder.mkdir(mode=0o700)
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")
        self.run(POSTGRES / "initdb", "--pgdata", self.folder / "data", "--username", "bedel", "--auth", "trust",
                 "--encoding", "UTF8", "--locale", "C.UTF-8")
        self.run(POSTGRES / "pg_ctl", "start", "--wait", "--pgdata", self.folder / "data", "--log", self.folder / "log",
                 "--options", f"-k {self.folder} -c listen_addresses= -c shared_buffers=64MB")
        self.run(POSTGRES / "createdb", "--host", self.folder, "--username", "bedel", "bedel")
        return f"postgresql:///bedel?host={urllib.parse.quote(str(self.folder), safe='')}&user=bedel"

    def stop(self):
        self.run(POSTGRES / "pg_ctl", "stop", "--mode=fast", "--wait", "--pgdata", self.folder / "data")


class Supervisor:
    """Holds the socket as systemd does, and exchanges what is behind it."""

    def __init__(self, bedel, config, port, admin, state):
        self.bedel, self.config, self.admin, self.state = bedel, config, admin, state
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", port))
        self.socket.listen(4096)
        self.process, self.generation = None, 0

    def start(self):
        self.generation += 1
        log = (self.state / f"bedel-{self.generation}.log").open("wb")
        # LISTEN_PID has to be the program's own, which only it knows before it becomes Bedel.
        command = ["sh", "-c", 'exec 3<&"$BEDEL_SOCKET"; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=gateway exec "$@"', "sh",
                   self.bedel, "serve", "--config", self.config]
        environment = {**os.environ, "BEDEL_SOCKET": str(self.socket.fileno())}
        self.process = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, pass_fds=[self.socket.fileno()], env=environment,
            cwd=ROOT)

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError((self.state / f"bedel-{self.generation}.log").read_text()[-3000:])
        try:
            return Browser(f"http://{self.admin}").get("/readyz").status == 200
        except OSError:
            return False

    def exchange(self):
        """SIGTERM, wait, start: `systemctl restart`."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        gone = time.monotonic()
        self.start()
        until(self.is_ready, "the new one is ready", 60, 0.05)
        return status, gone - started, time.monotonic() - gone


class Load:
    """So many connections, each with one request after another, until there were enough."""

    def __init__(self, port, requests, total):
        self.port, self.requests, self.total = port, requests, total
        self.sent = self.answered = self.reconnects = 0
        self.longest = 0.0
        self.statuses = collections.Counter()
        self.failures = collections.Counter()

    async def connection(self, number):
        reader = writer = None
        while self.sent < self.total:
            self.sent += 1
            request = self.requests[self.sent % len(self.requests)]
            started = time.monotonic()
            try:
                if writer is None:
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(request)
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
                lines = head.lower().split(b"\r\n")
                length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
                await reader.readexactly(length)
                status = int(lines[0].split()[1])
                self.statuses[status] += 1
                if status == 200:
                    self.answered += 1
                else:
                    self.failures[f"status {status}"] += 1
                closes = b"connection: close" in lines
            except Exception as error:  # whatever it is, the request was not answered
                self.failures[type(error).__name__] += 1
                closes = True
            self.longest = max(self.longest, time.monotonic() - started)
            if closes and writer is not None:
                self.reconnects += 1
                writer.close()
                reader = writer = None
        if writer is not None:
            writer.close()


async def backend(reader, writer):
    answer = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY)) + BODY
    try:
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def drive(options, supervisor, requests, port, service_port, change_routes):
    server = await asyncio.start_server(backend, "127.0.0.1", service_port)
    load = Load(port, requests, options.requests)
    started = time.monotonic()
    clients = [asyncio.create_task(load.connection(number)) for number in range(options.connections)]
    share = options.requests // (options.exchanges + 1)
    exchanges = []
    changes = 0
    for turn in range(options.exchanges):
        while load.sent < share * (turn + 1):
            await asyncio.sleep(0.5)
            changes += await asyncio.to_thread(change_routes, changes)
        exchanges.append(await asyncio.to_thread(supervisor.exchange))
    await asyncio.gather(*clients)
    server.close()
    return load, exchanges, changes, time.monotonic() - started


def prepare(options, state):
    """A seeded house: database, configuration, a teacher's access token."""
    service_port, = free_ports(1)
    demo = DemoProcess(options.bedel, state / "demo", ["--no-seed", f"--service=echo=127.0.0.1:{service_port}"])
    try:
        summary = demo.start()
        accounts = {account["who"]: account for account in summary["accounts"]}
        admin, account = Browser(summary["base"]), accounts["teacher"]
        admin.sign_in(accounts["admin"]["login"], accounts["admin"]["password"])
        open_course(admin, summary["profile"], "ml-2026-teachers")
        browser = Browser(summary["base"])
        browser.sign_in(account["login"], account["password"])
        answer = browser.post_json(
            "/api/v1/tokens", {"name": "load", "scopes": ["read", "submit", "predict"], "days": 1})
        assert answer.status == 201, answer.text
        return summary, answer.json()["secret"], service_port
    finally:
        demo.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bedel", required=True)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--connections", type=int, default=24)
    parser.add_argument("--exchanges", type=int, default=3)
    options = parser.parse_args()
    options.bedel = str(Path(options.bedel).resolve())
    state = Path(tempfile.mkdtemp(prefix="bedel-up-"))
    state.chmod(0o755)
    database = Database(state / "db")
    supervisor = None
    try:
        os.environ["BEDEL_DATABASE_URL"] = database.start()
        summary, token, service_port = prepare(options, state)
        parts = urllib.parse.urlsplit(summary["base"])
        admin = urllib.parse.urlsplit(summary["admin"]).netloc or summary["admin"]
        config = state / "demo/bedel.yaml"
        supervisor = Supervisor(options.bedel, config, parts.port, admin, state)
        supervisor.start()
        until(supervisor.is_ready, "the first one is ready", 60)
        service = (f"GET /x HTTP/1.1\r\nHost: echo--{summary['profile']}.{parts.netloc}\r\n"
                   f"Authorization: Bearer {token}\r\n\r\n").encode()
        console = f"GET /api/v1/me HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        policies = ROOT / "policies/student.cedar"

        def change_routes(count):
            """Every closed and opened course is a new snapshot; every touched policy file a new set."""
            verb = ["on", "nobody", "--message", "x"] if count % 2 == 0 else ["off", "nobody"]
            subprocess.run([options.bedel, "maintenance", *verb, "--config", config], check=True, capture_output=True,
                           timeout=60)
            policies.touch()
            return 1

        load, exchanges, changes, seconds = asyncio.run(drive(
            options, supervisor, [service] * 19 + [console], parts.port, service_port, change_routes))
    finally:
        if supervisor and supervisor.process:
            supervisor.process.terminate()
            supervisor.process.wait(60)
        database.stop()
        if "load" in locals():
            shutil.rmtree(state, ignore_errors=True)
    failed = sum(load.failures.values())
    for status, stopping, starting in exchanges:
        print(f"exchange: ended with {status} after {stopping:.2f} s, the next was ready {starting:.2f} s later")
    print(f"requests={load.sent}\nanswered={load.answered}\nfailed={failed}\nrequests_per_second={load.sent / seconds:.0f}")
    print(f"longest_wait_seconds={load.longest:.2f}\nreconnects={load.reconnects}\nchanges_of_routes_and_policies={changes}")
    if failed:
        print("failures: " + json.dumps(load.failures))
    sys.exit(1 if failed or load.answered != load.sent else 0)


if __name__ == "__main__":
    main()
