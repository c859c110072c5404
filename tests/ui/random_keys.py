"""Random keys, clicks and resizes: `python -m tests.ui.random_keys [KEYS] [SEED] [--real]`.

Sessions of a few hundred keys follow one another on one home, as a learner's do. In each the program must neither fail nor get
stuck: Escape leads back to the map and `q` leaves. What was recorded, and what stood in an editor, must then be in the store.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual import events
from textual.errors import NoWidget
from textual.keys import _character_to_key
from textual.pilot import OutOfBounds, Pilot, WaitForScreenTimeout

from tests.course.small_course import write_small_course
from tests.ui.chance import ChanceEngine
from tutor.client import Engine
from tutor.course.catalog import open_course
from tutor.course.outline import Course
from tutor.progress import Store
from tutor.settings import Settings
from tutor.ui.app import TutorApp
from tutor.ui.screens.map import MapScreen
from tutor.ui.widgets.code import CodePane

SESSION = 250
"""Keys of a session at the most."""
SIZES = ((80, 24), (80, 24), (120, 40), (200, 60), (60, 20), (100, 30), (59, 20), (60, 19), (33, 9), (8, 2), (300, 90))
EDITING = (
    "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "enter", "tab", "shift+tab", "backspace", "delete",
    "escape", "escape", "escape", "space", "ctrl+z", "ctrl+y", "ctrl+a", "ctrl+k", "ctrl+u", "ctrl+w", "shift+down", "shift+right",
    "ctrl+left", "ctrl+right", "ctrl+x", "ctrl+v", "ctrl+c", "f1", "f2", "f12", "ctrl+f", "ctrl+l", "insert", "ctrl+home", "ctrl+end",
)  # fmt: skip
PRINTABLE = [chr(code) for code in range(32, 127)] + ["é", "漢", "🙂", "\u0301"]
RETURNS = 40
"""Keys within which Escape must have led back to the map."""
LEAVES = ("app.leave",)


class Fault(AssertionError):
    """Something that must not happen; says what led there."""


class Watched:
    """The program, and whether it was asked to leave."""

    def __init__(self, app: TutorApp) -> None:
        self.app, self.left = app, False
        leave = app.exit

        def leaving(*arguments: Any, **named: Any) -> None:
            self.left = True
            leave(*arguments, **named)

        app.exit = leaving  # type: ignore[method-assign]


class Sessions:
    """One home, one course, and what was confirmed to the learner so far."""

    def __init__(self, folder: Path, seed: int, make_engine: Callable[[random.Random], Any]) -> None:
        self.chance = random.Random(seed)
        self.make_engine = make_engine
        self.home = folder / "home"
        self.course: Course = open_course(write_small_course(folder / "course"))
        self.recorded: dict[tuple[str, ...], int] = {}
        """Attempts of an exercise that the store said were recorded."""
        self.panes: dict[tuple[str, str, str], CodePane] = {}
        """Where an exercise was answered last: its text outlives the screen."""
        self.keys: list[str] = []
        """What was pressed in this session."""
        self.pressed = 0

    async def run(self, keys: int) -> None:
        """Presses so many keys."""
        while self.pressed < keys:
            self.keys = []
            try:
                await self._session(min(keys - self.pressed, self.chance.randrange(20, SESSION)))
            except Exception as error:
                raise Fault(f"after {self.pressed} keys: {error!r}; the last: {self.keys[-60:]}") from error
            self._check_work()

    async def _session(self, keys: int) -> None:
        store = Store.open(self.home)
        self._spy(store)
        engine = self.make_engine(self.chance)
        lesson = self.chance.choice((None, None, *(entry.id for entry in self.course.lessons)))
        settings = Settings.load({"TUTOR_HOME": str(self.home)})
        app = TutorApp(lambda: self.course, lambda: store, lambda: engine, lesson, settings=settings)
        watched = Watched(app)
        size = self.chance.choice(SIZES)
        self.keys.append(f"{size} {lesson}")
        try:
            async with app.run_test(size=size) as pilot:
                await until(pilot, lambda: not isinstance(app.screen, MapScreen) or app.screen.query("#outline"))
                for _ in range(keys):
                    if watched.left or app._exception:
                        break
                    await self._press(pilot, app)
                    self.pressed += 1
                if not watched.left and app._exception is None:
                    await self._go_home(pilot, watched)
        finally:
            await engine.close()  # which the program does once the terminal is given back
            store.close()

    def _spy(self, store: Store) -> None:
        record = store.record

        def recording(*arguments: Any) -> Any:
            result = record(*arguments)
            self.recorded[arguments[:3]] = self.recorded.get(arguments[:3], 0) + 1
            return result

        store.record = recording  # type: ignore[method-assign]

    async def _press(self, pilot: Pilot[None], app: TutorApp) -> None:
        draw = self.chance.random()
        if draw < 0.02:
            size = self.chance.choice(SIZES)
            self.keys.append(f"resize {size}")
            await pilot.resize_terminal(*size)
        elif draw < 0.07:
            await self._click(pilot, app)
        else:
            key = self._key(app, draw)
            self.keys.append(key)
            await press(pilot, key, self.chance.choice((0, 1, 2)))

    def _key(self, app: TutorApp, draw: float) -> str:
        if draw < 0.6:
            bindings = app.screen.active_bindings
            key = self.chance.choice(sorted(bindings) or ["escape"])
            if bindings and bindings[key].binding.action not in LEAVES:
                return key
        if draw > 0.998:
            return "ctrl+q"
        return self.chance.choice(PRINTABLE if self.chance.random() < 0.5 else EDITING)

    async def _click(self, pilot: Pilot[None], app: TutorApp) -> None:
        place = self.chance.randrange(app.size.width), self.chance.randrange(app.size.height)
        self.keys.append(f"click {place}")
        try:
            await pilot.click(offset=place, times=self.chance.choice((1, 1, 2)))
        except (OutOfBounds, NoWidget):
            pass  # the size is about to change

    def see(self, pane: CodePane) -> None:
        """An exercise came up."""
        self.panes[(self.course.id, pane.lesson.id, pane.code.id)] = pane

    async def _go_home(self, pilot: Pilot[None], watched: Watched) -> None:
        """Escape, as often as it takes; then `q`."""
        app = watched.app
        await pilot.resize_terminal(80, 24)
        for _ in range(RETURNS):
            if isinstance(app.screen, MapScreen) or watched.left or app._exception:
                break
            self.keys.append("home: escape")
            await press(pilot, "escape", 3)
        if app._exception is not None or watched.left:
            return
        if not isinstance(app.screen, MapScreen):
            raise Fault(f"Escape does not lead back to the map from {app.screen}")
        self.keys.append("home: q")
        await press(pilot, "q", 1)
        await until(pilot, lambda: watched.left)

    def _check_work(self) -> None:
        store = Store.open(self.home)
        try:
            if store.problem:
                raise Fault(store.problem)
            for place, count in self.recorded.items():
                kept = len(store.attempts(*place))
                if kept < count:
                    raise Fault(f"{place}: {count} attempts were recorded, {kept} are kept; {self.keys}")
            for place, pane in self.panes.items():
                answer, text = store.load_answer(*place), pane.editor.text
                if answer != text and (answer is not None or text != pane.code.starter):
                    raise Fault(f"{place}: {text!r} stood in the editor, and {answer!r} is kept; {self.keys[-60:]}")
        finally:
            store.close()


async def press(pilot: Pilot[None], key: str, rounds: int) -> None:
    """One key, and so many rounds in which everybody takes what was sent to them; 0: the next key follows at once.

    Pilot's own `press` waits until the processor is idle, which takes longer than everything else.
    """
    assert pilot.app._driver is not None
    name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
    event = events.Key(name, key if len(key) == 1 else None)
    event.set_sender(pilot.app)
    pilot.app._driver.send_message(event)
    for _ in range(rounds):
        try:
            await pilot._wait_for_screen()
        except WaitForScreenTimeout:
            if pilot.app._exit:  # nobody is there any more to take anything
                return
            raise
        await asyncio.sleep(0)


async def until(pilot: Pilot[None], condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Lets the program work until this holds."""
    end = time.monotonic() + seconds
    while not condition():
        if pilot.app._exception is not None:
            return
        if time.monotonic() > end:
            raise Fault(f"it got stuck on {pilot.app.screen}")
        await pilot._wait_for_screen()
        await asyncio.sleep(0.002)


