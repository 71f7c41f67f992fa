"""Bedel and its rivals, started side by side on one upstream."""

import os
import resource
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from outside import answers, until

HERE = Path(__file__).resolve().parent
PROFILE_HOST = "bench--ml-2026.localhost"
OUTSIDE_PATH = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"}


class Program:
    """A program on some of the cores. Its time is that of the whole tree of processes below it."""

    def __init__(self, name, command, folder, cores, ports, environment=None):
        self.name, self.log = name, folder / f"{name}.log"
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                ["taskset", "-c", cores, *map(str, command)], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                start_new_session=True, env={**OUTSIDE_PATH, **(environment or {})})
        self.wait(ports)

    def wait(self, ports):
        deadline = time.monotonic() + 60
        for port in ports:
            while True:
                if self.process.poll() is not None:
                    raise SystemExit(f"{self.name} ended ({self.process.returncode}): {self.tail()}")
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if time.monotonic() > deadline:
                        raise SystemExit(f"{self.name} does not listen on {port}: {self.tail()}") from None
                    time.sleep(0.05)

    def tail(self):
        return self.log.read_text(errors="replace")[-2000:]

    def processes(self):
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                fields = stat(entry)
                if fields:
                    parents[int(entry.name)] = int(fields[1])
        family = {self.process.pid}
        while True:
            more = {child for child, parent in parents.items() if parent in family} - family
            if not more:
                return family
            family |= more

    def ticks(self):
        """User and system time so far, in ticks of the kernel's (`proc(5)`: utime and stime)."""
        return sum(sum(map(int, fields[11:13])) for fields in map(stat, self.proc()) if fields)

    def memory(self):
        """Resident bytes; what processes share counts once in each."""
        pages = os.sysconf("SC_PAGE_SIZE")
        return sum(int((entry / "statm").read_text().split()[1]) * pages for entry in self.proc() if entry.exists())

    def proc(self):
        return [Path("/proc") / str(number) for number in self.processes()]

    def thread_ticks(self):
        """Of each thread of the first process."""
        threads = (Path("/proc") / str(self.process.pid) / "task").iterdir()
        return {entry.name: sum(map(int, fields[11:13])) for entry in threads if (fields := stat(entry))}

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


def stat(entry):
    """The fields of `stat` behind the name, which may have spaces in it; none when the process has gone."""
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


class Contestant:
    """A way through a program, by which requests come."""

    def __init__(self, name, program, port, host=PROFILE_HOST, tls=False):
        self.name, self.program, self.port, self.tls = name, program, port, tls
        self.host = host if ":" in host else f"{host}:{port}"


