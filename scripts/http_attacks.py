"""Thirteen ways to wear a gateway out, and what good clients and its memory notice of them.

    python scripts/http_attacks.py --bedel .build/release/bedel [--seconds 20] [--only slow_readers,…] [--short]

Eight good clients ask a service and the console over TLS while each attack (attackers.py) goes on, and before it. Printed for each:
p99 without and with it, their ratio, how much memory the gateway took more at its worst, and how many good requests failed. A failed
good request, a dead process or memory without a bound is a failure; a ratio above --ratio (2) is one too. --short is for every day: few
seconds, fewer connections, and no judgement on time.
"""

import argparse
import asyncio
import json
import resource
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from attackers import NAMES
from house import House, Meter

HERE = Path(__file__).resolve().parent
CLIENTS = 8
#: Bytes the gateway may hold for one connection, whatever its other end does; and what an allocator may keep for itself.
PER_CONNECTION_KB = 96
SLACK_KB = 96 * 1024


async def good_clients(port, requests, seconds):
    """One request after another with a breath between them; answers with all waiting times and the failures."""
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
            times.append(time.monotonic() - started)
            await asyncio.sleep(0.01)
        if writer is not None:
            writer.close()
    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return times, failures


async def backend(reader, writer):
    """/big is more than anybody's buffers hold."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    piece = bytes(1 << 16)
    try:
        while True:
            if not (await reader.readuntil(b"\r\n\r\n")).startswith(b"GET /big "):
                writer.write(answer)
                continue
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (len(piece) * 256))
            for _ in range(256):
                writer.write(piece)
                await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def p99(times):
    times = sorted(times)
    return times[min(len(times) - 1, int(len(times) * 0.99))]


def measure(options, requests, seconds):
    """In a process of its own, so that nothing here slows it down."""
    task = json.dumps({"port": options.port, "seconds": seconds, "requests": [request.decode() for request in requests]})
    program = subprocess.Popen([sys.executable, __file__, "--good"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    program.stdin.write(task)
    program.stdin.close()
    return program


def run_attack(name, options, house, requests):
    quiet = json.loads(measure(options, requests, options.seconds / 2).stdout.read())
    meter = Meter(house.door)
    attacker = [sys.executable, HERE / "attackers.py", name, "--port", str(house.port), "--host", house.host(),
                "--big", house.host("echo"), "--token", house.token, "--seconds", str(options.seconds)]
    if options.connections:
        attacker += ["--connections", str(options.connections)]
    # Its work is not the gateway's: it gets what the others leave of the processors.
    attack = subprocess.Popen(["nice", "-n", "10", *map(str, attacker)], stdout=subprocess.PIPE, text=True)
    time.sleep(min(2, options.seconds / 4))
    good = json.loads(measure(options, requests, options.seconds - min(2, options.seconds / 4)).stdout.read())
    counts = json.loads(attack.communicate(timeout=options.seconds + 120)[0].strip().splitlines()[-1])
    growth = meter.stop()
    return quiet, good, counts, growth


def judge(name, options, house, quiet, good, counts, growth):
    ratio = p99(good["times"]) / p99(quiet["times"])
    print(f"attack_{name}_p99_quiet_ms={p99(quiet['times']) * 1000:.1f}\nattack_{name}_p99_ms={p99(good['times']) * 1000:.1f}")
    print(f"attack_{name}_p99_ratio={ratio:.2f}\nattack_{name}_rss_growth_kB={growth}")
    print(f"attack_{name}_connections={counts.get('connections', 0)}\nattack_{name}_shown_the_door={counts.get('refused', 0)}")
    print(f"attack_{name}_good_requests={len(good['times'])}\nattack_{name}_good_failed={len(good['failures'])}", flush=True)
    faults = []
    if house.door.process.poll() is not None:
        faults.append("the gateway is dead")
    if good["failures"]:
        faults.append(f"good clients were not served: {good['failures'][:3]}")
    if growth > SLACK_KB + PER_CONNECTION_KB * min(counts.get("connections", 0), options.connections or 10_000):
        faults.append(f"{growth} kB more for {counts}")
    if options.ratio and ratio > options.ratio:
        faults.append(f"p99 went up {ratio:.1f} times")
    return [f"{name}: {fault}" for fault in faults]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bedel")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--connections", type=int)
    parser.add_argument("--only")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--ratio", type=float, default=2, help="how much slower good clients may get; 0: not looked at")
    parser.add_argument("--good", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.good:
        task = json.load(sys.stdin)
        requests = [request.encode() for request in task["requests"]]
        times, failures = asyncio.run(good_clients(task["port"], requests, task["seconds"]))
        return print(json.dumps({"times": times, "failures": failures}))
    if options.short:
        options.seconds, options.connections = 5, 500  # for survival and memory
        options.ratio = 0
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    names = options.only.split(",") if options.only else NAMES
    faults = []
    with House(options.bedel, tempfile.mkdtemp(prefix="bedel-at-")) as house:
        options.port = house.port
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(backend, "127.0.0.1", house.service_port), loop).result(10)
        bearer = f"Authorization: Bearer {house.token}\r\n\r\n"
        requests = [f"GET /x HTTP/1.1\r\nHost: {house.host('echo')}\r\n{bearer}".encode()] * 3
        requests.append(f"GET /api/v1/me HTTP/1.1\r\nHost: {house.host()}\r\n{bearer}".encode())
        measure(options, requests, 3).stdout.read()  # everything is warm now
        for name in names:
            faults += judge(name, options, house, *run_attack(name, options, house, requests))
    for fault in faults:
        print(f"FAILED {fault}")
    print(f"{len(names)} attacks, {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
