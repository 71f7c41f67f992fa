"""The rivals in front of the recorder, each set up as its manual says and to say who is there in `X-Bedel-User`."""

import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from house import new_certificate  # noqa: E402

MODULES = Path("/usr/lib/apache2/modules")

NGINX = """daemon off; worker_processes 1; pid {dir}/nginx.pid; error_log {dir}/nginx.err;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;
 uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
 ssl_certificate {certificate}; ssl_certificate_key {key};
 server {{ listen 127.0.0.1:{port} default_server; listen 127.0.0.1:{tls} ssl http2 default_server; return 421; }}
 server {{ listen 127.0.0.1:{port}; listen 127.0.0.1:{tls} ssl http2; server_name probe.test;
  location / {{ proxy_pass http://127.0.0.1:{upstream}; proxy_http_version 1.1; proxy_set_header Connection "";
   proxy_set_header Host $host; proxy_set_header X-Bedel-User probe; }} }} }}
"""
HAPROXY = """global
  maxconn 1000
defaults
  mode http
  timeout client 10s
  timeout server 10s
  timeout connect 2s
frontend f
  bind 127.0.0.1:{port}
  bind 127.0.0.1:{tls} ssl crt {both} alpn h2
  http-request deny deny_status 421 unless {{ hdr(host),host_only -i probe.test }}
  http-request set-header X-Bedel-User probe
  default_backend b
backend b
  server s 127.0.0.1:{upstream}
"""
APACHE = """ServerRoot {dir}
PidFile {dir}/apache.pid
ErrorLog {dir}/apache.err
ServerName default.test
Listen 127.0.0.1:{port}
User www-data
Group www-data
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_http_module {modules}/mod_proxy_http.so
LoadModule alias_module {modules}/mod_alias.so
LoadModule ssl_module {modules}/mod_ssl.so
LoadModule http2_module {modules}/mod_http2.so
Listen 127.0.0.1:{tls}
SSLCertificateFile {certificate}
SSLCertificateKeyFile {key}
HttpProtocolOptions Strict
<VirtualHost *:{port}>
 Redirect 421 /
</VirtualHost>
<VirtualHost *:{port}>
 ServerName probe.test
 RequestHeader set X-Bedel-User probe
 ProxyPass / http://127.0.0.1:{upstream}/ nocanon
</VirtualHost>
<VirtualHost *:{tls}>
 SSLEngine on
 Protocols h2
 Redirect 421 /
</VirtualHost>
<VirtualHost *:{tls}>
 ServerName probe.test
 SSLEngine on
 Protocols h2
 RequestHeader set X-Bedel-User probe
 ProxyPass / http://127.0.0.1:{upstream}/ nocanon
</VirtualHost>
"""
# As its edge guide says: paths brought to one form, escaped slashes and header names with underscores refused.
ENVOY_LISTENER = """  - address: {{socket_address: {{address: 127.0.0.1, port_value: {listen}}}}}
    filter_chains:
    - {transport}filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: probe
          normalize_path: true
          merge_slashes: true
          path_with_escaped_slashes_action: REJECT_REQUEST
          common_http_protocol_options: {{headers_with_underscores_action: REJECT_REQUEST}}
          route_config:
            virtual_hosts:
            - name: probe
              domains: [probe.test]
              request_headers_to_add:
              - {{header: {{key: X-Bedel-User, value: probe}}, append_action: OVERWRITE_IF_EXISTS_OR_ADD}}
              routes: [{{match: {{prefix: "/"}}, route: {{cluster: upstream}}}}]
            - name: others
              domains: ["*"]
              routes: [{{match: {{prefix: "/"}}, direct_response: {{status: 421}}}}]
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
"""
ENVOY = """static_resources:
  listeners:
{plain_listener}{tls_listener}  clusters:
  - name: upstream
    type: STATIC
    load_assignment:
      cluster_name: upstream
      endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {upstream}}}}}}}}}]}}]
"""
ENVOY_TLS = """transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context:
            alpn_protocols: [h2]
            tls_certificates: [{{certificate_chain: {{filename: "{certificate}"}}, private_key: {{filename: "{key}"}}}}]
      """
