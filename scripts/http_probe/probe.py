"""Every case of `cases.py` as raw bytes, to Bedel and to the proxies people run instead; then the differential run.

    probe.py --bedel .build/debug/bedel [--mutations 3000] [--only bedel,nginx]

Prints a line for each failure, a table, and `passed=` and `failed=` for Bedel. Ends with 1 when Bedel fails a case or a rival passes
more of those it can be asked than Bedel does.
"""

import argparse
import re
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import peers  # noqa: E402
import http2  # noqa: E402
from cases import Case, all_cases, all_groups  # noqa: E402
from differential import Differential  # noqa: E402
from house import House  # noqa: E402
from outside import Browser, DemoProcess  # noqa: E402
from recorder import Recorder, Request  # noqa: E402

PATIENCE = 1.0


class Target:
    """Bedel, as one who has a token sees it."""

    name = "bedel"

    def __init__(self, summary, service, token):
        base = urllib.parse.urlsplit(summary["base"])
        self.port = base.port
        self.host = f"{service}--{summary['profile']}.{base.netloc}".encode()
        self.authorization = b"Authorization: Bearer " + token.encode() + b"\r\n"
        # HTTP/2 is asked of another one, with TLS.
        self.tls = None


class SecureTarget:
    """The same with TLS, for HTTP/2 alone."""

    name, port = "bedel", None

    def __init__(self, house):
        self.tls, self.host = house.port, house.host("echo").encode()
        self.authorization = b"Authorization: Bearer " + house.token.encode() + b"\r\n"


