"""Every address the model answers at, and the one place where failures become answers."""

import json
import os
import re
import sys
import traceback

from . import inference, seldon
from .failure import RequestError
from .model import describe
from .values import parse_json, to_plain

HERE = os.path.dirname(os.path.abspath(__file__))
SELDON = ("/api/v1.0/predictions", "/api/v0.1/predictions", "/predict")
V2_MODEL = re.compile(r"/v2/models/([^/]+)(?:/versions/[^/]+)?(/ready|/infer)?\Z")


class Routes:
    def __init__(self, model, turns):
        self.model = model
        self.turns = turns

    async def answer(self, method, path, body):
        """(status, JSON bytes) for a request; never raises, and never shows a traceback."""
        try:
            status, message = 200, await self._route(method, path.partition("?")[0], body)
            return status, json.dumps(message, allow_nan=False, separators=(",", ":")).encode()
        except RequestError as error:
            return failure(error.status, error.reason, str(error))
        except (Exception, SystemExit) as error:
            print_traceback(error)
            return failure(500, "MICROSERVICE_INTERNAL_ERROR", f"The model failed: {describe(error)}")

    async def _route(self, method, path, body):
        if path in SELDON:
            require(method, "POST")
            return await self._turn(lambda: seldon.predict(self.model, parse_json(body)))
        if path in ("/health/ping", "/v2/health/live", "/v2/health/ready", "/v2"):
            require(method, "GET")
            return self._plain(path)
        if path == "/health/status":
            require(method, "GET")
            return await self._turn(lambda: {"data": {"names": [], "ndarray": as_list(self.model.health_status())}})
        if path == "/metadata":
            require(method, "GET")
            return await self._turn(lambda: to_plain(self.model.metadata()))
        match = V2_MODEL.match(path)
        if match:
            return await self._v2(method, match.group(1), match.group(2), body)
        raise RequestError(404, "NOT_FOUND", f"There is nothing at {path[:100]}.")

    async def _v2(self, method, name, verb, body):
        if verb == "/infer":
            require(method, "POST")
            return await self._turn(lambda: inference.infer(self.model, name, parse_json(body)))
        require(method, "GET")
        if verb == "/ready":
            return {"name": name, "ready": True}
        return await self._turn(lambda: inference.metadata(self.model, name))

    def _plain(self, path):
        return {
            "/health/ping": {"status": "ok"},
            "/v2/health/live": {"live": True},
            "/v2/health/ready": {"ready": True},
            "/v2": {"name": "bedel-python", "version": "1", "extensions": []},
        }[path]

    async def _turn(self, work):
        return await self.turns.take(work)


def require(method, wanted):
    if method != wanted:
        raise RequestError(405, "METHOD_NOT_ALLOWED", f"Use {wanted} here.")


def as_list(value):
    plain = to_plain(value)
    return plain if isinstance(plain, list) else [] if plain is None else [plain]


def print_traceback(error):
    """For the student's log: only the frames of the model and of what it calls."""
    trace = error.__traceback__
    while trace is not None and os.path.dirname(trace.tb_frame.f_code.co_filename) == HERE:
        trace = trace.tb_next
    traceback.print_exception(type(error), error, trace or error.__traceback__, file=sys.stderr)
    sys.stderr.flush()


def failure(status, reason, info):
    """Seldon's shape of a failure."""
    body = {"status": {"code": status, "info": info, "reason": reason, "status": "FAILURE"}}
    return status, json.dumps(body, separators=(",", ":")).encode()