CADDY = """{{
 admin off
 auto_https off
}}
http://probe.test:{port} {{
 bind 127.0.0.1
 reverse_proxy 127.0.0.1:{upstream} {{
  header_up X-Bedel-User probe
 }}
}}
https://probe.test:{tls} {{
 bind 127.0.0.1
 tls {certificate} {key}
 reverse_proxy 127.0.0.1:{upstream} {{
  header_up X-Bedel-User probe
 }}
}}
http://:{port} {{
 bind 127.0.0.1
 respond 421
}}
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Peer:
    def __init__(self, name, command, port, tls=None):
        """`tls`: another port of it, which speaks HTTP/2."""
        self.name, self.host, self.authorization, self.port, self.tls = name, b"probe.test", b"", port, tls
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def wait(self):
        for _ in range(200):
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended with {self.process.returncode}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"{self.name} does not listen")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


def traefik(folder, port, tls, certificate, key, upstream):
    router = {"rule": "Host(`probe.test`)", "service": "s", "middlewares": ["who"]}
    pair = {"certFile": str(certificate), "keyFile": str(key)}
    rules = {"tls": {"certificates": [pair], "stores": {"default": {"defaultCertificate": pair}}}, "http": {
        "routers": {"probe": {**router, "entryPoints": ["web"]}, "secure": {**router, "entryPoints": ["tls"], "tls": {}}},
        "middlewares": {"who": {"headers": {"customRequestHeaders": {"X-Bedel-User": "probe"}}}},
        "services": {"s": {"loadBalancer": {"servers": [{"url": f"http://127.0.0.1:{upstream}"}]}}}}}
    (folder / "rules.yaml").write_text(json.dumps(rules))
    return [Path(sys.executable).parent / "traefik", f"--entrypoints.web.address=127.0.0.1:{port}", f"--entrypoints.tls.address=127.0.0.1:{tls}",
            f"--providers.file.filename={folder}/rules.yaml", "--global.sendanonymoususage=false", "--global.checknewversion=false"]


def envoy(configuration):
    return [Path(sys.executable).parent / "envoy", "--config-path", configuration, "--concurrency", "1", "--disable-hot-restart",
            "--log-level", "off"]


def start(name, folder, upstream):
    """The proxy of that name, listening."""
    folder = folder / name
    folder.mkdir()
    folder.chmod(0o755)
    port, tls = free_port(), free_port()
    new_certificate(folder, "probe.test")
    certificate, key, both = folder / "certificate.pem", folder / "key.pem", folder / "both.pem"
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    # Some read them only after they have become somebody else.
    key.chmod(0o644)

    def written(text):
        file = folder / ("configuration.yaml" if text is ENVOY else "configuration")
        listeners = {
            "plain_listener": ENVOY_LISTENER.format(listen=port, transport=""),
            "tls_listener": ENVOY_LISTENER.format(listen=tls, transport=ENVOY_TLS.format(certificate=certificate, key=key))}
        file.write_text(text.format(dir=folder, port=port, tls=tls, upstream=upstream, modules=MODULES, certificate=certificate, key=key,
                                    both=both, **(listeners if text is ENVOY else {})))
        return file

    commands = {
        "nginx": lambda: [shutil.which("nginx"), "-c", written(NGINX)],
        "haproxy": lambda: [shutil.which("haproxy"), "-f", written(HAPROXY)],
        "apache": lambda: [shutil.which("apache2"), "-DFOREGROUND", "-f", written(APACHE)],
        "caddy": lambda: [Path(sys.executable).parent / "caddy", "run", "--adapter", "caddyfile", "--config", written(CADDY)],
        "envoy": lambda: envoy(written(ENVOY)),
        "traefik": lambda: traefik(folder, port, tls, certificate, key, upstream)}
    return Peer(name, commands[name](), port, tls).wait()


NAMES = ["nginx", "haproxy", "apache", "envoy", "traefik", "caddy"]
