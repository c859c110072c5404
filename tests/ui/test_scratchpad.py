"""The scratchpad, by keys: over a fake engine that answers what is fed, and once over the real one."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.course.small_course import write_small_course
from tests.ui import helpers, lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, until
from tutor.client import Engine
from tutor.course.catalog import open_course
from tutor.progress import Store
from tutor.progress.scratch import Scratch
from tutor.protocol import (
    Axes,
    Complete,
    Completions,
    Control,
    Crashed,
    Extend,
    Fed,
    Feed,
    Image,
    JobEvent,
    Note,
    OpenScratchpad,
    Picture,
    Points,
    Printed,
    Request,
    Result,
    Started,
    TensorShown,
    Work,
)
from tutor.ui.app import TutorApp
from tutor.ui.pieces import Shown
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.map import MapScreen
from tutor.ui.screens.scratchpad import ScratchpadScreen
from tutor.ui.widgets.editor import CodeEditor

ROWS = tuple(tuple(f"{(row * column) % 7 / 7:.2g}" for column in range(8)) for row in range(8))
PIXELS = base64.b64encode(bytes((row * column) % 7 * 40 for row in range(8) for column in range(8))).decode()

ANSWERS: dict[str, Callable[[int, int], list[JobEvent]]] = {
    "1 + 1": lambda job, n: [Printed(job, "2\n"), Fed(job, n, "", "", 0, 0.002)],
    "x": lambda job, n: [
        TensorShown(job, "x", (2,), "float32", "cpu", (("0.5", "1.5"),)),
        Fed(job, n, "", "", 0, 0.002),
    ],
    "y": lambda job, n: [Fed(job, n, "There is no [b]y[/b] here.", "Traceback [x]", 1, 0.001)],
    "digit": lambda job, n: [
        TensorShown(job, "digit", (8, 8), "float32", "cpu", ROWS),
        Picture(job, "digit", (Image(8, 8, "L", PIXELS),)),
        Fed(job, n, "", "", 0, 0.002),
    ],
    "spin": lambda job, n: [],
    "crash": lambda job, n: [Crashed(job, "The process ended itself.")],
    "flood": lambda job, n: [Printed(job, "line\n" * 5000 + "\x1b[31mlast\x1b[0m\n"), Fed(job, n, "", "", 0, 0.1)],
}


class PadEngine(FakeEngine):
    """Answers what is fed to a scratchpad; code it does not know prints itself."""

    words: tuple[str, ...] = ("learning_rate", "learn(")

    async def send(self, request: Request) -> None:
        await super().send(request)
        match request:
            case Feed(job=job, number=number, code=code):
                answer = ANSWERS.get(code, lambda j, n: [Printed(j, f"ran {code!r}\n"), Fed(j, n, "", "", 0, 0.001)])
                self.say(*answer(job, number))
            case Complete(job=job, number=number):
                self.say(Completions(job, number, self.words))
            case Control(job=job, action="interrupt"):
                self.say(Fed(job, 1, "Interrupted; the names are as it left them.", "", 0, 1.0))

    @property
    def fed(self) -> list[str]:
        return [request.code for request in self.sent if isinstance(request, Feed)]


def begin(request: Work) -> Iterable[JobEvent]:
    if isinstance(request, OpenScratchpad):
        yield Started(0, "cpu", 120.0)
        yield Fed(request.job, 0, "", "", 0, 0.1, ("model Net", "X (3, 2)"))


@pytest.fixture
def engine() -> PadEngine:
    return PadEngine(begin)


async def pad_of(pilot: Pilot[None], key: str = "s") -> ScratchpadScreen:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, ScratchpadScreen) and "▸" in screen_text(pilot.app))
    await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "editor")
    screen = pilot.app.screen
    assert isinstance(screen, ScratchpadScreen)
    return screen


async def type_in(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*[{" ": "space", "\n": "enter"}.get(letter, letter) for letter in text])


async def ready(pilot: Pilot[None], pad: ScratchpadScreen) -> None:
    await until(pilot, lambda: pad.pad.state == "ready")


async def test_names_are_said_and_code_runs(make_app: MakeApp, engine: PadEngine) -> None:
    app = make_app(lessons.TENSORS)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "Dimensions of size one")
        pad = await pad_of(pilot)
        await until(pilot, lambda: "model Net · X (3, 2)" in screen_text(app))
        (request,) = [request for request in engine.requests if isinstance(request, OpenScratchpad)]
        assert request.lesson == lessons.TENSORS and request.before == (lessons.SHAPES.code,)
        await type_in(pilot, "1 + 1\n")
        await until(pilot, lambda: "› 1 + 1\n   2" in screen_text(app))
        await type_in(pilot, "x\n")
        await until(pilot, lambda: "x  (2,)  float32  cpu" in screen_text(app))
        await type_in(pilot, "y\n")
        await until(pilot, lambda: "✗ There is no [b]y[/b] here." in screen_text(app))
        await pilot.press("f4")
        await until(pilot, lambda: "Traceback [x]" in screen_text(app))
        await pilot.press("escape")
        assert app.screen is pad


async def test_it_keeps_what_it_has_when_one_leaves(make_app: MakeApp, engine: PadEngine) -> None:
    app = make_app(lessons.TENSORS)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "Dimensions of size one")
        pad = await pad_of(pilot)
        await ready(pilot, pad)
        await type_in(pilot, "1 + 1\nhalf a th")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, LessonScreen))
        assert await pad_of(pilot) is pad
        assert "› 1 + 1" in screen_text(app) and "▸ half a th" in screen_text(app)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, LessonScreen))
        assert len([request for request in engine.requests if isinstance(request, OpenScratchpad)]) == 1


async def test_a_letter_in_an_editor_is_a_letter_and_ctrl_g_opens_it(make_app: MakeApp, engine: PadEngine) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, "One image, as a batch")
        await pilot.press("s", "slash", "colon")
        assert screen.query_one(CodeEditor).text.startswith("s/:")
        assert "/ search" not in screen_text(app)
        await pad_of(pilot, "ctrl+g")


async def test_a_block_goes_on_until_an_empty_line(make_app: MakeApp, engine: PadEngine) -> None:
    app = make_app(lessons.TENSORS)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "Dimensions of size one")
        pad = await pad_of(pilot)
        await ready(pilot, pad)
        await type_in(pilot, "for i in x:\nprint(i)\n")
        assert pad.prompt.text == "for i in x:\n    print(i)\n    " and engine.fed == []
        await pilot.press("enter")
        await until(pilot, lambda: engine.fed == ["for i in x:\n    print(i)"])
        assert pad.prompt.text == ""


async def test_history_comes_back_also_after_a_restart(make_app: MakeApp, engine: PadEngine, store: Store) -> None:
    Scratch(store.home).remember("old = 1")
    Scratch(store.home).keep_draft("a draft")
    app = make_app(lessons.TENSORS)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "Dimensions of size one")
        pad = await pad_of(pilot)
        await ready(pilot, pad)
        assert pad.prompt.text == "a draft"
        await pilot.press("up")
        assert pad.prompt.text == "old = 1"
        await pilot.press("enter")
        await until(pilot, lambda: engine.fed == ["old = 1"])
        await pilot.press("up", "up")
        assert pad.prompt.text == "a draft"  # it was not run, and is not lost
        await type_in(pilot, "!")
    assert Scratch(store.home).draft() == "a draft!"
    assert Scratch(store.home).history() == ["a draft", "old = 1"]


async def test_names_are_completed(make_app: MakeApp, engine: PadEngine) -> None:
    app = make_app(lessons.TENSORS)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "Dimensions of size one")
        pad = await pad_of(pilot)
        await ready(pilot, pad)
        await type_in(pilot, "y = le")
        await pilot.press("tab")
        await until(pilot, lambda: "learning_rate  learn(" in screen_text(app))
        assert pad.prompt.text == "y = learn"
        await pilot.press("tab")
        assert pad.prompt.text == "y = learning_rate"
        await pilot.press("tab")
        assert pad.prompt.text == "y = learn("
        await pilot.press("escape")  # the list first, then the scratchpad
        assert app.screen is pad and "learning_rate" not in screen_text(app)


async def test_what_runs_is_interrupted_and_typing_goes_on_meanwhile(make_app: MakeApp, engine: PadEngine) -> None:
    app = make_app(lessons.TENSORS)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "Dimensions of size one")
        pad = await pad_of(pilot)
        await ready(pilot, pad)
        await type_in(pilot, "spin\n")
        await until(pilot, lambda: pad.pad.state == "running" and "Esc interrupt" in screen_text(app))
        await type_in(pilot, "x + 1\n")
        assert "Something still runs" in screen_text(app) and pad.prompt.text == "x + 1"
        await pilot.press("f9")
        await until(pilot, lambda: any(isinstance(request, Extend) for request in engine.sent))
        await pilot.press("ctrl+c")
        await until(pilot, lambda: "■ Interrupted" in screen_text(app) and pad.pad.state == "ready")
        assert pad.prompt.text == "x + 1"


async def test_a_crash_costs_only_its_names_and_the_next_key_starts_anew(make_app: MakeApp, engine: PadEngine) -> None:
    app = make_app(lessons.TENSORS)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "Dimensions of size one")
        pad = await pad_of(pilot)
        await ready(pilot, pad)
        await type_in(pilot, "crash\n")
        await until(pilot, lambda: "Its names are gone" in screen_text(app) and pad.pad.state == "lost")
        await type_in(pilot, "1")
        await ready(pilot, pad)
        await type_in(pilot, " + 1\n")
        await until(pilot, lambda: engine.fed == ["crash", "1 + 1"])


async def test_without_an_engine_nothing_that_was_typed_is_lost(make_app: MakeApp, store: Store) -> None:
    app = make_app(lessons.TENSORS)
    broken = PadEngine(problem="There is no torch here.")
    app._make_engine = lambda: broken  # type: ignore[assignment,return-value]
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "Dimensions of size one")
        pad = await pad_of(pilot)
        await until(pilot, lambda: "There is no torch here." in screen_text(app) and pad.pad.state == "closed")
        await type_in(pilot, "x = 1\n")
        await until(pilot, lambda: pad.prompt.text == "x = 1")
    assert Scratch(store.home).history() == ["x = 1"]


async def test_code_typed_before_it_is_open_runs_once_it_is(make_app: MakeApp, engine: PadEngine) -> None:
    engine.hold.clear()
    app = make_app(lessons.TENSORS)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "Dimensions of size one")
        pad = await pad_of(pilot)
        await type_in(pilot, "1 + 1\n")
        assert pad.pad.waiting == "1 + 1" and engine.fed == []
        engine.hold.set()
        await until(pilot, lambda: engine.fed == ["1 + 1"])


async def test_another_lesson_brings_its_names_unless_something_was_done(make_app: MakeApp, engine: PadEngine) -> None:
    def asked() -> list[str]:
        return [request.lesson for request in engine.requests if isinstance(request, OpenScratchpad)]

    app = make_app(lessons.TENSORS)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "Dimensions of size one")
        pad = await pad_of(pilot)
        await ready(pilot, pad)
        await pilot.press("escape")
        app.open_lesson(lessons.LINE)
        await opened(pilot, "Watch the line find the points")
        await pad_of(pilot)
        await until(pilot, lambda: asked() == [lessons.TENSORS, lessons.LINE])
        await ready(pilot, pad)
        await type_in(pilot, "1 + 1\n")
        await ready(pilot, pad)
        await pilot.press("escape")
        app.open_lesson(lessons.TENSORS)
        await opened(pilot, "Dimensions of size one")
        await pad_of(pilot)
        await until(pilot, lambda: "F6 starts anew with those of" in screen_text(app))
        assert len(asked()) == 2
        await pilot.press("f6")
        await until(pilot, lambda: asked()[2:] == [lessons.TENSORS])


async def test_output_without_end_leaves_the_last_of_it(make_app: MakeApp, engine: PadEngine) -> None:
    app = make_app(lessons.TENSORS)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "Dimensions of size one")
        pad = await pad_of(pilot)
        await ready(pilot, pad)
        await type_in(pilot, "flood\n")
        await until(pilot, lambda: "   last" in screen_text(app) and "[31m" not in screen_text(app))
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "last" not in screen_text(app))


async def test_it_opens_on_the_map_with_the_lesson_under_the_cursor(make_app: MakeApp, engine: PadEngine) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and "Begin" in screen_text(app))
        await until(pilot, lambda: app.focused is not None)
        await pad_of(pilot)
        assert [r.lesson for r in engine.requests if isinstance(r, OpenScratchpad)] == ["tensors/what"]


def test_picture(make_app: MakeApp, snap_compare: Any) -> None:
    """Code, its output, a tensor beside its picture, an error; the prompt holds a block, with completions under it."""

    async def before(pilot: Pilot[None]) -> None:
        pad = await pad_of(pilot)
        for code in ("1 + 1", "digit", "y"):
            await ready(pilot, pad)
            await type_in(pilot, f"{code}\n")
        await until(pilot, lambda: "✗ There is no" in screen_text(pilot.app) and pad.pad.state == "ready")
        pad.line.settle("ready")  # not how long it took
        await type_in(pilot, "for row in digit:\nle")
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "learning_rate  learn(" in screen_text(pilot.app))
        assert "as a picture" in screen_text(pilot.app)

    assert snap_compare(make_app(lessons.TENSORS), terminal_size=(80, 24), run_before=before)


async def test_the_real_engine_knows_the_examples(tmp_path: Path) -> None:
    course = open_course(write_small_course(tmp_path / "course"))
    store = Store.open(tmp_path / "home")
    async with Engine(preload=course.preload) as engine:
        app = TutorApp(lambda: course, lambda: store, lambda: engine, "basics/shapes")
        async with app.run_test(size=(100, 40)) as pilot:
            await opened(pilot, "Six numbers")
            await until(pilot, lambda: engine.state == "ready", "the engine is ready", seconds=helpers.WARM_UP)
            pad = await pad_of(pilot)
            await ready(pilot, pad)
            await type_in(pilot, "torch.eye(8)\n")
            await until(pilot, lambda: "torch.eye(8)  (8, 8)  float32  cpu" in screen_text(app))
            await until(pilot, lambda: "as a picture" in screen_text(app))
            await type_in(pilot, "while True: print(1)\n")
            await until(pilot, lambda: pad.pad.state == "running" and "\n   1\n   1\n" in screen_text(app))
            await pilot.press("escape")
            await until(pilot, lambda: "■ Interrupted" in screen_text(app))
            await type_in(pilot, "torch.ey")
            await pilot.press("tab")
            await until(pilot, lambda: pad.prompt.text == "torch.eye(")


async def test_what_code_draws_through_run_grows_where_it_was_run(make_app: MakeApp, engine: FakeEngine) -> None:
    app = make_app(lessons.TENSORS)
    async with app.run_test(size=(80, 24)) as pilot:
        pad = await pad_of(pilot)
        await ready(pilot, pad)
        job = pad.pad._jobs.job
        engine.say(Axes(job, "loss", "epoch", 0, 10), Points(job, "loss", "train", (0.0, 1.0), (2.0, 1.0)))
        await until(pilot, lambda: "── train 1.00" in screen_text(app), "the curve is drawn")
        engine.say(Points(job, "loss", "train", (2.0,), (0.5,)), Note(job, "half way"), Result(job, {"loss": 0.5}))
        await until(pilot, lambda: "── train 0.500" in screen_text(app), "it grows")
        assert "half way" in screen_text(app) and "loss 0.5" in screen_text(app)
        assert sum(isinstance(piece, Shown) for piece in pad.transcript.pieces) == 1
