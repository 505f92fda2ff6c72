"""From marks to hard constraints, soft preferences and critiques."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.builtin.opinions import Opinion
from agent.builtin.polarity import excluded, negated, too_much
from agent.builtin.reading import Mark, Reading
from agent.request import Constraint, Critique
from knowledge.entities import entity, facet_kind, split_entity
from knowledge.schema import Facet

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Conditions", "critique_of", "person_facet", "strength"]

_SLIGHT = r"(?:a bit|a little|a little bit|a tad|slightly|somewhat|a touch|marginally|bit|little|tad)"
_STRONG = (
    r"(?:much|a lot|lots|way|far|really|very|super|so much|extremely|seriously|considerably|loads|proper|"
    r"properly|truly|incredibly|totally|significantly)"
)


_CHILDREN = frozenset({"kid", "kids", "child", "children", "toddler", "toddlers"})
"""What is for them must be: no near miss will do."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A value asked for, and whether "or" ties it to the one before."""

    mark: Mark
    facet: Facet
    values: tuple[str, ...]
    soft: bool
    tied: bool


@dataclass(slots=True)
class Conditions:
    """Hard constraints and soft preferences, gathered mark by mark."""

    base: KnowledgeBase
    reading: Reading
    constraints: list[Constraint] = field(default_factory=list)
    prefer: list[str] = field(default_factory=list)
    _demands: dict[str, list[tuple[Mark, tuple[str, ...], str]]] = field(default_factory=dict)
    _wanted: list[_Wanted] = field(default_factory=list)

    def value(self, mark: Mark, *, told: Opinion | None) -> None:
        """Take a facet value that is asked for or ruled out."""
        facet = self.reading.schema.facet(mark.name)
        values = tuple(dict.fromkeys(s.value for s in mark.senses if s.kind == "value" and s.name == facet.name))
        before = self.reading.utterance.words[max(mark.start - 1, 0)]
        if (
            before == "less"
            or negated(self.reading, mark)
            or excluded(self.reading, mark)
            or (told is not None and told.stance == "reject")
        ):
            self._rule_out(mark, facet, values)
        else:
            soft = facet.kind == "tag" and not self._must(mark)
            self._wanted.append(_Wanted(mark, facet, values, soft, bool(self._wanted) and self._either(self._wanted[-1].mark, mark)))

    def person(self, mark: Mark, name: str) -> None:
        """Take a person who is to take part, or not."""
        facet = person_facet(self.base, self.reading, mark, name)
        if facet is None:
            return
        if negated(self.reading, mark) or excluded(self.reading, mark):
            self._rule_out(mark, facet, (name,))
        else:
            self._demands.setdefault(facet.name, []).append((mark, (name,), self.reading.words(mark)))

    def amount(self, mark: Mark) -> None:
        """Take a range of a number."""
        assert mark.amount is not None
        out = not mark.amount.negated and negated(self.reading, mark)
        if out and mark.amount.about:
            # "no time for a 3 hour one" asks for shorter ones, not for all lengths but that.
            self.constraints.append(
                Constraint(where={"number": mark.amount.number, "max": mark.amount.low}, words=f"no {self.reading.words(mark)}")
            )
            return
        words = self.reading.words(mark)
        one_sided = mark.amount.upper is None and (mark.amount.low is None) != (mark.amount.high is None)
        if out and one_sided:
            # "never anything over two hours" is an upper end.
            # What is not before 1992 may well be of 1992.
            whole = 1.0 if self.reading.schema.number(mark.amount.number).role == "year" else 0.0
            ends = {"max": mark.amount.low - whole} if mark.amount.low is not None else {"min": (mark.amount.high or 0.0) + whole}
            where = {"number": mark.amount.number, **ends}
            self.constraints.append(Constraint(where=where, words=f"nothing {words}", standing=self.standing()))
            return
        if mark.amount.upper is not None and not words.lower().startswith(("for ", "with ")):
            words = f"for {words.lower().removeprefix('we are ').removeprefix('a ')}"
        for where in mark.amount.wheres:
            said: dict[str, Any] = {"not": where} if out else where
            self.constraints.append(Constraint(where=said, words=words, standing=self.standing()))

    def _rule_out(self, mark: Mark, facet: Facet, values: tuple[str, ...]) -> None:
        words = self.reading.words(mark)
        where = {"not": {"facet": facet.name, "has": list(values)}}
        said = f"not {words}" if words.lower().startswith(("for ", "with ", "about ")) else f"no {words}"
        self.constraints.append(Constraint(where=where, words=said, standing=self.standing()))

    def _must(self, mark: Mark) -> bool:
        words = self.reading.utterance.words
        for_whom = set(words[max(mark.start - 2, 0) : mark.end]) & {"for", "with", "my", "our"}
        if for_whom and "about" not in words[max(mark.start - 3, 0) : mark.start] and set(words[mark.start : mark.end]) & _CHILDREN:
            return True
        before = self.reading.utterance.between(mark.start - 4, mark.start)
        return any(
            w in before for w in ("must be", "must have", "has to be", "have to be", "only", "has to have", "needs to be", "strictly")
        )

    def standing(self) -> bool:
        """True where the words say that it holds for good ("never", "I'm vegetarian")."""
        return self.reading.utterance.has(
            rf"(?:never|ever again|always|from now on|in future|as a rule|i only ever {self.reading.use})(?! (?:seen|"
            rf"heard|tried|been|mind|made|had|{self.reading.used}))"
        )

    def settled(self) -> list[Constraint]:
        """Return all constraints: demands on one facet joined by "or", or by "and" where items often have both."""
        made = self._take_wanted()
        for name, demands in self._demands.items():
            words = " ".join(dict.fromkeys(d[2] for d in demands))
            standing = self.standing()
            made.extend(Constraint(where=where, words=words, standing=standing) for where in self._joined(name, demands))
        unique: list[Constraint] = []
        for constraint in (*made, *self.constraints):
            if all(constraint.where != u.where for u in unique):
                unique.append(constraint)
        return unique

    def _take_wanted(self) -> list[Constraint]:
        """Sort the values asked for into demands and preferences, and return those that "or" ties across attributes as one constraint."""
        groups: list[list[_Wanted]] = []
        for wanted in self._wanted:
            if wanted.tied:
                groups[-1].append(wanted)
            else:
                groups.append([wanted])
        made: list[Constraint] = []
        for group in groups:
            if len({w.facet.name for w in group}) > 1 and not all(w.soft for w in group):
                parts = [{"facet": w.facet.name, "has": list(w.values)} for w in group]
                words = " or ".join(self.reading.words(w.mark) for w in group)
                made.append(Constraint(where={"any": parts}, words=words, standing=self.standing()))
                continue
            for wanted in group:
                self._take(wanted)
        self._wanted.clear()
        return made

    def _take(self, wanted: _Wanted) -> None:
        facet, values = wanted.facet, wanted.values
        if wanted.soft:
            # Two spellings of one tag are one wish: the spelling more items have.
            counts = self.reading.lexicon.values.get(facet.name, {})
            self.prefer.append(entity(facet_kind(facet), max(values, key=lambda v: (counts.get(v, 0), v))))
        else:
            self._demands.setdefault(facet.name, []).append((wanted.mark, values, self.reading.words(wanted.mark)))

    def _either(self, one: Mark, other: Mark) -> bool:
        """True where only "or" and words for an item stand between two values, and neither is part of a longer name for a kind."""
        if not self._or_before(other):
            return False
        between = range(one.end, other.start)
        names = {m.start for m in self.reading.of("item")}
        idle = {"a", "an", "the", "some", "or", "/", ",", "maybe", "perhaps", "even"}
        beyond = self.reading.at(other.end)
        return all(i in names or self.reading.utterance.words[i] in idle for i in between) and (beyond is None or beyond.kind != "value")

    def _joined(self, name: str, demands: Sequence[tuple[Mark, tuple[str, ...], str]]) -> list[dict[str, Any]]:
        groups: list[list[str]] = []
        end = -1
        for mark, values, _ in demands:
            side_by_side, end = mark.start == end, mark.end
            together = len(values) > 1 and self._often_together(name, values)
            alternative = groups and self._or_before(mark)
            if alternative:
                groups[-1].extend(values)
            elif together:
                groups.extend([v] for v in values)
            elif groups and not self._often_together(name, (groups[-1][0], values[0]), side_by_side=side_by_side):
                groups[-1].extend(values)
            else:
                groups.append(list(values))
        unique = [list(dict.fromkeys(g)) for g in groups]
        single = list(dict.fromkeys(g[0] for g in unique if len(g) == 1))
        result: list[dict[str, Any]] = [{"facet": name, "has": g} for g in unique if len(g) > 1]
        if len(single) > 1:
            result.append({"facet": name, "has_all": single})
        elif single and not (result and single[0] in result[0]["has"]):
            result.append({"facet": name, "has": single})
        return result

    def _or_before(self, mark: Mark) -> bool:
        words = self.reading.utterance.words
        at = mark.start - 1
        while at >= 0 and words[at] in {"a", "an", "the", "some", "with", "by", "from", "in", "maybe", "also", "even", "perhaps"}:
            at -= 1
        if at >= 0 and (words[at] in {"or", "/"} or (words[at] == "to" and "from" in words[max(at - 5, 0) : at])):
            return True
        if at >= 0 and words[at] == ",":
            ahead = self.reading.utterance.words[mark.end : mark.end + 4]
            return "or" in ahead
        return False

    def _often_together(self, name: str, values: Sequence[str], *, side_by_side: bool = False) -> bool:
        """True where items with one of two values have both often enough that both are meant; any will do for "a crime romance"."""
        column = self.base.catalogue.facet(name)
        known = [set(column.positions(v).tolist()) for v in values[:2] if v in column.values]
        if len(known) < 2 or not all(known):
            return False
        if self.reading.schema.facet(name).kind == "person":
            return True
        return len(known[0] & known[1]) >= max(3, 0.0 if side_by_side else 0.08 * min(len(known[0]), len(known[1])))


