"""What survives: restart, rewind, parallel turns, forgetting."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent.errors import LeaseLost, NoSuchSession, NoSuchTurn, StoreDamaged
from agent.profile import Entry
from agent.sommelier import Sommelier
from agent.store import SqliteStore
from knowledge.errors import BadInput
from tests.agent.scripted import about, must, wants

Opened = Callable[..., Sommelier]
SEA = must({"facet": "theme", "has": ["sea"]}, "about the sea")
LOVE = {"intent": "tell", "mentions": [about("item:harbour", "like")]}
NEVER = {"intent": "tell", "constraints": [must({"not": {"facet": "kind", "has": ["party"]}}, "no party games", standing=True)]}
TABLE = {
    "sea": wants(constraints=[SEA]),
    "more": wants(others=True),
    "love": LOVE,
    "btw, love": LOVE,
    "never": NEVER,
    "hi": {"intent": "chat"},
}


def test_a_session_goes_on_after_a_restart(opened: Opened, tmp_path: Path) -> None:
    path = str(tmp_path / "store.sqlite")
    first = opened(TABLE, store=path)
    chat = first.session(user="ana", session_id="s")
    shown = {i.id for i in chat.say("sea").slate}
    chat.say("btw, love")
    first.close()
    again = opened(TABLE, store=path).session(user="ana", session_id="s")
    assert [t.turn for t in again.turns] == [1, 2]
    assert again.conversation.constraints[0]["words"] == "about the sea"
    later = again.say("more")
    assert later.turn == 3
    assert all("sea" in i.attributes["theme"] for i in later.slate)
    assert not shown & {i.id for i in later.slate}
    assert [e.entity for e in again.profile] == ["item:harbour"]


def test_rewinding_takes_back_state_and_profile_together(opened: Opened) -> None:
    chat = opened(TABLE).session(user="ana")
    first = chat.say("sea")
    chat.say("love")
    chat.say("more")
    chat.rewind(1)
    assert len(chat.profile) == 0
    assert len(chat.turns) == 1
    assert chat.conversation.last == tuple(i.id for i in first.slate)
    assert chat.say("hi").turn == 2
    with pytest.raises(NoSuchTurn, match="from 0 to 2"):
        chat.rewind(9)
    chat.rewind(0)
    assert chat.conversation.constraints == ()


def test_rewinding_one_session_leaves_what_another_taught(opened: Opened) -> None:
    somm = opened(TABLE)
    one, two = somm.session(user="ana", session_id="1"), somm.session(user="ana", session_id="2")
    one.say("love")
    two.say("never")
    two.rewind(0)
    assert [e.entity for e in somm.profile("ana")] == ["item:harbour"]


def test_standing_conditions_hold_in_every_session(opened: Opened) -> None:
    somm = opened(TABLE)
    somm.session(user="ana").say("never")
    other = somm.session(user="ana")
    shown = [i for text in ("more", "more", "more") for i in other.say(text).slate]
    assert shown
    assert all("party" not in i.attributes["kind"] for i in shown)
    assert other.conversation.constraints == ()


def test_parallel_turns_of_one_session_queue_and_none_is_lost(opened: Opened) -> None:
    chat = opened(TABLE).session()
    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(t.turn for t in pool.map(lambda _: chat.say("more"), range(12)))
    assert numbers == list(range(1, 13))
    assert [t.turn for t in chat.turns] == numbers


def test_two_processes_share_a_session_without_losing_turns(opened: Opened, tmp_path: Path) -> None:
    path = str(tmp_path / "store.sqlite")
    one = opened(TABLE, store=path).session(user="ana", session_id="s")
    two = opened(TABLE, store=path).session(user="ana", session_id="s")
    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(t.turn for t in pool.map(lambda n: (one, two)[n % 2].say("sea"), range(8)))
    assert numbers == list(range(1, 9))


def test_sessions_of_several_people_are_never_mixed(opened: Opened) -> None:
    texts = ("sea", "love", "more", "never", "more")

    def talk(somm: Sommelier, name: str) -> list[tuple[str, tuple[str, ...]]]:
        chat = somm.session(user=name, session_id=f"{name}-1", seed=5)
        return [(t.reply, tuple(i.id for i in t.slate)) for t in map(chat.say, texts)]

    alone = talk(opened(TABLE), "p0")
    together = opened(TABLE)
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda n: talk(together, f"p{n}"), range(8)))
    assert all(run == alone for run in runs)


def test_a_session_is_its_owners_only(opened: Opened) -> None:
    somm = opened(TABLE)
    somm.session(user="ana", session_id="s")
    with pytest.raises(NoSuchSession):
        somm.session(user="bob", session_id="s")


def test_forgetting_deletes_from_the_file(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    somm = opened(TABLE, store=str(path))
    somm.profile("ana").set("theme:sea", "like", words="a very particular remark")
    assert somm.profile("ana").forget("theme:sea") == 1
    assert len(somm.profile("ana")) == 0
    somm.close()
    files = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert b"a very particular remark" not in files


def test_everything_of_a_person_can_be_forgotten(opened: Opened) -> None:
    somm = opened(TABLE)
    somm.session(user="ana").say("love")
    somm.forget("ana")
    assert len(somm.profile("ana")) == 0
    assert somm.sessions("ana") == ()


def test_the_profile_can_be_set_required_and_exported(opened: Opened) -> None:
    view = opened(TABLE).profile("ana")
    view.set("item:harbour", "like")
    view.require({"number": "minutes", "max": 60}, "an hour at most")
    data = json.loads(json.dumps(view.export()))
    assert [e["label"] for e in data["entries"]] == ["Harbour", "an hour at most"]
    with pytest.raises(BadInput):
        view.set("item:nothing", "like")
    with pytest.raises(BadInput):
        view.require({"number": "weight", "max": 60}, "light")


def test_feedback_counts_at_once_and_is_checked(opened: Opened) -> None:
    chat = opened(TABLE).session(user="ana")
    shown = chat.say("sea").slate[0].id
    chat.feedback(shown, "reject")
    assert chat.profile.value.item_ids("reject") == (shown,)
    with pytest.raises(BadInput, match="write one of"):
        chat.feedback(shown, "adore")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="no item"):
        chat.feedback("nothing", "like")


def test_a_writer_that_lost_its_lease_is_refused(tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "store.sqlite"))
    store.session("s", user="ana", base="games", seed=1, now="2026")
    slow = store.acquire("s", "slow", lease_s=-1.0)
    fast = store.acquire("s", "fast", lease_s=60.0)
    assert slow is not None
    assert fast is not None
    assert fast.fence > slow.fence
    store.commit(fast, 1, {"turn": 1}, (), user="ana", now="2026")
    with pytest.raises(LeaseLost):
        store.commit(slow, 1, {"turn": 1}, (Entry(entity="item:a", kind="like"),), user="ana", now="2026")
    assert len(store.turns("s")) == 1
    assert len(store.profile("ana")) == 0
    assert store.acquire("s", "third", lease_s=60.0) is None
    store.close()


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(StoreDamaged, match="SOMMELIER_STORE"):
        SqliteStore(str(path))


def test_storage_grows_linearly_and_is_pruned(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    somm = opened(TABLE, store=str(path), keep_turns=20)
    chat = somm.session()
    sizes = []
    for _ in range(3):
        for _ in range(20):
            chat.say("more")
        sizes.append(sum(len(json.dumps(r)) for r in somm.store.turns(chat.id)))
    assert sizes[2] - sizes[1] < 1.5 * (sizes[1] - sizes[0]) + 20_000
    assert chat.turns[-1].reply
    assert chat.turns[0].reply == ""
    assert chat.conversation.turn == 60


@pytest.mark.slow
def test_two_hundred_turns_take_less_than_five_megabytes(opened: Opened, tmp_path: Path) -> None:
    somm = opened(TABLE, store=str(tmp_path / "store.sqlite"))
    chat = somm.session()
    for turn in range(200):
        chat.say(("sea", "more", "love", "more")[turn % 4])
    somm.close()
    assert sum(p.stat().st_size for p in tmp_path.iterdir()) < 5_000_000
