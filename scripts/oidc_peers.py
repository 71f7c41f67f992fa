"""Bedel against OpenID providers that nobody here wrote; a table, then `N passed, N failed`.

    python scripts/oidc_peers.py --bedel .build/debug/bedel --peers .tools/peers/bin/python [--state DIR]

Canaille is the demo's; Glewlwyd and nanoidp each get a `bedel serve` of their own, with a database in the demo's PostgreSQL.
What a provider cannot do is said as `-` with the reason, and counts neither as passed nor as failed.
"""

import argparse
import contextlib
import re
import tempfile
import time
import urllib.parse
from pathlib import Path

from outside import Browser, Checks, DemoProcess, database_url, free_ports, postgres, remove_demo, serve, until
from providers import ADMIN_GROUP, Canaille, Glewlwyd, NanoIDP

STEPS = ["login", "again", "strangers", "refresh", "rp-logout", "back-channel", "rotation"]


class Case:
    """One provider with its Bedel."""

    def __init__(self, provider, base, state):
        self.provider, self.base, self.state = provider, base, state
        self.cells = {}

    def signed_in(self, **who):
        browser = Browser(self.base)
        page = self.provider.sign_in(browser, **who)
        assert page.status == 200 and page.url.startswith(self.base), f"{page.status} at {page.url}: {page.text[-800:]}"
        return browser

    def ask(self, query):
        """The one value of a query to this Bedel's database, or None."""
        database = "bedel" if self.provider.name == "canaille" else self.provider.name
        return postgres(self.state, "psql", "--quiet", "--no-align", "--tuples-only", "--command", query, database).strip()

    def refresh(self, browser):
        """Makes the newest session due and has it used; the refresh token kept before and after, sealed, and whether the
        provider has given new tokens."""
        newest = "(SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1)"
        before = self.ask(f"SELECT refresh_token FROM sessions WHERE id = {newest}")
        # As if a minute had gone by: who refreshed last holds the session for half of one, and a gateway remembers for one
        # who somebody is, unless it is told that rights have changed.
        self.ask(f"UPDATE sessions SET refresh_at = now(), refreshing_until = refreshing_until - interval '1 minute'"
                 f" WHERE id = {newest}; NOTIFY bedel, 'access'")
        self.provider.pause()
        until(lambda: self.me(browser) and self.ask(f"SELECT refresh_at > now() FROM sessions WHERE id = {newest}") == "t",
              "the session is refreshed", 15, 0.2)
        after = self.ask(f"SELECT refresh_token FROM sessions WHERE id = {newest}")
        # A failed refresh is tried again after 60 seconds and leaves the token as it was.
        later = self.ask(f"SELECT refresh_at > now() + interval '90 seconds' FROM sessions WHERE id = {newest}")
        return before, after, before != after or later == "t"

    def me(self, browser):
        answer = browser.get("/api/v1/me")
        return answer.json() if answer.status == 200 else None


def create_database(state, name):
    """In the demo's own cluster; its URL."""
    postgres(state, "createdb", name)
    return database_url(state).replace("///bedel?", f"///{name}?")


def configured(state, name, ports, provider, database):
    folder = state / f"serve-{name}"
    folder.mkdir(mode=0o711)
    secret = folder / "client-secret"
    secret.write_text(provider.client_secret)
    secret.chmod(0o600)
    configuration = folder / "bedel.yaml"
    configuration.write_text(f"""\
base: http://localhost:{ports[0]}
listen: 127.0.0.1:{ports[0]}
admin: 127.0.0.1:{ports[1]}
data: {state}/{name}.d
database: "{database}"
issuers:
  - url: {provider.issuer}
    client-id: {provider.client_id}
    client-secret-file: {secret}
    admin-group: {ADMIN_GROUP}
    name: {provider.name}
    scopes: [{', '.join(provider.scope.split())}]
""")
    configuration.chmod(0o600)
    return configuration


def case(options, state, running, make):
    """A provider, made for the base it is given, and a `bedel serve` that knows only it."""
    ports = free_ports(2)
    base = f"http://localhost:{ports[0]}"
    provider = make(base)
    running.callback(provider.program.stop)
    database = create_database(state, provider.name)
    bedel = serve(options.bedel, configured(state, provider.name, ports, provider, database), ports[1])
    running.callback(bedel.stop)
    return Case(provider, base, state)


