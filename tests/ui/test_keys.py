"""Every key of the program: named, explained, remappable, and told truly in texts."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.binding import Binding

import tutor.ui
from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, text_of, until
from tests.ui.keys_table import documented, table
from tutor.protocol import CheckAnswer, RunCode
from tutor.ui import scenes
from tutor.ui.keynames import named_keys
from tutor.ui.screens.help import HelpScreen
from tutor.ui.screens.map import MapScreen
from tutor.ui.screens.search import PaletteScreen, SearchScreen
from tutor.ui.widgets.editor import CodeEditor
from tutor.ui.words import character_of, key_name, key_words

KEY = re.compile(r"\b(F\d\d?|Ctrl-\S|Esc|Enter|Space|PgUp|PgDn)\b|[↑↓⏎]")
"""Names of keys in sentences."""


def own() -> list[tuple[str, Binding]]:
    """Every binding of the program with the class that has it."""
    return [(name, each) for name, of in scenes.classes().items() for each in scenes.own_bindings(of)]


def test_every_binding_has_an_id_a_word_and_a_sentence() -> None:
    assert len(own()) > 100
    for name, binding in own():
        assert isinstance(binding, Binding), f"{name}: {binding}"
        assert binding.id and binding.description and binding.tooltip, f"{name}: {binding.action}"
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", binding.id), binding.id
        assert not KEY.search(binding.tooltip), f"{binding.id}: its key may be another one"
        assert len(binding.tooltip) <= 60, f"{binding.id}: help has a line of 80 for its keys and this"


def test_no_two_bindings_share_an_id() -> None:
    assert [each for each, times in Counter(binding.id for _, binding in own()).items() if times > 1] == []


def test_every_class_with_bindings_stands_in_a_scene() -> None:
    told = {base.__name__ for scene in scenes.SCENES for part in scene.parts for base in scenes.classes()[part].__mro__}
    assert {name for name, _ in own()} - told - {"TutorApp"} == set()


def test_no_key_is_one_that_a_multiplexer_or_a_terminal_keeps_for_itself() -> None:
    """The prefixes of tmux and screen, flow control's stop, and what GNOME's and other terminals put a menu on."""
    taken = {"ctrl+b", "ctrl+a", "ctrl+s", "f10", "f11", "f12"} | set(scenes_same())
    for name, binding in own():
        assert not set(named_keys(binding.key)) & taken, f"{name}: {binding.id}"


def scenes_same() -> list[str]:
    from tutor.ui.keynames import SAME

    return list(SAME)


def test_texts_name_bindings_that_there_are() -> None:
    for name, of in scenes.classes().items():
        for found in re.findall(r"\{([a-z]+\.[a-z_]+)\}", getattr(of, "HELP", None) or ""):
            assert found in scenes.all_bindings(), f"{name} speaks of {found}"


def texts(source: str) -> Iterator[tuple[int, str]]:
    """The texts of a module that may come on the screen: no docstrings, no bindings."""
    tree = ast.parse(source)
    left = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Binding":
            left |= {id(part) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left:
            yield node.lineno, node.value


def test_no_text_names_a_key_that_may_be_another() -> None:
    """Texts get the names of keys from the bindings. Words that name keys (`words.py`) and the dialog for a key apart."""
    for path in Path(tutor.ui.__path__[0]).rglob("*.py"):
        if path.name in ("words.py", "keys.py"):
            continue
        source = path.read_text(encoding="utf-8").replace("Ctrl-C", "")  # which is always that
        for line, text in texts(source):
            assert not KEY.search(text), f"{path.name}:{line}: {text!r}"


def test_keys_are_spelled_for_the_bottom_line_and_for_sentences() -> None:
    keys = ["ctrl+r", "enter", "f6", "question_mark", "G", "shift+up", "slash", "pageup", "comma", "ctrl+underscore"]
    assert [key_name(key) for key in keys] == ["^r", "⏎", "F6", "?", "G", "⇧↑", "/", "PgUp", ",", "^_"]
    assert [key_words(key) for key in keys] == [
        "Ctrl-R", "Enter", "F6", "?", "G", "Shift-↑", "/", "PgUp", ",", "Ctrl-_",
    ]  # fmt: skip
    assert [character_of(key) for key in ("slash", "space", "a", "f5", "ctrl+a", "up")] == [
        "/",
        " ",
        "a",
        None,
        None,
        None,
    ]


# What may be set --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("?", ["question_mark"]),
        ("F5, Ctrl-R", ["f5", "ctrl+r"]),
        ("^x", ["ctrl+x"]),
        ("ctrl+/", ["ctrl+slash"]),
        (",", ["comma"]),
        ("G,g,g", ["G", "g"]),
        ("alt+left", ["alt+left"]),
    ],
)
def test_keys_may_be_written_as_people_write_them(written: str, named: list[str]) -> None:
    assert named_keys(written) == named


def test_every_binding_can_have_another_key() -> None:
    for binding_id in scenes.all_bindings():
        assert scenes.checked({binding_id: "f23"}) == ({binding_id: "f23"}, {})


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"lesson.nxt": "x"}, 'there is no key "lesson.nxt"; did you mean "lesson.next"?'),
        ({"lesson.next": "ctlr+x"}, '"ctlr+x" is no key'),
        ({"lesson.next": " "}, "lesson.next has no key"),
        ({"lesson.next": "ctrl+m"}, "a terminal sends ctrl+m as enter"),
        ({"demo.run": "x"}, "x is taken by demo.stop in a demo."),
        ({"demo.run": "n"}, "n is taken by lesson.next in a demo."),
        ({"exercise.solution": "f8"}, "F8 is taken by exercise.attempts"),
        ({"app.search": "q"}, "q is taken by app.quit"),
        ({"code.check": "c,f5"}, "code.check may not have c: in the editor that is typed."),
        ({"exercise.hint": "h"}, "exercise.hint needs a Ctrl or function key"),
    ],
)
def test_what_makes_no_sense_is_said_and_the_own_key_stays(wanted: dict[str, str], said: str) -> None:
    held, problems = scenes.checked(wanted)
    assert held == {} and said in next(iter(problems.values()))


def test_two_keys_may_change_places() -> None:
    swap = {"demo.run": "x", "demo.stop": "r"}
    assert scenes.checked(swap) == (swap, {})
    swap = {"lesson.next": "p", "lesson.back": "n"}
    assert scenes.checked(swap) == (swap, {})


def test_the_same_key_in_different_places_is_no_collision() -> None:
    keys = {"map.progress": "w", "progress.close": "w,escape"}
    assert scenes.checked(keys) == (keys, {})


def test_the_documented_table_of_keys_is_the_programs() -> None:
    assert documented() == table(), "run: python -m tests.ui.keys_table"


# On the screen ----------------------------------------------------------------------------------------------------------


def write(tmp_path: Path, text: str) -> None:
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "settings.toml").write_text(text)


async def test_other_keys_hold_and_bottom_line_texts_and_help_say_so(make_app: MakeApp, tmp_path: Path) -> None:
    write(tmp_path, '[keys]\nmap.continue = "y"\nlesson.next = "]"\nlesson.map = "b"\n')
    app = make_app()
    app.store.see("small", lessons.TENSORS, "ones")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "press y" in screen_text(app) and "y continue" in screen_text(app))
        await pilot.press("c")
        assert isinstance(app.screen, MapScreen)
        await pilot.press("y")
        lesson = await opened(pilot, "Dimensions of size one")
        assert "] next" in screen_text(app) and "b map" in screen_text(app)
        await pilot.press("n", "right_square_bracket")
        await until(pilot, lambda: lesson.index == 1 and lesson.settled)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and "To the next step" in screen_text(app))
        assert re.search(r"\] +To the next step", screen_text(app))


async def test_a_letter_moved_to_a_function_key_works_while_one_types(
    make_app: MakeApp, engine: FakeEngine, tmp_path: Path
) -> None:
    write(tmp_path, '[keys]\napp.search = "f12"\ncode.check = "ctrl+k"\n')
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, "One image, as a batch")
        await until(pilot, lambda: "^k check" in screen_text(app))
        await pilot.press("slash", "ctrl+k")
        await until(pilot, lambda: any(isinstance(request, CheckAnswer) for request in engine.requests))
        answer = app.store.load_answer("small", lessons.TENSORS, "add_batch")
        assert answer is not None and answer.startswith("/")
        assert isinstance(screen.focused, CodeEditor)
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(app.screen, SearchScreen))


async def test_a_new_key_of_the_prompt_frees_the_old_one(make_app: MakeApp, engine: FakeEngine, tmp_path: Path) -> None:
    write(tmp_path, '[keys]\nprompt.run = "f10"\n')
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.focused is not None)
        await pilot.press("s")
        await until(pilot, lambda: type(app.focused).__name__ == "Prompt")
        prompt = app.focused
        await pilot.press("1", "enter", "2")
        assert prompt.text == "1\n2"  # type: ignore[union-attr]


async def test_what_is_wrong_with_the_keys_is_on_the_map(make_app: MakeApp, tmp_path: Path) -> None:
    write(tmp_path, '[keys]\nlesson.next = "p"\n')
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "p is taken by lesson.back" in screen_text(app))
        assert "settings.toml,line2:" in "".join(screen_text(app).split())
        assert app.own_keys.held == {}


async def test_every_action_with_a_function_key_is_in_the_list_of_actions(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "One image, as a batch")
        shown = {
            active.binding.action
            for key, active in app.screen.active_bindings.items()
            if active.binding.id and active.enabled and key[0] == "f" and key[1:].isdigit()
        }
        assert {"check", "solution", "app.help", "app.theme", "text"} <= {each.split("(")[0] for each in shown}
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, PaletteScreen) and app.focused is not None)
        palette = app.screen
        assert isinstance(palette, PaletteScreen)
        assert shown <= {item.key for item in palette.found.items}


@pytest.mark.parametrize("keys", [("j", "k"), ("down", "up")])
async def test_texts_scroll_by_letters_and_by_arrows(make_app: MakeApp, keys: tuple[str, str]) -> None:
    app = make_app(lessons.TENSORS)
    async with app.run_test(size=(80, 20)) as pilot:
        await opened(pilot, "Dimensions of size one")
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and bool(app.screen.query("#long")))
        text = app.screen.query_one("#long")
        await until(pilot, lambda: text.max_scroll_y > 2 and text.has_focus)
        await pilot.press(keys[0])
        assert text.scroll_y == 1
        await pilot.press(keys[1])
        assert text.scroll_y == 0
        await pilot.press("G")
        assert text.scroll_y == text.max_scroll_y
        await pilot.press("g", "ctrl+d")
        assert text.scroll_y > 0
        await pilot.press("ctrl+u")
        assert text.scroll_y == 0


async def test_help_tells_all_parts_of_a_screen_and_fits_80_columns(make_app: MakeApp, engine: FakeEngine) -> None:
    app = make_app(lessons.LINE, "see")
    async with app.run_test(size=(80, 60)) as pilot:
        await opened(pilot, "Watch the line find the points")
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and "Everywhere" in screen_text(app))
        said = screen_text(app)
        for words in ("Here", "A control, where it has the focus", "One notch up", "Run the demo", "Leave; everything"):
            assert words in said, words
        assert "…" not in text_of(app.screen.query_one("#keys"))
        assert not [request for request in engine.requests if isinstance(request, RunCode)]
