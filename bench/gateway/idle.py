"""Connections that have had one request answered and then say nothing, from several addresses of the loopback.

    idle.py PORT HOST TOKENS COUNT      prints `ready`, then holds them until its input ends
"""

import socket
import sys

port, host, tokens, count = int(sys.argv[1]), sys.argv[2], open(sys.argv[3]).read().split(), int(sys.argv[4])
held = []
for number in range(count):
    connection = socket.create_connection(("127.0.0.1", port), source_address=(f"127.0.0.{1 + number // 2000}", 0))
    connection.sendall((f"GET /predictions HTTP/1.1\r\nHost: {host}\r\n"
                        f"Authorization: Bearer {tokens[number % len(tokens)]}\r\n\r\n").encode())
    answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200"), answer
    held.append(connection)
print("ready", flush=True)
sys.stdin.read()
