"""What users' own programs do with MLflow, Prometheus and JupyterLab, given only an address and an access token.

    python scripts/service_clients.py mlflow|prometheus|jupyter ADDRESS     (the token in BEDEL_TOKEN)

Runs in the services' own environment (.tools/services); prints one line and fails with a traceback.
"""

import argparse
import json
import os
import tempfile
import urllib.request
import uuid

import outside  # noqa: F401  (so that *.localhost is the loopback, as in a browser)

ADDRESS, TOKEN = "", os.environ.get("BEDEL_TOKEN", "")


def mlflow():
    os.environ.update(MLFLOW_TRACKING_URI=ADDRESS, MLFLOW_TRACKING_TOKEN=TOKEN, MLFLOW_HTTP_REQUEST_MAX_RETRIES="1")
    import mlflow as client

    client.set_experiment("through-the-gateway")
    with client.start_run() as run:
        client.log_param("depth", 7)
        for step in range(20):
            client.log_metric("loss", 1 / (step + 1), step=step)
        with tempfile.NamedTemporaryFile(suffix=".bin") as file:
            file.write(os.urandom(5_000_000))
            file.flush()
            client.log_artifact(file.name)
            name = os.path.basename(file.name)
            file.seek(0)
            back = client.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path=name)
            with open(back, "rb") as copy:
                assert copy.read() == file.read(), "the artifact came back changed"
    api = client.MlflowClient()
    history = api.get_metric_history(run.info.run_id, "loss")
    assert len(history) == 20 and api.get_run(run.info.run_id).data.params == {"depth": "7"}
    api.create_registered_model("gateway-" + run.info.run_id[:8])
    print(f"run {run.info.run_id}, 20 metrics, 5,000,000 bytes of artifact, a registered model")


def prometheus():
    from prometheus_api_client import PrometheusConnect

    client = PrometheusConnect(url=ADDRESS, headers={"Authorization": f"Bearer {TOKEN}"})
    assert client.check_prometheus_connection()
    up = client.custom_query("up")
    assert up and all(series["value"][1] == "1" for series in up), up
    requests = client.custom_query("sum(bedel_gateway_requests_total)")
    assert float(requests[0]["value"][1]) > 0, requests
    print(f"{len(client.all_metrics())} metrics, {requests[0]['value'][1]} requests counted by Bedel itself")


def jupyter():
    import websocket

    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def call(method, path, value=None):
        body = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(ADDRESS + path, data=body, method=method, headers={
            "Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", "X-XSRFToken": xsrf()})
        with opener.open(request, timeout=60) as response:
            text = response.read()
        return json.loads(text) if text.startswith((b"{", b"[")) else text

    def xsrf():
        jar = next(h for h in opener.handlers if isinstance(h, urllib.request.HTTPCookieProcessor)).cookiejar
        return next((cookie.value for cookie in jar if cookie.name == "_xsrf"), "")

    call("GET", "/lab")
    assert xsrf(), "Jupyter's own cookie did not come through"
    kernel = call("POST", "/api/kernels", {"name": "python3"})
    host = ADDRESS.removeprefix("http://")
    socket = websocket.create_connection(
        f"ws://{host}/api/kernels/{kernel['id']}/channels", timeout=60, header=[f"Authorization: Bearer {TOKEN}"])
    message = uuid.uuid4().hex
    socket.send(json.dumps({
        "header": {"msg_id": message, "username": "", "session": uuid.uuid4().hex, "msg_type": "execute_request",
                   "version": "5.3"},
        "parent_header": {}, "metadata": {}, "channel": "shell",
        "content": {"code": "print(6 * 7)", "silent": False}}))
    printed = ""
    for _ in range(200):
        said = json.loads(socket.recv())
        if said.get("parent_header", {}).get("msg_id") != message:
            continue
        if said["msg_type"] == "stream":
            printed += said["content"]["text"]
        if said["msg_type"] == "execute_reply":
            assert said["content"]["status"] == "ok", said
            break
    assert printed == "42\n", printed
    socket.close()
    call("DELETE", f"/api/kernels/{kernel['id']}")
    print("a kernel was started, computed 42 over its WebSocket, and was stopped")


CLIENTS = {"mlflow": mlflow, "prometheus": prometheus, "jupyter": jupyter}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("service", choices=CLIENTS)
    parser.add_argument("address", help="of the service, through the gateway")
    options = parser.parse_args()
    ADDRESS = options.address
    if not TOKEN:
        parser.error("the environment has no BEDEL_TOKEN")
    CLIENTS[options.service]()
