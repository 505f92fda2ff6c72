"""Pictures of the page's main states for the documentation: `python -m tests.page.screenshots docs/images`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.page.boards import page, write_table
from tests.page.visitor import Visitor

LIKED = "I loved Heat and Ronin, hated The Departed. Something newer?"


def take(folder: Path) -> None:
    """Take all pictures."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    path = os.environ.get("SOMMELIER_CHROMIUM", "/usr/bin/chromium")
    base = os.environ.get("SOMMELIER_BASE", "films")
    with tempfile.TemporaryDirectory() as home, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        with page(Path(home), "--base", base) as address:

            def visitor(width: int, height: int, **options: Any) -> Visitor:
                me = Visitor(browser.new_context(viewport={"width": width, "height": height}, **options), address)
                me.page.set_default_timeout(600_000)
                me.arrive()
                me.page.wait_for_timeout(900)
                return me

            def shot(me: Visitor, name: str) -> None:
                me.page.mouse.move(700, 4)
                me.page.wait_for_timeout(700)
                me.page.screenshot(path=folder / f"page-{name}.png")

            me = visitor(1440, 900)
            shot(me, "welcome")
            me.say(LIKED)
            shot(me, "conversation")
            me.press("why", ".sm-card")
            me.page.wait_for_selector("#sm-panel .sm-hero")
            shot(me, "why")
            me.page.locator(".sm-card [data-verdict=like]").first.click()
            me.say("something lighter, under two hours")
            me.page.locator(".sm-steps summary").last.click()
            shot(me, "steps")
            me.press("own")
            me.page.wait_for_selector("dialog[open]")
            me.page.set_input_files("[data-upload]", str(write_table(Path(home) / "board games.csv")))
            me.page.wait_for_selector(".sm-roles")
            shot(me, "own-table")
            me.press("build")
            me.page.wait_for_selector("dialog [data-do=choose]")
            shot(me, "report")

            dark = visitor(1600, 1000, color_scheme="dark")
            dark.say(LIKED)
            dark.press("why", ".sm-card")
            dark.page.wait_for_selector("#sm-panel .sm-hero")
            shot(dark, "dark")

            phone = visitor(390, 844, has_touch=True, device_scale_factor=2)
            shot(phone, "phone-welcome")
            phone.say(LIKED)
            shot(phone, "phone")
            phone.press("me")
            phone.page.wait_for_timeout(300)
            shot(phone, "phone-profile")
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
