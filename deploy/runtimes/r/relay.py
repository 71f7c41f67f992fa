"""Lets a program that can only bind its own Unix socket serve one that was handed in as standard input.

    relay.py PATH COMMAND...

Starts COMMAND, waits until it listens at PATH (in the sandbox's private temporary directory), then carries bytes
between the inherited listening socket and PATH. Ends as COMMAND ends. Standard library only.

R's httpuv binds by path. Were that path in a directory which the sandbox may write and the outside reads, a model
could fill the disk through it, or swap the socket for a link to somebody else's.
"""

import asyncio
import os
import signal
import socket
import sys

CONNECTION_LIMIT = 64
POLL_SECONDS = 0.02


async def carry(reader, writer):
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
        writer.write_eof()
    except (ConnectionError, OSError):
        writer.close()


async def connect(path, slots, reader, writer):
    async with slots:
        try:
            inner_reader, inner_writer = await asyncio.open_unix_connection(path)
        except OSError:
            writer.close()
            return
        try:
            await asyncio.gather(carry(reader, inner_writer), carry(inner_reader, writer))
        finally:
            inner_writer.close()
            writer.close()


async def listen(path, listener):
    while not os.path.exists(path):
        await asyncio.sleep(POLL_SECONDS)
    slots = asyncio.Semaphore(CONNECTION_LIMIT)
    return await asyncio.start_unix_server(lambda r, w: connect(path, slots, r, w), sock=listener)


async def main(path, command):
    listener = socket.socket(fileno=os.dup(0))
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, process.terminate)
    serving = asyncio.create_task(listen(path, listener))
    status = await process.wait()
    serving.cancel()
    return status


status = asyncio.run(main(sys.argv[1], sys.argv[2:]))
sys.exit(status if status >= 0 else 128 - status)
