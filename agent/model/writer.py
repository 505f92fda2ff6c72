"""The writing call: streamed, sentence by sentence, every name rendered by us and every claim checked before it is shown.

Markers point at the slate ([1]); whatever else names an item is snapped to the slate or the sentence is left out. What is missing
at the end, because it was left out, cut off or never written, comes in the built-in wording of the same slate.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agent.brain import Outcome, Situation
from agent.errors import BrainFailed
from agent.events import SlateItem
from agent.grounding import Ground, sentences
from agent.model.budget import Budget
from agent.model.calls import Ask, Failed, Refused
from agent.model.claims import Bearing, false_claim, foul
from agent.model.context import write_messages
from agent.model.gateway import Gateway
from agent.model.names import squeezed
from agent.model.parse import without_thinking
from agent.wording.asides import asides, question_words, relaxed_lead
from agent.wording.naming import item_named
from agent.wording.voice import Voice, sentence

__all__ = ["Draft", "written"]

TOKENS = 450
LONGEST_SENTENCE = 600
LONGEST_REPLY = 2_400
"""Characters of a model's reply that are shown."""
_MARKER = re.compile(r"(?:\*\*)?[\[【⟦(]\s*(?:item\s*|#)?(\d{1,2})\s*[\]】⟧)](?:\*\*)?")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_QUOTED = re.compile(r"[\"“]([^\"”]{2,80})[\"”]")
_THINKS = re.compile(r"^\s*<(?:think|thinking|thought|reasoning|scratchpad)\b", re.IGNORECASE)
_CLOSES = re.compile(r"</(?:think|thinking|thought|reasoning|scratchpad)\s*>", re.IGNORECASE)
_FENCE = re.compile(r"^\s*```\w*\s*$|^\s*(?:Reply|Answer|Assistant)\s*:\s*", re.IGNORECASE | re.MULTILINE)
_OPENS = re.compile(r"^\W*[\[【⟦(]\s*(?:item\s*|#)?\d{1,2}\s*[\]】⟧)]")
"""A sentence that begins with a marker."""
_SETS_BESIDE = re.compile(
    r"\b(?:like|unlike|beside|as|than|alongside|echo\w*|recall\w*|between|both|(?:close\w*|similar|akin|next|compared|compan\w+) to)\s*$",
    re.IGNORECASE,
)
"""Words that set an item beside another: no record says whether it is so."""
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")


class _UnfitError(Exception):
    """A sentence cannot be shown; the text says why. Never leaves this module."""


async def written(situation: Situation, outcome: Outcome, gateway: Gateway, budget: Budget) -> AsyncIterator[str]:
    """Yield the reply in checked pieces; a broken answer is finished from the slate, a useless one asked for once more.

    Raises:
        BrainFailed: nothing of the model's can be shown (the built-in brain then writes), or, after the last piece, it broke off.
    """
    draft = Draft(situation, outcome)
    end: Failed | Refused | None = None
    for purpose in _PURPOSES:
        messages = write_messages(situation, outcome, draft.faults, draft.raw)
        end, draft.raw = None, ""
        async for piece in _streamed(Ask(purpose=purpose, messages=tuple(messages), max_tokens=TOKENS), gateway, budget):
            if isinstance(piece, str):
                for text in draft.take(piece):
                    yield text
            else:
                end = piece
        for text in draft.rest():
            yield text
        if draft.cited or budget.calls_left <= 0 or (isinstance(end, Failed) and end.kind != "garbled"):
            break
        draft.faults = draft.faults or ["nothing in it names an item by its marker"]
    if not draft.cited:
        raise BrainFailed(end.why if isinstance(end, Failed) else "its reply could not be shown")
    left_out = len(draft.cited) < len(outcome.slate)
    for line in draft.missing():
        yield line
    for after in _after(situation, outcome):
        yield after
    if isinstance(end, Failed) and left_out:
        raise BrainFailed(end.why)


_PURPOSES: tuple[Literal["write", "mend"], ...] = ("write", "mend")


async def _streamed(ask: Ask, gateway: Gateway, budget: Budget) -> AsyncIterator[str | Failed | Refused]:
    """Yield the model's text without its thinking, and a bad end."""
    held, thinking, begun = "", False, False
    async for piece in gateway.stream(ask, budget):
        if isinstance(piece, Failed | Refused):
            yield piece
        elif isinstance(piece, str):
            held += piece
            if not begun:
                if len(held.lstrip()) < 12:
                    continue
                thinking, begun = bool(_THINKS.match(held)), True
            if thinking:
                closed = _CLOSES.search(held)
                if closed is None:
                    continue
                held, thinking = held[closed.end() :], False
            text, held = held, ""
            yield text
    if held and not thinking and not _THINKS.match(held):
        yield without_thinking(held)


