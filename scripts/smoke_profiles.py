"""Checks of the demo from outside: invitation links, exports, seeing what a student sees, requests a second, and the filters
of the audit trail."""

import io
import json
import tarfile
import time
from datetime import datetime, timedelta, timezone

from outside import OneConnection, until

LAB = "smoke-lab"
ZEROS = {"data": {"ndarray": [[0] * 64]}}


def profiles(check, course):
    invitations(check, course)
    exports(check, course)
    states(check, course)
    viewing(check, course)
    requests(check, course)
    trail(check, course)


def invitations(check, course):
    admin, links = course.who("admin"), f"/api/v1/profiles/{LAB}/invitation-links"

    @check("an invitation link lets in as many as it says, with its role, and nobody when it is withdrawn")
    def _():
        made = admin.post_json("/api/v1/profiles", {"name": LAB, "title": "Smoke lab", "kind": "lab"})
        assert made.status == 201, made.text
        link = admin.post_json(links, {"role": "assistant", "uses": 1, "days": 1})
        assert link.status == 201, link.text
        first, second = course.student(30), course.student(31)
        door = link.json()["url"]
        page = first.get(door)
        assert page.status == 200 and "Smoke lab" in page.text and "Assistant" in page.text, page.text[:400]
        assert LAB not in first.get("/api/v1/me").json()["roles"], "looking at it makes nobody a member"
        joined = first.post_form(door, {})
        assert joined.status == 200 and joined.url.startswith(f"{course.base}/profiles/{LAB}"), (joined.status, joined.url)
        assert first.get("/api/v1/me").json()["roles"][LAB] == "assistant"
        late = second.post_form(door, {})
        assert late.status == 404 and "used up" in late.text, late.status
        other = admin.post_json(links, {"role": "student", "uses": 5}).json()
        assert admin.request("DELETE", f"{links}/{other['id']}").status == 204
        assert second.get(other["url"]).status == 404
        assert LAB not in second.get("/api/v1/me").json()["roles"]

    @check("an invitation link ends with the right of whoever made it, for those who look and those who press the button")
    def _():
        maker, guest = course.student(30), course.student(32)
        login = course.students[30]["login"]

        def make_it(role):
            assert admin.post_form(f"/profiles/{LAB}/members", {"login": login, "role": role}).status == 200

        make_it("teacher")
        link = until(lambda: (answer := maker.post_json(links, {"role": "student", "uses": 2})).status == 201 and answer,
                     "a teacher makes a link", 10)
        door = link.json()["url"]
        assert "Smoke lab" in guest.get(door).text
        make_it("assistant")
        for refusal in (guest.get(door), guest.post_form(door, {})):
            assert refusal.status == 404 and "may not let people in here any more" in refusal.text, refusal.text[:400]
        assert LAB not in guest.get("/api/v1/me").json()["roles"]
        assert "may not let people in here any more" in admin.get(f"/profiles/{LAB}/invitation-links").text
        make_it("teacher")
        assert guest.post_form(door, {}).status == 200
        assert guest.get("/api/v1/me").json()["roles"][LAB] == "student"
        make_it("assistant")

    @check("only whoever may let people in makes links; none makes an admin")
    def _():
        assert course.student(30).post_json(links, {"role": "student"}).status == 403, "an assistant is not asked"
        assert course.student(31).get(links).status in (403, 404)
        assert admin.post_json(links, {"role": "admin"}).status == 400
        shown = admin.get(links).text
        assert '"url":null' in shown.replace(" ", "") or "/join/" not in shown, "a link is shown once"
        anonymous = course.anonymous().get(f"/join/{'0' * 43}")
        assert not anonymous.url.startswith(f"{course.base}/join/"), anonymous.url


