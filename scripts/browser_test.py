"""One student in a real browser: signs in, uploads a model, and sees it on the leaderboard; ends with `N passed, N failed`.

    python scripts/browser_test.py --bedel .build/debug/bedel [--state DIR] [--shots DIR]

Needs Debian's chromium and chromium-driver. With --shots, a picture of every main page is kept.
"""

import argparse
import contextlib
import http.client
import http.server
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from outside import Browser, Checks, DemoProcess, folder_files, people, postgres, remove_demo, until, zip_of


class Window:
    """A browser window of one person."""

    def __init__(self, base, shots, language="en"):
        options = Options()
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,1000",
                         f"--lang={language}"):
            options.add_argument(argument)
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.base, self.shots = base, shots

    def close(self):
        self.driver.quit()

    def open(self, path):
        self.driver.get(self.base + path)

    def wait(self, condition, what, seconds=60):
        # A page that is just going away takes its elements along.
        patience = WebDriverWait(
            self.driver, seconds, 0.1, ignored_exceptions=(NoSuchElementException, StaleElementReferenceException))
        return patience.until(lambda _: condition(), f"in vain: {what}")

    def find(self, selector):
        return self.wait(lambda: self.driver.find_elements(By.CSS_SELECTOR, selector), selector)[0]

    @property
    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def says(self, words):
        """The page, or the one that is just coming."""
        self.wait(lambda: words in self.text, f"“{words}” on the page", 15)

    def shot(self, name):
        if self.shots:
            height = self.driver.execute_script("return document.documentElement.scrollHeight")
            self.driver.set_window_size(1280, max(700, min(height + 20, 2600)))
            self.driver.save_screenshot(str(self.shots / f"{name}.png"))
            self.driver.set_window_size(1280, 1000)

    def sign_in(self, person):
        self.open("/login")
        self.prove(person)

    def prove(self, person):
        """At the provider: who somebody is."""
        for field, value in (("login", person["login"]), ("password", person["password"])):
            box = self.find(f"input[name={field}]")
            box.send_keys(value)
            box.submit()
        self.wait(lambda: self.driver.current_url.startswith(self.base), "back at Bedel")
        Browser.signed_in[person["login"]] = time.monotonic()

    def who(self):
        """Asked by the page itself, with its cookies; None for nobody."""
        self.open("/favicon.ico")
        return self.driver.execute_script(
            "return fetch('/api/v1/me').then(r => r.ok ? r.json() : {}).then(me => me.login || null)")

    def check_fits_a_phone(self):
        """Nothing makes the page wider than the window, and whoever cannot see it hears what every field and link is."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": False})
        wrong = self.driver.execute_script("""
            const named = e => e.labels?.length || e.ariaLabel || e.textContent.trim();
            const parts = document.querySelectorAll("input:not([type=hidden]), select, textarea, a, button");
            const wrong = [...parts].filter(e => !named(e)).map(e => e.outerHTML.slice(0, 120));
            const seen = new Set();
            for (const { id } of document.querySelectorAll("[id]")) seen.has(id) ? wrong.push(`#${id} twice`) : seen.add(id);
            const width = document.documentElement.scrollWidth;
            return width > 390 ? [`${width} pixels wide`, ...wrong] : wrong;""")
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        assert not wrong, (self.driver.current_url, wrong)

    def check_no_complaints(self):
        """Of the browser itself: blocked by the page's own policy, missing files, script errors. Each is told once."""
        severe = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]
        # The provider's own pages are the provider's business.
        severe = [message for message in severe if message.startswith(self.base)]
        # The page of the refused bundle is one: its status is 422.
        wrong = [message for message in severe if "status of 422" not in message]
        assert not wrong, wrong


def begin_sign_in(base, cookie):
    """State and issuer of a sign-in that a browser with this cookie begins; Canaille's issuer is its origin."""
    place = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=30)
    connection.request("GET", "/login", headers={"Host": place.netloc, "Cookie": cookie})
    location = connection.getresponse().headers["Location"]
    connection.close()
    parts = urllib.parse.urlsplit(location)
    return urllib.parse.parse_qs(parts.query)["state"][0], f"{parts.scheme}://{parts.netloc}"


