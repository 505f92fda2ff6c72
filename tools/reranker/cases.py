"""Cases: the points of a dialogue where the recommender names items, with everything said before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.dialogues import Dialogue, context_text, merge_turns
from tools.reranker.lexicon import Lexicon

__all__ = ["ASK_WORDS", "Case", "Mention", "cases_of", "situation", "without_titles"]

ASK_WORDS = 40
"""Words of the seeker's last turn that are embedded on their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An item named in the context: its catalogue index, the turn it stood in and who named it."""

    item: int
    turn: int
    by_seeker: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A context, and the items named next (empty when they are not known)."""

    dialogue: int
    """Number of the dialogue in its collection."""
    turn: int
    """Number of the turn to come, 0-based, after merging."""
    context: str
    """The newest words of the context, what is embedded."""
    ask: str
    """The seeker's last turn."""
    bare: str
    """The whole context without item titles."""
    mentions: tuple[Mention, ...]
    """Every item named, in order, repeats dropped (the last naming stands)."""
    entities: Mapping[str, float]
    """Entities of the context (people, values, words) with weights; newer turns weigh more."""
    targets: tuple[int, ...] = ()

    @property
    def mentioned(self) -> frozenset[int]:
        """Indices of the items named before."""
        return frozenset(m.item for m in self.mentions)


def situation(
    turns: Sequence[tuple[str, str, Sequence[int]]],
    titles: Sequence[str],
    lexicon: Lexicon,
    *,
    dialogue: int = -1,
    targets: tuple[int, ...] = (),
    found: Sequence[Sequence[str]] | None = None,
) -> Case:
    """Return the case after some turns: `(speaker, text, item indices)` each, oldest first.

    `found` gives the entities of each turn where the caller has them already.
    """
    mentions: dict[int, Mention] = {}
    weights: dict[str, float] = {}
    bare = []
    for t, (speaker, text, items) in enumerate(turns):
        for item in items:
            mentions.pop(item, None)
            mentions[item] = Mention(item=item, turn=t, by_seeker=speaker == "seeker")
        plain = without_titles(text, items, titles)
        bare.append(plain)
        for name in found[t] if found is not None else lexicon.find(plain):
            weights[name] = max(weights.get(name, 0.0), RECENCY ** (len(turns) - 1 - t))
    return Case(
        dialogue=dialogue,
        turn=len(turns),
        context=context_text(text for _, text, _ in turns),
        ask=context_text([next((text for speaker, text, _ in reversed(turns) if speaker == "seeker"), "")], ASK_WORDS),
        bare=" ".join(bare),
        mentions=tuple(mentions.values()),
        entities=weights,
        targets=targets,
    )


RECENCY = 0.93
"""Factor per turn by which an entity of an older turn weighs less."""


def without_titles(text: str, items: Sequence[int], titles: Sequence[str]) -> str:
    """Return a text without the titles of the items named in it, so that their words are not taken for what was said."""
    for item in items:
        text = text.replace(titles[item], " ")
    return text


def cases_of(
    dialogues: Iterable[Dialogue], index: Mapping[str, int], titles: Sequence[str], lexicon: Lexicon
) -> tuple[list[Case], dict[int, list[str]]]:
    """Return every case of the dialogues, and the entities of each dialogue by its number.

    A case is a recommender turn that names items and has a context, repeats of items kept.

    Args:
        dialogues: in chronological order; a case's `dialogue` is the position here.
        index: item id -> catalogue index.
        titles: title by catalogue index.
        lexicon: finds the entities.
    """
    cases: list[Case] = []
    said: dict[int, list[str]] = {}
    for number, dialogue in enumerate(dialogues):
        turns: list[tuple[str, str, tuple[int, ...]]] = []
        found: list[list[str]] = []
        for turn in merge_turns(dialogue):
            items = tuple(index[i] for i in turn.items if i in index)
            if turn.speaker == "recommender" and items and turns:
                cases.append(situation(turns, titles, lexicon, dialogue=number, targets=items, found=found))
            turns.append((turn.speaker, turn.text, items))
            found.append(lexicon.find(without_titles(turn.text, items, titles)))
        said[number] = sorted({e for entities in found for e in entities})
    return cases, said
