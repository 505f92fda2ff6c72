"""A person in front of the page, for tests: says things, presses things, reads what stands there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlparse

_DONE = "!document.querySelector('.sm-busy') && document.querySelector('.sm-turn:last-child .sm-foot')"


class Visitor:
    """One browser context with the page open. `complaints` gathers console errors and requests to other hosts."""

    def __init__(self, context: Any, address: str) -> None:
        self.context, self.address = context, address
        self.complaints: list[str] = []
        self.away = False
        self.page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("console", lambda m: self._complain(f"console: {m.text}") if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self._complain(f"error: {e}"))
        self.page.on("request", self._look)

    def _look(self, request: Any) -> None:
        url = urlparse(request.url)
        if url.scheme not in ("data", "blob") and url.hostname != urlparse(self.address).hostname:
            self._complain(f"request to {request.url}")

    def _complain(self, what: str) -> None:
        if not self.away:
            self.complaints.append(what)

    def arrive(self) -> None:
        self.away = False
        self.page.goto(self.address)
        self.page.wait_for_selector(".sm-examples button")

    def leave(self) -> None:
        """Go away before the server does, which the page would rightly complain of."""
        self.away = True
        self.page.goto("about:blank")

    def say(self, text: str) -> None:
        """Type, press Enter, wait for the whole answer."""
        count = self.page.locator(".sm-turn").count()
        self.page.fill("#sm-line", text)
        self.page.press("#sm-line", "Enter")
        self.settle(count + 1)

    def settle(self, turns: int) -> None:
        self.page.wait_for_function(f"document.querySelectorAll('.sm-turn').length === {turns} && {_DONE}")

    def press(self, do: str, within: str = "") -> None:
        self.page.locator(f"{within} [data-do='{do}']").first.click()

    @property
    def titles(self) -> list[str]:
        """Titles on the cards of the last answer, without the year."""
        return self.page.eval_on_selector_all(".sm-turn:last-child .sm-card", "cards => cards.map(c => c.getAttribute('aria-label'))")

    @property
    def reply(self) -> str:
        return self.page.inner_text(".sm-turn:last-child .sm-reply")

    @property
    def known(self) -> list[str]:
        """What stands in the profile panel."""
        return self.page.eval_on_selector_all("#sm-panel .sm-known li b", "found => found.map(b => b.textContent)")
