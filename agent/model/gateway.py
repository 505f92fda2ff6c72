"""The one way to language models: the only module that imports `openai`.

One call has four ends: text, tool calls, refused, failed; nothing rises from here but a cancelled turn. All calls and retries of
a turn share its deadline. What an endpoint refuses (a schema, streamed usage, ...) is remembered and not asked for again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from agent.config import Settings
from agent.events import Usage
from agent.model.adapters import Answer, body, used_features
from agent.model.budget import Budget, Ledger
from agent.model.cache import Cache
from agent.model.calls import Ask, Failed, Outcome, Text
from agent.model.features import Features, stepped_down
from agent.model.tokens import count
from knowledge.errors import Unavailable

if TYPE_CHECKING:
    from openai import AsyncOpenAI

__all__ = ["Gateway"]

MOST_BYTES = 400_000
"""Bytes of one answer that are read; a longer one is cut off and counts as failed."""
RETRIED = frozenset({408, 409, 429})
LONGEST_CALL_S = 50.0
"""Seconds one call may take whatever the turn's deadline: the graph's nodes have limits of their own."""
FIRST_PAUSE_S = 0.25


class _Again(Exception):
    """One attempt failed in a way that another may mend; never leaves this module."""

    def __init__(self, failure: Failed, after_s: float | None = None) -> None:
        super().__init__(failure.why)
        self.failure = failure
        self.after_s = after_s


class Gateway:
    """An endpoint, opened once; safe to use by many turns of one event loop."""

    def __init__(self, settings: Settings, *, http_client: Any = None) -> None:
        """Prepare; nothing is sent. Raises Unavailable where no model is named, BadInput where the features are misspelt.

        Args:
            settings: address, key, model and limits.
            http_client: an `httpx2.AsyncClient` of one's own (proxies, certificates, tests).
        """
        if not settings.model:
            raise Unavailable("no language model is configured; set SOMMELIER_MODEL, and OPENAI_BASE_URL or OPENAI_API_KEY")
        self.settings = settings
        self.features = Features.read(settings.model_features)
        self.ledger = Ledger()
        self._cache = Cache(settings.model_cache) if settings.model_cache else None
        self._http_client = http_client
        self._client: AsyncOpenAI | None = None
        self._lock = threading.Lock()

    def ready(self) -> None:
        """Import and open the client now, so that no turn waits for it."""
        self._open()

    async def warm(self) -> None:
        """Import and open the client, which takes seconds the first time; other turns go on meanwhile."""
        if self._client is None:
            await asyncio.to_thread(self._open)

    async def complete(self, ask: Ask, budget: Budget) -> Outcome:
        """Return how the call ended. Uses one call of the budget, and retries within its deadline."""
        outcome: Outcome = Failed(kind="network", why="it sent nothing")
        async for piece in self._run(ask, budget, stream=False):
            if not isinstance(piece, str):
                outcome = piece
        return outcome

    async def stream(self, ask: Ask, budget: Budget) -> AsyncIterator[str | Outcome]:
        """Yield the answer's text as it comes and, last, how the call ended. What was yielded is never taken back."""
        async for piece in self._run(ask, budget, stream=True):
            yield piece

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None
        if self._cache is not None:
            self._cache.close()

    async def _run(self, ask: Ask, budget: Budget, *, stream: bool) -> AsyncIterator[str | Outcome]:
        """Yield pieces and the outcome: cached, or from the endpoint with steps down and retries."""
        size = sum(count(str(m.get("content") or "")) for m in ask.messages)
        short = self._over(ask, budget, size)
        if short is not None:
            yield short
            return
        plain = body("chat", self.settings.model, ask, Features(), stream=False)
        key = self._cache.key(self.settings.base_url, plain) if self._cache else ""
        known = self._cache.get(key) if self._cache else None
        if known is not None:
            if isinstance(known, Text) and stream:
                yield known.text
            yield known
            return
        await self.warm()
        began = time.monotonic()
        tries = 0
        while True:
            answer = Answer(api=self.settings.model_api)
            streaming = stream and self.features.streaming
            sent = False
            limit = min(LONGEST_CALL_S, budget.seconds_left * ask.share if tries == 0 else budget.seconds_left)
            outcome: Outcome
            try:
                until = time.monotonic() + limit
                async with contextlib.aclosing(self._attempt(ask, answer, streaming)) as pieces:
                    # The clock runs only while we wait for the endpoint: cancelling must not strike whoever takes the pieces.
                    while (piece := await _next(pieces, until)) is not None:
                        if stream:
                            sent = True
                            yield piece
                outcome = answer.outcome()
                if streaming and not answer.done and not answer.fault:
                    outcome = Failed(kind="network", why="it broke off in the middle of its answer")
                break
            except TimeoutError:
                outcome = Failed(kind="deadline", why=f"it took longer than {limit:.0f} s")
                break
            except _Again as again:
                outcome = again.failure
                pause = FIRST_PAUSE_S * 2**tries * (1 + random.random() / 4) if again.after_s is None else again.after_s
                if sent or tries >= budget.retries or pause >= budget.seconds_left:
                    break
                tries += 1
                await asyncio.sleep(pause)
        self._count(ask, answer, budget, size, began)
        if self._cache is not None and not isinstance(outcome, Failed):
            self._cache.put(key, outcome)
        yield outcome

    def _over(self, ask: Ask, budget: Budget, size: int) -> Failed | None:
        if budget.calls_left <= 0:
            return Failed(kind="budget", why="this turn's calls are used up")
        if size + ask.max_tokens > budget.tokens_left:
            return Failed(kind="budget", why="this turn's tokens are used up")
        if budget.seconds_left <= 0.05:
            return Failed(kind="deadline", why="this turn's time is used up")
        return None

    def _count(self, ask: Ask, answer: Answer, budget: Budget, size: int, began: float) -> None:
        seen = answer.usage or Usage(tokens_in=size, tokens_out=count(answer.text))
        per_million = (self.settings.price_in, self.settings.price_out)
        cost = (seen.tokens_in * per_million[0] + seen.tokens_out * per_million[1]) / 1e6
        ms = round((time.monotonic() - began) * 1000, 1)
        usage = Usage(calls=1, tokens_in=seen.tokens_in, tokens_out=seen.tokens_out, cost=cost, ms=ms)
        budget.spend(usage)
        budget.log.append({"purpose": ask.purpose, "tokens_in": seen.tokens_in, "tokens_out": seen.tokens_out, "ms": ms})
        self.ledger.add(usage)

    async def _attempt(self, ask: Ask, answer: Answer, streaming: bool) -> AsyncGenerator[str, None]:
        """Send one request, stepping down where the endpoint refuses a feature; fill the answer and yield its text. Raises _Again."""
        import httpx2
        import openai

        path = "/responses" if self.settings.model_api == "responses" else "/chat/completions"
        for _ in range(6):
            used = used_features(ask, self.features, stream=streaming)
            try:
                async for piece in self._send(path, ask, answer, streaming):
                    yield piece
                return
            except openai.APIStatusError as error:
                words = _words(error)
                left = stepped_down(self.features, words, used) if error.status_code in (400, 404, 422, 501) else None
                if left is None:
                    self._refuse(error, answer, words)
                    return
                self.features = left
                streaming = streaming and left.streaming
            except (openai.APITimeoutError, TimeoutError):
                raise TimeoutError from None
            except (openai.APIConnectionError, httpx2.HTTPError, httpx2.StreamError) as error:
                raise _Again(Failed(kind="network", why="it could not be reached", detail=type(error).__name__)) from None

    def _refuse(self, error: Any, answer: Answer, words: str) -> None:
        """Turn a bad status into a failure of this attempt. Raises _Again, always for what may pass, else once and for all."""
        status = int(error.status_code)
        detail = words[:300]
        if status in RETRIED or status >= 500:
            kind = "busy" if status in RETRIED else "server"
            why = "it is busy" if status in RETRIED else f"it has a fault of its own (status {status})"
            raise _Again(Failed(kind=kind, why=why, detail=detail), _after(error.response.headers)) from None  # type: ignore[arg-type]
        if status in (401, 403):
            failure = Failed(kind="config", why=f"it does not take the key (status {status})", detail=detail)
        elif status == 404:
            failure = Failed(
                kind="config", why=f"it does not know the model {self.settings.model!r}, or the address is wrong", detail=detail
            )
        elif status == 413 or "context" in words.lower():
            failure = Failed(kind="too_long", why="the conversation is too long for it", detail=detail)
        else:
            failure = Failed(kind="refused_request", why=f"it refused the request (status {status})", detail=detail)
        raise _Again(failure, float("inf")) from None

    async def _send(self, path: str, ask: Ask, answer: Answer, streaming: bool) -> AsyncIterator[str]:
        data = body(self.settings.model_api, self.settings.model, ask, self.features, stream=streaming)
        client = self._open()
        if not self.settings.api_key:
            from openai import Omit

            data["extra_headers"] = {"Authorization": Omit()}
        resource = client.responses if self.settings.model_api == "responses" else client.chat.completions
        # The raw bytes are read here, so that a malformed or endless answer is ours to judge and not the client's to stumble on.
        async with resource.with_streaming_response.create(**data) as response:
            kind = str(response.headers.get("content-type", ""))
            chunks = _capped(response.iter_bytes())
            if "event-stream" in kind:
                async for event in _events(chunks):
                    if event == "[DONE]":
                        answer.done = True
                        return
                    try:
                        text = answer.piece(json.loads(event))
                    except ValueError:
                        answer.fault = "the stream held something that is no JSON"
                        return
                    answer.done = answer.done or bool(answer.finish)
                    if answer.fault:
                        return
                    if text:
                        yield text
                return
            raw = b"".join([chunk async for chunk in chunks])
            try:
                answer.whole(json.loads(raw))
            except ValueError:
                answer.fault = "the answer was no JSON"
            if answer.text and not answer.fault:
                yield answer.text

    def _open(self) -> AsyncOpenAI:
        import openai

        with self._lock:
            if self._client is not None:
                return self._client
            settings = self.settings
            self._client = openai.AsyncOpenAI(
                api_key=settings.api_key or "none",
                base_url=settings.base_url or None,
                max_retries=0,
                timeout=LONGEST_CALL_S,
                http_client=self._http_client,
            )
            # The client imports its parts on first use; that is done here, off the clock.
            _ = (self._client.responses if settings.model_api == "responses" else self._client.chat.completions).with_streaming_response
            self._client.platform_headers()
            return self._client


