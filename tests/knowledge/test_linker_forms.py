"""The ways a name is said, and what a word is compared by."""

from __future__ import annotations

import pytest

from knowledge.linker.common import is_common, rank, surprise
from knowledge.linker.forms import PARTIAL, name_forms, split_year
from knowledge.linker.text import fold, keys, tokenise


def said(text: str, kind: str = "item") -> set[str]:
    return {" ".join(words) for words in name_forms(text, kind)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "forms"),
    [
        ("Matrix, The", {"the matrix", "matrix"}),
        ("Rocky II", {"rocky ii", "rocky 2", "rocky two"}),
        ("Alien 3", {"alien 3", "alien iii", "alien three"}),
        ("Kill Bill: Vol. 1", {"kill bill vol 1", "kill bill 1", "kill bill"}),
        ("Star Wars: Episode IV - A New Hope", {"star wars", "a new hope", "star wars a new hope"}),
        ("12 Angry Men", {"12 angry men", "twelve angry men"}),
        ("City of Lost Children, The (Cité des enfants perdus, La) (1995)", {"the city of lost children", "la cite des enfants perdus"}),
        ("Dr. Strangelove or: How I Learned to Stop Worrying", {"dr strangelove"}),
    ],
)
def test_titles_have_their_variants(title: str, forms: set[str]) -> None:
    assert forms <= said(title)


def test_letters_in_titles_are_not_numbers() -> None:
    assert "v for vendetta" in said("V for Vendetta")
    assert "5 for vendetta" not in said("V for Vendetta")
    assert "american history 10" not in said("American History X")


def test_a_part_number_alone_names_nothing() -> None:
    assert not {"part 2", "part ii"} & said("Dune: Part II")


def test_the_name_itself_is_fullest() -> None:
    forms = name_forms("The Godfather: Part II", "item")
    assert forms["the", "godfather", "part", "ii"] == 1.0
    assert forms["the", "godfather"] <= PARTIAL


def test_people_by_middle_name_suffix_and_particle() -> None:
    assert {"samuel jackson", "jackson"} <= said("Samuel L. Jackson", "person")
    assert {"robert downey", "downey"} <= said("Robert Downey Jr.", "person")
    assert "de niro" in said("Robert De Niro", "person")
    assert "niro" not in said("Robert De Niro", "person")


def test_values_in_number() -> None:
    assert "comedies" in said("comedy", "value")
    assert "westerns" in said("western", "value")
    assert said("12", "value") == set()


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("Heat (1995)", ("Heat", 1995)),
        ("Heat", ("Heat", None)),
        ("(1995)", ("(1995)", None)),
        ("Blade Runner 2049", ("Blade Runner 2049", None)),
    ],
)
def test_a_year_in_brackets_is_parted(title: str, parts: tuple[str, int | None]) -> None:
    assert split_year(title) == parts


def test_words_compare_by_letters_only() -> None:
    assert keys("Amélie & the WALL-E's") == ("amelie", "and", "the", "wall", "es")
    assert keys("E.T.") == ("et",)
    assert fold("Ødegaard") == "odegaard"


def test_tokens_know_their_place_and_possessive() -> None:
    text = "Heat's end"
    heat, end = tokenise(text)
    assert (text[heat.start : heat.end], heat.bare, text[heat.start : heat.bare_end]) == ("Heat's", "heat", "Heat")
    assert end.bare == ""


def test_common_words_are_known_by_rank() -> None:
    assert rank("the") == 1
    assert is_common("watch", 500)
    assert not is_common("blarghfoo")
    assert surprise(["blarghfoo"]) > surprise(["up"])
