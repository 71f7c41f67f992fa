"""What a check from outside needs: a browser without a window, a git client, and a demo that is started and ended.

Standard library only. Everything goes through Bedel's public doors, as a person or a program would go.
"""

import csv
import html.parser
import http.client
import http.cookiejar
import io
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_resolve = socket.getaddrinfo


def _loopback_names(host, *rest, **options):
    """Browsers, curl and git send *.localhost to the loopback by themselves (RFC 6761, section 6.3); Python does not."""
    name = host.decode() if isinstance(host, bytes) else host
    return _resolve("127.0.0.1" if name and name.endswith("localhost") else host, *rest, **options)


socket.getaddrinfo = _loopback_names


class Answer:
    def __init__(self, status, headers, body, url):
        self.status, self.headers, self.body, self.url = status, headers, body, url

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)


class _Form(html.parser.HTMLParser):
    """The first form that has a field of the given name: where it goes and what stands in it."""

    def __init__(self, field):
        super().__init__()
        self.field, self.action, self.values, self._open = field, None, None, None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self._open = (attributes.get("action") or "", [])
        elif self._open and tag in ("input", "button", "select") and attributes.get("name"):
            self._open[1].append((attributes["name"], attributes.get("value") or ""))

    def handle_endtag(self, tag):
        if tag != "form" or not self._open:
            return
        if self.values is None and any(name == self.field for name, _ in self._open[1]):
            self.action, self.values = self._open
        self._open = None


class OneConnection:
    """Everything over one connection, so that one event loop of the gateway answers it; that it is not kept is an error. No
    cookies, no redirects. With `with`."""

    def __init__(self, base):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc, timeout=120)

    def __enter__(self):
        self.connection.connect()
        self.connection.auto_open = False
        return self

    def __exit__(self, *_):
        self.connection.close()

    def post_json(self, path, value, headers):
        """In two pieces, as Python sends everything: the head, and the body."""
        self.connection.request("POST", path, json.dumps(value), {"Content-Type": "application/json", **headers})
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read(), path)


class Browser:
    """Cookies, redirects and forms. `language` is what it would like to read."""

    def __init__(self, base, language="en"):
        self.base = base
        self.cookies = http.cookiejar.CookieJar(
            policy=http.cookiejar.DefaultCookiePolicy(allowed_domains=None))
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.language = language

    def request(self, method, url, body=None, headers=None):
        url = urllib.parse.urljoin(self.base + "/", url)
        headers = {"Accept": "text/html,application/json;q=0.9", "Accept-Language": self.language, **(headers or {})}
        if method not in ("GET", "HEAD"):
            parts = urllib.parse.urlsplit(url)
            headers.setdefault("Origin", f"{parts.scheme}://{parts.netloc}")
            headers.setdefault("Sec-Fetch-Site", "same-origin")
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        try:
            with self.opener.open(request, timeout=120) as response:
                return Answer(response.status, response.headers, response.read(), response.url)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read(), error.url)

    def get(self, url, headers=None):
        return self.request("GET", url, headers=headers)

    def post_json(self, url, value, method="POST", headers=None):
        body = json.dumps(value).encode()
        return self.request(
            method, url, body, {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})})

    def post_form(self, url, fields):
        body = urllib.parse.urlencode(fields).encode()
        return self.request("POST", url, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def post_file(self, url, fields, name, filename, content):
        boundary = "bedel-check-" + os.urandom(8).hex()
        parts = []
        for key, value in fields.items():
            parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode())
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
            f"Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
        parts.append(f"--{boundary}--\r\n".encode())
        return self.request(
            "POST", url, b"".join(parts), {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def submit(self, page, field, value):
        return self.fill(page, {field: value})

    def fill(self, page, wanted):
        """Sends the first form that has the first of these fields, with these values."""
        field = next(iter(wanted))
        form = _Form(field)
        form.feed(page.text)
        if form.values is None:
            raise AssertionError(f"no form with a field “{field}” at {page.url}")
        values = [(key, old) for key, old in form.values if key not in wanted] + list(wanted.items())
        return self.post_form(urllib.parse.urljoin(page.url, form.action or page.url), values)

    # When somebody last signed in, by login; of those the demo itself signed in, when it was done with that.
    signed_in, seeded = {}, 0

    def sign_in(self, login, password):
        # Two access tokens of one person in one second are the same text to Canaille 0.3.6, which then answers 500.
        time.sleep(max(0, Browser.signed_in.get(login, Browser.seeded) + 1.1 - time.monotonic()))
        try:
            return self._sign_in(login, password)
        finally:
            Browser.signed_in[login] = time.monotonic()

    def _sign_in(self, login, password):
        page = self.get("/login")
        page = self.submit(page, "login", login)
        return self.submit(page, "password", password)


def people():
    with (ROOT / "deploy/canaille/people.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def zip_of(files):
    """`files`: path -> bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return out.getvalue()


def folder_files(folder):
    folder = Path(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def tar_of(members):
    """`members`: (TarInfo, bytes or None)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content) if content is not None else None)
    return out.getvalue()


def git_push(url, login, token, files, workdir, options=(), branch="main"):
    """A fresh repository with these files, pushed to `url`; answers with status and everything git said."""
    workdir = Path(workdir)
    workdir.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        target = workdir / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    askpass = workdir.parent / (workdir.name + ".askpass")
    askpass.write_text('#!/bin/sh\ncase "$1" in Username*) echo "$BEDEL_LOGIN";; *) echo "$BEDEL_TOKEN";; esac\n')
    askpass.chmod(0o700)
    environment = {
        **os.environ, "GIT_ASKPASS": str(askpass), "BEDEL_LOGIN": login, "BEDEL_TOKEN": token,
        "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_AUTHOR_NAME": login, "GIT_AUTHOR_EMAIL": f"{login}@example.org",
        "GIT_COMMITTER_NAME": login, "GIT_COMMITTER_EMAIL": f"{login}@example.org"}

    def git(*arguments, check=True):
        result = subprocess.run(
            ["git", "-c", "credential.helper=", *arguments], cwd=workdir, env=environment, capture_output=True, text=True,
            timeout=180)
        if check and result.returncode:
            raise AssertionError(f"git {arguments[0]}: {result.stderr}")
        return result

    if not (workdir / ".git").exists():
        git("init", "--quiet", "--initial-branch", branch)
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "--message", "Hand in")
    result = git("push", *[f"--push-option={option}" for option in options], url, branch, check=False)
    return result.returncode, result.stdout + result.stderr


