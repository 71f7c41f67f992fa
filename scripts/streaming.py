"""Large bodies through a whole Bedel, in each direction, by HTTP/1.1 and HTTP/2: how fast, and how much memory it takes.

    python scripts/streaming.py --bedel .build/release/bedel [--bytes 10000000000] [--growth-kb 32768] [--only http2_upload]

curl talks TLS to the gateway; behind it stands Tests/BedelGatewayTests/HTTP2/stream_peer.py. Ends with 1 when a byte is missing or
the gateway's memory, looked at every 50 ms, grew by more than --growth-kb.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time

from house import House, Meter
from outside import ROOT, until

PEER = ROOT / "Tests/BedelGatewayTests/HTTP2/stream_peer.py"


def stream(house, version, direction, count):
    curl = ["curl", "--silent", "--show-error", "--fail", "--cacert", house.state / "certificate.pem", "--max-time", "3600",
            "--http2" if version == 2 else "--http1.1", "--header", f"Authorization: Bearer {house.token}"]
    place = f"https://{house.host('echo')}"
    if direction == "download":
        program = subprocess.run(
            [*curl, "--output", "/dev/null", "--write-out", "%{size_download} %{http_version}", f"{place}/{count}"],
            capture_output=True, text=True)
        size, spoken = (program.stdout.split() + ["", ""])[:2]
    else:
        source = subprocess.Popen(["head", "-c", str(count), "/dev/zero"], stdout=subprocess.PIPE)
        program = subprocess.run(
            [*curl, "--upload-file", "-", "--write-out", " %{http_version}", f"{place}/x"], stdin=source.stdout,
            capture_output=True, text=True)
        source.stdout.close()
        source.wait(10)
        size, spoken = (program.stdout.split() + ["", ""])[:2]
    assert size == str(count), f"{size} of {count} bytes: {program.stderr}"
    assert spoken.startswith("2" if version == 2 else "1.1"), f"it was HTTP/{spoken}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bedel", required=True)
    parser.add_argument("--bytes", type=int, default=10_000_000_000)
    parser.add_argument("--growth-kb", type=int, default=32 * 1024)
    parser.add_argument("--only")
    options = parser.parse_args()
    runs = [(version, direction) for version in (1, 2) for direction in ("download", "upload")]
    runs = [run for run in runs if not options.only or f"http{run[0]}_{run[1]}" in options.only.split(",")]
    is_good = True
    with House(options.bedel, tempfile.mkdtemp(prefix="bedel-st-")) as house:
        peer = subprocess.Popen(
            [sys.executable, PEER, str(house.service_port), "sleep", "36000"], start_new_session=True)
        try:
            def small():
                try:
                    stream(house, 1, "download", 1000)
                except AssertionError:
                    return False
                return True
            until(small, "the peer answers", 30)
            for version, direction in runs:
                # Buffers that every first time takes are no growth with the body.
                stream(house, version, direction, 50_000_000)
                meter, began = Meter(house.door), time.monotonic()
                stream(house, version, direction, options.bytes)
                seconds, growth = time.monotonic() - began, meter.stop()
                name = f"http{version}_{direction}"
                print(f"{name}_bytes={options.bytes}\n{name}_growth_kb={growth}\n{name}_peak_kb={meter.peak}\n"
                      f"{name}_mb_per_second={options.bytes / 1e6 / seconds:.0f}", flush=True)
                is_good = is_good and growth <= options.growth_kb
        finally:
            # What it waits for as well.
            os.killpg(peer.pid, signal.SIGTERM)
            peer.wait(10)
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