def send(port, raw, patience=PATIENCE):
    """What comes back until the other side closes, or says nothing more for a while."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.settimeout(patience)
        try:
            connection.sendall(raw)
            while piece := connection.recv(65536):
                answer += piece
                # A second answer, if there is one, comes at once.
                connection.settimeout(0.25)
        except OSError:
            pass
    return answer


def statuses(answer):
    return [int(code) for code in re.findall(rb"(?:^|\r\n\r\n|ok|\n)HTTP/1\.[01] (\d{3})", answer)]


def one_reading(target):
    """Whether even a server that decodes twice, folds slashes and drops parameters sees this very path.

    An encoded `#` is data to all of them (RFC 3986, section 2.2); a bare one is the end of the path to some.
    """
    path = target.split(b"?")[0]
    text = urllib.parse.unquote_to_bytes(urllib.parse.unquote_to_bytes(path))
    suspicious = re.search(rb"//|\\|[\x00-\x1f\x7f]|/\.{1,2}(;[^/]*)?(/|$)|%u", text) or b"#" in path
    encoded_slash = re.search(rb"%2f|%5c", path, re.I) or re.search(rb"%25[0-9a-f]{2}", path, re.I)
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return not suspicious and not encoded_slash and path.startswith(b"/")


def complaint(case, answer, seen):
    """Why it fails; None when it does not."""
    faults = [what for what in seen if not isinstance(what, Request)]
    requests = [what for what in seen if isinstance(what, Request)]
    if faults:
        return f"ambiguous upstream: {faults[0]}"
    if len(requests) > 1 or any(b"smuggled" in request.target for request in requests):
        return f"{len(requests)} upstream requests: {[request.target[:40] for request in requests]}"
    for request in requests:
        if b"smuggled" in b" ".join(name + value for name, value in request.fields).lower():
            return "a smuggled field"
        who = request.values(b"x-bedel-user")
        if len(who) != 1 or b"forged" in who[0]:
            return f"X-Bedel-User upstream: {who}"
        if case.group == "steering" and any(b"forged" in value for _, value in request.fields):
            return "passed on what steers"
        if case.group == "paths" and not one_reading(request.target):
            return f"path upstream: {request.target[:60]!r}"
        if case.group == "hop-by-hop" and (request.values(b"upgrade") or request.values(b"proxy-connection")):
            return "passed on what is for one connection"
    if requests and not case.may:
        return "reached the upstream"
    codes = statuses(answer)
    if not requests and codes and codes[0] < 400 and codes[0] != 100:
        return f"answered {codes[0]} by itself"
    return None


def run(target, recorder, cases):
    """Case to complaint."""
    results = {}
    for case in cases:
        if case.bedel_only and target.name != "bedel" or (target.tls if case.make else target.port) is None:
            continue
        recorder.clear()
        answer = ask(target, case)
        time.sleep(0.02)
        results[case] = complaint(case, answer, recorder.clear())
        if results[case] and target.name == "bedel":
            print(f"bedel fails {case.group}: {case.name}: {results[case]}", flush=True)
    return results


def ask(target, case):
    if case.make is None:
        return send(target.port, case.raw.replace(b"@H", target.host).replace(b"@A", target.authorization))
    maker = http2.Maker(target.host, target.authorization)
    return http2.send(target.tls, target.host.split(b":")[0], case.make(maker), PATIENCE)


def plain(target, recorder, case):
    """An ordinary request goes through; without this, refusing everything would pass."""
    for _ in range(20):
        recorder.clear()
        answer = ask(target, case)
        seen = recorder.clear()
        if seen:
            break
        # Some listen before they have read their rules.
        time.sleep(0.5)
    if statuses(answer)[:1] != [200] or len(seen) != 1 or seen[0].target != b"/probe?q=1" or seen[0].body != b"hello":
        raise SystemExit(f"{target.name} does not pass on an ordinary request: {answer[:300]!r} {seen}")


ORDINARY = [Case("", "plain", b"POST /probe?q=1 HTTP/1.1\r\nHost: @H\r\n@AContent-Length: 5\r\n\r\nhello"),
            Case("", "plain", b"", make=http2.plain)]


def table(results):
    names = list(results)
    print(f"{'':12}" + "".join(f"{name:>12}" for name in names))
    for group in all_groups():
        cells = []
        for name in names:
            of_group = [fault for case, fault in results[name].items() if case.group == group]
            cells.append(f"{sum(not fault for fault in of_group)}/{len(of_group)}" if of_group else "-")
        print(f"{group:12}" + "".join(f"{cell:>12}" for cell in cells))


def verdict(results):
    """Whether Bedel passes all, and no rival passes more of what both were asked."""
    for name, of_name in results.items():
        print(f"{name}_passed={sum(not fault for fault in of_name.values())}")
        print(f"{name}_failed={sum(bool(fault) for fault in of_name.values())}")
    if "bedel" not in results:
        return True
    ours = results["bedel"]
    beaten = [name for name, theirs in results.items()
              if sum(not fault for fault in theirs.values()) > sum(not ours[case] for case in theirs)]
    print(f"beaten_by={','.join(beaten) or 'none'}")
    return not beaten and not any(ours.values())


def teacher_token(summary):
    """Of a teacher in a course that is opened for this."""
    accounts, path = {one["who"]: one for one in summary["accounts"]}, f"/api/v1/profiles/{summary['profile']}"

    def signed_in(who):
        browser = Browser(summary["base"])
        browser.sign_in(accounts[who]["login"], accounts[who]["password"])
        return browser

    admin = signed_in("admin")
    admin.post_json("/api/v1/profiles", {"name": summary["profile"], "title": "Probe", "kind": "course"})
    rules = admin.post_json(f"{path}/group-rules", [{"group": "ml-2026-teachers", "role": "teacher"}], method="PUT")
    assert rules.status < 300, rules.text
    answer = signed_in("teacher").post_json(
        "/api/v1/tokens", {"name": "probe", "scopes": ["read", "predict"], "days": 1})
    assert answer.status == 201, answer.text
    return answer.json()["secret"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bedel", type=Path, required=True)
    parser.add_argument("--mutations", type=int, default=3000)
    parser.add_argument("--only", default=",".join(["bedel", *peers.NAMES]))
    options = parser.parse_args()
    # Ended from outside, it still stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted, folder = options.only.split(","), Path(tempfile.mkdtemp(prefix="bedel-probe-"))
    folder.chmod(0o755)
    recorder, cases, results, good = Recorder(), all_cases(), {}, True
    try:
        for name in (name for name in wanted if name != "bedel"):
            peer = peers.start(name, folder, recorder.port)
            try:
                for case in ORDINARY:
                    plain(peer, recorder, case)
                results[name] = run(peer, recorder, cases)
            finally:
                peer.stop()
        if "bedel" in wanted:
            good = bedel(options, folder, recorder, cases, results)
            results["bedel"].update(bedel_over_http2(options, folder, cases))
        table(results)
        good = verdict(results) and good
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    passed = sum(not fault for fault in results.get("bedel", {}).values())
    print(f"passed={passed}\nfailed={len(results.get('bedel', {})) - passed}")
    sys.exit(0 if good else 1)


def bedel(options, folder, recorder, cases, results):
    differential = Differential(folder / "upstreams")
    services = {"probe": recorder.port, **differential.start()}
    state = folder / "demo"
    state.mkdir(mode=0o711)
    state.chmod(0o711)
    arguments = [word for name, port in services.items() for word in ("--service", f"{name}=127.0.0.1:{port}")]
    demo = DemoProcess(options.bedel.resolve(), state, ["--no-seed", *arguments])
    try:
        summary = demo.start()
        token = teacher_token(summary)
        target = Target(summary, "probe", token)
        plain(target, recorder, ORDINARY[0])
        results["bedel"] = run(target, recorder, cases)
        targets = {name: Target(summary, name, token) for name in differential.names}
        return differential.run(targets, cases, options.mutations, demo, send)
    finally:
        demo.stop()
        differential.stop()


def bedel_over_http2(options, folder, cases):
    """Case to complaint; a Bedel of its own, with TLS."""
    state = folder / "house"
    state.mkdir(mode=0o755)
    with House(options.bedel, state) as house:
        recorder = Recorder(house.service_port)
        target = SecureTarget(house)
        plain(target, recorder, ORDINARY[1])
        return run(target, recorder, cases)


if __name__ == "__main__":
    main()