class DemoProcess:
    """`bedel demo` on free ports, in a folder of its own."""

    def __init__(self, bedel, state, arguments=()):
        self.bedel, self.state, self.arguments = bedel, Path(state), list(arguments)
        self.process = None
        self.log = None

    def start(self, timeout=600):
        self.state.mkdir(parents=True, exist_ok=True)
        summary = self.state / "demo.json"
        summary.unlink(missing_ok=True)
        self.log = (self.state / "demo.log").open("ab")
        self.process = subprocess.Popen(
            [str(self.bedel), "demo", "--free-ports", "--state", str(self.state), *self.arguments],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, cwd=ROOT, start_new_session=True)
        self.wait_for(lambda: summary.exists(), "the demo is up", timeout)
        Browser.seeded = time.monotonic()
        return json.loads(summary.read_text())

    def wait_for(self, condition, what, timeout):
        deadline = time.monotonic() + timeout
        while not condition():
            if self.process.poll() is not None:
                raise AssertionError(f"the demo ended ({self.process.returncode}) before {what}:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {timeout} s, in vain, until {what}:\n{self.tail()}")
            time.sleep(0.1)

    def tail(self, lines=30):
        return "\n".join((self.state / "demo.log").read_text(errors="replace").splitlines()[-lines:])

    def kill(self):
        """As a power cut would: no chance to tidy up."""
        self.process.kill()
        self.process.wait(30)
        self.log.close()

    def stop(self):
        """Ctrl-C. Answers with the exit status."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait(30)
        finally:
            self.log.close()


def remove_demo(state):
    """Its folder, and its database where that had to stand elsewhere."""
    database = Path(state) / "postgres"
    if database.is_symlink():
        shutil.rmtree(database.resolve(), ignore_errors=True)
    shutil.rmtree(state, ignore_errors=True)


def free_ports(count):
    """Ports of the loopback that nobody uses now, below those that the system gives to connections meanwhile."""
    ports = []
    for port in random.sample(range(20000, 32000), 1000):
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
        if len(ports) == count:
            return ports
    raise OSError("no port is free")


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


class Program:
    """A program in the background that is waited for, and ended."""

    def __init__(self, arguments, log, is_ready, timeout=60, **options):
        self.log = Path(log)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [str(argument) for argument in arguments], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                start_new_session=True, **options)
        try:
            until(lambda: self.check() and is_ready(), f"{Path(arguments[0]).name} is ready", timeout, 0.05)
        except BaseException:
            self.stop()
            raise

    def check(self):
        if self.process.poll() is not None:
            raise AssertionError(f"it ended ({self.process.returncode}):\n{self.log.read_text(errors='replace')[-3000:]}")
        return True

    def stop(self):
        """Answers with the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait(30)


def database_url(state):
    """Of a running demo."""
    return re.search(r"^database: ['\"]?([^'\"\n]+)", (Path(state) / "bedel.yaml").read_text(), re.M)[1]


def postgres(state, tool, *arguments):
    """Runs one of PostgreSQL's tools at the demo's own cluster; what it prints."""
    sockets = urllib.parse.parse_qs(urllib.parse.urlsplit(database_url(state)).query)["host"][0]
    program = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{tool}"))[-1]
    return subprocess.run(
        [program, "--host", sockets, "--username", "bedel", *arguments], check=True, capture_output=True, text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", "PGPASSFILE": "/dev/null"}).stdout


def serve(bedel, configuration, admin):
    """`bedel serve` with that file; `admin` is its admin port."""
    return Program(
        [bedel, "serve", "--config", configuration], configuration.with_suffix(".log"),
        lambda: answers(f"http://127.0.0.1:{admin}/readyz"), cwd=ROOT)


def until(condition, what, timeout=120, every=0.25):
    """Asks again until it is true; what it gave back then."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout} s, in vain, until {what}")
        time.sleep(every)


class Checks:
    """Counts; a check that throws has failed, and the next one still runs."""

    def __init__(self):
        self.passed, self.failed = 0, []

    def __call__(self, name):
        def run(function):
            started = time.monotonic()
            try:
                function()
            except Exception as error:  # whatever it is, it is this check's failure
                reason = f"  ✗ {name}\n      {type(error).__name__}: {str(error)[:2000]}"
                self.failed.append(reason)
                print(reason, flush=True)
            else:
                self.passed += 1
                print(f"  ✓ {name} ({time.monotonic() - started:.1f} s)", flush=True)
            return function
        return run

    def finish(self):
        """What failed once more: often only the end of the output is kept."""
        for reason in self.failed:
            print(reason, flush=True)
        print(f"{self.passed} passed, {len(self.failed)} failed", flush=True)
        sys.exit(1 if self.failed else 0)
