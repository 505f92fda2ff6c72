"""Opening the page: `sommelier ui`."""

from __future__ import annotations

import importlib
import inspect
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.config import Settings
from knowledge.errors import BadInput

if TYPE_CHECKING:
    from agent.serve.shelf import Shelf

__all__ = ["Options", "opened", "serve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to open the page."""

    base: str | None = None
    """A base by name or directory; `SOMMELIER_BASE`, else films."""
    host: str = "127.0.0.1"
    port: int | None = None
    """The first free one from 7860 where left out."""
    auth: tuple[tuple[str, str], ...] = ()
    """Names and passwords; none lets everybody in who reaches the port."""
    brain: str | None = None
    store: str | None = None
    browser: bool = True

    @classmethod
    def read_auth(cls, texts: list[str]) -> tuple[tuple[str, str], ...]:
        """Read NAME:PASSWORD texts. Raises BadInput."""
        found = []
        for text in texts:
            name, colon, password = text.partition(":")
            if not (name and colon and password):
                raise BadInput("--auth takes NAME:PASSWORD; one of them is missing")
            found.append((name, password))
        return tuple(found)


@contextmanager
def opened(options: Options) -> Iterator[str]:
    """Serve the page while the block runs; yields its address.

    Raises:
        BadInput: the base's name or the port cannot be used.
    """
    settings = Settings.from_environment(brain=options.brain, store=options.store, base=options.base)
    from agent.serve.shelf import Shelf

    shelf = Shelf(settings.base, settings=settings)
    # The base is opened while Gradio is imported: both take seconds.
    shelf.start("", settings.base)
    with tempfile.TemporaryDirectory(prefix="sommelier-uploads-") as uploads:
        _quiet(uploads)
        _import_gradio()
        try:
            yield from _launched(options, shelf)
        finally:
            shelf.close()


def _quiet(uploads: str) -> None:
    """Set Gradio's switches before it is imported: no analytics, no run history, uploads in a folder that goes with the program."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_RUN_HISTORY"] = "False"
    os.environ["GRADIO_MCP_SERVER"] = "False"
    os.environ["GRADIO_TEMP_DIR"] = uploads
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


def _import_gradio() -> None:
    """Import Gradio without the type stubs that it writes anew beside its own source at every import: two thirds of its time."""
    real = inspect.getfile

    def getfile(thing: Any) -> str:
        if isinstance(thing, type) and thing.__module__.startswith("gradio."):
            raise OSError("no stub wanted")
        return real(thing)

    inspect.getfile = getfile  # type: ignore[assignment]
    try:
        importlib.import_module("gradio")
    finally:
        inspect.getfile = real


def _launched(options: Options, shelf: Shelf) -> Iterator[str]:
    from agent.serve.blocks import HERE, look, make_blocks
    from agent.serve.own import MOST_BYTES
    from agent.serve.page import Page

    blocks = make_blocks(Page(shelf))
    try:
        _, address, _ = blocks.launch(
            server_name=options.host,
            server_port=options.port,
            auth=list(options.auth) or None,
            auth_message="Sommelier asks who you are, so that your taste stays yours.",
            inbrowser=False,
            share=False,
            quiet=True,
            show_error=False,
            prevent_thread_lock=True,
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            mcp_server=False,
            ssr_mode=False,
            pwa=False,
            max_file_size=MOST_BYTES,
            favicon_path=HERE / "icon.svg",
            **look(),
        )
    except OSError as error:
        raise BadInput(f"the page cannot listen on {options.host}:{options.port or 7860} ({error}); choose another with --port") from error
    try:
        yield address
    finally:
        blocks.close(verbose=False)


def serve(options: Options) -> int:
    """Open the page and stay until interrupted; return the exit status."""
    # A service manager ends the program politely: what was uploaded goes with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with opened(options) as address:
        sys.stdout.write(f"Sommelier's page is open at {address} (Ctrl+C ends it)\n")
        sys.stdout.flush()
        if options.browser:
            import webbrowser

            webbrowser.open(address)
        threading.Event().wait()
    return 0