def exports(check, course):
    @check("an export has the members, every bundle and every score, and belongs to admins")
    def _():
        path = f"{course.path}/export.tar"
        for door in (path, "/api/v1" + path):
            assert course.who("teacher").get(door).status == 403
        answer = course.who("admin").get("/api/v1" + path)
        assert answer.status == 200 and answer.headers["Content-Type"] == "application/x-tar", answer.text[:300]
        with tarfile.open(fileobj=io.BytesIO(answer.body)) as archive:
            files = {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}
        assert all(name.startswith(f"{course.profile}/") for name in files), sorted(files)[:5]

        def read(name):
            return json.loads(files[f"{course.profile}/{name}"])

        logins = {member["login"] for member in read("members.json")}
        # Members are those who have been here; the others are so far only in the provider's groups.
        here = {row["student"] for row in course.board} | {course.accounts["teacher"]["login"]}
        assert here <= logins, here - logins
        assert LAB not in answer.text, "nothing of another profile"
        versions = read("versions.json")
        bundles = [name for name in files if "/bundles/" in name]
        assert len(bundles) == len(versions) > 0, (len(bundles), len(versions))
        assert any("/rounds/" in name for name in files) and any("/datasets/" in name for name in files)
        assert set(read("quotas.json")) == {"profile", "every-member", "members"}
        lines = [json.loads(line) for line in files[f"{course.profile}/audit.jsonl"].splitlines()]
        assert lines[0]["action"] == "profile.export" and {"model.submit", "round.start"} <= {x["action"] for x in lines}
        assert {line["profile"] for line in lines} == {course.profile}
        text = b"".join(content for name, content in files.items() if "/bundles/" not in name)
        for secret in (b"bdl_", b"secret_hash", b"PRIVATE KEY"):
            assert secret not in text, secret


def states(check, course):
    @check("an archived profile is read and not changed, by nobody, until an admin takes it out")
    def _():
        admin, path = course.who("admin"), f"/api/v1/profiles/{LAB}"
        assert admin.post_json(path + "/state", {"state": "archived"}, method="PUT").status == 200
        refusal = admin.post_json(path, {"title": "Other"}, method="PATCH")
        assert refusal.status == 409 and "archived" in refusal.text, (refusal.status, refusal.text[:200])
        assert admin.post_json(path + "/invitation-links", {"role": "student"}).status == 409
        assert course.student(30).get(f"/profiles/{LAB}").status == 200
        assert admin.post_json(path + "/state", {"state": "active"}, method="PUT").status == 200
        assert admin.post_json(path, {"title": "Smoke lab 2"}, method="PATCH").status == 200

    @check("a renamed profile keeps its links and its trail")
    def _():
        admin, other = course.who("admin"), "smoke-lab-renamed"
        before = admin.get(f"/profiles/{LAB}/audit.jsonl").text.splitlines()
        for old, new in ((LAB, other), (other, LAB)):
            assert admin.post_form(f"/profiles/{old}/name", {"name": new}).status == 200
            page = admin.get(f"/profiles/{old}/audit")
            assert page.status == 200 and page.url == f"{course.base}/profiles/{new}/audit", page.url
            for name in (old, new):
                trail = admin.get(f"/api/v1/audit?profile={name}").json()
                assert len(trail) > len(before) and trail[0]["facts"].get("to") == new, trail[0]
        lines = admin.get(f"/profiles/{LAB}/audit.jsonl").text.splitlines()
        assert lines[2:] == before and {json.loads(line)["profile"] for line in lines} == {LAB, other}, lines[:3]


def viewing(check, course):
    student = course.students[9]

    @check("an admin sees what a student sees, changes nothing, and the student is told")
    def _():
        admin, path = course.who("admin"), f"{course.path}/members"
        row = next(part for part in admin.get("/admin/users").text.split("<tr>") if f"<code>{student['login']}</code>" in part)
        begin = row.split('action="')[1].split('"')[0]
        assert begin.endswith("/view"), begin
        home = admin.post_form(begin, {})
        assert f"({student['login']})" in home.text and "/viewing/end" in home.text, home.text[:500]
        assert admin.get("/api/v1/me").json()["login"] == student["login"]
        assert admin.get("/admin/users").status == 403 and admin.get(path).status == 403
        for answer in (
                admin.post_form("/tokens", {"name": "x", "scopes": "read", "days": "1"}),
                admin.post_form("/sessions/end-all", {}),
                admin.post_json("/api/v1/tokens", {"name": "x", "scopes": ["read"], "days": 1}),
                admin.post_json(f"/api/v1/profiles/{LAB}", {"title": "Changed"}, method="PATCH")):
            assert answer.status == 403 and "nothing can be changed" in answer.text, (answer.status, answer.text[:300])
        ended = admin.post_form("/viewing/end", {})
        assert ended.status == 200 and "/viewing/end" not in ended.text, ended.status
        assert admin.get("/api/v1/me").json()["is_admin"]

        told = course.student(9).get("/").text
        assert "saw your pages" in told and course.accounts["admin"]["login"] in told
        assert "Who saw your pages" in course.student(9).get("/sessions").text
        assert "saw your pages" not in course.student(10).get("/").text
        records = admin.get("/api/v1/audit?action=person.view").json()
        mine = [record for record in records if record["facts"].get("on-behalf-of") == student["login"]]
        assert len(mine) >= 5 and {record["actor"] for record in mine} == {course.accounts["admin"]["login"]}, mine[:2]


