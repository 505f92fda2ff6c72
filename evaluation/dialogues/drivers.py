"""What dialogues are run against: this agent in the same process, or any OpenAI-compatible endpoint over HTTP."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Protocol

from evaluation.dialogues.expect import Answer
from knowledge.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from agent.events import Turn
    from agent.session import Session
    from agent.sommelier import Sommelier
    from knowledge.base import KnowledgeBase

__all__ = ["Conversation", "HttpConversation", "OwnConversation"]

TIMEOUT_S = 120.0

IN_WORDS: Mapping[str, str] = {
    "like": "I liked {}.",
    "dislike": "I did not like {}.",
    "seen": "I have already seen {}.",
    "reject": "Not {}, please.",
    "taken": "I take {}.",
}
"""What a button says, for endpoints that have none."""


class Conversation(Protocol):
    """One conversation under test."""

    def say(self, utterance: str) -> Answer:
        """Say something and return what came back."""
        ...

    def feedback(self, item_id: str, verdict: str) -> None:
        """Press a button on an item."""
        ...

    def rewind(self, turn: int) -> None:
        """Go back to after a turn."""
        ...

    def new_session(self) -> None:
        """Begin another conversation of the same person."""
        ...


class OwnConversation:
    """A conversation with this agent, in process."""

    def __init__(self, somm: Sommelier, *, user: str | None, seed: int) -> None:
        self._somm, self._user, self._seed = somm, user, seed
        self._session: Session = somm.session(user=user, seed=seed)

    def say(self, utterance: str) -> Answer:
        """Say something and return everything known of the turn."""
        turn: Turn = self._session.say(utterance)
        talk = self._session.conversation
        standing = [c["where"] for c in talk.constraints]
        entries = [(e.entity, e.kind) for e in self._session.profile.entries]
        return Answer(
            reply=turn.reply,
            slate=tuple(i.id for i in turn.slate),
            request=turn.request,
            constraints=tuple(standing),
            profile=tuple(entries),
            asked=turn.asked,
            asks=turn.asked is not None,
            notices=turn.notices,
            brain=turn.brain,
            tokens=turn.usage.tokens_in + turn.usage.tokens_out,
            calls=turn.usage.calls,
            ms=turn.ms,
        )

    def feedback(self, item_id: str, verdict: str) -> None:
        """Record feedback. Raises BadInput."""
        self._session.feedback(item_id, verdict)  # type: ignore[arg-type]

    def rewind(self, turn: int) -> None:
        """Rewind the session."""
        self._session.rewind(turn)

    def new_session(self) -> None:
        """Open another session of the same person."""
        self._session = self._somm.session(user=self._user, seed=self._seed)


class HttpConversation:
    """A conversation with an OpenAI-compatible endpoint; what it does not tell is not checked.

    Items come from a list of objects with `id` in an extension field (`sommelier.slate`, `slate` or `items`, in the answer, its first
    choice or its
    message), else from the titles that the reply names, linked against the base where one is given.
    """

    def __init__(self, url: str, *, model: str, key: str = "", base: KnowledgeBase | None = None, user: str | None = None) -> None:
        self._url = url.rstrip("/")
        if not self._url.startswith(("http://", "https://")):
            raise BadInput(f"the endpoint {url!r} is no address; write http://host:port/v1")
        self._model, self._key, self._base, self._user = model, key, base, user
        self._session = uuid.uuid4().hex
        self._messages: list[dict[str, str]] = []
        self._first: list[str] = []

    def say(self, utterance: str) -> Answer:
        """Send the conversation so far and return what came back. Raises Unavailable."""
        self._messages.append({"role": "user", "content": " ".join([*self._first, utterance])})
        self._first = []
        body: dict[str, Any] = {"model": self._model, "messages": self._messages, "session": self._session}
        if self._user:
            body["user"] = self._user
        began = time.perf_counter()
        data = self._post("/chat/completions", body)
        ms = (time.perf_counter() - began) * 1000
        try:
            message = data["choices"][0]["message"]
        except (KeyError, IndexError, TypeError) as error:
            raise Unavailable(f"{self._url} did not answer with a chat completion: {str(data)[:200]}") from error
        reply = str(message.get("content") or "")
        self._messages.append({"role": "assistant", "content": reply})
        usage = data.get("usage") or {}
        return Answer(
            reply=reply, slate=self._items(data, reply), tokens=usage.get("total_tokens"), ms=round(ms, 1), brain=str(data.get("model", ""))
        )

    def feedback(self, item_id: str, verdict: str) -> None:
        """Say it in words before what is said next, since an endpoint has no buttons. Raises BadInput."""
        if verdict not in IN_WORDS:
            raise BadInput(f"feedback {verdict!r} is not known; write one of {', '.join(IN_WORDS)}")
        known = self._base.catalogue if self._base is not None else None
        title = known.titles[known.index(item_id)] if known is not None and item_id in known else item_id
        self._first.append(IN_WORDS[verdict].format(title))

    def rewind(self, turn: int) -> None:
        """Forget the messages after a turn, and the session with it: an endpoint that keeps one would still remember them."""
        self._messages, self._session, self._first = self._messages[: 2 * turn], uuid.uuid4().hex, []

    def new_session(self) -> None:
        """Begin with no messages."""
        self._messages, self._session, self._first = [], uuid.uuid4().hex, []

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {self._key}"} if self._key else {})}
        request = urllib.request.Request(self._url + path, data=json.dumps(body).encode(), headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
                return json.loads(response.read())
        except urllib.error.HTTPError as error:
            with error:
                told = shorten(error.read(4096).decode("utf-8", "replace"), 300, placeholder=" ...")
            raise Unavailable(
                f"{self._url + path} answered {error.code}: {told}; look at the address, --model and OPENAI_API_KEY"
            ) from error
        except (urllib.error.URLError, TimeoutError, ValueError) as error:
            raise Unavailable(f"{self._url + path} cannot be reached ({error}); start the endpoint or mend the address") from error

    def _items(self, data: Mapping[str, Any], reply: str) -> tuple[str, ...]:
        choice = data["choices"][0]
        for holder in (
            data.get("sommelier"),
            choice.get("message", {}).get("sommelier"),
            choice.get("sommelier"),
            choice.get("message"),
            data,
        ):
            for name in ("slate", "items"):
                if isinstance(holder, Mapping) and isinstance(holder.get(name), list):
                    return tuple(str(i["id"]) for i in holder[name] if isinstance(i, Mapping) and "id" in i)
        if self._base is None:
            return ()
        named = [link.entity for link in self._base.linker.link(reply) if link.entity and link.entity.startswith("item:")]
        return tuple(dict.fromkeys(n.removeprefix("item:") for n in named))
