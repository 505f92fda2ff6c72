"""One background event loop a Sommelier, so that every way of talking (sync, async, from a running loop) shares one implementation."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

__all__ = ["Runner"]

T = TypeVar("T")


class Runner:
    """Runs coroutines on a thread of its own. Safe to use from any thread and from inside a running loop."""

    def __init__(self) -> None:
        """Start the thread."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="sommelier", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start a coroutine; cancelling the future cancels the work."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end and return its result; an interrupt cancels the work."""
        future = self.submit(work)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    async def arun(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end from another loop; cancelling the caller cancels the work."""
        return await asyncio.wrap_future(self.submit(work))

    def iterate(self, work: Callable[[Callable[[T], None]], Coroutine[Any, Any, None]]) -> Iterator[T]:
        """Yield what the work emits, as it does; leaving the iterator cancels the work. Raises what the work raises."""
        box: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        future = self.submit(work(lambda value: box.put(("value", value))))
        future.add_done_callback(lambda _: box.put(("end", None)))
        try:
            while True:
                kind, value = box.get()
                if kind == "end":
                    break
                yield value
            future.result()
        finally:
            future.cancel()

    async def aiterate(self, work: Callable[[Callable[[T], None]], Coroutine[Any, Any, None]]) -> AsyncIterator[T]:
        """Like `iterate`, for another event loop."""
        here = asyncio.get_running_loop()
        box: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

        def put(kind: str, value: Any) -> None:
            if not here.is_closed():
                here.call_soon_threadsafe(box.put_nowait, (kind, value))

        future = self.submit(work(lambda value: put("value", value)))
        future.add_done_callback(lambda _: put("end", None))
        try:
            while True:
                kind, value = await box.get()
                if kind == "end":
                    break
                yield value
            future.result()
        finally:
            future.cancel()

    def close(self) -> None:
        """Stop the thread; work under way is cancelled."""
        if self._loop.is_closed() or not self._thread.is_alive():
            return

        async def wind_down() -> None:
            tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._loop.shutdown_asyncgens()
            await self._loop.shutdown_default_executor()

        # A tool that does not come back must not keep the program from ending.
        with contextlib.suppress(TimeoutError):
            self.submit(wind_down()).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
