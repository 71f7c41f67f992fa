"""The demo on free ports, checked from outside with HTTP and git clients; ends with `N passed, N failed`.

    python scripts/smoke.py --bedel .build/debug/bedel [--state DIR] [--keep]
"""

import argparse
import base64
import csv
import http.server
import io
import json
import subprocess
import tarfile
import tempfile
import threading
import time
from pathlib import Path

from outside import (
    ROOT, Browser, Checks, DemoProcess, folder_files, git_push, people, remove_demo, tar_of, until,
    zip_of)
from smoke_profiles import profiles
from smoke_programs import doctor, programs

ZEROS = {"data": {"ndarray": [[0] * 64]}}
PIMA = {"data": {
    "names": ["pregnant", "glucose", "pressure", "triceps", "insulin", "mass", "pedigree", "age"],
    "ndarray": [[6, 148, 72, 35, 0, 33.6, 0.627, 50]]}}


class Course:
    """The running demo, with the people who use it signed in as they are needed."""

    def __init__(self, summary):
        self.base, self.admin, self.profile = summary["base"], summary["admin"], summary["profile"]
        self.board, self.state = summary["board"], Path(summary["state"])
        self.accounts = {account["who"]: account for account in summary["accounts"]}
        self.students = [person for person in people() if person["groups"] == "ml-2026-students"]
        self._browsers, self._tokens = {}, {}

    @property
    def path(self):
        return f"/profiles/{self.profile}"

    def browser(self, login, password, language="en"):
        if login not in self._browsers:
            browser = Browser(self.base, language)
            page = browser.sign_in(login, password)
            assert page.status == 200 and page.url.startswith(self.base), f"{login}: {page.status} at {page.url}"
            self._browsers[login] = browser
        return self._browsers[login]

    def who(self, who):
        return self.browser(self.accounts[who]["login"], self.accounts[who]["password"])

    def student(self, index):
        return self.browser(self.students[index]["login"], self.students[index]["password"])

    def token(self, index, scopes=("read", "submit", "predict")):
        key = (index, scopes)
        if key not in self._tokens:
            answer = self.student(index).post_json(
                "/api/v1/tokens", {"name": "smoke", "scopes": list(scopes), "days": 2})
            assert answer.status == 201, answer.text
            self._tokens[key] = answer.json()["secret"]
        return self._tokens[key]

    def bearer(self, index, **options):
        return {"Authorization": "Bearer " + self.token(index, **options)}

    def anonymous(self):
        return Browser(self.base)

    def predict(self, model, value, headers, by=None):
        """`by`: who asks, a Browser or OneConnection."""
        return (by or self.anonymous()).post_json(
            f"/seldon/{self.profile}/{model}/api/v1.0/predictions", value, headers=headers)

    def hand_in(self, index, model, archive, assignment=None):
        query = f"?assignment={assignment}" if assignment else ""
        return self.anonymous().request(
            "POST", f"/api/v1{self.path}/models/{model}/versions{query}", archive,
            {"Content-Type": "application/zip", **self.bearer(index)})

    def version(self, index, model, number):
        answer = self.anonymous().get(
            f"/api/v1{self.path}/models/{model}/versions/{number}", self.bearer(index))
        assert answer.status == 200, answer.text
        return answer.json()

    def settled(self, index, model, number, timeout=180):
        """The version once it is ready or failed."""
        return until(
            lambda: (v := self.version(index, model, number))["state"] in ("ready", "failed") and v,
            f"{model} v{number} is built", timeout)

    def run_round(self, task, timeout=600):
        teacher, path = self.who("teacher"), f"/api/v1{self.path}/assignments/{task}/rounds"
        answer = teacher.post_json(path, {})
        assert answer.status in (200, 201, 202), answer.text
        number = answer.json()["number"]
        return until(
            lambda: (r := teacher.get(f"{path}/{number}").json())["state"] not in ("queued", "running") and r,
            f"round {number} of {task} ends", timeout)


