"""What the differential run puts behind Bedel: `METHOD path` of every request that an ordinary server understood, to a file.

    SEEN=file python applications.py waitress|tornado|aiohttp PORT      (gunicorn and uvicorn load `wsgi` and `asgi`)
"""

import os
import sys


def note(method, path):
    with open(os.environ["SEEN"], "a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(f"{method} {path}\n")


def wsgi(environ, start_response):
    note(environ["REQUEST_METHOD"], environ["PATH_INFO"])
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


async def asgi(scope, receive, send):
    if scope["type"] != "http":
        return
    note(scope["method"], scope["path"])
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def run_tornado(port):
    import asyncio

    import tornado.web

    class Everything(tornado.web.RequestHandler):
        def prepare(self):
            note(self.request.method, self.request.path)
            self.finish("ok")

    async def serve():
        tornado.web.Application([(r".*", Everything)]).listen(port, "127.0.0.1")
        await asyncio.Event().wait()

    asyncio.run(serve())


def run_aiohttp(port):
    from aiohttp import web

    async def everything(request):
        note(request.method, request.raw_path.split("?")[0])
        await request.read()
        return web.Response(text="ok")

    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", everything)
    web.run_app(application, host="127.0.0.1", port=port, print=None)


def run_waitress(port):
    import waitress

    waitress.serve(wsgi, host="127.0.0.1", port=port)


if __name__ == "__main__":
    {"waitress": run_waitress, "tornado": run_tornado, "aiohttp": run_aiohttp}[sys.argv[1]](int(sys.argv[2]))