def _before(situation: Situation, outcome: Outcome) -> Iterator[str]:
    """Yield what has to be said before the slate whoever writes: unknown names, what was let go of."""
    voice = Voice(situation.seed)
    for aside in asides(situation, outcome, voice):
        yield f"{sentence(aside)} "
    if outcome.relaxed:
        yield f"{sentence(relaxed_lead(situation, outcome, voice).rstrip(':'))} "
    if "repeats" in outcome.notices:
        yield "You have seen these before; nothing else fits. "


def _after(situation: Situation, outcome: Outcome) -> Iterator[str]:
    """Yield the question that is put, in our words: the next turn reads its answer."""
    if outcome.question is not None:
        yield "\n\n" + question_words(situation, outcome.question, Voice(situation.seed))


@dataclass(slots=True)
class Draft:
    """A reply in the making: takes text as it comes, gives back what may be shown."""

    situation: Situation
    outcome: Outcome
    faults: list[str] = field(default_factory=list)
    cited: set[str] = field(default_factory=set)
    """Ids of slate items that stand in the reply."""
    raw: str = ""
    """What the model wrote in this attempt."""
    _opening: list[str] = field(default_factory=list)
    """Sentences held back until an item is named: an opening alone is no reply."""
    _opened: bool = False
    _held: str = ""
    _item: SlateItem | None = None
    """What the line is about."""
    _bad_line: bool = False
    _shown: int = 0
    _ends_line: bool = True
    _label: tuple[str, tuple[str, ...]] | None = None
    """The beginning of a line that waits for its first sentence, and the ids in it."""
    _ground: Ground | None = None

    def take(self, piece: str) -> Iterator[str]:
        """Take a piece and yield the sentences it completes, as far as they stand up."""
        self.raw += piece
        self._held += piece
        *whole, self._held = sentences(self._held)
        for text in whole:
            yield from self._released(self._sentence(text))

    def rest(self) -> Iterator[str]:
        """Yield the last sentence where it is one: what was cut off in the middle is not shown."""
        text, self._held = self._held, ""
        if text.strip() and text.rstrip()[-1:] in '.!?…)*”"':
            yield from self._released(self._sentence(text))
        self._item, self._bad_line = None, False
        if not self.cited:
            self._opening.clear()
            self._shown, self._ends_line = 0, True

    def _released(self, texts: Iterator[str]) -> Iterator[str]:
        """Yield what has to be said first, the opening and the sentences, once an item is named."""
        for text in texts:
            if not self.cited:
                self._opening.append(text)
                continue
            if not self._opened:
                self._opened = True
                yield from _before(self.situation, self.outcome)
                yield from self._opening
            yield text

    def missing(self) -> Iterator[str]:
        """Yield a line in the built-in wording for every item of the slate the reply does not name."""
        for item in self.outcome.slate:
            if item.id in self.cited:
                continue
            self.cited.add(item.id)
            yield f"\n- {self._line(item)}"

    def _line(self, item: SlateItem) -> str:
        named = item_named(self.situation.base, item.id)
        for text in self._builtin(item):
            if not self._grounded().wrong(text):
                return text
        return f"{named}."

    def _builtin(self, item: SlateItem) -> Iterator[str]:
        """Yield wordings for one item, richest first."""
        from agent.wording.reasons import hook

        named = item_named(self.situation.base, item.id)
        what = hook(item)
        why = next((b.text for b in item.because if b.kind != "popularity"), "")
        if what and why:
            yield f"{named}: {sentence(what)} {sentence(why)}"
        if what or why:
            yield f"{named}: {sentence(what or why)}"

    def _sentence(self, text: str) -> Iterator[str]:
        """Yield the sentence as it is shown, or nothing."""
        text = _FENCE.sub("", text)
        if not text.strip():
            if text and self._shown:
                yield text
            return
        starts_line = bool(_BULLET.match(text))
        if starts_line:
            self._item, self._bad_line, self._label = None, False, None
        if self._bad_line or self._shown > LONGEST_REPLY:
            if text.endswith("\n"):
                self._bad_line = False
            return
        rendered, cited, fault = self._checked(text)
        if fault:
            self.faults.append(fault)
            self._bad_line = bool(starts_line or self._label) and not text.endswith("\n")
            self._label = None
            return
        if starts_line and text.rstrip().endswith(":"):
            # A name and a colon alone say nothing: they wait for what is said of it.
            self._label = (rendered, cited)
            return
        if self._label is not None:
            rendered, cited, starts_line = self._label[0] + rendered, (*self._label[1], *cited), True
            self._label = None
        self.cited |= set(cited)
        # A bullet always stands on a line of its own, also where the line before it was left out.
        if starts_line and self._shown and not self._ends_line:
            rendered = "\n" + rendered
        self._shown += len(rendered)
        self._ends_line = rendered.endswith("\n")
        yield rendered
        if text.endswith("\n"):
            self._item = None

    def _checked(self, text: str) -> tuple[str, tuple[str, ...], str]:
        """Return the sentence with its items named by us, the ids of those items, and what is wrong with it."""
        try:
            rendered, cited, about = self._named(self._pointed(text))
        except _UnfitError as unfit:
            return "", (), str(unfit)
        fault = self._grounded().wrong(rendered)
        if fault:
            return "", (), fault
        self._item = about
        return rendered, tuple(i.id for i in cited), ""

    def _pointed(self, text: str) -> str:
        """Return the sentence with markers where the model wrote titles of the slate. Raises _UnfitError."""
        fault = foul(text) or ("a sentence is far too long" if len(text) > LONGEST_SENTENCE else "")
        if fault:
            raise _UnfitError(fault)
        text = _BOLD.sub(lambda m: self._pointer(m.group(1)) or m.group(0), text)
        text = _QUOTED.sub(lambda m: self._pointer(m.group(1)) or m.group(0), text)
        strange = _BOLD.search(text)
        if strange:
            raise _UnfitError(f"{strange.group(1)!r} is not among the chosen")
        for item in self.outcome.slate:
            text = self._with_pointer(text, item)
        return text

    def _named(self, text: str) -> tuple[str, list[SlateItem], SlateItem | None]:
        """Return the sentence with titles for markers, the items, and what it is about. Raises _UnfitError."""
        pieces: list[str] = []
        cited: list[SlateItem] = []
        at = 0
        # What a sentence is about is the item it opens with; another one named in it must bear out what follows as well.
        fresh = self._item is None or bool(_OPENS.match(text))
        about = [self._item] if self._item is not None and not fresh else []
        for match in _MARKER.finditer(text):
            number = int(match.group(1))
            if not 1 <= number <= len(self.outcome.slate):
                raise _UnfitError(f"there is no item [{number}]")
            item = self.outcome.slate[number - 1]
            between = text[at : match.start()]
            if not fresh and item is not self._item:
                raise _UnfitError(f"a line about another item goes on to [{number}]")
            if _SETS_BESIDE.search(between):
                raise _UnfitError(f"it is set beside [{number}], which cannot be proved")
            self._borne_out(between, about or [item], opens=at == 0)
            again = item.id in self.cited or item in cited
            pieces += [between, f"**{item.title}**" if again else item_named(self.situation.base, item.id)]
            at = _after_title(text, match.end(), item)
            about = about if item in about else [*about, item]
            cited.append(item)
        self._borne_out(text[at:], about, opens=at == 0)
        if not cited and _BULLET.match(text):
            raise _UnfitError("a line names no item")
        return "".join([*pieces, text[at:]]), cited, about[0] if about else None

    def _borne_out(self, clause: str, about: Sequence[SlateItem], *, opens: bool) -> None:
        """Check a clause: it must hold for every item it is about, or else repeat the person. Raises _UnfitError."""
        plain = _BULLET.sub("", clause) if opens else clause
        if not re.search(r"\w", plain):
            return
        base = self.situation.base
        words = " ".join([self.situation.utterance, *(c.words for c in self.outcome.request.constraints), self._examples()])
        bearings = [Bearing(base=base, items=(item,), words="") for item in about] or [Bearing(base=base, items=(), words=words)]
        for bearing in bearings:
            fault = false_claim(plain, bearing, opens=opens)
            if fault:
                raise _UnfitError(fault)

    def _examples(self) -> str:
        catalogue = self.situation.base.catalogue
        ids = [m.entity[5:] for m in self.outcome.request.mentions if m.entity and m.entity.startswith("item:")]
        return " ".join(catalogue.titles[catalogue.index(i)] for i in ids if i in catalogue)

    def _pointer(self, title: str) -> str | None:
        """Return the marker of the slate item a title names, or None."""
        bare = squeezed(re.sub(r"\(\d{4}\)", "", title))
        inside = _MARKER.fullmatch(title.strip())
        if inside:
            return f"[{inside.group(1)}]"
        for at, item in enumerate(self.outcome.slate, 1):
            if bare and bare == squeezed(item.title):
                year = re.search(r"\((\d{4})\)", title)
                return f"[{at}]" + (f" ({year.group(1)})" if year else "")
        return None

    def _with_pointer(self, text: str, item: SlateItem) -> str:
        """Put the marker where the model wrote a slate item's title without marks."""
        if len(item.title) < 4 or item.title not in text:
            return text
        at = self.outcome.slate.index(item) + 1
        title = re.escape(item.title)
        text = re.sub(rf"\[{at}\]\s*{title}(?!\w)", f"[{at}]", text)
        return re.sub(rf"(?<![\w\]]){title}(?!\w)", f"[{at}]", text)

    def _grounded(self) -> Ground:
        if self._ground is None:
            self._ground = Ground.of(self.situation, self.outcome, strict=True)
        return self._ground


def _after_title(text: str, at: int, item: SlateItem) -> int:
    """Return where the text goes on after a marker: past the right year in brackets, which we have written ourselves."""
    year = re.match(r"\s*\((\d{4})\)", text[at:])
    held = {str(int(v)) for v in item.attributes.values() if isinstance(v, int | float) and float(v).is_integer()}
    return at + year.end() if year and year.group(1) in held else at
