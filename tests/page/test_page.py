"""The page in a real browser: conversation, cards, why, profile, ways back, several people, one's own table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.page.boards import page, rows, write_table
from tests.page.visitor import Visitor

Visit = Callable[..., Visitor]
pytestmark = pytest.mark.browser
KIND = {title: kind for title, _, _, kind, _, _ in rows()}
MINUTES = {title: minutes for title, _, minutes, _, _, _ in rows()}
YEAR = {title: year for title, year, _, _, _, _ in rows()}


def test_a_conversation_of_five_turns(visit: Visit) -> None:
    me = visit()
    me.say("a strategy game")
    assert me.titles
    assert {KIND[t] for t in me.titles} == {"strategy"}
    first = me.titles
    me.say("something newer")
    assert min(YEAR[t] for t in me.titles) > min(YEAR[t] for t in first)
    assert not set(first) & set(me.titles)
    me.say("a party game under 100 minutes")
    assert me.titles
    assert all(KIND[t] == "party" and MINUTES[t] <= 100 for t in me.titles)
    taken = me.titles[0]
    me.say(f"why {taken}?")
    assert taken in me.reply
    me.say("how many games have you?")
    assert "48" in me.reply
    assert me.page.locator(".sm-turn").count() == 5


def test_an_answer_shows_steps_cost_cards_and_chips(visit: Visit) -> None:
    me = visit()
    me.say("a strategy game")
    me.page.locator(".sm-steps summary").last.click()
    steps = me.page.locator(".sm-turn:last-child .sm-steps li")
    assert steps.count() >= 3
    assert "ms" in steps.first.inner_text()
    assert "→" in steps.last.inner_text()
    foot = me.page.inner_text(".sm-turn:last-child .sm-foot")
    assert "built-in brain" in foot
    assert "0 model calls" in foot
    card = me.page.locator(".sm-card").first
    assert card.locator("svg.sm-cover[aria-label]").count() == 1
    assert card.locator(".sm-because").inner_text()
    chips = me.page.locator(".sm-chips button").all_inner_texts()
    assert chips
    me.page.locator(".sm-chips button", has_text=chips[0]).click()
    me.settle(2)
    assert me.page.inner_text(".sm-turn:last-child .sm-heard p") == chips[0]


def test_a_cover_is_the_same_for_the_same_item(visit: Visit) -> None:
    one, other = visit(), visit()
    for me in (one, other):
        me.say("give me ten strategy games")
    both = [title for title in one.titles if title in other.titles]
    assert both
    cover = f'.sm-card svg.sm-cover[aria-label="Cover of {both[0]}"]'
    drawn = [me.page.locator(cover).first.evaluate("s => s.outerHTML") for me in (one, other)]
    assert drawn[0] == drawn[1]


def test_verdicts_are_remembered_and_can_be_taken_back(visit: Visit) -> None:
    me = visit()
    me.say("a strategy game")
    liked, unwanted = me.titles[:2]
    me.page.locator(".sm-card [data-verdict=like]").nth(0).click()
    me.page.locator(".sm-card [data-verdict=dislike]").nth(1).click()
    me.page.wait_for_function("document.querySelectorAll('#sm-panel .sm-known li').length === 2")
    assert sorted(me.known) == sorted([liked, unwanted])
    assert me.page.locator(".sm-card [data-verdict=like]").nth(0).get_attribute("aria-pressed") == "true"
    me.page.locator(".sm-card [data-verdict=like]").nth(0).click()
    me.page.wait_for_function("document.querySelectorAll('#sm-panel .sm-known li').length === 1")
    assert me.known == [unwanted]
    assert me.page.locator(".sm-card [data-verdict=like]").nth(0).get_attribute("aria-pressed") == "false"


def test_why_is_drawn_and_told_in_words(visit: Visit) -> None:
    me = visit()
    liked = next(t for t, k in KIND.items() if k == "strategy")
    me.say(f"I loved {liked}. Something like it?")
    me.press("why", ".sm-card")
    me.page.wait_for_selector("#sm-panel .sm-paths")
    assert liked in str(me.page.get_attribute("#sm-panel .sm-paths", "aria-label"))
    me.page.click("#sm-panel .sm-steps summary")
    assert liked in me.page.inner_text("#sm-panel .sm-steps")
    assert me.page.locator("#sm-panel .sm-bars tbody tr").count() >= 1
    me.press("close", "#sm-panel")
    me.page.wait_for_selector("#sm-panel .sm-known")


def test_taking_a_line_out_of_the_profile_changes_the_next_slate(visit: Visit) -> None:
    me = visit()
    me.say("never any strategy please")
    me.page.wait_for_selector("#sm-panel .sm-constraint li")
    me.say("any 10 games")
    assert len(me.titles) == 10
    assert "strategy" not in {KIND[t] for t in me.titles}
    me.press("new")
    me.page.wait_for_selector(".sm-examples")
    me.press("forget", "#sm-panel .sm-constraint")
    me.page.wait_for_function("!document.querySelector('#sm-panel .sm-constraint')")
    me.say("10 strategy games")
    assert {KIND[t] for t in me.titles} == {"strategy"}


def test_everything_can_be_saved_and_forgotten(visit: Visit) -> None:
    me = visit()
    me.say(f"I loved {next(iter(KIND))}")
    me.page.wait_for_selector("#sm-panel .sm-known li")
    with me.page.expect_download() as saved:
        me.press("export", "#sm-panel")
    assert next(iter(KIND)) in Path(saved.value.path()).read_text(encoding="utf-8")
    me.press("forget-all", "#sm-panel")
    assert me.known  # the first press only asks whether one is sure
    me.press("forget-all", "#sm-panel")
    me.page.wait_for_function("!document.querySelector('#sm-panel .sm-known')")


def test_undo_edit_and_retry_take_the_agent_back_with_them(visit: Visit) -> None:
    me = visit()
    liked = next(t for t, k in KIND.items() if k == "family")
    me.say("a strategy game")
    me.say(f"I loved {liked}")
    me.page.wait_for_selector("#sm-panel .sm-known li")
    me.press("undo")
    me.page.wait_for_function("document.querySelectorAll('.sm-turn').length === 1 && !document.querySelector('#sm-panel .sm-known')")
    assert me.page.input_value("#sm-line") == f"I loved {liked}"
    me.page.fill("#sm-line", "")
    before = me.titles
    me.press("retry")
    me.page.wait_for_selector(".sm-busy", state="attached")
    me.settle(1)
    assert me.titles == before  # nothing had changed, and what was shown before the way back does not count as shown
    me.page.hover(".sm-heard")
    me.press("edit")
    me.page.fill(".sm-editing textarea", "a party game")
    me.page.press(".sm-editing textarea", "Enter")
    me.page.wait_for_selector(".sm-busy", state="attached")
    me.settle(1)
    assert {KIND[t] for t in me.titles} == {"party"}
    me.say("another one")
    assert {KIND[t] for t in me.titles} == {"party"}  # the strategy game of before the edit is gone from the talk


def test_earlier_conversations_are_taken_up_again_after_a_restart(home: Path, visit: Visit, tmp_path: Path) -> None:
    store = ("--base", "games", "--store", str(tmp_path / "talk.sqlite"), "--port")
    with page(home, *store, "7871") as where:
        me = visit(where)
        me.say("a party game")
        shown = me.titles
        me.leave()
    with page(home, *store, "7871") as where:
        me.page.add_init_script("sessionStorage.clear()")
        me.arrive()
        me.press("resume")
        me.settle(1)
        assert me.titles == shown
        me.say("another one")
        assert {KIND[t] for t in me.titles} == {"party"}
        assert not set(me.titles) & set(shown)
        me.leave()


def test_a_tab_goes_on_where_it_stood_and_conversations_can_be_deleted(visit: Visit) -> None:
    me = visit()
    me.say("a party game")
    shown = me.titles
    me.page.reload()
    me.settle(1)
    assert me.titles == shown
    me.page.hover("#sm-rail nav li")
    me.press("delete", "#sm-rail")
    me.press("delete", "#sm-rail")
    me.page.wait_for_selector(".sm-examples")
    assert me.page.locator("#sm-rail nav li").count() == 0


def test_two_people_at_once_are_never_mixed(visit: Visit) -> None:
    one, other = visit(), visit()
    mine, theirs = [t for t, k in KIND.items() if k == "economic"][:2]
    for me, text in ((one, f"I loved {mine}"), (other, f"I loved {theirs}")):
        me.page.fill("#sm-line", text)
    for me in (one, other):
        me.page.press("#sm-line", "Enter")
    for me in (one, other):
        me.settle(1)
    one.say("a strategy game")
    other.say("a party game")
    assert one.known == [mine]
    assert other.known == [theirs]
    assert {KIND[t] for t in one.titles} == {"strategy"}
    assert {KIND[t] for t in other.titles} == {"party"}
    assert one.page.locator("#sm-rail nav li").count() == 1


def test_a_table_is_uploaded_corrected_built_and_talked_to(visit: Visit, tmp_path: Path) -> None:
    me = visit()
    me.press("own")
    me.page.wait_for_selector("dialog[open] .sm-drop")
    bad = tmp_path / "notes.txt.csv"
    bad.write_text("", encoding="utf-8")
    me.page.set_input_files("[data-upload]", str(bad))
    me.page.wait_for_selector("dialog .sm-bad")
    me.page.set_input_files("[data-upload]", str(write_table(tmp_path / "Shelf of games.csv")))
    me.page.wait_for_selector(".sm-roles")
    roles = me.page.eval_on_selector_all("[data-column]", "found => Object.fromEntries(found.map(s => [s.dataset.column, s.value]))")
    assert roles["title"] == "title"
    assert roles["designer"] == "person"
    me.page.select_option("[data-column=title]", "text")
    me.press("build")
    me.page.wait_for_selector("dialog .sm-bad:has-text('title')")
    me.page.select_option("[data-column=title]", "title")
    me.page.select_option("[data-column=designer]", "")
    me.page.fill("[data-field=singular]", "puzzle")
    me.page.fill("[data-field=plural]", "puzzles")
    me.press("build")
    me.page.wait_for_selector("dialog [data-do=choose]", timeout=120_000)
    assert "puzzles by category" in me.page.inner_text("dialog")
    assert "designer" not in me.page.inner_text("dialog")
    me.press("choose")
    me.page.wait_for_selector(".sm-welcome:has-text('48 puzzles')")
    me.say("a party game")
    assert {KIND[t] for t in me.titles} == {"party"}
    somebody = visit()
    assert "shelf-of-games" not in somebody.page.inner_text("#sm-rail select")
    me.page.select_option("[data-pick=base]", "games")
    me.page.wait_for_selector(".sm-welcome:has-text('48 games')")


def test_by_keyboard_alone(visit: Visit) -> None:
    me = visit()
    me.page.keyboard.type("a strategy game")
    me.page.keyboard.press("Enter")
    me.settle(1)
    seen: list[str] = []
    me.page.evaluate("document.querySelector('.sm-scroller').focus()")
    for _ in range(14):
        me.page.keyboard.press("Tab")
        seen.append(str(me.page.evaluate("document.activeElement.dataset.do || document.activeElement.tagName")))
        if seen[-1] == "why":
            break
    assert {"edit", "judge", "why"} <= set(seen)
    assert me.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    me.page.keyboard.press("Enter")
    me.page.wait_for_selector("#sm-panel .sm-hero")
    nameless = me.page.eval_on_selector_all(
        "#sm-app button", "all => all.filter(b => !(b.getAttribute('aria-label') || b.textContent.trim())).length"
    )
    assert nameless == 0


def test_on_a_phone(visit: Visit) -> None:
    me = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    me.say("a strategy game")
    wide = me.page.evaluate("[document.documentElement.scrollWidth, document.querySelector('.sm-scroller').scrollWidth]")
    assert max(wide) <= 390
    small = me.page.eval_on_selector_all(
        ".sm-deeds button, .sm-send, .sm-top button",
        "all => all.filter(b => b.offsetParent && b.getBoundingClientRect().height < 40).length",
    )
    assert small == 0
    me.press("why", ".sm-card")
    me.page.wait_for_selector("body[data-drawer=panel] #sm-panel .sm-hero")
    me.page.keyboard.press("Escape")
    me.press("menu")
    me.page.wait_for_selector("body[data-drawer=rail]")
    me.press("new")
    me.page.wait_for_selector(".sm-examples")


def test_nothing_jumps_while_the_answer_grows(visit: Visit) -> None:
    me = visit()
    me.say("a strategy game")
    me.page.evaluate("""() => {
        window.tops = [];
        window.looking = setInterval(() => {
            const said = document.querySelector('.sm-turn:last-child .sm-heard');
            if (said && document.querySelectorAll('.sm-turn').length === 2) window.tops.push(Math.round(said.getBoundingClientRect().top));
        }, 4);
    }""")
    me.say("a party game")
    me.page.wait_for_timeout(100)
    tops = me.page.evaluate("(clearInterval(window.looking), [...new Set(window.tops)])")
    assert len(tops) == 1


def test_light_and_dark_have_enough_contrast(visit: Visit) -> None:
    for scheme in ("light", "dark"):
        me = visit(color_scheme=scheme)
        me.say("a strategy game")
        found = me.page.evaluate(_CONTRAST)
        assert found, scheme
        assert [f for f in found if f[1] < 4.5] == []
    me.press("dark")
    assert not me.page.evaluate("document.body.classList.contains('dark')")


_CONTRAST = """() => {
    const part = v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
    const light = ([r, g, b]) => .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
    const read = css => css.match(/[\\d.]+/g).map(Number);
    const ground = e => {
        for (; e; e = e.parentElement) {
            const c = read(getComputedStyle(e).backgroundColor);
            if (c.length < 4 || c[3] === 1) return c;
        }
    };
    const what = '#sm-app :is(p, h2, h3, small, button span, label span), .sm-foot span';
    return [...document.querySelectorAll(what)]
        .filter(e => e.textContent.trim() && e.offsetParent && !e.closest('.sm-hidden'))
        .map(e => {
            const a = light(read(getComputedStyle(e).color)), b = light(ground(e));
            return [e.textContent.trim().slice(0, 30), (Math.max(a, b) + .05) / (Math.min(a, b) + .05)];
        });
}"""


def test_behind_a_password(home: Path, visit: Visit) -> None:
    with page(home, "--base", "games", "--auth", "ada:secret", "--auth", "bob:secret2", "--port", "7872") as where:
        me = visit(where, open_it=False)
        me.page.goto(where)
        me.page.wait_for_selector("input[type=password]")
        me.complaints.clear()  # the refusal of the page itself is an answer 401
        assert me.page.request.get(where + "config").status == 401
        for name, password in (("ada", "secret"), ("bob", "secret2")):
            assert me.page.request.post(where + "login", form={"username": name, "password": password}).ok
            me.arrive()
            assert me.known == []
            me.say(f"I loved {next(iter(KIND))}")
            me.page.wait_for_selector("#sm-panel .sm-known li")
            me.page.evaluate("sessionStorage.clear()")
        me.leave()


def test_the_first_start_shows_the_base_being_built(visit: Visit, tmp_path: Path) -> None:
    with page(tmp_path, "--port", "7873") as where:
        me = visit(where, open_it=False)
        me.page.goto(where)
        me.page.wait_for_selector(".sm-progress progress")
        assert "Building" in me.page.inner_text(".sm-progress")
        me.leave()
