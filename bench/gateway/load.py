"""What makes the load, always on core 1 together with the upstream, and what it costs the one who is measured."""

import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TICK = 1_000_000 / os.sysconf("SC_CLK_TCK")
CONNECTIONS = 64
TARGET = "/seldon/ml/m1/api/v1.0/predictions"


class Sample:
    """One run against one of them."""

    def __init__(self, contestant, requests, seconds, ticks, p50=0, p99=0):
        self.name = contestant.name
        self.rate = requests / seconds
        self.cpu = ticks * TICK / requests
        self.p50, self.p99 = p50, p99
        self.memory = contestant.program.memory()


def awake(contestant, folder, deadline=20):
    """Waits for the first good answer: some listen before they have read where to."""
    token = (folder / "tokens").read_text().split()[0]
    end = time.monotonic() + deadline
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", contestant.port, timeout=5)
        try:
            connection.request("GET", TARGET, headers={"Host": contestant.host, "Authorization": f"Bearer {token}"})
            if (status := connection.getresponse().status) == 200:
                return
        except OSError as error:
            status = error
        finally:
            connection.close()
        if time.monotonic() > end:
            raise SystemExit(f"{contestant.name} does not answer: {status}\n{contestant.program.tail()}")
        time.sleep(0.05)


def median(samples, of):
    return statistics.median(of(sample) for sample in samples)


def http1(contestant, folder, seconds, target=TARGET, method="GET", body=0, pause=0,
         cores="1"):
    """HTTP/1.1, keep-alive, the tokens in turn.

    pause: milliseconds, on average, that each connection waits before each request.
    """
    scheme = "https" if contestant.tls else "http"
    environment = {
        **os.environ, "TOKENS": str(folder / "tokens"), "HOST": contestant.host, "TARGET": target, "METHOD": method,
        "BODY_BYTES": str(body), "PAUSE_MS": str(pause)}
    before = contestant.program.ticks()
    answer = subprocess.run(
        ["taskset", "-c", cores, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", HERE / "wrk.lua",
         f"{scheme}://127.0.0.1:{contestant.port}/"], check=True, capture_output=True, text=True, env=environment)
    ticks = contestant.program.ticks() - before
    result = json.loads(answer.stdout.strip().splitlines()[-1])
    if not result["requests"] or result["refused"] or result["broken"]:
        raise SystemExit(f"{contestant.name}: {result}\n{contestant.program.tail()}")
    return Sample(
        contestant, result["requests"], result["microseconds"] / 1e6, ticks, result["p50"], result["p99"])


def http2(contestant, folder, seconds):
    """HTTP/2, 16 connections with 8 streams each; one token, as h2load has one header for all."""
    token = (folder / "tokens").read_text().split()[0]
    before = contestant.program.ticks()
    answer = subprocess.run(
        ["taskset", "-c", "1", "h2load", "-t1", "-c16", "-m8", f"-D{seconds}", "-H", f"authorization: Bearer {token}",
         f"--connect-to=127.0.0.1:{contestant.port}", f"https://{contestant.host}{TARGET}"],
        check=True, capture_output=True, text=True)
    ticks = contestant.program.ticks() - before
    good = int(re.search(r"status codes: (\d+) 2xx, 0 3xx, 0 4xx, 0 5xx", answer.stdout)[1])
    return Sample(contestant, good, seconds, ticks)


def websocket(contestant, folder, seconds):
    """Messages there and back."""
    host = contestant.host.replace("bench", "echo")
    before = contestant.program.ticks()
    answer = subprocess.run(
        ["taskset", "-c", "1", sys.executable, HERE / "websocket_load.py", "load", str(contestant.port), host,
         folder / "tokens", str(seconds)], check=True, capture_output=True, text=True)
    return Sample(contestant, int(answer.stdout), seconds, contestant.program.ticks() - before)


def idle(contestant, folder, count):
    """Bytes of memory for each connection that waits for its next request."""
    before = contestant.program.memory()
    holder = subprocess.Popen(
        ["taskset", "-c", "1", sys.executable, HERE / "idle.py", str(contestant.port), contestant.host,
         folder / "tokens", str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if holder.stdout.readline() != "ready\n":
            raise SystemExit(f"{contestant.name} does not hold {count} connections")
        time.sleep(1)
        return (contestant.program.memory() - before) / count
    finally:
        holder.stdin.close()
        holder.wait(30)
