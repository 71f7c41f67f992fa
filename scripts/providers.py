"""OpenID providers that nobody here wrote, each set up for one Bedel on a free port of the loopback.

A provider has `name`, `issuer`, `client_id`, `client_secret`, `people` (login -> password); `sign_in(browser)` goes through
its own pages as a person would, `pause()` waits until it can be asked for tokens again; `rotates` says whether its refresh
tokens are good once. What it cannot do is not there.
"""

import json
import secrets
import sqlite3
import subprocess
import time
import urllib.parse
from pathlib import Path

from outside import Browser, Program, answers, free_ports

ADMIN_GROUP = "bedel-admins"


class Glewlwyd:
    """Debian's glewlwyd: strict about PKCE and one-time refresh tokens, and it sends back-channel logouts."""

    name = "glewlwyd"
    packaged = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
    scope = "openid profile email groups"
    rotates = True

    def __init__(self, state, bedel, back_channel):
        self.state = state
        state.mkdir(mode=0o700)
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self.issuer = self.url + "/api/oidc"
        self.client_id, self.client_secret = "bedel", secrets.token_urlsafe(24)
        self.people = {"ana": secrets.token_urlsafe(12), "bruno": secrets.token_urlsafe(12)}
        database = sqlite3.connect(state / "glewlwyd.db")
        database.executescript(self.packaged.read_text())
        database.close()
        (state / "glewlwyd.conf").write_text(self.configuration(port))
        self.program = Program(
            ["glewlwyd", "--config-file", state / "glewlwyd.conf"], state / "glewlwyd.log",
            lambda: answers(self.url + "/config/"))
        self.set_up(bedel, back_channel)

    def configuration(self, port):
        return f'''
            port={port}
            bind_address="127.0.0.1"
            external_url="{self.url}"
            login_url="login.html"
            api_prefix="api"
            static_files_path="/usr/share/glewlwyd/webapp/"
            static_files_mime_types=({{extension=".html" mime_type="text/html" compress=0}})
            log_mode="console"
            log_level="WARNING"
            cookie_domain="127.0.0.1"
            cookie_secure=0
            session_expiration=3600
            session_key="GLEWLWYD2_SESSION_ID"
            admin_scope="g_admin"
            profile_scope="g_profile"
            user_module_path="/usr/lib/glewlwyd/user"
            client_module_path="/usr/lib/glewlwyd/client"
            user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
            plugin_module_path="/usr/lib/glewlwyd/plugin"
            hash_algorithm="SHA512"
            login_api_enabled=true
            database={{ type="sqlite3" path="{self.state / "glewlwyd.db"}" }}
        '''

    def set_up(self, bedel, back_channel):
        """As its admin, through its REST API. The packaged database has the admin with a well-known password."""
        admin = Browser(self.url)
        self.ask(admin, "POST", "/api/auth/", {"username": "admin", "password": "password"})
        users = self.ask(admin, "GET", "/api/mod/user/database").json()
        users["parameters"]["data-format"]["groups"] = {"multiple": True, "read": True, "write": True}
        self.ask(admin, "PUT", "/api/mod/user/database", users)
        self.ask(admin, "PUT", "/api/mod/user/database/reset")
        for scope in self.scope.split()[1:]:
            self.ask(admin, "POST", "/api/scope/", {"name": scope, "display_name": scope, "password_required": False})
        for login, password in self.people.items():
            self.ask(admin, "POST", "/api/user/", {
                "username": login, "password": password, "name": login.title(), "email": f"{login}@uni.example",
                "groups": [ADMIN_GROUP, "lab"] if login == "ana" else ["lab"],
                "scope": [*self.scope.split(), "g_profile"], "enabled": True})
        self.ask(admin, "POST", "/api/mod/plugin/", self.plugin())
        self.ask(admin, "POST", "/api/client/", {
            "client_id": self.client_id, "name": "Bedel", "confidential": True, "enabled": True, "scope": [],
            "client_secret": self.client_secret, "password": self.client_secret,
            "redirect_uri": [f"{bedel}/login/callback"], "authorization_type": ["code", "refresh_token"],
            "token_endpoint_auth_method": ["client_secret_basic"], "post_logout_redirect_uri": f"{bedel}/",
            "backchannel_logout_uri": back_channel, "backchannel_logout_session_required": "1"})

    def plugin(self):
        key = subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True, text=True).stdout
        public = subprocess.run(
            ["openssl", "rsa", "-pubout"], input=key, check=True, capture_output=True, text=True).stdout
        claims = [{"name": claim, "user-property": field, "type": "string", "mandatory": True, "scope": []}
                  for claim, field in (("preferred_username", "username"), ("groups", "groups"))]
        return {"module": "oidc", "name": "oidc", "display_name": "OpenID Connect", "parameters": {
            "iss": self.issuer, "jwt-type": "rsa", "jwt-key-size": "256", "key": key, "cert": public,
            "access-token-duration": 60, "refresh-token-duration": 3600, "code-duration": 60,
            "refresh-token-rolling": True, "refresh-token-one-use": "always", "allow-non-oidc": False,
            "auth-type-code-enabled": True, "auth-type-code-revoke-replayed": True, "auth-type-refresh-enabled": True,
            "auth-type-token-enabled": False, "auth-type-implicit-enabled": False, "auth-type-password-enabled": False,
            "auth-type-client-enabled": False, "auth-type-device-enabled": False,
            "jwks-show": True, "subject-type": "public", "oauth-as-iss-id": True, "claims": claims,
            "name-claim": "mandatory", "email-claim": "mandatory", "scope-claim": "no",
            "pkce-allowed": True, "pkce-method-plain-allowed": False, "pkce-required": True,
            "introspection-revocation-allowed": True, "introspection-revocation-allow-target-client": True,
            "session-management-allowed": True, "session-cookie-name": "GLEWLWYD2_OIDC_SID",
            "session-cookie-expiration": 3600, "back-channel-logout-allowed": True, "front-channel-logout-allowed": False}}

    def pause(self):
        """It can be asked as often as one likes."""

    def ask(self, browser, method, path, value=None):
        answer = browser.request(
            method, self.url + path, None if value is None else json.dumps(value).encode(),
            {"Content-Type": "application/json"})
        assert answer.status == 200, f"{method} {path}: {answer.status} {answer.text[:300]}"
        return answer

    def sign_in(self, browser, login="ana"):
        """Its pages are a JavaScript program; this makes the same requests."""
        page = browser.get("/login")
        self.ask(browser, "POST", "/api/auth/", {"username": login, "password": self.people[login]})
        self.ask(browser, "PUT", f"/api/auth/grant/{self.client_id}", {"scope": self.scope})
        return self.go_on(browser, page)

    def go_on(self, browser, page):
        back = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)["callback_url"][0]
        return browser.get(back + "&g_continue")

    def come_again(self, browser):
        """Its page asks who is here, and goes on by itself when it knows."""
        page = browser.get("/login")
        self.ask(browser, "GET", "/api/profile_list")
        return self.go_on(browser, page)

    def sign_out(self, browser, address):
        """The person confirms the end of the session whose end Bedel (or the person) asked for at `address`."""
        page = browser.get(address)
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)
        assert asked["prompt"] == ["end_session"], page.url
        self.ask(browser, "DELETE", f"/api/oidc/session/{asked['sid'][0]}")
        self.ask(browser, "DELETE", "/api/auth/")


