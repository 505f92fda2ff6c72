"""An endpoint that speaks the OpenAI chat API over real HTTP on loopback, with Sommelier behind it; a session is what was said so far."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from agent.session import Session
from agent.sommelier import Sommelier


class Endpoint:
    """Use in a `with` block. `requests` holds every body that came.

    Like servers of its kind it keeps no session: the messages are all it knows. Those it answered itself go on where they stood; others
    (after a rewind) are said again from the start.
    """

    def __init__(self, somm: Sommelier, *, tells_items: bool, status: int = 200) -> None:
        self.somm = somm
        self.tells_items = tells_items
        """Whether answers hold the `sommelier` extension field; without it items must be read from the titles in the reply."""
        self.status = status
        self.requests: list[dict[str, Any]] = []
        self._sessions: dict[tuple[str, ...], Session] = {}
        self._gate = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> Endpoint:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join(timeout=5)
        self._http.server_close()

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the chat completion."""
        said = [m["content"] for m in body["messages"] if m["role"] == "user"]
        with self._gate:
            owner = str(body.get("user") or "")
            session = self._sessions.pop((owner, *said[:-1]), None) if said[:-1] else None
            if session is None:
                session = self.somm.session(user=owner or None, seed=1)
                for before in said[:-1]:
                    session.say(before)
            turn = session.say(said[-1])
            self._sessions[(owner, *said)] = session
        message = {"role": "assistant", "content": turn.reply}
        data: dict[str, Any] = {
            "id": "c", "object": "chat.completion", "created": 0, "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
        }  # fmt: skip
        if self.tells_items:
            data["sommelier"] = {"slate": [{"id": i.id, "title": i.title} for i in turn.slate]}
        return data


def _handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
            endpoint.requests.append(body)
            fine = endpoint.status == 200 and self.path == "/v1/chat/completions"
            data = endpoint.answer(body) if fine else {"error": {"message": "no such model", "type": "invalid_request_error"}}
            raw = json.dumps(data).encode()
            self.send_response(200 if fine else (endpoint.status if endpoint.status != 200 else 404))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    return Handler
