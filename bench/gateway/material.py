"""What everybody is measured with: a key pair, 200 tokens, certificates, and the provider that vouches for the keys."""

import datetime
import http.server
import ipaddress
import json
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import RSAKey

PEOPLE = 200
LARGE = 64 * 1024


class Provider:
    """An OpenID provider as far as somebody who checks access tokens asks one: metadata and keys."""

    def __init__(self, folder, port):
        self.issuer = f"http://127.0.0.1:{port}"
        key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        keys = {"keys": [key.as_dict(private=False)]}
        (folder / "jwks.json").write_text(json.dumps(keys))
        (folder / "pub.pem").write_bytes(key.as_pem(private=False))
        (folder / "tokens").write_text("\n".join(self.token(key, number) for number in range(PEOPLE)))
        # mod_auth_openidc takes a key only in a certificate.
        certify(folder / "pubcert.pem", None, "localhost", key.get_op_key("sign"))
        self.serve(port, {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks"},
            "/jwks": keys})

    def token(self, key, number):
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": f"user-{number}", "aud": "bedel", "exp": now + 7200, "iat": now, "typ": "Bearer",
            "preferred_username": f"user{number}", "realm_access": {"roles": ["assistant"]},
            "groups": ["/ml-2026/assistants"], "azp": "bedel", "email": f"u{number}@uni.test"}
        return jwt.encode({"alg": "RS256", "kid": "k1", "typ": "JWT"}, claims, key)

    def serve(self, port, documents):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                document = documents.get(self.path)
                body = json.dumps(document).encode()
                self.send_response(200 if document else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()


def certify(certificate_file, key_file, name, key=None):
    """A certificate that signs itself; the key is written too when there is a file for it."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.DNSName(name), x509.DNSName(f"*.{name}"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2)).add_extension(x509.SubjectAlternativeName(names), False)
        .sign(key, hashes.SHA256()))
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    if key_file:
        key_file.write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


def write(folder, port):
    """Everything into the folder; answers with the provider, which serves on that port."""
    provider = Provider(folder, port)
    certify(folder / "server.pem", folder / "server-key.pem", "localhost")
    (folder / "server-both.pem").write_bytes(
        (folder / "server.pem").read_bytes() + (folder / "server-key.pem").read_bytes())
    (folder / "large.json").write_text(json.dumps({"data": "x" * (LARGE - 12)}))
    return provider
