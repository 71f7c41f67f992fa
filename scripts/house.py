"""A Bedel of its own behind a socket that stays, with TLS and one service: what the checks under load have in common.

The house is seeded by `bedel demo` (course, people, a teacher's token) on a PostgreSQL that outlives it, then served by
`bedel serve`. As systemd does with deploy/systemd, we hold the listening socket and hand it to one process after another.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
from pathlib import Path

from outside import ROOT, Browser, DemoProcess, answers, free_ports, remove_demo, until

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]


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


def new_certificate(folder, *more):
    """A fresh key and certificate for localhost and what hangs from it, put in place whole: key first, then certificate."""
    # OpenSSL takes no star right below a top-level name, so what is asked for stands there by itself.
    names = "subjectAltName=" + ",".join(f"DNS:{name}" for name in ("localhost", "*.localhost", *more))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", names, "-keyout", folder / "next-key.pem", "-out", folder / "next.pem"],
        check=True, capture_output=True)
    os.replace(folder / "next-key.pem", folder / "key.pem")
    os.replace(folder / "next.pem", folder / "certificate.pem")


def is_ready(admin):
    return answers(f"http://127.0.0.1:{admin}/readyz")


class FrontDoor:
    """One process with the socket in its hand."""

    def __init__(self, house, config, admin, log):
        self.admin, self.log = admin, log
        # LISTEN_PID has to be the program's own, which only it knows before it becomes Bedel.
        command = ["taskset", "--cpu-list", house.cores] if house.cores else []
        command += ["sh", "-c", 'exec 3<&"$BEDEL_SOCKET"; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=gateway exec "$@"', "sh",
                   house.bedel, "serve", "--config", config]
        environment = {**os.environ, "BEDEL_SOCKET": str(house.socket.fileno()), "BEDEL_HOME": str(house.home)}
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, pass_fds=[house.socket.fileno()],
                env=environment, cwd=ROOT)

    def wait_until_ready(self):
        def ready():
            if self.process.poll() is not None:
                raise AssertionError(self.log.read_text(errors="replace")[-3000:])
            return is_ready(self.admin)
        until(ready, "the process behind the socket is ready", 90, 0.05)

    @contextlib.contextmanager
    def notices(self, message):
        """What is done meanwhile has to show in the log; waits until it does."""
        def count():
            return self.log.read_text(errors="replace").count(message)
        before = count()
        yield
        until(lambda: count() > before, f"“{message}” is in {self.log}", 60, 0.1)

    def stop(self):
        """Answers with the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(90)

    def memory_kb(self):
        """Resident, as Linux counts it."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


class Meter:
    """Looks at the memory of the process behind a door until told to stop."""

    def __init__(self, door):
        self.door, self.before, self.peak = door, door.memory_kb(), 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self):
        while not self.over.wait(0.05):
            self.peak = max(self.peak, self.door.memory_kb())

    def stop(self):
        """Kilobytes it grew by."""
        self.over.set()
        self.thread.join()
        return max(0, self.peak - self.before)


class House:
    """With `with`; `extra` are lines for the end of bedel.yaml."""

    def __init__(self, bedel, state, extra="", cores=None, limits="", policies=""):
        """`cores`: where the program runs, as taskset has it; `limits`: more of bedel.yaml's `limits`, in YAML's flow style;
        `policies`: more of them, in Cedar."""
        self.bedel, self.state, self.extra = str(Path(bedel).resolve()), Path(state), extra
        self.cores, self.limits, self.policies = cores, limits, policies
        self.door = None
        self.generation = 0

    def __enter__(self):
        self.state.chmod(0o755)
        self.database = Database(self.state / "db")
        os.environ["BEDEL_DATABASE_URL"] = self.database.start()
        try:
            self.service_port, self.guest_admin, self.guest_port = free_ports(3)
            self.seed()
            self.furnish()
            self.configure()
            self.start()
        except BaseException:
            self.database.stop()
            raise
        return self

    def __exit__(self, kind, *_):
        try:
            if self.door and self.door.process.poll() is None:
                self.door.stop()
        finally:
            self.database.stop()
            self.socket.close()
            if kind is None:
                remove_demo(self.state)
            else:
                print(f"what was left behind is in {self.state}")

    def seed(self):
        demo = DemoProcess(
            self.bedel, self.state / "demo", ["--no-seed", f"--service=echo=127.0.0.1:{self.service_port}"])
        try:
            summary = demo.start()
            accounts = {account["who"]: account for account in summary["accounts"]}
            admin = Browser(summary["base"])
            admin.sign_in(accounts["admin"]["login"], accounts["admin"]["password"])
            self.profile = summary["profile"]
            made = admin.post_json(
                "/api/v1/profiles", {"name": self.profile, "title": self.profile, "kind": "course"})
            assert made.status in (201, 409), made.text
            rules = admin.post_json(
                f"/api/v1/profiles/{self.profile}/group-rules",
                [{"group": f"ml-2026-{role}s", "role": role} for role in ("teacher", "student")], "PUT")
            assert rules.status == 200, rules.text
            self.token, self.student_token = (
                self.token_of(summary["base"], accounts[who]) for who in ("teacher", "student"))
        finally:
            demo.stop()
        self.port = urllib.parse.urlsplit(summary["base"]).port
        self.admin = urllib.parse.urlsplit("//" + summary["admin"].split("://")[-1]).port

    @staticmethod
    def token_of(base, account):
        person = Browser(base)
        person.sign_in(account["login"], account["password"])
        answer = person.post_json("/api/v1/tokens", {"name": "load", "scopes": ["read", "submit", "predict"], "days": 1})
        assert answer.status == 201, answer.text
        return answer.json()["secret"]

    def furnish(self):
        """Bedel's own files, with policies that may be changed."""
        self.home = self.state / "home"
        self.home.mkdir()
        for name in ("migrations", "web", "deploy", "examples", ".tools"):
            (self.home / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / "policies", self.home / "policies")
        if self.policies:
            (self.home / "policies/lab.cedar").write_text(self.policies)

    def configure(self):
        new_certificate(self.state, f"echo--{self.profile}.localhost")
        written = (self.state / "demo/bedel.yaml").read_text().replace("base: http:", "base: https:")
        # All of it is asked by one person, faster than people are allowed to.
        written += f"\nlimits: {{user: {{per-second: 100000, burst: 100000}}, {self.limits}}}"
        written += f"\ntls:\n  certificate: {self.state}/certificate.pem\n  key: {self.state}/key.pem\n{self.extra}"
        self.config = self.state / "bedel.yaml"
        self.config.write_text(written)
        self.config.chmod(0o600)
        self.guest_config = self.state / "guest.yaml"
        lines = [line for line in written.splitlines() if not line.startswith(("listen:", "admin:"))]
        self.guest_config.write_text("\n".join(lines) + f"\nrole: gateway\nlisten: 127.0.0.1:{self.guest_port}\n"
                                     f"admin: 127.0.0.1:{self.guest_admin}\n")
        self.guest_config.chmod(0o600)
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", self.port))
        self.socket.listen(4096)

    def start(self):
        self.generation += 1
        self.door = FrontDoor(self, self.config, self.admin, self.state / f"bedel-{self.generation}.log")
        self.door.wait_until_ready()

    def host(self, service=None):
        return f"{service}--{self.profile}.localhost:{self.port}" if service else f"localhost:{self.port}"

    # What is changed while it runs

    def upgrade(self):
        """SIGTERM, wait, start: `systemctl restart`."""
        status = self.door.stop()
        assert status == 0, f"the old process ended with {status}"
        self.start()

    def drain(self):
        """A second process takes from the same socket for a while and is told to stop while it has clients."""
        guest = FrontDoor(self, self.guest_config, self.guest_admin, self.state / "guest.log")
        guest.wait_until_ready()
        time.sleep(3)
        status = guest.stop()
        assert status == 0, f"the second front door ended with {status}"

    def change_certificate(self):
        new_certificate(self.state, f"echo--{self.profile}.localhost")
        self.door.process.send_signal(signal.SIGHUP)

    def change_routes(self, closed):
        """What is closed is in the snapshot, so that it is made anew."""
        verb = ["on", "nobody", "--message", "x"] if closed else ["off", "nobody"]
        with self.door.notices("maintenance changed"):
            subprocess.run(
                [self.bedel, "maintenance", *verb, "--config", self.config], check=True, capture_output=True, timeout=60)

    def change_policies(self):
        """One policy more, or that one less; it is about nobody, so that all go on."""
        policy = self.home / "policies/local.cedar"
        with self.door.notices("new policies are in force"):
            if policy.exists():
                policy.unlink()
            else:
                policy.write_text('@id("local.nobody")\nforbid (principal == User::"nobody", action, resource);\n')
