"""Models the server can play: an honest one, a sloppy one, an adversarial one. All read the request as any model would."""

from __future__ import annotations

import json
import random
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from agent.brain import Situation
from agent.builtin.planning import plan
from agent.builtin.understand import understand
from agent.model.names import Names, title_of
from agent.model.wire import REQUEST_DEFAULTS
from knowledge.base import KnowledgeBase
from tests.agent.model.scripted_server.corrupt import CORRUPTIONS
from tests.agent.model.scripted_server.server import Reply


def last_json(body: dict[str, Any]) -> dict[str, Any]:
    """Return the data of the request: the first user message."""
    content = next(m["content"] for m in body["messages"] if m["role"] == "user")
    found: dict[str, Any] = json.loads(content)
    return found


def is_writing(body: dict[str, Any]) -> bool:
    """True for a writing call."""
    return "You write the reply" in body["messages"][0]["content"]


def is_judging(body: dict[str, Any]) -> bool:
    """True for a critic's call."""
    return "You check a recommender" in body["messages"][0]["content"]


class Honest:
    """Understands with the built-in grammar, from the prompt alone, and writes only what the record says."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.names = Names(base=base)

    def __call__(self, body: dict[str, Any]) -> Reply:
        if is_judging(body):
            return Reply(
                text=json.dumps({"verdicts": [{"marker": n, "verdict": "fits"} for n in range(1, len(last_json(body)["items"]) + 1)]})
            )
        if is_writing(body):
            return Reply(text=self.write(last_json(body)))
        answer = self.plan(last_json(body))
        if body.get("tools"):
            names = [t["function"]["name"] for t in body["tools"]]
            if names == ["understood"]:
                return Reply(calls=(("understood", json.dumps(answer["request"])),))
            return Reply(calls=(("popular", "{}"), ("rank", "{}"), ("slate", '{"k": 3}')))
        return Reply(text=json.dumps(answer))

    def situation(self, data: dict[str, Any]) -> Situation:
        """Rebuild from the prompt what the built-in brain wants to know."""
        shown = [n.removeprefix("item:") for line in data.get("shown", ()) if (n := self.names.item(line.split(" ", 1)[1]))]
        focus = tuple(n for text in data.get("talked_about", ()) if (n := self.names.entity(text)))
        return Situation(
            base=self.base,
            utterance=data["utterance"],
            shown=tuple(shown),
            focus=focus,
            asked=data.get("asked"),
            constraints=tuple(data.get("in_force", ())),
        )

    def plan(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a right planning answer."""
        if "request" in data:
            data = {"utterance": data["utterance"]}
        situation = self.situation(data)
        request = understand(situation)
        plain = request.model_dump(mode="json", exclude={"confidence"})
        for mention in plain["mentions"]:
            mention.pop("near")
            mention.pop("strength")
        steps = [{"tool": s.tool, "args": {"wish": None, "items": None, "among": None}} for s in plan(situation, request).steps]
        return {"request": {"intent": plain["intent"], **REQUEST_DEFAULTS, **self._named(plain)}, "steps": steps}

    def _named(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("item:") and value[5:] in self.base.catalogue:
            return f"item:{title_of(self.base, value[5:])}"
        if isinstance(value, dict):
            return {k: self._named(v) for k, v in value.items()}
        return [self._named(v) for v in value] if isinstance(value, list) else value

    def write(self, data: dict[str, Any]) -> str:
        """Return a reply from the records."""
        lines = ["Here is what I would go for."]
        for item in data["items"]:
            why = item["description"] or (item["reasons"] or ["it fits what you asked for"])[0]
            why = why.rstrip(".")
            lines.append(f"- {item['marker']}: {why[:1].upper()}{why[1:]}.")
        return "\n".join(lines)


class Sloppy(Honest):
    """Honest, but a share of its planning answers comes out corrupted; which ones follows from the request and the seed alone."""

    def __init__(self, base: KnowledgeBase, *, share: float = 0.3, seed: int = 1) -> None:
        super().__init__(base)
        self.seed = seed
        self.share = share
        self.planned = 0
        self.corrupted = 0

    def __call__(self, body: dict[str, Any]) -> Reply:
        reply = super().__call__(body)
        if is_writing(body) or is_judging(body) or reply.text is None:
            return reply
        self.planned += 1
        chance = random.Random(f"{self.seed}:{zlib.crc32(json.dumps(body['messages'][1:]).encode())}")
        if chance.random() >= self.share:
            return reply
        self.corrupted += 1
        return CORRUPTIONS[chance.choice(sorted(CORRUPTIONS))](json.loads(reply.text))


Lie = Callable[["Adversary", dict[str, Any], dict[str, Any]], str]


class Adversary(Honest):
    """Plans honestly and lies in writing; `lies` holds every falsehood of the turn, as text that must not be shown."""

    def __init__(self, base: KnowledgeBase, *, seed: int = 1, kinds: Sequence[Lie] = ()) -> None:
        """Tell lies of some kinds; of all where none are given."""
        super().__init__(base)
        from tests.agent.model.scripted_server.lies import LIES

        self.chance = random.Random(seed)
        self.kinds: Sequence[Lie] = kinds or LIES
        self.lies: list[str] = []
        self.told: Counter[str] = Counter()

    def write(self, data: dict[str, Any]) -> str:
        """Return a reply with a falsehood in every other sentence."""
        lines = ["Here is what I would go for."]
        if self.chance.random() < 0.5:
            lines.append(self._lie(data, data["items"][0]))
        for item in data["items"]:
            why = (item["description"] or "It fits what you asked for").rstrip(".")
            lie = self._lie(data, item)
            way = self.chance.random()
            if way < 0.3:
                lines.append(f"- {item['marker']}: {lie}")
            elif way < 0.55:
                lines.append(f"- {item['marker']}: {why}. {lie}")
            elif way < 0.7:
                lines.append(f"- {item['marker']}: {why}, and {lie[:1].lower()}{lie[1:]}")
            elif way < 0.8:
                lines.append(f"- {lie} {item['marker']}: {why}.")
            elif way < 0.9:
                lines += [f"- {item['marker']}: {why}.", f"- {lie}"]
            else:
                lines.append(f"- {item['marker']}: {lie} {self._lie(data, item)}")
        if self.chance.random() < 0.3:
            lines += ["", self._lie(data, data["items"][-1])]
        return "\n".join(lines)

    def _lie(self, data: dict[str, Any], item: dict[str, Any]) -> str:
        kind = self.chance.choice(self.kinds)
        self.told[kind.__name__] += 1
        return kind(self, data, item)

    def lie(self, text: str, *tells: str) -> str:
        """Note what gives the falsehood away and return it."""
        self.lies.extend(tells or (text,))
        return text
