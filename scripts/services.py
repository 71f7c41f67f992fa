"""Real MLflow, JupyterLab and Prometheus behind the gateway with sign-on; ends with `N passed, N failed`.

    python scripts/services.py --bedel .build/debug/bedel [--state DIR] [--keep]

Their own Python clients work with an access token, a real browser signs in and runs a notebook, and whoever is not of the
course is kept out. Needs `scripts/install --test --services`.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
from pathlib import Path

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser_test import Window
from outside import ROOT, Browser, Checks, DemoProcess, people, remove_demo, until

TOOLS = ROOT / ".tools/services/bin"
NAMES = ("mlflow", "jupyter", "prometheus")


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


class Programs:
    """What is started here is ended here."""

    def __init__(self, state):
        self.state, self.running = state, []

    def start(self, name, arguments, cwd):
        cwd.mkdir(parents=True, exist_ok=True)
        log = (self.state / f"{name}.log").open("wb")
        environment = {**os.environ, "HOME": str(cwd), "MLFLOW_DISABLE_TELEMETRY": "true", "JUPYTER_ALLOW_INSECURE_WRITES": "1"}
        self.running.append(subprocess.Popen(
            [str(argument) for argument in arguments], stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=cwd,
            env=environment, start_new_session=True))

    def stop(self):
        for program in reversed(self.running):
            program.terminate()
        for program in self.running:
            try:
                program.wait(15)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait(10)


def start_services(programs, state, ports, hosts, admin):
    mlflow, jupyter, prometheus = ports
    programs.start("mlflow", [
        TOOLS / "mlflow", "server", "--host", "127.0.0.1", "--port", mlflow, "--workers", 1,
        "--backend-store-uri", f"sqlite:///{state}/mlflow/mlflow.db", "--artifacts-destination", f"{state}/mlflow/artifacts",
        "--allowed-hosts", f"{hosts['mlflow']},127.0.0.1:{mlflow}"], state / "mlflow")
    programs.start("jupyter", [
        TOOLS / "jupyter", "lab", "--no-browser", "--allow-root", "--ip", "127.0.0.1", "--port", jupyter,
        "--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.allow_remote_access=True",
        "--ServerApp.trust_xheaders=True", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--ServerApp.root_dir={state}/jupyter"], state / "jupyter")
    config = state / "prometheus.yml"
    config.write_text(
        "global: {scrape_interval: 1s}\nscrape_configs:\n  - job_name: bedel\n"
        f"    static_configs: [{{targets: ['{urllib.parse.urlsplit(admin).netloc or admin}']}}]\n")
    programs.start("prometheus", [
        "/usr/bin/prometheus", f"--config.file={config}", f"--storage.tsdb.path={state}/prometheus",
        f"--web.listen-address=127.0.0.1:{prometheus}", f"--web.external-url=http://{hosts['prometheus']}/"],
        state / "prometheus")


def open_course(admin, name, group):
    """A course whose teachers are that group of the provider's."""
    made = admin.post_json("/api/v1/profiles", {"name": name, "title": name, "kind": "course"})
    assert made.status in (201, 409), made.text
    rules = admin.post_json(f"/api/v1/profiles/{name}/group-rules", [{"group": group, "role": "teacher"}], "PUT")
    assert rules.status == 200, rules.text


class Course:
    def __init__(self, summary):
        self.base, self.profile = summary["base"], summary["profile"]
        self.accounts = {account["who"]: account for account in summary["accounts"]}
        self.students = [person for person in people() if person["groups"] == "ml-2026-students"]
        parts = urllib.parse.urlsplit(self.base)
        self.hosts = {name: f"{name}--{self.profile}.{parts.netloc}" for name in NAMES}

    def address(self, name):
        return f"http://{self.hosts[name]}"

    def signed_in(self, login, password):
        browser = Browser(self.base)
        browser.sign_in(login, password)
        return browser

    def token(self, browser):
        answer = browser.post_json(
            "/api/v1/tokens", {"name": "services", "scopes": ["read", "submit", "predict"], "days": 1})
        assert answer.status == 201, answer.text
        return answer.json()["secret"]


def programs_work(check, course, token):
    for name in NAMES:
        @check(f"{name}: its own Python client, with an access token")
        def _(name=name):
            done = subprocess.run(
                [TOOLS / "python", ROOT / "scripts/service_clients.py", name, course.address(name)],
                env={**os.environ, "BEDEL_TOKEN": token, "PYTHONPATH": str(ROOT / "scripts")},
                capture_output=True, text=True, timeout=180)
            assert done.returncode == 0, done.stderr[-2000:]
            print("      " + done.stdout.strip().splitlines()[-1])


