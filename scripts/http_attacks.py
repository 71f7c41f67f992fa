"""Fourteen ways to wear a gateway out, and what good clients and its memory notice of them.

    python scripts/http_attacks.py --bedel .build/release/bedel [--rounds 3] [--seconds 5] [--only slow_readers,…] [--short] [--no-control]

Eight good clients ask a service and the console over TLS before each attack (attackers.py) and, for as long, while it goes on.
Of several rounds the medians count, because what the machine does meanwhile is everybody's. The gateway has the first processor
for itself; attackers, good clients and what stands behind the gateway share the others. What good clients lose to that
neighbourhood is no fault of the gateway's, so the same attack is made on nginx as a plain proxy with TLS and HTTP/2 in the same
place, with the same service behind it: `attack_NAME_p99_ratio` is Bedel's p99 with the attack over its p99 without,
`control_NAME_p99_ratio` is nginx's. Where it takes a while until all attackers have come in, `_arriving_` figures are those
until then, and the others those afterwards. Good clients and what stands behind the gateway get their processor at once
(real-time class, where that is allowed), and attackers what is left of it: they would be on other machines. Attackers are a
student of the same course, or nobody; good clients are a teacher. Printed as well: how much memory the gateway took more at its
worst, and how many good requests failed. A failed good request, a dead process or memory without a bound is a failure; so is a
ratio, arriving or not, above --ratio (2) that is also above nginx's. --short is for every day: few seconds, fewer connections,
no control and no judgement on time.
"""

import argparse
import asyncio
import http.client
import json
import os
import re
import resource
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from attackers import NAMES
from house import House, Meter
from outside import answers, free_ports, until

HERE = Path(__file__).resolve().parent
CLIENTS = 8
#: Bytes the gateway may hold for one connection, whatever its other end does; and what an allocator may keep for itself.
PER_CONNECTION_KB = 96
SLACK_KB = 96 * 1024
#: Files one process may have open: two for each connection, and some.
FILES = 65_536
#: Where so many connections have to be made first that it takes longer.
LONGER = {"slow_readers": 8, "slow_strangers": 8}
#: Fewer requests of good clients have no p99 worth the name.
ENOUGH = 300
#: As many processes make them.
MAKERS = {"slow_readers": 4, "slow_strangers": 4, "slow_handshakes": 2}


