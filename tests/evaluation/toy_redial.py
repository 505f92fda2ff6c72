"""A toy data set in ReDial's layout whose right answers are known by construction."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SPACE = [str(i) for i in range(100, 110)]
LOVE = [str(i) for i in range(200, 210)]


def message(worker: int, text: str) -> dict[str, Any]:
    return {"senderWorkerId": worker, "text": text}


def dialogue(number: int, topic: str, items: list[str], *, split: str = "train") -> dict[str, Any]:
    """Somebody asks for a topic, likes one item of it, and is told two more; after that everybody says goodbye."""
    a, b, c = items
    return {
        "conversationId": str(number),
        "initiatorWorkerId": 0,
        "respondentWorkerId": 1,
        "movieMentions": {i: f"Title {i} (1999)" for i in items},
        "messages": [
            message(0, f"hello, something about {topic}"),
            message(0, f"I liked @{a}"),
            message(1, "let me think"),
            message(1, f"try @{b}"),
            message(0, "any other?"),
            message(1, f"then @{c}, or @{b} again"),
            message(0, "bye"),
        ],
    }


def write(folder: Path, *, train: int = 60, judged: int = 6) -> Path:
    """Write a folder: people who ask about space are told neighbouring space items, those who ask about love likewise."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for n in range(train + judged):
        group, topic = ((SPACE, "rockets and planets"), (LOVE, "weddings and kisses"))[n % 2]
        start = (n // 2) % len(group)
        rows.append(dialogue(n, topic, [group[(start + k) % len(group)] for k in range(3)]))
    for name, part in (("train", rows[:train]), ("valid", rows[train:])):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in part), encoding="utf-8")
    lines = [f"{i},Title {i} (1999),{7 * n}" for n, i in enumerate(SPACE + LOVE)]
    (folder / "movies_with_mentions.csv").write_text("movieId,movieName,nbMentions\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "kg").mkdir(exist_ok=True)
    info = {
        i: {"name": f"Title {i} (1999)", "genre": ["sci-fi" if i in SPACE else "romance"], "star": ["Ada Lovelace"]} for i in SPACE + LOVE
    }
    (folder / "kg" / "id2info.json").write_text(json.dumps(info), encoding="utf-8")
    return folder