def browser_works(check, course, person, state):
    window = Window(course.base, None)
    try:
        @check("browser: signs in once, and every service knows it")
        def _():
            window.sign_in(person)
            window.driver.get(course.address("mlflow"))
            window.wait(lambda: "through-the-gateway" in window.text, "the experiment in MLflow's page", 90)
            window.driver.get(course.address("prometheus") + "/graph")
            window.wait(lambda: "Prometheus" in window.driver.title, "Prometheus' page")

        @check("browser: a notebook executes over its WebSocket")
        def _():
            (state / "jupyter/first.ipynb").write_text(json.dumps({
                "cells": [{"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None,
                           "source": "print('answer', 6 * 7)"}],
                "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
                "nbformat": 4, "nbformat_minor": 5}))
            window.driver.get(course.address("jupyter") + "/lab/tree/first.ipynb?reset")
            def visible(selector):
                return [found for found in window.driver.find_elements(By.CSS_SELECTOR, selector) if found.is_displayed()]

            window.wait(lambda: visible(".jp-Notebook .jp-CodeCell .jp-InputArea-editor"), "the notebook", 120)
            window.wait(lambda: visible("[data-status='idle']"), "the kernel is idle", 60)
            ActionChains(window.driver).click(visible(".jp-Notebook .jp-CodeCell .jp-InputArea-editor")[0]).key_down(
                Keys.SHIFT).send_keys(Keys.ENTER).key_up(Keys.SHIFT).perform()
            window.wait(
                lambda: any("answer 42" in output.text for output in window.driver.find_elements(
                    By.CSS_SELECTOR, ".jp-OutputArea-output")), "the cell's output", 60)
    finally:
        window.close()


def strangers_are_kept_out(check, course, admin):
    outsider = course.students[40]  # of the course only by its name: nobody made the group its members

    @check("a teacher of another course, with rights there, gets into none of them")
    def _():
        open_course(admin, "stats-2026", outsider["groups"])
        stranger = course.signed_in(outsider["login"], outsider["password"])
        assert "stats-2026" in stranger.get("/api/v1/me").text, "no rights there"
        for name in NAMES:
            answer = stranger.get(course.address(name) + "/")
            assert answer.status == 403 or answer.status == 404, f"{name}: {answer.status}"
            program = Browser(course.base).get(
                course.address(name) + "/", {"Authorization": "Bearer " + course.token(stranger)})
            assert program.status in (403, 404), f"{name}: {program.status}"

    @check("nobody in particular gets into none of them, not even with forged headers")
    def _():
        for name in NAMES:
            forged = {"Accept": "application/json", "X-Bedel-User": "1", "X-Bedel-Roles": "teacher",
                      "X-Forwarded-User": "admin", "X-WEBAUTH-USER": "admin"}
            answer = Browser(course.base).get(course.address(name) + "/api", forged)
            assert answer.status == 401, f"{name}: {answer.status}"

    @check("a WebSocket without a session, or from a foreign page, is refused")
    def _():
        host = course.hosts["jupyter"]
        name, port = host.rsplit(":", 1)
        for extra in ("", f"Origin: http://evil.example\r\n"):
            with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as raw:
                raw.sendall((
                    f"GET /api/events/subscribe HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{extra}\r\n").encode())
                line = raw.recv(4096).split(b"\r\n")[0]
                assert b" 401 " in line or b" 403 " in line, line


def closing_and_losing(check, course, teacher, bedel, state, programs, ports):
    @check("closed for maintenance is said in words, and opened again")
    def _():
        subject = course.hosts["mlflow"].split(".")[0]
        config = str(state / "demo/bedel.yaml")
        subprocess.run([bedel, "maintenance", "on", subject, "--message", "New disks until two", "--config", config],
                       check=True, capture_output=True, timeout=30)
        page = until(lambda: (lambda a: a if a.status == 503 else None)(teacher.get(course.address("mlflow") + "/")),
                     "MLflow is closed", 15)
        assert "New disks until two" in page.text and page.headers["Retry-After"], page.text
        subprocess.run([bedel, "maintenance", "off", subject, "--config", config], check=True, capture_output=True,
                       timeout=30)
        until(lambda: teacher.get(course.address("mlflow") + "/").status == 200, "MLflow is open again", 15)

    @check("a service that is gone is answered for at once, not waited for")
    def _():
        programs.running[2].terminate()
        programs.running[2].wait(15)
        statuses = [teacher.get(course.address("prometheus") + "/-/healthy").status for _ in range(20)]
        assert 503 in statuses and set(statuses) <= {502, 503}, statuses


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bedel", required=True)
    parser.add_argument("--state")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    state = Path(options.state or tempfile.mkdtemp(prefix="bedel-services-")).resolve()
    check, ports, programs = Checks(), free_ports(3), Programs(state)
    entries = {"mlflow": "mlflow", "jupyter": "jupyterlab", "prometheus": "prometheus"}
    services = [f"--service={name}:{entries[name]}=127.0.0.1:{port}" for name, port in zip(NAMES, ports)]
    demo = DemoProcess(options.bedel, state / "demo", ["--no-seed", *services])
    try:
        course = Course(demo.start())
        start_services(programs, state, ports, course.hosts, json.loads((state / "demo/demo.json").read_text())["admin"])
        account = course.accounts["teacher"]
        admin = course.signed_in(course.accounts["admin"]["login"], course.accounts["admin"]["password"])
        open_course(admin, course.profile, "ml-2026-teachers")
        teacher = course.signed_in(account["login"], account["password"])
        for name, path in (("mlflow", "/health"), ("jupyter", "/api"), ("prometheus", "/-/ready")):
            until(lambda: teacher.get(course.address(name) + path).status == 200, f"{name} answers", 180, 1)
        programs_work(check, course, course.token(teacher))
        browser_works(check, course, account, state)
        strangers_are_kept_out(check, course, admin)
        closing_and_losing(check, course, teacher, options.bedel, state, programs, ports)
    finally:
        demo.stop()
        programs.stop()
        if not options.keep and not options.state:
            remove_demo(state)
    check.finish()


if __name__ == "__main__":
    sys.exit(main())