@contextlib.contextmanager
def page_of_another_site(text):
    """At an address: to a browser, one that has nothing to do with `localhost`."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def comings_and_goings(check, window, state, person):
    driver = window.driver

    @check("two tabs begin to sign in, and both come in")
    def _():
        window.open("/login?to=/tokens")
        first = driver.current_window_handle
        driver.switch_to.new_window("tab")
        window.open("/login?to=/profiles")
        second = driver.current_window_handle
        driver.switch_to.window(first)
        window.prove(person)
        # Canaille keeps one way back for each browser, the last tab's.
        assert driver.current_url in (window.base + "/tokens", window.base + "/profiles"), driver.current_url
        driver.switch_to.window(second)
        # The provider knows the person by now: this tab only has to go on.
        driver.refresh()
        window.wait(lambda: not driver.find_elements(By.CSS_SELECTOR, "input[name=password]"), "nothing is asked")
        window.open("/profiles")
        assert window.who() == person["login"]
        driver.close()
        driver.switch_to.window(first)
        assert window.who() == person["login"]

    @check("the Back button after signing in leads nowhere bad, and the session stays")
    def _():
        window.open("/tokens")
        for _ in range(4):
            driver.back()
            assert "name=\"state\"" not in driver.page_source
        assert window.who() == person["login"]

    @check("signing out; the Back button shows nothing that was private")
    def _():
        window.open("/tokens")
        window.find("form[action='/logout'] button").click()
        # By way of the provider, whose session ends too.
        window.wait(lambda: driver.current_url == window.base + "/", "back at the first page")
        for _ in range(3):
            driver.back()
            assert not driver.find_elements(By.CSS_SELECTOR, "form[action='/logout']"), driver.current_url
        assert window.who() is None

    @check("a sign-in that took too long: kind words, and the way on works")
    def _():
        driver.delete_all_cookies()
        driver.get(window.base)
        window.open("/login")
        if driver.current_url.startswith(window.base):
            raise AssertionError("the provider let somebody in who had signed out there")
        postgres(
            state, "psql", "--quiet", "--command",
            "UPDATE sign_in_attempts SET expires_at = now() - interval '1 second'", "bedel")
        window.prove(person)
        window.says("took too long")
        window.shot("sign-in-expired")
        assert window.who() is None
        window.open("/login")
        assert window.who() == person["login"]

    @check("an answer that a page of another site posts finds the sign-in that this browser began")
    def _():
        window.open("/favicon.ico")
        cookie = driver.get_cookie("bedel_signin")
        state, issuer = begin_sign_in(window.base, f"bedel_signin={cookie['value']}")
        page = (
            f'<form method="post" action="{window.base}/login/callback"><input name="state" value="{state}">'
            # Canaille promises to name itself in its answers (RFC 9207).
            f'<input name="iss" value="{issuer}">'
            '<input name="error" value="access_denied"></form><script>document.forms[0].submit()</script>')
        with page_of_another_site(page) as address:
            driver.get(address)
            # Without its cookie the sign-in would be called another browser's.
            window.says("did not let")
        assert "answer=" in driver.current_url and state not in driver.current_url, driver.current_url
        assert window.who() == person["login"]

    @check("signing out everywhere: this browser and another one")
    def _():
        elsewhere = Browser(window.base)
        elsewhere.sign_in(person["login"], person["password"])
        assert elsewhere.get("/api/v1/me").status == 200
        window.open("/sessions")
        window.shot("sessions")
        window.find("form[action='/sessions/end-all'] button").click()
        until(lambda: elsewhere.get("/api/v1/me").status == 401, "the other browser is signed out", 5)
        assert window.who() is None
        time.sleep(1.1)
        window.open("/login")
        window.wait(lambda: driver.current_url.startswith(window.base) or driver.find_elements(
            By.CSS_SELECTOR, "input[name=login]"), "in again, or asked")
        if not driver.current_url.startswith(window.base):
            window.prove(person)
        until(lambda: window.who() == person["login"], "signed in again", 10)

    @check("the address that signed one in, opened once more: home, and the session stays")
    def _():
        window.open("/login/callback?code=used&state=used")
        window.wait(lambda: driver.current_url == window.base + "/", "home")
        assert window.who() == person["login"]


def student_hands_in(check, window, profile, state, person):
    bundle = state / "browser-model.zip"
    bundle.write_bytes(zip_of(folder_files(state / "examples/digits-neighbours")))

    @check("a wrong password does not let anybody in")
    def _():
        window.open("/login")
        window.find("input[name=login]").send_keys(person["login"])
        window.find("input[name=login]").submit()
        box = window.find("input[name=password]")
        box.send_keys("wrong")
        box.submit()
        window.wait(lambda: window.driver.find_elements(By.CSS_SELECTOR, "input[name=password]"), "asked again")
        assert not window.driver.current_url.startswith(window.base)

    @check("a student signs in and sees the course")
    def _():
        window.sign_in(person)
        window.open("/")
        window.says("Machine Learning 2026")
        window.shot("home")

    @check("uploads a model by the form, and watches it become ready")
    def _():
        window.open(f"/profiles/{profile}/hand-in")
        window.shot("hand-in")
        window.find("input[name=model]").send_keys("browser-digits")
        Select(window.find("select[name=assignment]")).select_by_value("digits")
        window.find("input[type=file]").send_keys(str(bundle))
        window.find("main form button[type=submit]").click()
        window.wait(lambda: "/models/browser-digits" in window.driver.current_url, "the model's page")
        window.wait(
            lambda: window.driver.execute_script(
                "return fetch(location.origin + '/api/v1/profiles/" + profile + "/models/browser-digits')"
                ".then(r => r.json()).then(m => m.versions[0].instance)") == "ready", "the endpoint answers", 120)
        window.open(f"/profiles/{profile}/models/browser-digits")
        window.shot("model")

    @check("a broken bundle is refused with words that say what to do")
    def _():
        broken = state / "broken.zip"
        broken.write_bytes(zip_of({"essay.txt": b"Dear professor"}))
        window.open(f"/profiles/{profile}/hand-in")
        window.find("input[name=model]").send_keys("browser-broken")
        window.find("input[type=file]").send_keys(str(broken))
        window.find("main form button[type=submit]").click()
        window.wait(lambda: "MODEL_NAME" in window.text or ".s2i" in window.text, "an explanation")
        window.shot("broken-bundle")


def teacher_runs_a_round(check, window, profile, person):
    @check("the teacher starts a round and watches it end")
    def _():
        window.sign_in(person)
        window.open(f"/profiles/{profile}/assignments/digits")
        window.shot("assignment")
        window.find(f"form[action$='/assignments/digits/rounds'] button").click()
        window.wait(lambda: "/rounds/" in window.driver.current_url, "the round's page")
        window.shot("round")
        path = window.driver.current_url[len(window.base):].split("?")[0]
        window.wait(
            lambda: window.driver.execute_script(
                f"return fetch('/api/v1{path}').then(r => r.json()).then(r => r.state)") == "finished", "the end", 180)
        window.open(path)
        window.says("browser-digits")
        window.shot("leaderboard-teacher")
        window.finished = path


def student_sees_it(check, window, path):
    @check("the student sees the model on the leaderboard")
    def _():
        window.open(path)
        window.says("browser-digits")
        window.shot("leaderboard")

    @check("the model answers in the try-it form")
    def _():
        window.open(path.split("/assignments")[0] + "/models/browser-digits")
        window.find("form#try button[type=submit]").click()
        answer = window.wait(lambda: window.driver.find_elements(By.CSS_SELECTOR, "form#try pre"), "an answer")[0]
        assert "ndarray" in answer.text, answer.text
        window.shot("try-it")

    @check("access tokens: made, shown once")
    def _():
        window.open("/tokens")
        window.find("input[name=name]").send_keys("my laptop")
        window.find("main form button[type=submit]").click()
        secret = window.find(".secret pre").text.split()[0]
        assert secret.startswith("bdl_"), secret
        window.shot("tokens")
        window.open("/tokens")
        assert secret not in window.driver.page_source

    @check("the page's own policy blocked nothing, and no file was missing")
    def _():
        window.check_no_complaints()


def admin_looks(check, window, profile, person):
    @check("the admin's pages")
    def _():
        window.sign_in(person)
        for name, path in {
                "admin-profiles": "/admin/profiles", "admin-instances": "/admin/instances", "admin-jobs": "/admin/jobs",
                "admin-users": "/admin/users", "admin-audit": "/admin/audit", "members": f"/profiles/{profile}/members",
                "settings": f"/profiles/{profile}/settings", "access": f"/profiles/{profile}/access",
                "invitation-links": f"/profiles/{profile}/invitation-links"}.items():
            window.open(path)
            assert window.find("h1").text, path
            window.shot(name)
            for language in ("es", "en"):
                window.open(f"{path}?lang={language}")
                assert window.find("html").get_attribute("lang") == language
                window.check_fits_a_phone()
        window.check_no_complaints()


def spanish(check, window, profile, person):
    @check("the same in Spanish")
    def _():
        window.open("/")
        assert window.find("html").get_attribute("lang") == "es"
        window.shot("es-welcome")
        window.sign_in(person)
        for name, path in {
                "es-home": "/", "es-course": f"/profiles/{profile}", "es-hand-in": f"/profiles/{profile}/hand-in",
                "es-model": f"/profiles/{profile}/models/browser-digits"}.items():
            window.open(path)
            window.shot(name)
            window.check_fits_a_phone()
        window.check_no_complaints()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bedel", type=Path, required=True)
    parser.add_argument("--state", type=Path, help="keep the demo's state here instead of in a temporary folder")
    parser.add_argument("--shots", type=Path, help="keep pictures of the pages here")
    parser.add_argument("--sign-in-only", action="store_true", help="only how people come and go; needs no models")
    options = parser.parse_args()
    state = (options.state or Path(tempfile.mkdtemp(prefix="bedel-browser-"))).resolve()
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o711)
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-seed"] if options.sign_in_only else []
    check, demo, windows = Checks(), DemoProcess(options.bedel.resolve(), state, arguments), []
    try:
        started = time.monotonic()
        summary = demo.start()
        print(f"demo up in {time.monotonic() - started:.0f} s at {summary['base']}", flush=True)
        base, profile = summary["base"], summary["profile"]
        everybody = people()
        student = [person for person in everybody if person["groups"] == "ml-2026-students"][30]
        accounts = {account["who"]: account for account in summary["accounts"]}
        visitor = Window(base, options.shots)
        windows.append(visitor)
        comings_and_goings(check, visitor, state, everybody[-1])
        if options.sign_in_only:
            check.finish()
        first = Window(base, options.shots)
        windows.append(first)
        first.open("/")
        first.shot("welcome")
        student_hands_in(check, first, profile, state, student)
        teacher = Window(base, options.shots)
        windows.append(teacher)
        teacher_runs_a_round(check, teacher, profile, accounts["teacher"])
        student_sees_it(check, first, teacher.finished)
        admin = Window(base, options.shots)
        windows.append(admin)
        admin_looks(check, admin, profile, accounts["admin"])
        last = Window(base, options.shots, "es")
        windows.append(last)
        spanish(check, last, profile, student)
    finally:
        for window in windows:
            window.close()
        if demo.process and demo.process.poll() is None:
            demo.stop()
        if not options.state:
            remove_demo(state)
    check.finish()


if __name__ == "__main__":
    main()