async def press_keys(folder: Path, seed: int, keys: int, real: bool = False) -> None:
    """Presses `keys` random keys. Raises Fault, which names the seed, where something is wrong."""
    before = Path.cwd()
    os.environ["EDITOR"] = os.environ["VISUAL"] = "true"
    (folder / "here").mkdir()
    os.chdir(folder / "here")  # a demo may be written to a file there
    loop = asyncio.get_running_loop()
    troubles: list[str] = []
    loop.set_exception_handler(
        lambda _loop, context: troubles.append(f"{context.get('message')}: {context.get('exception')!r}")
    )
    sessions = Sessions(folder, seed, (lambda _chance: Engine()) if real else ChanceEngine)
    mounted = CodePane.on_mount

    def mounting(pane: CodePane) -> None:
        mounted(pane)
        sessions.see(pane)

    CodePane.on_mount = mounting  # type: ignore[method-assign]
    try:
        await sessions.run(keys)
    except Fault as fault:
        raise Fault(f"seed {seed}: {fault}") from fault
    finally:
        CodePane.on_mount = mounted  # type: ignore[method-assign]
        os.chdir(before)
    if troubles:
        raise Fault(f"seed {seed}: {troubles}")


def main() -> None:
    """So many keys, with a seed that is said."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("keys", type=int, nargs="?", default=20_000)
    parser.add_argument("seed", type=int, nargs="?", default=random.randrange(1, 10**6))
    parser.add_argument("--real", action="store_true", help="with the real engine, which runs what is typed")
    chosen = parser.parse_args()
    print(f"{chosen.keys} keys, seed {chosen.seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(press_keys(Path(folder), chosen.seed, chosen.keys, chosen.real))
    print(f"nothing went wrong in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
