#!/usr/bin/env python3
"""Lays out a Canaille (an OpenID provider) that knows the people in people.csv and Bedel as its one client.

    python setup.py --directory DIR --port PORT --bedel http://localhost:8080

Run it with a Python that has `canaille[front,oidc,server,sqlite]`. It writes, readable by nobody else:

    DIR/canaille.toml    the settings, with the signing keys; kept on a second start
    DIR/canaille.sqlite  people, groups and the client; whoever is missing is added on a second start
    DIR/client.json      issuer, client_id, client_secret: what Bedel needs

Afterwards `CANAILLE_CONFIG=DIR/canaille.toml canaille run` answers at http://127.0.0.1:PORT.

The provider's host is 127.0.0.1 and Bedel's is localhost: browsers do not separate cookies by port, so two programs
under one name would see each other's.
"""

import argparse
import csv
import json
import os
import secrets
import sys
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

CLIENT_ID = "bedel"
SCOPES = ["openid", "profile", "email", "groups"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--directory", type=Path, required=True, help="where everything is kept")
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    parser.add_argument("--bedel", required=True, metavar="URL", help="the address of Bedel, without a path")
    parser.add_argument("--people", type=Path, default=Path(__file__).with_name("people.csv"))
    return parser.parse_args()


def read_people(path):
    with path.open(newline="", encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    logins = [person["login"] for person in people]
    doubled = sorted({login for login in logins if logins.count(login) > 1})
    if doubled:
        sys.exit(f"{path}: these logins stand there twice: {', '.join(doubled)}")
    return people


def write_private(path, text):
    """Whole or not at all, for its owner only."""
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def secrets_of(path):
    """The secret and the signing keys of an earlier start, or new ones."""
    import tomlkit
    from joserfc.jwk import RSAKey

    if path.exists():
        settings = tomlkit.parse(path.read_text(encoding="utf-8")).unwrap()
        return settings["SECRET_KEY"], settings["CANAILLE_OIDC"]["ACTIVE_JWKS"]
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    return secrets.token_urlsafe(48), [key.as_dict(private=True)]


def settings_for(options, secret_key, keys):
    bedel_host = urlsplit(options.bedel).hostname
    return {
        "SECRET_KEY": secret_key,
        "SERVER_NAME": f"127.0.0.1:{options.port}",
        "PREFERRED_URL_SCHEME": "http",
        "CANAILLE": {
            "NAME": "University sign-in (demo)",
            "DATABASE": "sql",
            "ENABLE_REGISTRATION": False,
            "ENABLE_PASSWORD_RECOVERY": False,
            "EMAIL_CONFIRMATION": False,
            "LOGGING": {
                "version": 1,
                "handlers": {"stderr": {"class": "logging.StreamHandler", "level": "WARNING"}},
                "root": {"level": "WARNING", "handlers": ["stderr"]},
            },
            # Canaille's default lets everyone found groups, and a group is what makes an admin of Bedel: take it away.
            "ACL": {"DEFAULT": {"PERMISSIONS": ["edit_self", "use_oidc"], "READ": ["user_name", "groups"]}},
        },
        "CANAILLE_SQL": {"DATABASE_URI": f"sqlite:///{options.directory / 'canaille.sqlite'}"},
        "CANAILLE_OIDC": {
            "ACTIVE_JWKS": keys,
            "REQUIRE_NONCE": True,
            # Trusted: no page that asks whether Bedel may know who you are.
            "TRUSTED_DOMAINS": sorted({".localhost", "127.0.0.1", bedel_host}),
            "USERINFO_MAPPING": {"PREFERRED_USERNAME": "{{ user.user_name }}"},
        },
        "CANAILLE_HYPERCORN": {"BIND": [f"127.0.0.1:{options.port}"]},
    }


def add_people(people, backend, models):
    known = {user.user_name: user for user in backend.query(models.User)}
    groups = {group.display_name: group for group in backend.query(models.Group)}
    session = backend.db_session
    now = datetime.now(timezone.utc).replace(microsecond=0)
    added = 0
    for person in people:
        if person["login"] in known:
            continue
        user = models.User(
            user_name=person["login"],
            given_name=person["given_name"],
            family_name=person["family_name"],
            formatted_name=f"{person['given_name']} {person['family_name']}",
            emails=[person["email"]],
            password=person["password"],
            password_last_update=now,
            created=now,
            last_modified=now,
        )
        session.add(user)
        for name in person["groups"].split():
            group = groups.get(name)
            if group is None:
                group = groups[name] = models.Group(display_name=name, created=now, last_modified=now)
                session.add(group)
            user.groups.append(group)
        added += 1
    session.commit()
    return added


def set_client(bedel, backend, models):
    """One client, trusted by its address, its secret kept over restarts."""
    client = backend.get(models.Client, client_id=CLIENT_ID)
    if client is None:
        client = models.Client(
            client_id=CLIENT_ID,
            client_secret=secrets.token_urlsafe(48),
            client_id_issued_at=datetime.now(timezone.utc).replace(microsecond=0),
        )
    client.client_name = "Bedel"
    client.client_uri = bedel
    client.redirect_uris = [f"{bedel}/login/callback"]
    client.post_logout_redirect_uris = [f"{bedel}/"]
    client.grant_types = ["authorization_code", "refresh_token"]
    client.response_types = ["code"]
    client.scope = SCOPES
    client.token_endpoint_auth_method = "client_secret_basic"
    client.id_token_signed_response_alg = "RS256"
    backend.save(client)
    if client not in client.audience:
        client.audience = [client]
        backend.save(client)
    return client


def main():
    options = arguments()
    options.bedel = options.bedel.rstrip("/")
    options.directory = options.directory.resolve()
    options.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.umask(0o077)
    people = read_people(options.people)

    import tomlkit

    toml = options.directory / "canaille.toml"
    write_private(toml, tomlkit.dumps(settings_for(options, *secrets_of(toml))))
    os.environ["CANAILLE_CONFIG"] = str(toml)

    import canaille
    from canaille.app import models
    from canaille.backends import Backend

    app = canaille.create_app(init_backend=True)
    with app.app_context(), Backend.instance.session():
        added = add_people(people, Backend.instance, models)
        client = set_client(options.bedel, Backend.instance, models)
        access = {
            "issuer": f"http://127.0.0.1:{options.port}",
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "scopes": SCOPES,
        }
    write_private(options.directory / "client.json", json.dumps(access, indent=2) + "\n")
    print(f"canaille: {added} of {len(people)} people added; settings in {toml}")


if __name__ == "__main__":
    main()
