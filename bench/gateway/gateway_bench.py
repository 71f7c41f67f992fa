"""Bedel beside those who do its work elsewhere; prints name=value lines. See README.md for how it is measured.

    python gateway_bench.py --bedel .build/release/bedel [--rounds 5] [--seconds 3] [--only main,...] [--names bedel,...]
"""

import argparse
import resource
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "scripts")]

import load
import material
from cluster import Cluster
from contestants import Field, missing
from load import median
from outside import free_ports

PARTS = ["main", "half", "scaling", "tls", "http2", "download", "upload", "websocket", "idle"]
IDLE = 10_000


def say(name, value):
    print(f"{name}={value:.2f}" if isinstance(value, float) else f"{name}={value}", flush=True)


def compete(contestants, rounds, run):
    """One after another, round by round, so that what the machine does meanwhile is everybody's."""
    samples = {contestant.name: [] for contestant in contestants}
    for _ in range(rounds):
        for contestant in contestants:
            samples[contestant.name].append(run(contestant))
    return samples


class Bench:
    def __init__(self, arguments, field, folder):
        self.rounds, self.seconds, self.field, self.folder = arguments.rounds, arguments.seconds, field, folder
        self.wanted = arguments.names.split(",") if arguments.names else None
        self.known, self.rates = {}, {}

    def start(self):
        """Everybody who is wanted, warmed up."""
        self.field.upstreams()
        groups = [lambda: [self.field.bedel_alone()], self.field.nginx, self.field.haproxy, self.field.envoy,
                  self.field.apache, self.field.traefik, self.field.caddy]
        for group in groups:
            for contestant in group():
                self.known[contestant.name] = contestant
        for contestant in self.plain():
            load.awake(contestant, self.folder)
            load.http1(contestant, self.folder, 1)

    def plain(self):
        return [one for one in self.known.values() if not one.tls and (not self.wanted or one.name in self.wanted)]

    def some(self, *names):
        return [self.known[name] for name in names]

    def main(self):
        """The figures of the first table."""
        samples = compete(self.plain(), self.rounds, lambda one: load.http1(one, self.folder, self.seconds))
        cpu = {name: median(runs, lambda run: run.cpu) for name, runs in samples.items()}
        for name, runs in samples.items():
            self.rates[name] = median(runs, lambda run: run.rate)
            title = name if name != "bedel" else "gateway"
            say(f"{title}_cpu_us", cpu[name])
            say(f"{title}_requests_per_second", round(self.rates[name]))
            say(f"{title}_p50_us", round(median(runs, lambda run: run.p50)))
            say(f"{title}_p99_us", round(median(runs, lambda run: run.p99)))
            say(f"{title}_memory_mb", median(runs, lambda run: run.memory) / 1e6)
        for name in ["haproxy_jwt", "envoy_jwt_cache", "envoy_jwt", "apache_openidc", "nginx", "haproxy", "envoy"]:
            if "bedel" in cpu and name in cpu:
                say(f"gateway_cpu_vs_{'nginx_plain' if name == 'nginx' else name}", cpu["bedel"] / cpu[name])

    def half(self):
        """Both at the same pace: half of what the slower one can. The pace is held by pauses of each connection."""
        pair = self.some("bedel", "haproxy_jwt")
        for one in pair:
            if one.name not in self.rates:
                self.rates[one.name] = load.http1(one, self.folder, self.seconds).rate
        pace = min(self.rates[one.name] for one in pair) / 2
        say("half_load_pace", round(pace))
        pauses = {one.name: self.pause(one, pace) for one in pair}
        samples = compete(
            pair, max(self.rounds, 5),
            lambda one: load.http1(one, self.folder, self.seconds, pause=pauses[one.name]))
        p99 = {name: median(runs, lambda run: run.p99) for name, runs in samples.items()}
        for name, runs in samples.items():
            say(f"{name}_half_load_requests_per_second", round(median(runs, lambda run: run.rate)))
            say(f"{name}_half_load_p50_us", round(median(runs, lambda run: run.p50)))
            say(f"{name}_half_load_p99_us", round(p99[name]))
        say("gateway_p99_half_load_vs_haproxy", p99["bedel"] / p99["haproxy_jwt"])

    def pause(self, one, pace, cores="1"):
        """What each connection has to wait for that pace, found by trying: an answer takes its time as well."""
        each = 1000 * load.CONNECTIONS
        pause = each / pace
        for _ in range(2):
            pause = max(0.5, pause + each / pace - each / load.http1(one, self.folder, 1, pause=pause, cores=cores).rate)
        return pause

    def scaling(self):
        """With one loop and with two, load and upstream on both cores as well, so that none of it is the narrow place:
        what is compared is how much of two cores a request takes, and whether both loops get the same share. The share is
        looked at twice: while two loops do what one can at most, and with nothing to spare, where the system's scheduler
        has a say in it."""
        one = self.field.bedel_alone("bedel_one", 1, "0,1")
        two = self.field.bedel_alone("bedel_two", 2, "0,1")
        for contestant in (one, two):
            load.http1(contestant, self.folder, 1, cores="0,1")
        saturated = []

        def run(contestant):
            if contestant is one:
                return load.http1(one, self.folder, self.seconds, cores="0,1")
            sample, share = self.shared(two)
            saturated.append(share)
            return sample
        samples = compete([one, two], max(self.rounds, 5), run)
        cpu = {name: median(runs, lambda run: run.cpu) for name, runs in samples.items()}
        pause = self.pause(two, median(samples[one.name], lambda run: run.rate), cores="0,1")
        shares = [self.shared(two, pause)[1] for _ in range(max(self.rounds, 5))]
        ratio = cpu[one.name] / cpu[two.name]
        say("gateway_one_loop_cpu_us", cpu[one.name])
        say("gateway_two_loops_cpu_us", cpu[two.name])
        for name, found in (("", shares), ("_saturated", saturated)):
            evenness = median(found, lambda share: share)
            say(f"gateway_two_loops_evenness{name}", evenness)
            say(f"gateway_scaling_two_cores{name}", evenness * ratio)

    def shared(self, two, pause=0):
        """A run, and how evenly the two busiest threads shared it: 2 is exactly."""
        before = two.program.thread_ticks()
        sample = load.http1(two, self.folder, self.seconds, cores="0,1", pause=pause)
        after = two.program.thread_ticks()
        busiest = sorted((after[thread] - before.get(thread, 0) for thread in after), reverse=True)[:2]
        return sample, sum(busiest) / max(busiest)

    def variant(self, title, contestants, run, unit="request"):
        samples = compete(contestants, max(2, self.rounds - 1), run)
        for name, runs in samples.items():
            name = "gateway" if name.startswith("bedel") else name
            say(f"{name}_{title}_cpu_us", median(runs, lambda sample: sample.cpu))
            say(f"{name}_{title}_{unit}s_per_second", round(median(runs, lambda sample: sample.rate)))

    def secure(self):
        if "bedel_tls" not in self.known:
            self.known["bedel_tls"] = self.field.bedel_alone("bedel_tls", tls=True)
            load.http1(self.known["bedel_tls"], self.folder, 1)
        return self.some("bedel_tls", "nginx_tls", "haproxy_tls")

    def tls(self):
        self.variant("tls", self.secure(), lambda one: load.http1(one, self.folder, self.seconds))

    def http2(self):
        self.variant("http2", self.secure(), lambda one: load.http2(one, self.folder, self.seconds))

    def trio(self):
        return self.some("bedel", "nginx", "haproxy_jwt")

    def download(self):
        self.variant(
            "download_64k", self.trio(),
            lambda one: load.http1(one, self.folder, self.seconds, target="/large.json"))

    def upload(self):
        self.variant(
            "upload_64k", self.trio(),
            lambda one: load.http1(one, self.folder, self.seconds, target="/upload", method="POST", body=material.LARGE))

    def websocket(self):
        self.variant(
            "websocket", self.trio(), lambda one: load.websocket(one, self.folder, self.seconds), unit="message")

    def idle(self):
        for contestant in self.trio():
            # HAProxy keeps a file ready for the upstream's side of each.
            most = self.field.haproxy_connections - 100 if contestant.name == "haproxy_jwt" else IDLE
            size = load.idle(contestant, self.folder, min(IDLE, most))
            name = "" if contestant.name == "bedel" else f"{contestant.name}_"
            say(f"{name}bytes_per_idle_connection", round(size))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bedel", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas")
    parser.add_argument("--names", default="", help="contestants of the first table, with commas; all when empty")
    arguments = parser.parse_args()
    if missing():
        sys.exit(f"these are missing: {' '.join(missing())}; run scripts/install --bench")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    folder = Path(tempfile.mkdtemp(prefix="bedel-gateway-"))
    # Some of them go on as another user.
    folder.chmod(0o755)
    provider_port, *ports = free_ports(40)
    provider = material.write(folder, provider_port)
    cluster = Cluster()
    try:
        with Field(folder, provider.issuer, Path(arguments.bedel).resolve(), cluster, ports) as field:
            bench = Bench(arguments, field, folder)
            bench.start()
            for part in arguments.only.split(","):
                getattr(bench, part)()
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


main()
