"""The page as Gradio blocks: four parts, their events, limits and look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from agent.serve.faces import faces
from agent.serve.icons import ICONS
from agent.serve.marks import button
from agent.serve.page import Page

__all__ = ["CONCURRENT", "HERE", "look", "make_blocks"]

HERE = Path(__file__).resolve().parent
CONCURRENT = 32
"""Events of a kind that are served at the same time; further ones queue."""
QUEUED = 256
"""Events that may wait; more are told to come back."""

_COMPOSER = f"""
<div class="sm-top">{button("", "menu", kind="round", icon=ICONS["menu"], name="Menu")}<span class="sm-top-name">Sommelier</span>
{button("", "me", kind="round", icon=ICONS["person"], name="What I know about you")}</div>
<main class="sm-scroller" tabindex="-1"><div class="sm-turns" role="log" aria-live="polite" aria-label="Conversation"></div></main>
<form class="sm-composer" autocomplete="off">
<label class="sm-hidden" for="sm-line">Say what you are in the mood for</label>
<textarea id="sm-line" rows="1" maxlength="4000" placeholder="Say what you are in the mood for…" enterkeyhint="send"></textarea>
<button type="submit" class="sm-send" aria-label="Send" title="Send">{ICONS["send"]}</button>
<button type="button" class="sm-stop" data-do="stop" aria-label="Stop" title="Stop">{ICONS["stop"]}</button>
</form>
<div class="sm-toast" role="status" aria-live="polite"></div>
"""

_PARTS = {
    "rail": ('<aside class="sm-inner" aria-label="Conversations"></aside>', "'go', 'sheet'"),
    "talk": (_COMPOSER, "'say', 'stop', 'undo', 'panel', 'go', 'sheet'"),
    "panel": ('<aside class="sm-inner" aria-label="What I know about you" aria-live="polite"></aside>', "'panel'"),
    "sheet": ('<dialog class="sm-dialog" aria-label="Bring your own table"></dialog>', "'sheet', 'go'"),
}


def make_blocks(page: Page) -> gr.Blocks:
    """Return the page's blocks."""
    with gr.Blocks(title="Sommelier", analytics_enabled=False, fill_height=True) as blocks:
        person = gr.BrowserState("", storage_key="sommelier-person", secret="sommelier")
        with gr.Row(elem_id="sm-app", equal_height=False):
            made = {name: _part(name, *spec) for name, spec in _PARTS.items()}
        rail, talk, panel, sheet = (made[name] for name in ("rail", "talk", "panel", "sheet"))
        parts = [rail, talk, panel, sheet]
        usual: dict[str, Any] = {
            "inputs": [person],
            "outputs": parts,
            "show_progress": "hidden",
            "trigger_mode": "multiple",
            "concurrency_limit": CONCURRENT,
            "api_visibility": "private",
        }
        blocks.load(page.arrive, **{**usual, "outputs": [person, *parts]})
        for part in (rail, talk, sheet):
            part.go(page.go, **usual)
        for part in (rail, talk, sheet):
            part.sheet(page.sheet, **usual)
        for part in (talk, panel):
            part.panel(page.panel, **usual)
        talk.say(page.say, **usual)
        talk.undo(page.undo, **usual)
        talk.stop(page.stop, **{**usual, "outputs": None, "concurrency_limit": None})
    blocks.queue(max_size=QUEUED, default_concurrency_limit=CONCURRENT)
    return blocks


def _part(name: str, template: str, events: str) -> gr.HTML:
    # Gradio looks the names of a part's own events up in this text.
    script = f"window.sommelier.part('{name}', element, trigger, props, watch, upload, [{events}]);"
    return gr.HTML(
        value={},
        html_template=template,
        js_on_load=script,
        apply_default_css=False,
        elem_id=f"sm-{name}",
        elem_classes=["sm-part"],
        container=False,
    )


def look() -> dict[str, Any]:
    """Return what `launch` takes of theme, style and script: all of it ours, nothing from outside."""
    # The theme is what the login page shows, which Gradio draws; all else stands in the style sheet.
    plain = gr.themes.Font
    hues: dict[str, Any] = {
        "primary_hue": gr.themes.colors.rose,
        "neutral_hue": gr.themes.colors.stone,
        "radius_size": gr.themes.sizes.radius_lg,
    }
    theme = gr.themes.Base(font=[plain("Source Sans 3"), plain("sans-serif")], font_mono=[plain("monospace")], **hues).set(
        body_background_fill="#faf4ea",
        body_background_fill_dark="#181210",
        body_text_color="#2a1f1a",
        body_text_color_dark="#f4e9dd",
        background_fill_primary="#faf4ea",
        background_fill_primary_dark="#181210",
        background_fill_secondary="#faf4ea",
        background_fill_secondary_dark="#181210",
        block_background_fill="#fffdf8",
        block_background_fill_dark="#221a17",
        input_background_fill="#f3eadc",
        input_background_fill_dark="#120d0b",
        button_primary_background_fill="#7a1f3d",
        button_primary_background_fill_dark="#8a2f4d",
        button_primary_background_fill_hover="#5f1530",
        button_primary_text_color="#fff6ec",
    )
    script, style = ((HERE / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    # Not by `css=`: Gradio rewrites what stands there, selector by selector.
    return {"theme": theme, "head": f"<style>{faces()}{style}</style><script>{script}</script>"}