class NanoIDP:
    """nanoidp: refresh tokens that rotate, and keys that rotate when they are told to."""

    name = "nanoidp"
    scope = "openid profile email"
    rotates = True

    def __init__(self, state, bedel, python):
        state.mkdir(mode=0o700)
        (port,) = free_ports(1)
        self.url = self.issuer = f"http://127.0.0.1:{port}"
        self.client_id, self.client_secret = "bedel", secrets.token_urlsafe(24)
        self.people = {"ana": secrets.token_urlsafe(12), "bruno": secrets.token_urlsafe(12)}
        (state / "keys").mkdir()
        # JSON is YAML, and needs no library to be written.
        (state / "settings.yaml").write_text(json.dumps({
            "config_version": 1, "server": {"host": "127.0.0.1", "port": port},
            "oauth": {
                "issuer": self.issuer, "audience": self.client_id, "token_expiry_minutes": 1, "require_pkce": True,
                "clients": [{"client_id": self.client_id, "client_secret": self.client_secret,
                             "redirect_uris": [f"{bedel}/login/callback"]}]}}))
        (state / "users.yaml").write_text(json.dumps({
            "config_version": 1,
            "users": {login: {"password": password, "email": f"{login}@uni.example", "roles": ["USER"],
                              "groups": [ADMIN_GROUP, "lab"] if login == "ana" else ["lab"]}
                      for login, password in self.people.items()}}))
        self.program = Program(
            [python, "-m", "nanoidp", "--config", state, "--port", port], state / "nanoidp.log",
            lambda: answers(self.url + "/.well-known/openid-configuration"), cwd=state)

    def pause(self):
        """It can be asked as often as one likes."""

    def sign_in(self, browser, login="ana"):
        page = browser.get("/login")
        return browser.fill(page, {"username": login, "password": self.people[login]})

    def rotate_keys(self):
        answer = Browser(self.url).post_json(self.url + "/api/keys/rotate", {})
        assert answer.status == 200, answer.text
        return answer.json()

    def sign_out(self, browser, address):
        return browser.get(address)


class Canaille:
    """The demo's own provider, with the demo's people."""

    name = "canaille"
    rotates = False

    def __init__(self, account):
        self.people = {account["login"]: account["password"]}
        self.login = account["login"]
        self.second = 0

    def sign_in(self, browser, login=None):
        self.pause()
        return browser.sign_in(self.login, self.people[self.login])

    def come_again(self, browser):
        self.pause()
        return browser.get("/login")

    def pause(self):
        """Two access tokens of one second and one person are the same text to it, and it answers 500 (0.3.6)."""
        while int(time.time()) <= self.second:
            time.sleep(0.05)
        self.second = int(time.time()) + 1

    def sign_out(self, browser, address):
        page = browser.get(address)
        if not page.url.startswith(browser.base):
            page = browser.fill(page, {"answer": "logout"})
        return page
