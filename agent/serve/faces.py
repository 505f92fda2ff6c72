"""The page's letters, packed into its style: nothing is fetched, and Gradio's own font files lack the Latin letters of these families."""

from __future__ import annotations

import base64
from pathlib import Path

__all__ = ["faces"]

FONTS = Path(__file__).resolve().parent / "fonts"

_LATIN = "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215"
_EXTENDED = "U+0100-0130,U+0132-0151,U+0154-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+1E00-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113"
_FACES = (
    ("Lora", "400", "lora-latin-400-normal", _LATIN),
    ("Lora", "600", "lora-latin-600-normal", _LATIN),
    ("Lora", "400", "lora-latin-ext-400-normal", _EXTENDED),
    ("Lora", "600", "lora-latin-ext-600-normal", _EXTENDED),
    ("Source Sans 3", "400", "source-sans-3-latin-400-normal", _LATIN),
    ("Source Sans 3", "600", "source-sans-3-latin-600-normal", _LATIN),
    ("Source Sans 3", "400", "source-sans-3-latin-ext-400-normal", _EXTENDED),
)


def faces() -> str:
    """Return the `@font-face` rules with the files inside."""
    rules = []
    for family, weight, name, letters in _FACES:
        data = base64.b64encode((FONTS / f"{name}.woff2").read_bytes()).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:normal;font-display:block;unicode-range:{letters};'
            f'src:url("data:font/woff2;base64,{data}") format("woff2")}}'
        )
    return "".join(rules)
