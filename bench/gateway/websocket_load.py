"""WebSocket messages of 125 bytes, one at a time on each of 32 connections, and the server that sends them back.

    websocket_load.py echo PORT
    websocket_load.py load PORT HOST TOKENS SECONDS     prints how many messages came back

The masking key is zero (RFC 6455, section 5.3, leaves its choice to the client), so that neither side has to calculate.
"""

import base64
import secrets
import selectors
import socket
import sys
import time

PAYLOAD = b"x" * 125
REQUEST = b"\x82\xfd\0\0\0\0" + PAYLOAD
ANSWER = b"\x82\x7d" + PAYLOAD


def read_head(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError(f"no whole head: {head!r}")
        head += piece
    return head


def echo(port):
    selector = selectors.DefaultSelector()
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    selector.register(listener, selectors.EVENT_READ)
    waiting = {}
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                connection, _ = listener.accept()
                try:
                    read_head(connection)
                except ConnectionError:
                    connection.close()
                    continue
                connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                   b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                waiting[connection] = 0
                selector.register(connection, selectors.EVENT_READ)
                continue
            try:
                piece = key.fileobj.recv(65536)
            except OSError:
                piece = b""
            if not piece:
                selector.unregister(key.fileobj)
                key.fileobj.close()
                continue
            whole, waiting[key.fileobj] = divmod(waiting[key.fileobj] + len(piece), len(REQUEST))
            if whole:
                key.fileobj.sendall(ANSWER * whole)


def load(port, host, tokens, seconds):
    selector = selectors.DefaultSelector()
    for token in open(tokens).read().split()[:32]:
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        connection.sendall(
            (f"GET /socket HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
             f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token}\r\n\r\n").encode())
        head = read_head(connection)
        assert head.startswith(b"HTTP/1.1 101"), head
        selector.register(connection, selectors.EVENT_READ)
        connection.sendall(REQUEST)
    count, deadline, waiting = 0, time.monotonic() + seconds, {}
    while time.monotonic() < deadline:
        for key, _ in selector.select(1):
            piece = key.fileobj.recv(65536)
            assert piece, "the WebSocket was closed"
            whole, waiting[key.fileobj] = divmod(waiting.get(key.fileobj, 0) + len(piece), len(ANSWER))
            if whole:
                count += whole
                key.fileobj.sendall(REQUEST * whole)
    print(count)


if sys.argv[1] == "echo":
    echo(int(sys.argv[2]))
else:
    load(int(sys.argv[2]), sys.argv[3], sys.argv[4], float(sys.argv[5]))
