"""One piece of model code at a time, always on the main thread: many libraries expect exactly that."""

import asyncio
import queue
import threading

from .failure import RequestError

WAITING_LIMIT = 64


class Turns:
    def __init__(self):
        self._queue = queue.SimpleQueue()
        self._waiting = 0
        self._lock = threading.Lock()

    async def take(self, work):
        """Runs `work()` on the main thread when its turn comes, and returns what it returned."""
        with self._lock:
            if self._waiting >= WAITING_LIMIT:
                raise RequestError(503, "BUSY", "The model has too many requests waiting.")
            self._waiting += 1
        future = asyncio.get_running_loop().create_future()
        self._queue.put((work, future))
        return await future

    def run(self):
        """The main thread's life: until `stop`."""
        while True:
            item = self._queue.get()
            if item is None:
                return
            work, future = item
            if not future.cancelled():
                self._perform(work, future)
            with self._lock:
                self._waiting -= 1

    def stop(self):
        self._queue.put(None)

    @staticmethod
    def _perform(work, future):
        loop = future.get_loop()
        try:
            result = work()
        except (Exception, SystemExit) as error:
            outcome, value = future.set_exception, error
        else:
            outcome, value = future.set_result, result
        loop.call_soon_threadsafe(lambda: future.done() or outcome(value))
