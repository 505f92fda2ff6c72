"""The page's icons, drawn as strokes in the text's own colour; hidden from screen readers, which read the button's name."""

from __future__ import annotations

__all__ = ["GLASS", "ICONS"]

_PATHS = {
    "like": "M12 20.3 4.6 13a4.8 4.8 0 0 1 0-6.8 4.8 4.8 0 0 1 6.8 0l.6.6.6-.6a4.8 4.8 0 0 1 6.8 6.8z",
    "dislike": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.8 5.8l12.4 12.4",
    "seen": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
    "why": "M5 18.5 10 10l5 4 4.5-8.5M5 18.5h0M10 10h0M15 14h0M19.5 5.5h0",
    "more": "M4 7h10M4 12h7M4 17h7M17 11v9M12.5 15.5h9",
    "send": "M12 19V5M5.5 11.5 12 5l6.5 6.5",
    "stop": "M7.5 7.5h9v9h-9z",
    "new": "M12 5v14M5 12h14",
    "close": "M6 6l12 12M18 6 6 18",
    "edit": "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
    "retry": "M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4",
    "undo": "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
    "moon": "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
    "save": "M12 4v11M7.5 10.5 12 15l4.5-4.5M4 20h16",
    "table": "M4 5h16v14H4zM4 10h16M10 10v9",
    "trash": "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
    "chevron": "M9 6l6 6-6 6",
}


def _icon(path: str) -> str:
    return (
        '<svg class="sm-icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" focusable="false" fill="none" '
        f'stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"><path d="{path}"/></svg>'
    )


ICONS = {name: _icon(path) for name, path in _PATHS.items()}
"""Name -> inline SVG."""

GLASS = (
    '<svg class="sm-glass" viewBox="0 0 32 40" width="26" height="32" aria-hidden="true" focusable="false">'
    '<path d="M7 3h18c1.6 9.5-1.6 17-9 17S5.4 12.5 7 3z" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round"/>'
    '<path class="sm-wine" d="M7.4 10.5c3.600-2 7 1.700 17.300-.3C24 16.300 21 19 16 19s-8.200-3-8.600-8.500z"/>'
    '<path d="M16 20v14M10 36.500c1.500-1.700 10.500-1.700 12 0" fill="none" stroke="currentColor" stroke-width="1.8" '
    'stroke-linecap="round"/></svg>'
)
"""The mark of the page."""