def requests(check, course):
    @check("requests a second: over the quota is 429 with Retry-After, and the change holds within five seconds")
    def _():
        admin, path = course.who("admin"), f"/api/v1{course.path}/quota"
        rows = {row["student"]: row["model"] for row in course.board if row["task"] == "digits"}
        logins = [student["login"] for student in course.students]
        (mine, model), (other, others) = list(rows.items())[:2]

        def ask(login=mine, model=model, by=None):
            return course.predict(model, ZEROS, course.bearer(logins.index(login)), by)

        def limit(value):
            limits = {} if value is None else {"requests-per-second": value}
            answer = admin.post_json(path, {"of": mine, "limits": limits}, method="PUT")
            assert answer.status == 200, answer.text

        assert ask().status == 200
        limit(0)
        begun = time.monotonic()
        try:
            refusal = until(lambda: (answer := ask()).status == 429 and answer, "the limit holds", 5, 0.02)
            taken = time.monotonic() - begun
            assert int(refusal.headers["Retry-After"]) >= 1, refusal.headers
            assert "quota" in refusal.text, refusal.text
            assert ask(other, others).status == 200, "one person's limit is nobody else's"
            limit(1)
            # A loop of the gateway hears a little later what the others let through: one of them is asked alone.
            with OneConnection(course.base) as loop:
                until(lambda: ask(by=loop).status == 200, "one a second comes through", 5, 0.1)
                waits = [answer.headers["Retry-After"] for answer in (ask(by=loop) for _ in range(4)) if answer.status == 429]
                assert waits and set(waits) == {"1"}, waits
                time.sleep(1)
                assert ask(by=loop).status == 200, "waiting as told gets one through"
            # Whichever loop it is then, though one may have to wait twice.
            until(lambda: ask().status == 200, "waiting as told gets one through", 3, 1)
        finally:
            limit(None)
        until(lambda: [ask().status for _ in range(4)] == [200] * 4, "the limit is gone", 5, 0.1)
        print(f"    quota_change_seconds={taken:.2f}", flush=True)


def trail(check, course):
    @check("the audit trail by action, outcome and day, on its page and as JSON Lines")
    def _():
        admin = course.who("admin")
        today = datetime.now(timezone.utc).date()
        denied = admin.get("/api/v1/audit?outcome=denied").json()
        assert denied and {record["outcome"] for record in denied} == {"denied"}
        yesterday = today - timedelta(days=1)
        assert admin.get(f"/api/v1/audit?to={yesterday}").json() == []
        assert admin.get(f"/api/v1/audit?from={yesterday}&to={today}").json()
        for wrong in ("outcome=maybe", "from=yesterday", "to=2026-02-30", "profile=..", "before=0"):
            assert admin.get(f"/api/v1/audit?{wrong}").status == 400, wrong
        assert admin.get("/api/v1/audit?actor=%27%20OR%201%3D1--").json() == []
        page = admin.get(f"/admin/audit?outcome=denied&from={yesterday}")
        assert page.status == 200 and "/admin/audit.jsonl?" in page.text
        file = admin.get(f"/admin/audit.jsonl?profile={LAB}")
        lines = [json.loads(line) for line in file.text.splitlines()]
        assert lines and all(f":{LAB}" in line["resource"] for line in lines), lines[:2]
        assert [line["sequence"] for line in lines] == sorted((line["sequence"] for line in lines), reverse=True)
        assert {"profile.join", "member.edit"} <= {line["action"] for line in lines}
        everything = admin.get("/admin/audit.jsonl").text.splitlines()
        numbers = [json.loads(line)["sequence"] for line in everything]
        assert numbers == list(range(numbers[0], numbers[-1] - 1, -1)), "every record once"
        teacher = course.who("teacher")
        assert teacher.get("/admin/audit.jsonl").status == 403
        own = [json.loads(line) for line in teacher.get(f"{course.path}/audit.jsonl?profile={LAB}").text.splitlines()]
        assert own and not any(LAB in line["resource"] for line in own), "a teacher sees the trail of the course alone"
        assert course.student(0).get(f"{course.path}/audit").status == 403
        assert teacher.get(f"/profiles/{LAB}/audit").status == 404