def person_facet(base: KnowledgeBase, reading: Reading, mark: Mark, name: str) -> Facet | None:
    """Return the facet a person is meant in: by the word before the name where the person stands there, else where most often."""
    people = [f for f in reading.schema.facets if f.kind == "person"]
    counts = {
        f.name: len(base.catalogue.facet(f.name).positions(name)) if name in base.catalogue.facet(f.name).values else 0 for f in people
    }
    cues: list[str] = []
    at = mark.start
    for _ in range(6):
        before = reading.utterance.words[max(at - 2, 0) : at]
        for length in (2, 1):
            senses = reading.lexicon.senses.get(tuple(before[-length:]), ()) if len(before) >= length else ()
            cues.extend(s.name for s in senses if s.kind == "facet" and s.name in counts)
        if cues or not before:
            break
        previous = reading.at(at - 1)
        if previous is not None and previous.kind == "link":
            at = previous.start
        elif before[-1] in {"or", "and", ",", "the", "either", "not"}:
            at -= 1
        else:
            break
    for cue in cues:
        if counts.get(cue):
            return next(f for f in people if f.name == cue)
    best = max(people, key=lambda f: counts[f.name], default=None)
    return best if best is not None and counts[best.name] else None


def strength(reading: Reading, mark: Mark) -> float:
    """Return 0.5 for "a bit", 2 for "much", else 1."""
    import re

    before = reading.utterance.between(mark.start - 3, mark.start)
    if re.search(rf"(?<!\S){_SLIGHT}$", before):
        return 0.5
    strong = re.search(rf"(?<!\S){_STRONG}$", before) and not re.search(r"(?<!\S)not \w+$", before)
    return 2.0 if strong else 1.0


def critique_of(reading: Reading, mark: Mark, of: str | None) -> Critique:
    """Return the critique an adjective or comparative makes: "not too violent" and "too violent" both ask for less."""
    direction = mark.value
    if (mark.kind == "adjective" and (negated(reading, mark) or too_much(reading, mark) or excluded(reading, mark))) or (
        mark.kind == "comparative" and negated(reading, mark)
    ):
        direction = "less" if direction == "more" else "more"
    against_shown = too_much(reading, mark) and not negated(reading, mark)
    plainly = mark.kind == "adjective" and of is None and not against_shown
    return Critique(attribute=mark.name, direction=direction, strength=strength(reading, mark), of=of, absolute=plainly)  # type: ignore[arg-type]


def split_person(name: str) -> str:
    """Return the value of a person's entity name."""
    return split_entity(name)[1]
