"""The profile as a fold of statements."""

from __future__ import annotations

from agent.profile import Entry, Profile, constraint_entry


def said(entity: str, kind: str, **more: object) -> Entry:
    return Entry(entity=entity, kind=kind, **more)  # type: ignore[arg-type]


def test_the_latest_statement_wins() -> None:
    profile = Profile.fold("ana", [said("kind:war", "like"), said("kind:war", "dislike")])
    assert [e.kind for e in profile.entries] == ["dislike"]
    assert profile.stance("kind:war") == "dislike"


def test_an_end_takes_back_without_turning_into_the_contrary() -> None:
    profile = Profile.fold("ana", [said("kind:war", "like"), said("kind:war", "end")])
    assert len(profile) == 0
    assert profile.stance("kind:war") is None


def test_seen_stands_beside_taste() -> None:
    profile = Profile.fold("ana", [said("item:a", "like"), said("item:a", "seen")])
    assert {e.kind for e in profile.entries} == {"like", "seen"}


def test_what_has_run_out_no_longer_counts() -> None:
    statements = [said("kind:war", "like", until="2020-01-01")]
    assert len(Profile.fold("ana", statements, now="2021-01-01")) == 0
    assert len(Profile.fold("ana", statements, now="2019-01-01")) == 1


def test_taste_weighs_later_statements_more_and_counts_known_items_as_seen() -> None:
    statements = [said(f"item:{n}", "like") for n in range(12)] + [said("item:x", "dislike")]
    taste = Profile.fold("ana", statements).taste()
    assert taste.liked["item:11"] > taste.liked["item:0"] > 0
    assert taste.history == tuple(str(n) for n in range(12))
    assert taste.seen >= {"0", "11", "x"}
    assert taste.disliked == {"item:x": 1.0}


def test_constraints_come_back_as_they_were_said() -> None:
    where = {"not": {"facet": "kind", "has": ["war"]}}
    profile = Profile.fold("ana", [constraint_entry(where, "no war")])
    assert profile.constraints() == ({"where": where, "words": "no war", "standing": True},)


def test_a_profile_survives_json() -> None:
    profile = Profile.fold(
        "ana", [said("item:a", "like", words="loved it", when="2026-01-02T03:04:05+00:00"), constraint_entry({"known": "year"}, "dated")]
    )
    assert Profile.from_json(profile.to_json()) == profile