class Field:
    """All of them; `with` ends what it started."""

    def __init__(self, folder, issuer, bedel, cluster, ports):
        self.folder, self.issuer, self.bedel, self.cluster, self.ports = folder, issuer, bedel, cluster, iter(ports)
        self.programs = []
        self.backend, self.echo = next(self.ports), next(self.ports)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs):
            program.stop()

    def start(self, name, command, ports, cores="0", environment=None):
        program = Program(name, command, self.folder, cores, ports, environment)
        self.programs.append(program)
        return program

    def written(self, file, suffix="", **values):
        """A configuration with its places filled in."""
        text = (HERE / "rivals" / file).read_text()
        known = {"DIR": self.folder, "BACKEND": self.backend, "ECHO": self.echo, "ISSUER": self.issuer, **values}
        for name, value in known.items():
            text = text.replace(f"@{name}@", str(value))
        target = self.folder / (file + suffix)
        target.write_text(text)
        return target

    # Behind all of them

    def upstreams(self):
        self.start("backend", ["nginx", "-c", self.written("backend.conf")], [self.backend], cores="1")
        self.start("echo", [sys.executable, HERE / "websocket_load.py", "echo", self.echo], [self.echo], cores="1")

    # The rivals

    @property
    def haproxy_connections(self):
        """It does not start without a file for both sides of each."""
        return min(24_000, (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 100) // 2)

    def nginx(self):
        plain, tls = next(self.ports), next(self.ports)
        program = self.start("nginx", ["nginx", "-c", self.written("nginx.conf", PLAIN=plain, TLS=tls)], [plain, tls])
        return [Contestant("nginx", program, plain), Contestant("nginx_tls", program, tls, tls=True)]

    def haproxy(self):
        plain, jwt, tls = next(self.ports), next(self.ports), next(self.ports)
        file = self.written("haproxy.cfg", PLAIN=plain, JWT=jwt, TLS=tls, CONNECTIONS=self.haproxy_connections)
        program = self.start("haproxy", ["haproxy", "-db", "-f", file], [plain, jwt, tls])
        return [Contestant("haproxy", program, plain), Contestant("haproxy_jwt", program, jwt),
                Contestant("haproxy_tls", program, tls, tls=True)]

    def envoy(self):
        ports = [next(self.ports) for _ in range(3)]
        file = self.written("envoy.yaml", PLAIN=ports[0], JWT=ports[1], CACHE=ports[2])
        command = [Path(sys.executable).parent / "envoy", "-c", file, "--concurrency", "1", "--log-level", "error",
                   "--base-id", str(os.getpid() % 30000)]
        program = self.start("envoy", command, ports)
        names = ["envoy", "envoy_jwt", "envoy_jwt_cache"]
        return [Contestant(name, program, port) for name, port in zip(names, ports)]

    def apache(self):
        port = next(self.ports)
        command = ["apache2", "-DFOREGROUND", "-f", self.written("apache.conf", PORT=port)]
        return [Contestant("apache_openidc", self.start("apache", command, [port]), port)]

    def traefik(self):
        port = next(self.ports)
        command = [Path(sys.executable).parent / "traefik", f"--entrypoints.web.address=127.0.0.1:{port}",
                   f"--providers.file.filename={self.written('traefik.yaml')}", "--log.level=ERROR",
                   "--global.sendanonymoususage=false", "--global.checknewversion=false"]
        return [Contestant("traefik", self.start("traefik", command, [port], environment={"GOMAXPROCS": "1"}), port)]

    def caddy(self):
        port = next(self.ports)
        command = [Path(sys.executable).parent / "caddy", "run", "--adapter", "caddyfile", "--config",
                   self.written("caddy.conf", PORT=port)]
        home = {"HOME": str(self.folder), "GOMAXPROCS": "1"}
        return [Contestant("caddy", self.start("caddy", command, [port], environment=home), port)]

    # Bedel

    def bedel_alone(self, name="bedel", loops=1, cores="0", tls=False):
        """`bedel serve` as in production: console, worker and gateway in one process, an access log in a file."""
        port, admin = next(self.ports), next(self.ports)
        data = self.folder / name
        database = self.cluster.database(name.replace("-", "_"))
        (self.folder / "secret").write_text("not used")
        configuration = self.folder / f"{name}.yaml"
        configuration.write_text(f"""
base: {'https' if tls else 'http'}://localhost:{port}
listen: 127.0.0.1:{port}
admin: 127.0.0.1:{admin}
data: {data}
database: {database}
issuers:
  - url: {self.issuer}
    client-id: bedel
    client-secret-file: {self.folder}/secret
    admin-group: nobody
    access-tokens: {{audiences: [bedel]}}
services:
  - {{name: bench, profile: ml-2026, upstream: "127.0.0.1:{self.backend}"}}
  - {{name: echo, profile: ml-2026, upstream: "127.0.0.1:{self.echo}"}}
""" + (f"""
tls: {{certificate: {self.folder}/server.pem, key: {self.folder}/server-key.pem}}
# h2load has one token for all of its requests.
limits: {{user: {{per-second: 1000000}}}}
""" if tls else ""))
        environment = {"NIO_SINGLETON_GROUP_LOOP_COUNT": str(loops)}
        program = self.start(
            name, [self.bedel, "serve", "--config", configuration], [port, admin], cores, environment)
        self.cluster.query(name.replace("-", "_"), PEOPLE_SQL.replace("@ISSUER@", self.issuer))
        until(lambda: answers(f"http://127.0.0.1:{admin}/readyz"), f"{name} is ready", 60)
        return Contestant(name, program, port, tls=tls)


# Everybody who has a token is an assistant of the course, by whose group the provider's token is not asked: a person is known
# to Bedel from signing in, which nobody here has done.
PEOPLE_SQL = """
INSERT INTO profiles (id, name, namespace, title, kind, created_at)
  VALUES ('00000000000000000000000000', 'ml-2026', 'ml-2026', 'Machine learning', 'course', now());
INSERT INTO profile_names (name, skeleton, profile_id) SELECT name, name, id FROM profiles;
INSERT INTO users SELECT lpad(n::text, 26, '0'), '@ISSUER@', 'user-' || n, 'user' || n, 'User ' || n,
  'u' || n || '@uni.test', '{/ml-2026/assistants}', false, now(), now() FROM generate_series(0, 199) n;
INSERT INTO memberships SELECT '00000000000000000000000000', id, 'manual', 'assistant' FROM users;
"""


def missing():
    tools = ["nginx", "haproxy", "apache2", "wrk", "h2load", "taskset"]
    return [tool for tool in tools if not shutil.which(tool, path=OUTSIDE_PATH["PATH"])]
