"""The page over films: how soon it stands, how soon an answer begins, and twenty people at once.

The first two are taken in headless Chromium, from the start of the command and from the press of Enter; the third over the page's own
HTTP interface, so that twenty browsers do not compete with the server for the same two cores. Needs Chromium and Playwright.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Row, at_most

PEOPLE = 20
ASKED = (
    "Something like Heat, but funnier",
    "A cosy film for a rainy Sunday",
    "French crime from the 60s",
    "a tense western",
    "a war film under two hours",
)
ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def served() -> Iterator[tuple[str, float]]:
    """Run `sommelier ui` over the base in SOMMELIER_BASE (films); yields its address and when it was started."""
    base = os.environ.get("SOMMELIER_BASE", "films")
    command = [sys.executable, "app.py", "ui", "--no-browser", "--store", ":memory:", "--base", base]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+/", process.stdout.readline())
        if found is None:
            raise RuntimeError("the page did not start")
        yield found.group(), start
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def browser() -> Iterator[Any]:
    """Run a headless Chromium."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("SOMMELIER_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


def in_browser(page: Any, address: str, start: float) -> tuple[float, list[float]]:
    """Return seconds until the page is ready, and milliseconds from Enter to the first words of each of several answers, warm."""
    page.goto(address)
    page.wait_for_selector(".sm-examples button", timeout=120_000)
    ready = time.perf_counter() - start
    time.sleep(12)  # the models load while a person reads
    firsts = []
    for number, text in enumerate((*ASKED, *ASKED), 1):
        page.fill("#sm-line", text)
        page.evaluate(_WATCH, number)
        page.press("#sm-line", "Enter")
        page.wait_for_function(f"window.first{number} > 0", timeout=60_000)
        firsts.append(float(page.evaluate(f"window.first{number} - window.entered{number}")))
        page.wait_for_selector(f".sm-turn:nth-child({number}) .sm-foot", timeout=60_000)
        page.wait_for_selector("#sm-talk:not(.sm-busy)", timeout=60_000)
    return ready, firsts[1:]


_WATCH = """(n) => {
    document.addEventListener('keydown', () => { window['entered' + n] ||= performance.now(); }, { once: true, capture: true });
    const look = () => {
        const said = document.querySelector(`.sm-turn:nth-child(${n}) .sm-prose`);
        if (said && said.innerText.trim()) window['first' + n] = performance.now(); else requestAnimationFrame(look);
    };
    look();
}"""


async def one_turn(address: str, say: dict[str, Any], person: int) -> float:
    """Return the seconds one person's turn takes."""
    import httpx

    start = time.perf_counter()
    session = f"bench{person:04d}"
    async with httpx.AsyncClient(base_url=address, timeout=120) as client:
        data = {"text": ASKED[person % len(ASKED)], "base": "", "session": ""}
        join = {
            "data": [f"{person:032d}"],
            "fn_index": say["id"],
            "trigger_id": say["targets"][0][0],
            "session_hash": session,
            "event_data": data,
        }
        (await client.post("gradio_api/queue/join", json=join)).raise_for_status()
        async with client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
            async for line in stream.aiter_lines():
                message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if message.get("msg") == "process_completed":
                    if not message["success"]:
                        raise RuntimeError(str(message["output"]))
                    return time.perf_counter() - start
    raise RuntimeError("the answer broke off")


async def together(address: str) -> list[float]:
    """Return the seconds of twenty turns begun at once."""
    import httpx

    async with httpx.AsyncClient(base_url=address) as client:
        known = (await client.get("config")).json()["dependencies"]
    say = next(d for d in known if d["targets"] and d["targets"][0][1] == "say")
    return list(await asyncio.gather(*(one_turn(address, say, person) for person in range(PEOPLE))))


def main() -> list[Row]:
    """Measure all three."""
    with browser() as chromium:
        page = chromium.new_page()
        with served() as (address, start):
            ready, firsts = in_browser(page, address, start)
            page.close()
            with ThreadPoolExecutor(1) as apart:  # Playwright holds this thread's event loop
                spent = apart.submit(asyncio.run, together(address)).result()
    return [
        at_most("page ready after the start of the command", ready, "s", 6.0),
        at_most("first words after Enter, median", float(np.median(firsts)), "ms", 300.0),
        at_most("first words after Enter, p95", float(np.percentile(firsts, 95)), "ms", 300.0),
        at_most(f"{PEOPLE} people at once, one turn each, p95", float(np.percentile(spent, 95)), "s", 4.0),
    ]