def problem(answer, status, code):
    """A typed error that says what to do next, and nothing of our insides."""
    assert answer.status == status, f"expected {status}, got {answer.status}: {answer.text[:500]}"
    assert answer.headers.get_content_type() == "application/problem+json", answer.headers["Content-Type"]
    body = answer.json()
    assert body["type"].endswith("/" + code), body
    assert body["status"] == status and body["title"] and body["detail"], body
    assert "Swift" not in answer.text and "/Sources/" not in answer.text
    return body


def first_visit(check, course):
    @check("home page, English and Spanish")
    def _():
        english, spanish = Browser(course.base, "en").get("/"), Browser(course.base, "es").get("/")
        assert english.status == spanish.status == 200
        assert 'lang="en"' in english.text and 'lang="es"' in spanish.text
        assert "Content-Security-Policy" in english.headers

    @check("health and metrics on the admin port")
    def _():
        outside = course.anonymous()
        assert outside.get(course.admin + "/healthz").status == 200
        assert outside.get(course.admin + "/readyz").status == 200
        assert "bedel_" in outside.get(course.admin + "/metrics").text

    @check("a wrong password signs nobody in")
    def _():
        browser = course.anonymous()
        page = browser.sign_in(course.students[7]["login"], "not the password")
        assert not page.url.startswith(course.base), page.url
        assert browser.get("/api/v1/me").status == 401

    @check("sign-in, who am I, sign-out")
    def _():
        student = course.students[8]
        browser = course.anonymous()
        browser.sign_in(student["login"], student["password"])
        me = browser.get("/api/v1/me").json()
        assert me["login"] == student["login"] and me["roles"] == {course.profile: "student"} and not me["is_admin"], me
        cookies = [c for c in browser.cookies if c.domain.startswith("localhost")]
        assert cookies and all(c.has_nonstandard_attr("HttpOnly") for c in cookies), cookies
        browser.post_form("/logout", {})
        assert browser.get("/api/v1/me").status == 401

    @check("a form from another site changes nothing")
    def _():
        browser = course.student(0)
        answer = browser.request(
            "POST", "/api/v1/tokens", b'{"name":"x","scopes":["read"]}',
            {"Content-Type": "application/json", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
        assert answer.status == 403, answer.status


def endpoints(check, course):
    @check("every digits model answers, and both R models")
    def _():
        models = sorted({(row["model"], row["student"], row["task"]) for row in course.board})
        assert len(models) >= 6, models
        logins = [student["login"] for student in course.students]
        for model, login, task in models:
            answer = course.predict(model, ZEROS if task == "digits" else PIMA, course.bearer(logins.index(login)))
            assert answer.status == 200, f"{model}: {answer.status} {answer.text[:300]}"
            assert len(answer.json()["data"]["ndarray"]) == 1, answer.text
            assert answer.headers["X-Content-Type-Options"] == "nosniff"

    @check("no token, a wrong one and a bent one are refused, each with a reason")
    def _():
        model = course.board[0]["model"]
        body = problem(course.predict(model, ZEROS, {}), 401, "sign-in-required")
        assert body.get("next"), body
        problem(course.predict(model, ZEROS, {"Authorization": "Bearer nonsense"}), 401, "invalid-token")
        bent = course.token(0)[:-1] + ("a" if course.token(0)[-1] != "a" else "b")
        problem(course.predict(model, ZEROS, {"Authorization": "Bearer " + bent}), 401, "invalid-token")

    @check("an ended token is refused within seconds")
    def _():
        browser = course.student(9)
        made = browser.post_json("/api/v1/tokens", {"name": "short", "scopes": ["read"], "days": 1}).json()
        header = {"Authorization": "Bearer " + made["secret"]}
        assert course.anonymous().get("/api/v1/me", header).status == 200
        assert browser.request("DELETE", "/api/v1/tokens/" + made["id"]).status == 204
        until(lambda: course.anonymous().get("/api/v1/me", header).status == 401, "the token is dead", 5)

    @check("a token does no more than its scopes")
    def _():
        header = course.bearer(0, scopes=("read",))
        problem(course.predict(course.board[0]["model"], ZEROS, header), 403, "forbidden")

    @check("a student cannot call or see another's model")
    def _():
        model = next(row["model"] for row in course.board if row["student"] != course.students[10]["login"])
        assert course.predict(model, ZEROS, course.bearer(10)).status in (403, 404)
        assert course.student(10).get(f"{course.path}/models/{model}").status in (403, 404)

    @check("identity headers from outside mean nothing")
    def _():
        forged = {"X-Bedel-User": "pilar.oyarzun", "X-Bedel-Roles": "admin", "X-Forwarded-User": "pilar.oyarzun",
                  "X-Bedel-Assertion": "eyJhbGciOiJub25lIn0.e30."}
        assert course.anonymous().get("/api/v1/me", forged).status == 401

    @check("a cookie opens no model endpoint on the base")
    def _():
        answer = course.student(0).post_json(
            f"/seldon/{course.profile}/{course.board[0]['model']}/api/v1.0/predictions", ZEROS)
        assert answer.status == 401, answer.status

    @check("an unknown host is told so")
    def _():
        port = course.base.rsplit(":", 1)[1]
        answer = course.anonymous().get("/", {"Host": f"nobody.example:{port}", "Accept": "application/json"})
        problem(answer, 421, "unknown-host")


def rounds(check, course):
    @check("the model without 0 scores lower than its retrained version, on the leaderboard")
    def _():
        model = f"digits-{course.students[0]['login'].split('.')[0]}"
        teacher, path = course.who("teacher"), f"/api/v1{course.path}/assignments/digits/rounds"
        first, second = (
            {e["model"]: e for e in teacher.get(f"{path}/{n}").json()["entries"]}[model] for n in (1, 2))
        assert first["version"] == 1 and second["version"] == 2, (first, second)
        assert first["scores"]["accuracy"] + 0.05 < second["scores"]["accuracy"], (first, second)
        assert abs(second["previous"] - first["scores"]["accuracy"]) < 1e-9, second
        assert second["rank"] <= first["rank"], (first["rank"], second["rank"])
        page = course.student(0).get(f"{course.path}/assignments/digits/rounds/2")
        assert page.status == 200 and model in page.text

    @check("the grades file has a row a student, for Moodle; students cannot take it")
    def _():
        answer = course.who("teacher").get(f"{course.path}/assignments/digits/rounds/2/grades.csv")
        assert answer.status == 200 and answer.headers.get_content_type() == "text/csv", answer.text[:300]
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        by_login = {row["username"]: row for row in rows}
        grade = next(name for name in rows[0] if name not in ("username", "idnumber", "email") and "feedback" not in name)
        lucia = by_login[course.students[0]["login"]]
        assert float(lucia[grade]) > 90, lucia
        assert course.student(0).get(f"{course.path}/assignments/digits/rounds/2/grades.csv").status in (403, 404)

    @check("a student may not start a round")
    def _():
        answer = course.student(0).post_json(f"/api/v1{course.path}/assignments/digits/rounds", {})
        problem(answer, 403, "forbidden")


class EchoService(http.server.BaseHTTPRequestHandler):
    """A cluster service that tells what reached it."""

    def do_GET(self):
        body = json.dumps({"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def services(check, course):
    address = course.base.replace("localhost", f"echo--{course.profile}.localhost")

    @check("a cluster service: signed in by hand-over, with an identity that cannot be forged")
    def _():
        answer = course.who("teacher").get(address + "/some/page?x=1", {"X-Bedel-User": "forged", "X-Forwarded-User": "forged"})
        assert answer.status == 200, f"{answer.status} at {answer.url}: {answer.text[:300]}"
        said = answer.json()
        assert said["path"] == "/some/page?x=1", said["path"]
        headers = said["headers"]
        assert headers["x-bedel-user"] and headers["x-bedel-user"] != "forged" and "x-forwarded-user" not in headers
        assert headers["x-bedel-profile"] == course.profile and headers["x-bedel-roles"] == "teacher", headers
        claims = json.loads(base64.urlsafe_b64decode(headers["x-bedel-assertion"].split(".")[1] + "==="))
        assert claims["aud"] == f"service:echo--{course.profile}", claims
        assert "bedel_session" not in headers.get("cookie", ""), headers

    @check("a cluster service: not for whoever is not let in")
    def _():
        assert course.anonymous().get(address + "/", {"Accept": "application/json"}).status == 401
        assert course.student(6).get(address + "/").status == 403


def hand_ins(check, course, work):
    good = folder_files(course.state / "examples/digits-shallow")

    @check("web, API and git push of the same files are the same digest, each with a signed receipt")
    def _():
        browser = course.student(11)
        page = browser.post_file(
            f"{course.path}/hand-in", {"model": "digits-web", "assignment": "digits"}, "bundle", "m.zip", zip_of(good))
        assert page.status == 200, page.text[:500]
        answer = course.hand_in(11, "digits-api", zip_of(good), "digits")
        assert answer.status == 201, answer.text
        receipt = answer.json()["receipt"]
        header, payload, signature = (base64.urlsafe_b64decode(part + "===") for part in receipt.split("."))
        assert json.loads(header)["alg"] == "EdDSA" and len(signature) == 64
        status, said = git_push(
            f"{course.base}/git/{course.profile}/digits-git.git", course.students[11]["login"], course.token(11), good,
            work / "push-good", options=["assignment=digits"])
        assert status == 0 and "receipt" in said.lower(), said
        digests = {course.version(11, name, 1)["digest"] for name in ("digits-web", "digits-api", "digits-git")}
        assert len(digests) == 1 and digests.pop() in payload.decode(), (digests, payload)
        for name in ("digits-web", "digits-api", "digits-git"):
            assert course.settled(11, name, 1)["state"] == "ready"

    @check("another's model name is taken, and nothing happens to it")
    def _():
        body = problem(course.hand_in(12, "digits-api", zip_of(good)), 409, "conflict")
        assert body.get("next"), body
        assert len(course.anonymous().get(
            f"/api/v1{course.path}/models/digits-api", course.bearer(11)).json()["versions"]) == 1

    def member(name, content=b"x", **fields):
        info = tarfile.TarInfo(name)
        info.size = len(content) if content is not None else 0
        for key, value in fields.items():
            setattr(info, key, value)
        return info, content

    def bomb():
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz", compresslevel=9) as archive:
            info = tarfile.TarInfo("zeros.bin")
            info.size = 1 << 30
            archive.addfile(info, _Zeros(1 << 30))
        return out.getvalue()

    bad = {
        "no model class": (zip_of(folder_files(ROOT / "examples/broken/no-class")), 422, "unrecognised-bundle"),
        "not a bundle at all": (zip_of({"essay.txt": b"Dear professor"}), 422, "unrecognised-bundle"),
        "not an archive": (b"hello", 422, "unreadable-bundle"),
        "a path with ../": (zip_of({**good, "../../etc/cron.d/x": b"x"}), 422, "unsafe-bundle"),
        "a symlink": (tar_of([member("link", None, type=tarfile.SYMTYPE, linkname="/etc/passwd")]), 422, "unsafe-bundle"),
        "ten thousand files": (zip_of({f"f/{n}.txt": b"x" for n in range(10_000)}), 422, "unsafe-bundle"),
        "requirements from elsewhere": (
            zip_of({**good, "requirements.txt": b"numpy @ https://evil.example/numpy.whl\n"}), 422, "invalid-requirements"),
    }
    for name, (archive, status, code) in bad.items():
        @check(f"bad bundle: {name}")
        def _(archive=archive, status=status, code=code):
            assert problem(course.hand_in(12, "bad-bundle", archive), status, code).get("next")

    @check("bad bundle: one that unpacks to a gigabyte of nothing")
    def _():
        problem(course.hand_in(12, "bad-bundle", bomb()), 422, "unsafe-bundle")

    @check("nothing bad was kept")
    def _():
        assert course.student(12).get(f"{course.path}/models/bad-bundle").status == 404

    @check("bad bundle: requirements that are none")
    def _():
        archive = zip_of(folder_files(ROOT / "examples/broken/broken-requirements"))
        assert "line 2" in problem(course.hand_in(12, "bad-bundle", archive), 422, "invalid-requirements")["detail"]

    for name, code in {
        "unknown-package": "invalid-requirements", "r-missing-package": "invalid-requirements",
        "crashes-at-load": "model-crashed", "hangs-at-load": "model-timed-out",
    }.items():
        folder = ROOT / "examples/broken" / name

        @check(f"a model that is broken: {name}")
        def _(name=name, code=code, folder=folder):
            # An R bundle has its model in an .rds; this one never gets as far as reading it.
            files = {"model.rds": b"", **folder_files(folder)} if name.startswith("r-") else folder_files(folder)
            answer = course.hand_in(12, name, zip_of(files))
            assert answer.status == 201, answer.text
            version = course.settled(12, name, 1)
            assert version["state"] == "failed" and version["fault"]["code"] == code, version["fault"]
            assert version["fault"]["next"] and version["fault"]["blame"] == "model"
            page = course.student(12).get(f"{course.path}/models/{name}")
            assert page.status == 200 and "Traceback (most recent" not in page.text.split("<pre", 1)[0]

    @check("a push that is no model is refused in git's own output, and keeps nothing")
    def _():
        login = course.students[12]["login"]
        status, said = git_push(
            f"{course.base}/git/{course.profile}/essay.git", login, course.token(12), {"essay.txt": b"Dear professor"},
            work / "push-essay")
        assert status != 0 and "remote:" in said and "MODEL_NAME" in said, said

    @check("a push without the right token is refused")
    def _():
        status, said = git_push(
            f"{course.base}/git/{course.profile}/essay.git", "x", "bdl_wrong", {"a": b"b"}, work / "push-wrong")
        assert status != 0 and ("401" in said or "Authentication failed" in said), said

    @check("models that crash, hang or answer nonsense get a typed verdict in the round, and nobody else notices")
    def _():
        names = {
            "crashes-at-predict": "model-crashed", "hangs-at-predict": "model-timed-out",
            "answers-nonsense": "model-answer-invalid", "eats-memory": "model-out-of-memory"}
        for index, name in enumerate(names):
            archive = zip_of(folder_files(ROOT / "examples/broken" / name))
            assert course.hand_in(13 + index, name, archive, "digits").status == 201
            assert course.settled(13 + index, name, 1)["state"] == "ready", course.version(13 + index, name, 1)
        result = course.run_round("digits")
        assert result["state"] == "finished", result["state"]
        entries = {entry["model"]: entry for entry in result["entries"]}
        for name, code in names.items():
            fault = entries[name]["fault"]
            assert fault and fault["blame"] == "model" and not entries[name].get("scores"), entries[name]
            assert fault["code"] == code, (name, fault)
        good_before = {row["model"]: row["accuracy"] for row in course.board if row["task"] == "digits"}
        for model, accuracy in good_before.items():
            assert abs(entries[model]["scores"]["accuracy"] - accuracy) < 1e-9, entries[model]


class _Zeros(io.RawIOBase):
    def __init__(self, size):
        self.left = size

    def read(self, size=-1):
        size = self.left if size < 0 else min(size, self.left)
        self.left -= size
        return bytes(size)


def admins(check, course):
    @check("the admin sees profiles, members, everything that runs, and the audit trail with its refusals")
    def _():
        admin = course.who("admin")
        for path in ("/admin/profiles", "/admin/instances", "/admin/jobs", "/admin/users", "/admin/audit",
                     f"{course.path}/members"):
            assert admin.get(path).status == 200, f"{path}: {admin.get(path).status}"
        trail = admin.get("/admin/audit").text
        assert "model.submit" in trail
        assert course.student(0).get("/admin/audit").status in (403, 404)


def power_cut(check, demo, course, work):
    @check("kill -9 in the middle of a build; the next start finishes it once, and nothing is lost")
    def _():
        nonlocal_course = course
        files = folder_files(course.state / "examples/digits-shallow")
        # An environment nobody has yet, so that the build takes its time.
        files["requirements.txt"] = files["requirements.txt"] + b"\n# " + str(time.time_ns()).encode() + b"\nsix\n"
        assert course.hand_in(20, "power-cut", zip_of(files), "digits").status == 201
        until(lambda: course.version(20, "power-cut", 1)["state"] == "building", "the build has begun", 60, 0.02)
        before = {row["model"] for row in course.board}
        demo.kill()
        summary = demo.start()
        again = Course(summary)
        version = again.settled(20, "power-cut", 1)
        assert version["state"] == "ready", version
        log = again.anonymous().get(
            f"/api/v1{again.path}/models/power-cut/versions/1/log", again.bearer(20)).json()["lines"]
        assert log, "the log is empty"
        trail = again.who("admin").get("/api/v1/admin/audit?action=build.finished&limit=1000")
        assert trail.status in (200, 404)
        models = {m["name"] for m in again.who("teacher").get(f"/api/v1{again.path}/models").json()}
        assert before <= models, before - models
        nonlocal_course.__dict__.update(again.__dict__)

    @check("the audit trail is whole")
    def _():
        database = subprocess.run(
            [str(demo.bedel), "audit", "verify", "--config", str(demo.state / "bedel.yaml")], capture_output=True, text=True,
            timeout=60, cwd=ROOT)
        assert database.returncode == 0 and "whole" in database.stdout, database.stdout + database.stderr


def ending(check, demo):
    @check("Ctrl-C ends everything that was started")
    def _():
        mark = str(demo.state)
        status = demo.stop()
        assert status == 0, f"exit status {status}\n{demo.tail()}"
        left = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if mark in line and "smoke.py" not in line:
                left.append(line)
        assert not left, left


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bedel", type=Path, required=True)
    parser.add_argument("--state", type=Path, help="keep the demo's state here instead of in a temporary folder")
    parser.add_argument("--keep", action="store_true", help="leave the temporary folder")
    options = parser.parse_args()
    state = (options.state or Path(tempfile.mkdtemp(prefix="bedel-smoke-"))).resolve()
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o711)
    check = Checks()
    echo = http.server.ThreadingHTTPServer(("127.0.0.1", 0), EchoService)
    threading.Thread(target=echo.serve_forever, daemon=True).start()
    demo = DemoProcess(options.bedel.resolve(), state, ["--service", f"echo=127.0.0.1:{echo.server_port}"])
    try:
        started = time.monotonic()
        course = Course(demo.start())
        print(f"demo up in {time.monotonic() - started:.0f} s at {course.base}", flush=True)
        work = state / "work"
        work.mkdir(exist_ok=True)
        first_visit(check, course)
        endpoints(check, course)
        services(check, course)
        rounds(check, course)
        hand_ins(check, course, work)
        admins(check, course)
        profiles(check, course)
        programs(check, course, options.bedel.resolve(), work, folder_files(course.state / "examples/digits-shallow"))
        doctor(check, course, options.bedel.resolve(), work)
        power_cut(check, demo, course, work)
        ending(check, demo)
    except Exception:
        print(demo.tail() if demo.process else "", flush=True)
        raise
    finally:
        if demo.process and demo.process.poll() is None:
            demo.stop()
        if not options.state and not options.keep:
            remove_demo(state)
    check.finish()


if __name__ == "__main__":
    main()
