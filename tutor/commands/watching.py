"""`tutor watch`: the exercises one after the other, for people who live in their own editor."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from tutor.commands.checks import Check
from tutor.commands.keyboard import Keyboard
from tutor.commands.paper import SHAPES, Paper, plain
from tutor.commands.reading import step_markdown
from tutor.commands.route import Place, Route, places_of
from tutor.commands.setup import Problem, Setup, find_lesson
from tutor.commands.sitting import Sitting
from tutor.commands.typed import solution_markdown
from tutor.protocol import RunCode
from tutor.ui.ownedit import OwnEditorError, edit_file

if TYPE_CHECKING:
    from tutor.course.outline import Course
    from tutor.progress import Store

KEYS = {
    "a": ("answer", "type an answer; a digit begins one too"),
    "h": ("hint", "the next hint"),
    "d": ("detail", "details of the last verdict: the error as PyTorch prints it"),
    "n": ("next", "the next exercise, once this one is passed"),
    "s": ("skip", "the next exercise, though this one is not passed"),
    "l": ("list", "the lesson's exercises; go to one"),
    "r": ("again", "check again"),
    "x": ("stop", "stop the check that runs; Esc too"),
    "e": ("edit", "open the answer file in your own editor"),
    "o": ("solution", "the solution"),
    "t": ("text", "the lesson's text that leads here"),
    "?": ("help", "these keys"),
    "q": ("quit", "leave; all is kept"),
}
"""Key -> the method of Watcher without its "_press_", and what it does."""
SAME_KEYS = {"\x1b": "x", "\r": "a", "\n": "a", "\x04": "q"}


def watch_exercises(setup: Setup, lesson: str | None) -> int:
    """Go through the exercises until the learner leaves, and return the exit status."""
    from tutor.commands.screen import unfit_terminal
    from tutor.progress import Store

    course = setup.open_course()
    lesson_id = find_lesson(course, lesson).id if lesson else None
    why_not = unfit_terminal()
    if why_not:
        raise Problem(f"`tutor watch` needs a terminal, and {why_not}; `tutor check` needs none.")
    with closing(Store.open(course=course)) as store:
        return asyncio.run(_watch(setup, course, store, lesson_id))


async def _watch(setup: Setup, course: Course, store: Store, lesson_id: str | None) -> int:
    paper = Paper()
    route = Route(course, store, lesson_id, lambda problem: paper.say(f"! {problem}"))
    first = route.start()
    if first is None:
        paper.say("You have passed all exercises from here on; `tutor watch LESSON` goes through a lesson again.")
        return 0
    async with setup.engine(course, course.preload) as engine:
        with Keyboard(paper.redraw) as keyboard:
            try:
                await Watcher(setup, course, store, engine, keyboard, paper, route).run(first)
            except asyncio.CancelledError:
                if not keyboard.ended_by:
                    raise
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                keyboard.ended_by = signal.SIGHUP
            finally:
                _finish(paper)
    return 128 + keyboard.ended_by if keyboard.ended_by else 0


def _finish(paper: Paper) -> None:
    """Leave a clean line; where the terminal is gone, nothing is written to it any more."""
    try:
        paper.clear()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Watcher(Sitting):
    """One sitting, driven by keys."""

    async def run(self, first: Place) -> None:
        """From the first exercise until the learner leaves or there is none left."""
        self.open(first)
        await self.engine.start()
        try:
            while not self.done:
                key = await self.next_key()
                key = SAME_KEYS.get(key, key)
                if key.isdigit() and key.isascii() and self.file is None:
                    await self.ask_answer(key)
                elif key in KEYS:
                    await getattr(self, f"_press_{KEYS[key][0]}")()
                self.done = self.done or key == ""
        finally:
            if self._key is not None:
                self._key.cancel()
            await self.stop_check()

    async def _press_answer(self) -> None:
        if self.file is None:
            await self.ask_answer()

    async def _press_hint(self) -> None:
        hints = self.place.exercise.hints
        if not hints:
            self.paper.say("There are no hints for this one.")
            return
        if self.hints == len(hints):
            self.hints = 0
        self.hints += 1
        self.store.note_help(*self.ids, "hint", self.hints)
        self.paper.say(f"Hint {self.hints} of {len(hints)}")
        self.paper.markdown(hints[self.hints - 1])

    async def _press_detail(self) -> None:
        detail = self.verdict.detail if self.verdict else ""
        self.paper.say(plain(detail).rstrip("\n") or "There are no details.", "")

    async def _press_next(self) -> None:
        if self.passed:
            await self.go(self.route.after(self.place))
        else:
            self.paper.say("Not passed yet; s skips it.")

    async def _press_skip(self) -> None:
        await self.go(self.route.after(self.place))

    async def _press_list(self) -> None:
        places = places_of(self.place.lesson)
        self.paper.say(self.place.lesson.title)
        for place in places:
            mark = SHAPES["passed" if self.route.passed(place) else "not_attempted"]
            here = "▸" if place == self.place else " "
            self.paper.say(f"{here} {place.number:>2} {mark} {place.step.title}")
        typed = (await self.ask("go to number, or Enter to stay") or "").strip()
        if typed.isdecimal() and 1 <= int(typed) <= len(places):
            await self.go(places[int(typed) - 1])
        elif typed:
            self.paper.say(f"There are 1 to {len(places)}; not {typed}.")

    async def _press_again(self) -> None:
        answer = self.store.load_answer(*self.ids)
        if answer is None:
            self.paper.say("There is no answer yet.")
        else:
            await self.begin_check(answer)

    async def _press_stop(self) -> None:
        if await self.stop_check():
            self.paper.say("Stopped; nothing was judged.")

    async def _press_edit(self) -> None:
        if self.file is None:
            await self.ask_answer()
            return
        self.paper.clear()
        self.keyboard.give_back()
        try:
            await asyncio.to_thread(edit_file, self.file.path, str(self.setup.settings["editor"]))
        except OwnEditorError as error:
            self.paper.say(str(error))
        self.keyboard.take()

    async def _press_solution(self) -> None:
        if not self.passed:
            key = await self.next_key("Show the solution before you have passed? y shows it, any other key does not ")
            if key not in ("y", "Y"):
                return
        self.store.note_help(*self.ids, "solution")
        exercise = self.place.exercise
        if exercise.kind == "predict":
            await self.stop_check()
            place = (self.engine.new_job(), str(self.course.path), self.place.lesson.id)
            request = RunCode(*place, exercise.code, exercise.before, self.setup.device)
            self.check = Check(self.engine, request, "")
        else:
            self.paper.markdown(solution_markdown(exercise))

    async def _press_text(self) -> None:
        lesson = self.place.lesson
        if self.place.number == 1:
            self.paper.markdown(f"# {lesson.title}\n\n{lesson.objective}")
        for step in self.place.text_before:
            self.paper.markdown(step_markdown(lesson, step))
            self.see(step.id)
        if self.place.number > 1 and not self.place.text_before:
            self.paper.say("Nothing comes between the exercise before and this one.")
        self.see(self.place.step.id)

    async def _press_help(self) -> None:
        for key, (_, words) in KEYS.items():
            self.paper.say(f"  {key}  {words}")

    async def _press_quit(self) -> None:
        self.done = True
