"""The server: real HTTP on loopback, one thread a connection. A script answers each request; rules are checked before it is asked."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.agent.model.scripted_server.rules import broken


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the server does with one request."""

    text: str | None = ""
    calls: tuple[tuple[str, str], ...] = ()
    """Tool calls: name and arguments."""
    refusal: str = ""
    finish: str = ""
    status: int = 200
    error: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """The whole body as it goes out."""
    kind: str = ""
    """Content type, where it is not the right one."""
    fault: str = ""
    """hang, drip, cut, no_end, error_event, bad_event, empty_choices, huge, hang_up."""


Script = Callable[[dict[str, Any]], Reply]


class ScriptedServer:
    """Use in a `with` block. `requests` holds every body that came, `faults` every rule that was broken."""

    def __init__(self, script: Script, *, lacks: tuple[str, ...] = ()) -> None:
        self.script = script
        self.lacks = lacks
        """Parameters the server refuses with 400, as smaller servers do."""
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.keys: list[str | None] = []
        self.faults: list[str] = []
        self.release = threading.Event()
        self._http = _Http(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release.set()
        self._http.shutdown()
        self._thread.join(timeout=5)
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are part of the tests."""


def _handler(server: ScriptedServer) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one class in a closure
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            body = json.loads(raw)
            server.requests.append(body)
            server.paths.append(self.path)
            server.keys.append(self.headers.get("authorization"))
            wrong = broken(body) if self.path.endswith("/chat/completions") else []
            lacking = [name for name in server.lacks if name in json.dumps(body)]
            if wrong:
                server.faults.extend(wrong)
                self._json(400, {"error": {"message": "; ".join(wrong), "type": "invalid_request_error"}})
            elif lacking:
                self._json(400, {"error": {"message": f"Unsupported parameter: {lacking[0]}", "type": "invalid_request_error"}})
            else:
                self._play(server.script(body), body)

        def _play(self, reply: Reply, body: dict[str, Any]) -> None:
            if reply.fault == "hang":
                server.release.wait(20)
                self.close_connection = True
                return
            if reply.fault == "hang_up":
                with contextlib.suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            if reply.raw is not None:
                self._send(reply.status, reply.raw, reply.kind or "application/json", reply.headers)
            elif reply.status != 200:
                self._json(reply.status, {"error": {"message": reply.error or "no", "type": "x"}}, reply.headers)
            elif body.get("stream"):
                self._stream(reply, body)
            else:
                self._json(200, self._whole(reply, body))

        def _whole(self, reply: Reply, body: dict[str, Any]) -> dict[str, Any]:
            text = "x" * 2_000_000 if reply.fault == "huge" else reply.text
            message: dict[str, Any] = {"role": "assistant", "content": None if reply.calls else text}
            if reply.refusal:
                message |= {"content": None, "refusal": reply.refusal}
            if reply.calls:
                message["tool_calls"] = [
                    {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": args}}
                    for n, (name, args) in enumerate(reply.calls)
                ]
            finish = reply.finish or ("tool_calls" if reply.calls else "stop")
            choices = [] if reply.fault == "empty_choices" else [{"index": 0, "message": message, "finish_reason": finish}]
            return {"id": "c", "object": "chat.completion", "model": body["model"], "choices": choices, "usage": self._usage(reply, body)}

        def _usage(self, reply: Reply, body: dict[str, Any]) -> dict[str, int]:
            sent = sum(len(str(m.get("content") or "")) for m in body.get("messages", body.get("input", ()))) // 4
            got = len(reply.text or "") // 4
            return {"prompt_tokens": sent, "completion_tokens": got, "total_tokens": sent + got}

        def _stream(self, reply: Reply, body: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("content-type", reply.kind or "text/event-stream")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            base = {"id": "c", "object": "chat.completion.chunk", "model": body["model"]}
            self._event({**base, "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]})
            text = "x" * 2_000_000 if reply.fault == "huge" else reply.text or ""
            pieces = (
                [text[i : i + 7] for i in range(0, len(text), 7)]
                if len(text) < 20_000
                else [text[i : i + 50_000] for i in range(0, len(text), 50_000)]
            )
            for at, piece in enumerate(pieces):
                if reply.fault in ("cut", "error_event", "bad_event") and at >= len(pieces) * 0.6:
                    if reply.fault == "cut":
                        self.close_connection = True
                        with contextlib.suppress(OSError):
                            self.connection.shutdown(socket.SHUT_RDWR)
                    elif reply.fault == "error_event":
                        self._event({"error": {"message": "the engine stopped"}})
                        self._chunk(b"")
                    else:
                        self._chunk(b"data: {not json\n\n")
                        self._chunk(b"")
                    return
                if reply.fault == "drip":
                    server.release.wait(0.3)
                self._event({**base, "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
            if reply.refusal:
                self._event({**base, "choices": [{"index": 0, "delta": {"refusal": reply.refusal}, "finish_reason": None}]})
            if reply.fault == "no_end":
                self._chunk(b"")
                return
            self._event({**base, "choices": [{"index": 0, "delta": {}, "finish_reason": reply.finish or "stop"}]})
            if (body.get("stream_options") or {}).get("include_usage"):
                self._event({**base, "choices": [], "usage": self._usage(reply, body)})
            self._chunk(b"data: [DONE]\n\n")
            self._chunk(b"")

        def _event(self, data: dict[str, Any]) -> None:
            self._chunk(b"data: " + json.dumps(data).encode() + b"\n\n")

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

        def _json(self, status: int, data: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
            self._send(status, json.dumps(data).encode(), "application/json", headers or {})

        def _send(self, status: int, data: bytes, kind: str, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    return Handler


def wait_until(check: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for something to become true."""
    until = time.monotonic() + seconds
    while not check() and time.monotonic() < until:
        time.sleep(0.01)