def steps(check, case):
    provider = case.provider

    def step(name):
        def run(function):
            failed = len(check.failed)
            check(f"{provider.name}: {function.__doc__}")(function)
            case.cells[name] = "ok" if len(check.failed) == failed else "FAILED"
        return run

    @step("login")
    def _():
        """somebody signs in: code, PKCE, nonce, signature, claims"""
        browser = case.signed_in()
        me = case.me(browser)
        assert me["login"] in provider.people, me
        if provider.name != "canaille":
            assert me["is_admin"] and me["login"] == "ana", me

    if provider.name == "nanoidp":
        case.cells["again"] = "- (the provider asks every time)"
    else:
        @step("again")
        def _():
            """while the provider knows them, they come in again without a password"""
            browser = case.signed_in()
            ours = next(each for each in browser.cookies if each.name.endswith("bedel_session"))
            browser.cookies.clear(ours.domain, ours.path, ours.name)
            assert case.me(browser) is None
            page = provider.come_again(browser)
            assert page.url.startswith(case.base) and case.me(browser), page.url

    if provider.name == "canaille":
        case.cells["strangers"] = "- (one person of the demo is enough there)"
    else:
        @step("strangers")
        def _():
            """two people in two browsers stay two, with the rights of their groups"""
            ana, bruno = case.signed_in(login="ana"), case.signed_in(login="bruno")
            assert case.me(ana)["login"] == "ana" and case.me(ana)["is_admin"]
            assert case.me(bruno)["login"] == "bruno" and not case.me(bruno)["is_admin"]

    @step("refresh")
    def _():
        """what the provider said is asked for anew with the refresh token, twice in a row, and nobody notices"""
        browser = case.signed_in()
        who = case.me(browser)
        first, second, is_new = case.refresh(browser)
        assert is_new, "no new tokens"
        _, third, is_new = case.refresh(browser)
        assert is_new, "no new tokens the second time"
        assert case.me(browser) == who
        if provider.rotates:
            assert len({first, second, third}) == 3, "the refresh token has not been turned"

    @step("rp-logout")
    def _():
        """signing out here ends the provider's session too"""
        browser = case.signed_in()
        page = browser.post_form("/logout", {})
        assert case.me(browser) is None
        onward = re.search(r'href="(http://127\.0\.0\.1[^"]+)"', page.text)[1].replace("&amp;", "&")
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(onward).query)
        assert asked["id_token_hint"] and asked["client_id"] and asked["post_logout_redirect_uri"] == [case.base + "/"]
        provider.sign_out(browser, onward)
        again = browser.get("/login")
        assert not again.url.startswith(case.base), f"came back without a password: {again.url}"

    if provider.name == "glewlwyd":
        @step("back-channel")
        def _():
            """a session that ends at the provider ends here, within a second, and no other does"""
            one, other = case.signed_in(login="ana"), case.signed_in(login="bruno")
            session = next(cookie.value for cookie in one.cookies if cookie.name == "GLEWLWYD2_OIDC_SID")
            started = time.monotonic()
            provider.ask(one, "DELETE", f"/api/oidc/session/{session}")
            until(lambda: case.me(one) is None, "the session here has ended", 5, 0.01)
            milliseconds = (time.monotonic() - started) * 1000
            print(f"      {provider.name}_back_channel_ms={milliseconds:.0f}")
            assert milliseconds < 1000, milliseconds
            assert case.me(other), "another's session ended as well"
    else:
        case.cells["back-channel"] = "- (the provider sends none)"

    if provider.name == "nanoidp":
        @step("rotation")
        def _():
            """after the provider's keys changed, people come in; those inside stay"""
            before = case.signed_in()
            rotated = provider.rotate_keys()
            assert rotated["old_kid"] != rotated["new_kid"]
            assert case.me(case.signed_in(login="bruno"))["login"] == "bruno"
            assert case.me(before)["login"] == "ana"
    else:
        case.cells["rotation"] = "- (not while it runs)"


def table(cases):
    print("\n| provider | " + " | ".join(STEPS) + " |\n|" + "---|" * (len(STEPS) + 1))
    for each in cases:
        print(f"| {each.provider.name} | " + " | ".join(each.cells.get(step, "not reached") for step in STEPS) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bedel", type=Path, required=True)
    parser.add_argument("--peers", type=Path, required=True, help="a Python that has nanoidp")
    parser.add_argument("--state", type=Path, help="keep everything here instead of in a temporary folder")
    options = parser.parse_args()
    options.bedel = options.bedel.resolve()
    options.peers = options.peers.absolute()
    state = (options.state or Path(tempfile.mkdtemp(prefix="bedel-peers-"))).resolve()
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o711)
    check, cases = Checks(), []
    demo = DemoProcess(options.bedel, state, ["--no-seed"])
    running = contextlib.ExitStack()
    try:
        started = time.monotonic()
        summary = demo.start()
        account = next(account for account in summary["accounts"] if account["who"] == "teacher")
        cases.append(Case(Canaille(account), summary["base"], state))
        cases.append(case(options, state, running, lambda base: Glewlwyd(
            state / "glewlwyd", base, base + "/logout/backchannel")))
        cases.append(case(options, state, running, lambda base: NanoIDP(
            state / "nanoidp", base, options.peers)))
        print(f"three providers up in {time.monotonic() - started:.0f} s", flush=True)
        for each in cases:
            steps(check, each)
        table(cases)
    finally:
        running.close()
        if demo.process and demo.process.poll() is None:
            demo.stop()
        if not options.state:
            remove_demo(state)
    check.finish()


if __name__ == "__main__":
    main()