async def good_clients(port, requests, seconds):
    """One request after another with a breath between them; answers with when each began, how long it took, and the failures."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    times, failures = [], []
    end = time.monotonic() + seconds

    async def client(number):
        reader = writer = None
        while time.monotonic() < end:
            started = time.monotonic()
            try:
                if writer is None:
                    reader, writer = await asyncio.open_connection(
                        "127.0.0.1", port, ssl=context, server_hostname="localhost")
                writer.write(requests[number % len(requests)])
                head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).lower()
                length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
                await asyncio.wait_for(reader.readexactly(length), 30)
                status = int(head.split()[1])
                if status != 200:
                    failures.append(f"status {status}")
            except Exception as error:  # whatever it is, a good client was not served
                failures.append(type(error).__name__)
                writer = None
            times.append((started, time.monotonic() - started))
            await asyncio.sleep(0.01)
        if writer is not None:
            writer.close()
    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return times, failures


def open_files():
    """Allows as many as may be, to whatever is started here; answers with how many that are."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(most, FILES), max(most, FILES)))
    except ValueError:  # that is for root with CAP_SYS_RESOURCE
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def listens(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


#: Or they would be turned away before they have anything to read slowly.
STUDENTS_OPEN_SERVICES = """
@id("lab.services")
permit (principal in Role::"student", action == Action::"service.open", resource);
"""


class Servers:
    """nginx twice: what stands behind, and the control in front of it. /big is more than anybody's buffers hold. The one behind
    fills small ones only (sndbuf): 4 MB in one go for each slow reader, while good clients wait, would be its own fault."""

    COMMON = """
daemon off; error_log {folder}/{name}.log crit; pid {folder}/{name}.pid;
worker_processes {workers}; events {{ worker_connections {files}; }}
http {{
    access_log off; default_type application/json; keepalive_requests 1000000; keepalive_timeout 75;
    client_body_temp_path {folder}/{name}-b; proxy_temp_path {folder}/{name}-p; fastcgi_temp_path {folder}/{name}-f;
    uwsgi_temp_path {folder}/{name}-u; scgi_temp_path {folder}/{name}-s;
"""
    BEHIND = """
    server {{
        listen 127.0.0.1:{behind} backlog=4096 sndbuf=128k; root {folder}/files;
        location / {{ return 200 "{{}}"; }}
        location = /big {{ try_files /big =404; }}
        location /assets/ {{ try_files /bedel.css =404; }}
    }}
}}
"""
    FRONT = """
    upstream behind {{ server 127.0.0.1:{behind}; keepalive 64; }}
    server {{
        listen 127.0.0.1:{front} ssl http2 backlog=4096;
        ssl_certificate {state}/certificate.pem; ssl_certificate_key {state}/key.pem;
        proxy_http_version 1.1; proxy_set_header Connection ""; proxy_max_temp_file_size 0;
        location / {{ proxy_pass http://behind; }}
    }}
}}
"""

    def __init__(self, house, has_control):
        self.folder = house.state / "nginx"
        (self.folder / "files").mkdir(parents=True)
        with (self.folder / "files/big").open("wb") as big:
            big.truncate(16 << 20)
        (self.folder / "files/bedel.css").write_bytes((house.home / "web/assets/bedel.css").read_bytes())
        self.folder.chmod(0o755)
        self.front, = free_ports(1)
        self.values = {"folder": self.folder, "state": house.state, "behind": house.service_port, "front": self.front,
                       "files": resource.getrlimit(resource.RLIMIT_NOFILE)[0]}
        self.programs = {}
        self.start("behind", self.BEHIND, OTHERS)
        if has_control:
            self.start_control()
        until(lambda: answers(f"http://127.0.0.1:{house.service_port}/"), "the service answers", 30)

    def start_control(self):
        """Anew for every attack, as what is left of one is no measure for the next."""
        if "front" in self.programs:
            self.end("front")
        self.start("front", self.FRONT, FIRST)
        until(lambda: listens(self.front), "nginx listens", 30)

    def start(self, name, text, cores):
        """A worker for each processor it has; nginx itself would count those of the machine."""
        file = self.folder / f"{name}.conf"
        # Its worker is somebody else, and has to read here.
        user = "user root;" if os.getuid() == 0 else ""
        file.write_text(user + (self.COMMON + text).format(name=name, workers=len(cores.split(",")), **self.values))
        first = AT_ONCE if name == "behind" else []
        self.programs[name] = subprocess.Popen(
            ["taskset", "--cpu-list", cores, *first, "nginx", "-c", file, "-e", "stderr"])

    def end(self, name):
        program = self.programs.pop(name)
        program.terminate()
        program.wait(30)

    def stop(self):
        for name in list(self.programs):
            self.end(name)


PROCESSORS = sorted(os.sched_getaffinity(0))
FIRST = str(PROCESSORS[0])
OTHERS = ",".join(map(str, PROCESSORS[1:])) or FIRST
#: Whatever runs with it gets its processor whenever it wants it, for as long as it wants it.
AT_ONCE = ["chrt", "--rr", "1"]
if subprocess.run([*AT_ONCE, "true"], stderr=subprocess.DEVNULL).returncode != 0:
    AT_ONCE = []


def quantile(times, part):
    times = sorted(times)
    return times[min(len(times) - 1, int(len(times) * part))]


def ask(house, path, headers):
    """Status and body."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", house.port, context=context, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def style_sheet(house):
    """The path of what everybody may have: pages name it with the version of the day."""
    _, page = ask(house, "/nowhere", {"Host": house.host(), "Accept": "text/html"})
    return re.search(r"/assets/[^\"]+/bedel\.css", page.decode()).group()


def check_attacker(house):
    """Whoever is to read slowly gets something to read."""
    status, body = ask(house, "/big", {"Host": house.host("echo"), "Authorization": f"Bearer {house.student_token}"})
    assert (status, len(body)) == (200, 16 << 20), f"the attacking student got {status}, {len(body)} bytes"


def measure(port, requests, seconds):
    """In a process of its own, so that nothing here slows it down."""
    task = json.dumps({"port": port, "seconds": seconds, "requests": [request.decode() for request in requests]})
    program = subprocess.Popen(["taskset", "--cpu-list", OTHERS, *AT_ONCE, sys.executable, __file__, "--good"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    program.stdin.write(task)
    program.stdin.close()
    return program


class Figures:
    """What was seen in all rounds of an attack."""

    def __init__(self, rounds):
        self.quiet = [[took for _, took in quiet["times"]] for quiet, *_ in rounds]
        parts = [self.parts(good["times"], counts["all_in_at"]) for _, good, counts, _ in rounds]
        self.arriving = [arriving for arriving, _ in parts]
        self.times = [times for _, times in parts]
        if any(len(part) < ENOUGH for both in parts for part in both):
            # Who came in at once, or never, is there from beginning to end. In all rounds or in none, so that nothing is left out.
            self.arriving, self.times = [], [arriving + times for arriving, times in parts]
        self.failures = [failure for _, good, *_ in rounds for failure in good["failures"]]
        self.counts = {key: max(counts[key] for _, _, counts, _ in rounds) for key in ("connections", "at_once", "refused")}
        self.growth = max(growth for *_, growth in rounds)

    @staticmethod
    def parts(times, all_in):
        """Until all attackers had come in, and from then on."""
        return [took for began, took in times if began < all_in], [took for began, took in times if began >= all_in]

    @staticmethod
    def median(rounds, part):
        return statistics.median(quantile(times, part) for times in rounds)

    def show(self, prefix):
        """Answers with the ratios, by what they are of."""
        quiet, ratios = self.median(self.quiet, 0.99), {}
        print(f"{prefix}_p99_quiet_ms={quiet * 1000:.1f}")
        for part, rounds in (("_arriving", self.arriving), ("", self.times)):
            if not rounds or not all(rounds):
                continue
            attacked = self.median(rounds, 0.99)
            ratios[part] = attacked / quiet
            print(f"{prefix}{part}_p99_ms={attacked * 1000:.1f}\n{prefix}{part}_p50_ms={self.median(rounds, 0.5) * 1000:.1f}\n"
                  f"{prefix}{part}_p99_ratio={ratios[part]:.2f}\n{prefix}{part}_good_requests={sum(map(len, rounds))}")
        print(f"{prefix}_good_failed={len(self.failures)}", flush=True)
        return ratios


def run_attack(name, options, house, port, requests, style):
    """Good clients alone, then with the attack."""
    quiet = json.loads(measure(port, requests, options.seconds).stdout.read())
    seconds = options.seconds * (1 if options.connections else LONGER.get(name, 1))
    meter = Meter(house.door) if port == house.port else None
    makers = MAKERS.get(name, 1)
    attacks = []
    for maker in range(makers):
        attacker = [sys.executable, HERE / "attackers.py", name, "--port", str(port), "--host", house.host(),
                    "--big", house.host("echo"), "--token", house.student_token, "--style", style, "--seconds", str(seconds),
                    "--maker", f"{maker}/{makers}"]
        if options.connections:
            attacker += ["--connections", str(options.connections)]
        # Its work is not the gateway's: it gets what the others leave of the processors, and never keeps good clients waiting.
        attacks.append(subprocess.Popen(["taskset", "--cpu-list", OTHERS, "chrt", "--idle", "0", *map(str, attacker)],
                                        stdout=subprocess.PIPE, text=True))
    lead = min(2, seconds / 4)
    time.sleep(lead)
    good = json.loads(measure(port, requests, seconds - lead).stdout.read())
    reports = [json.loads(attack.communicate(timeout=seconds + 120)[0].strip().splitlines()[-1]) for attack in attacks]
    counts = {key: sum(report.get(key, 0) for report in reports) for key in ("connections", "at_once", "refused")}
    all_in = [report.get("all_in_at") for report in reports]
    # Some never get in: then it is the same attack from beginning to end.
    counts["all_in_at"] = max(all_in) if None not in all_in else 0
    return quiet, good, counts, meter.stop() if meter else 0


def judge(name, options, house, figures, control):
    ratios = figures.show(f"attack_{name}")
    print(f"attack_{name}_rss_growth_kB={figures.growth}\nattack_{name}_connections={figures.counts['connections']}\n"
          f"attack_{name}_at_once={figures.counts['at_once']}\nattack_{name}_shown_the_door={figures.counts['refused']}", flush=True)
    faults = []
    if house.door.process.poll() is not None:
        faults.append("the gateway is dead")
    if figures.failures:
        faults.append(f"good clients were not served: {figures.failures[:3]}")
    if figures.growth > SLACK_KB + PER_CONNECTION_KB * figures.counts["at_once"]:
        faults.append(f"{figures.growth} kB more for {figures.counts}")
    if "" not in ratios:
        faults.append("in one round good clients asked nothing")
    for part, ratio in ratios.items():
        if options.ratio and ratio > max(options.ratio, control.get(part, 0)):
            faults.append(f"p99{part} went up {ratio:.1f} times, and {control.get(part, 0):.1f} times behind nginx")
    return [f"{name}: {fault}" for fault in faults]


def attack_all(names, options, house):
    bearer = f"Authorization: Bearer {house.token}\r\n\r\n"
    requests = [f"GET /x HTTP/1.1\r\nHost: {house.host('echo')}\r\n{bearer}".encode()] * 3
    requests.append(f"GET /api/v1/me HTTP/1.1\r\nHost: {house.host()}\r\n{bearer}".encode())
    style = style_sheet(house)
    servers = Servers(house, options.control)
    ports = [house.port] + [servers.front] * options.control
    faults = []
    try:
        check_attacker(house)
        for port in ports:  # everything is warm then
            measure(port, requests, 3).stdout.read()
        for name in names:
            rounds, control = [], []
            for _ in range(options.rounds):
                if options.control:
                    servers.start_control()
                    control.append(run_attack(name, options, house, servers.front, requests, style))
                rounds.append(run_attack(name, options, house, house.port, requests, style))
            bound = Figures(control).show(f"control_{name}") if control else {}
            faults += judge(name, options, house, Figures(rounds), bound)
    finally:
        servers.stop()
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bedel")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--connections", type=int)
    parser.add_argument("--only")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--no-control", dest="control", action="store_false")
    parser.add_argument("--limits", default="", help="more of bedel.yaml's limits: “unread: 20000, unread-per-user: 20000”")
    parser.add_argument("--ratio", type=float, default=2, help="how much slower good clients may get; 0: not looked at")
    parser.add_argument("--good", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.good:
        task = json.load(sys.stdin)
        requests = [request.encode() for request in task["requests"]]
        times, failures = asyncio.run(good_clients(task["port"], requests, task["seconds"]))
        return print(json.dumps({"times": times, "failures": failures}))
    if options.short:
        options.rounds, options.seconds, options.connections = 1, 5, 500  # for survival and memory
        options.ratio, options.control = 0, False
    print(f"open_files={open_files()}\ngood_clients_at_once={bool(AT_ONCE)}")
    names = options.only.split(",") if options.only else NAMES
    with House(options.bedel, tempfile.mkdtemp(prefix="bedel-at-"), cores=FIRST, limits=options.limits,
               policies=STUDENTS_OPEN_SERVICES) as house:
        faults = attack_all(names, options, house)
    for fault in faults:
        print(f"FAILED {fault}")
    print(f"{len(names)} attacks, {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
