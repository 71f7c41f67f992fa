"""A gRPC server and a client of it that comes through the gateway. Prints a line for each thing that went as it should.

usage: grpc_peer.py SERVER_PORT GATEWAY_PORT GATEWAY_CERTIFICATE AUTHORITY [SERVER_CERTIFICATE SERVER_KEY]
"""
import sys
from concurrent import futures

import grpc

server_port, gateway_port, gateway_certificate, authority = sys.argv[1:5]


def unary(request, context):
    context.send_initial_metadata((("x-first", "1"),))
    context.set_trailing_metadata((("x-last", dict(context.invocation_metadata()).get("x-bedel-user", "nobody")),))
    return b"echo:" + request


def fail(request, context):
    context.abort(grpc.StatusCode.NOT_FOUND, "no such thing: 100 %")


def count(request, context):
    for number in range(int(request)):
        yield b"%d" % number


def total(requests, context):
    return b"%d" % sum(int(request) for request in requests)


def both(requests, context):
    for request in requests:
        yield request.upper()


handlers = {
    "Unary": grpc.unary_unary_rpc_method_handler(unary),
    "Fail": grpc.unary_unary_rpc_method_handler(fail),
    "Count": grpc.unary_stream_rpc_method_handler(count),
    "Total": grpc.stream_unary_rpc_method_handler(total),
    "Both": grpc.stream_stream_rpc_method_handler(both),
}
limit = (("grpc.max_receive_message_length", 64 << 20),)
server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=limit)
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Echo", handlers),))
if len(sys.argv) > 5:
    pair = (open(sys.argv[6], "rb").read(), open(sys.argv[5], "rb").read())
    server.add_secure_port(f"127.0.0.1:{server_port}", grpc.ssl_server_credentials([pair]))
else:
    server.add_insecure_port(f"127.0.0.1:{server_port}")
server.start()

channel = grpc.secure_channel(
    f"ipv4:127.0.0.1:{gateway_port}",
    grpc.ssl_channel_credentials(open(gateway_certificate, "rb").read()),
    options=(
        ("grpc.ssl_target_name_override", authority.split(":")[0]),
        ("grpc.default_authority", authority),
        ("grpc.max_receive_message_length", 64 << 20),
        ("grpc.enable_http_proxy", 0),
    ),
)
alice = (("authorization", "Bearer alice"), ("x-bedel-user", "root"))


def path(name):
    return f"/test.Echo/{name}"


answer, call = channel.unary_unary(path("Unary")).with_call(b"hello", metadata=alice, timeout=30)
print("unary", answer.decode(), dict(call.initial_metadata()).get("x-first"), dict(call.trailing_metadata())["x-last"])
big = bytes(8 << 20)
assert channel.unary_unary(path("Unary"))(big, metadata=alice, timeout=30) == b"echo:" + big
print("big")
print("count", len(list(channel.unary_stream(path("Count"))(b"1000", metadata=alice, timeout=30))))
print("total", channel.stream_unary(path("Total"))(iter([b"1", b"2", b"3"]), metadata=alice, timeout=30).decode())


def talk():
    """Says the next word only when the last one was answered."""
    for word in ("a", "b", "c"):
        yield word.encode()
        heard.get(timeout=20)


import queue  # noqa: E402

heard = queue.Queue()
words = []
for word in channel.stream_stream(path("Both"))(talk(), metadata=alice, timeout=30):
    words.append(word.decode())
    heard.put(word)
print("both", "".join(words))

calls = [("fail", "Fail", alice), ("missing", "Nothing", alice), ("anonymous", "Unary", ())]
for name, method, metadata in calls:
    try:
        channel.unary_unary(path(method))(b"", metadata=metadata, timeout=30)
    except grpc.RpcError as error:
        print(name, error.code().name, error.details() if name == "fail" else "")
server.stop(0).wait()
try:
    channel.unary_unary(path("Unary"))(b"", metadata=alice, timeout=30)
except grpc.RpcError as error:
    print("gone", error.code().name)
