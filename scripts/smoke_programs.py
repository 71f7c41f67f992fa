"""Checks of the demo from outside: `bedel login` and what git does with it, applications, and the published keys."""

import json
import os
import re
import subprocess

from outside import until

TOKEN = re.compile(r"bdl_[0-9a-hjkmnp-tv-z]{26}_[0-9A-Za-z]{46}")


class Terminal:
    """A machine of somebody's on which they use the program: a home of its own, and nothing else."""

    def __init__(self, bedel, base, home):
        home.mkdir(parents=True, exist_ok=True)
        self.bedel, self.base, self.home = bedel, base, home
        self.environment = {
            **os.environ, "HOME": str(home), "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_AUTHOR_NAME": "me", "GIT_AUTHOR_EMAIL": "me@example.org", "GIT_COMMITTER_NAME": "me",
            "GIT_COMMITTER_EMAIL": "me@example.org"}
        for name in ("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_ASKPASS"):
            self.environment.pop(name, None)

    @property
    def credentials(self):
        return self.home / ".config/bedel/credentials.json"

    def run(self, *arguments, input=None):
        return subprocess.run(
            [self.bedel, *arguments], env=self.environment, input=input, capture_output=True, text=True, timeout=60)

    def login(self, decide):
        """`bedel login`; `decide(code)` is what the person does in the browser."""
        process = subprocess.Popen(
            ["stdbuf", "-oL", self.bedel, "login", "--server", self.base], env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            said = ""
            while not (code := re.search(r"code: ([A-Z]{4}-[A-Z]{4})\n", said)):
                line = process.stdout.readline()
                assert line, said
                said += line
            decide(code.group(1))
            rest, _ = process.communicate(timeout=60)
            return process.returncode, said + rest
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def git(self, *arguments, cwd=None):
        return subprocess.run(
            ["git", *arguments], cwd=cwd, env=self.environment, capture_output=True, text=True, timeout=180)


def doctor(check, course, bedel, work):
    def ask(config, **environment):
        """The status it ends with, and what it found, by check."""
        done = subprocess.run([bedel, "doctor", "--json", "--config", config], env={**os.environ, **environment},
                              capture_output=True, text=True, timeout=120)
        found = json.loads(done.stdout)
        return done.returncode, {one["check"]: one for one in found if one["level"] == "problem"}

    @check("bedel doctor finds nothing wrong with what runs, and says in words what is wrong with what cannot")
    def _():
        config = course.state / "bedel.yaml"
        status, problems = ask(config)
        assert status == 0 and not problems, problems
        good, other = config.read_text(), work / "other.yaml"

        def wrong(name, text, words, **environment):
            other.write_text(text)
            other.chmod(0o600)
            status, problems = ask(other, **environment)
            assert status == 1 and list(problems) == [name], problems
            said = problems[name]["message"] + " " + problems[name]["next"]
            assert words in said and "error:" not in said and "\n" not in said, said
        wrong("configuration", good + "\nlisten-adress: x\n", "listen-adress")
        wrong("configuration", re.sub(r"(?m)^base:.*\n", "", good), "“base” is missing")
        wrong("provider", re.sub(r"url: .*", "url: http://127.0.0.1:9/nobody", good, count=1), "Connection refused")
        wrong("database", good, "Start PostgreSQL", BEDEL_DATABASE_URL="postgresql:///bedel?host=%2Fnowhere")

    @check("a start where a port is taken, or in a demo's own folder, says so at once and harms nobody")
    def _():
        taken = json.loads((course.state / "ports.json").read_text())["admin"]

        def refused(words, *arguments):
            done = subprocess.run([bedel, "demo", *arguments], capture_output=True, text=True, timeout=60)
            assert done.returncode == 1 and words in done.stderr and "our side" not in done.stderr, done.stderr
            return done.stderr
        told = refused(f"has port {taken} of 127.0.0.1", "--state", work / "second", "--port", str(taken))
        assert f"ss -ltnp 'sport = :{taken}'" in told and "--free-ports" in told, told
        refused("runs in", "--state", course.state, "--free-ports")
        assert course.anonymous().get("/").status == 200


def programs(check, course, bedel, work, files):
    terminal = Terminal(str(bedel), course.base, work / "laptop")
    person = course.student(13)

    def answer(code, decision):
        page = person.get(f"/device?code={code}")
        assert page.status == 200 and code in page.text, page.text[:500]
        shown = person.post_form("/device", {"code": code.lower()})
        assert shown.status == 200 and "bedel on " in shown.text and "127.0.0.1" in shown.text, shown.text[:800]
        assert person.post_form("/device/decision", {"code": code, "decision": decision}).status == 200

    @check("bedel login: refused in the browser is refused in the terminal")
    def _():
        status, said = terminal.login(lambda code: answer(code, "deny"))
        assert status == 1 and "refused" in said, said
        assert not terminal.credentials.exists()

    @check("bedel login, whoami: a code typed into a page, a token for its owner alone")
    def _():
        status, said = terminal.login(lambda code: answer(code, "approve"))
        assert status == 0 and course.students[13]["login"] in said, said
        assert TOKEN.search(terminal.credentials.read_text())
        assert terminal.credentials.stat().st_mode & 0o777 == 0o600
        said = terminal.run("whoami")
        assert said.returncode == 0 and course.profile in said.stdout and "predict" in said.stdout, said

    @check("bedel credential: git push without a password typed or pasted")
    def _():
        assert terminal.run("credential", "setup").returncode == 0
        folder = work / "push-with-helper"
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "model"]):
            done = terminal.git(*command, cwd=folder)
            assert done.returncode == 0, done.stderr
        pushed = terminal.git("push", f"{course.base}/git/{course.profile}/digits-helper.git", "main", cwd=folder)
        assert pushed.returncode == 0 and "receipt" in pushed.stderr.lower(), pushed.stderr
        other = terminal.run("credential", "get", input="protocol=https\nhost=github.com\n\n")
        assert other.returncode == 0 and not other.stdout, other

    @check("bedel logout ends the token on the server too")
    def _():
        token = TOKEN.search(terminal.credentials.read_text()).group()
        header = {"Authorization": "Bearer " + token}
        assert course.anonymous().get("/api/v1/me", header).status == 200
        assert terminal.run("logout").returncode == 0
        assert token not in terminal.credentials.read_text()
        until(lambda: course.anonymous().get("/api/v1/me", header).status == 401, "the token is dead", 5)
        assert terminal.run("whoami").returncode == 1

    @check("wrong codes are counted")
    def _():
        guesser = course.student(14)
        statuses = [guesser.post_form("/device", {"code": "BBBB-BBBB"}).status for _ in range(21)]
        assert statuses == [404] * 20 + [429], statuses

    @check("an application calls models and does nothing else; disabled, it is refused at once")
    def _():
        teacher, path = course.who("teacher"), f"/api/v1{course.path}/service-accounts"
        assert teacher.post_json(path, {"name": "gradebook", "title": "The grade book"}).status == 201
        made = teacher.post_json(f"{path}/gradebook/tokens", {"name": "nightly", "days": 2})
        assert made.status == 201 and TOKEN.fullmatch(made.json()["secret"]), made.text
        header = {"Authorization": "Bearer " + made.json()["secret"]}
        row = next(row for row in course.board if row["task"] == "digits")
        value = {"data": {"ndarray": [[0] * 64]}}
        called = course.predict(row["model"], value, header)
        assert called.status == 200, called.text
        for address in (f"/api/v1{course.path}/models", path, "/api/v1/tokens", "/api/v1/audit"):
            assert course.anonymous().get(address, header).status in (403, 404), address
        assert teacher.post_json(f"{path}/gradebook/disable", {}).status == 204
        until(lambda: course.predict(row["model"], value, header).status == 401, "it is refused", 5)
        assert teacher.post_json(f"{path}/gradebook/enable", {}).status == 204
        until(lambda: course.predict(row["model"], value, header).status == 200, "it works again", 15)
        student = course.student(13)
        assert student.post_json(path, {"name": "mine", "title": "Mine"}).status == 403

    @check("the keys that check assertions are published, the next one among them")
    def _():
        answer = course.anonymous().get("/.well-known/jwks.json")
        keys = answer.json()["keys"]
        assert len(keys) == 2 and all(key["alg"] == "ES256" and "d" not in key for key in keys), keys
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        server = course.anonymous().get("/.well-known/oauth-authorization-server").json()
        assert server["issuer"] == course.base and server["jwks_uri"].startswith(course.base), server