async def _next(pieces: AsyncIterator[str], until: float) -> str | None:
    """Return the next piece, or None at the end. Raises TimeoutError."""
    async with asyncio.timeout(max(0.02, until - time.monotonic())):
        return await anext(pieces, None)


async def _capped(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield chunks until there are too many bytes. Raises _Again, with no second try."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise _Again(Failed(kind="too_long", why="its answer was far too long"), float("inf"))
        yield chunk


async def _events(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Yield the data of server-sent events."""
    held = b""
    data: list[str] = []
    async for chunk in chunks:
        held += chunk
        *lines, held = held.split(b"\n")
        for raw in lines:
            line = raw.decode("utf-8", errors="replace").rstrip("\r")
            if line.startswith("data:"):
                data.append(line[5:].strip())
            elif not line and data:
                yield "\n".join(data)
                data = []
    rest = held.decode("utf-8", errors="replace").strip()
    if rest.startswith("data:"):
        data.append(rest[5:].strip())
    if data:
        yield "\n".join(data)


def _words(error: Any) -> str:
    """Return what the endpoint said of a refused request."""
    found = error.body
    if isinstance(found, Mapping):
        inner = found.get("error", found)
        found = f"{inner.get('message', '')} {inner.get('param', '')}" if isinstance(inner, Mapping) else inner
    return str(found or error.message)


def _after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of Retry-After, or None where it is absent or a date."""
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None
