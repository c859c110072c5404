"""What `tutor watch` does with one exercise at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tutor.commands.answers import judge_choice, request_for
from tutor.commands.checks import Check, Outcome
from tutor.commands.paper import Paper, plain
from tutor.commands.reading import exercise_markdown, step_markdown
from tutor.commands.route import Place, Route, places_of
from tutor.commands.setup import Problem, Setup
from tutor.commands.typed import ASKS, settings_of, spell, tidy
from tutor.progress.summary import VERDICTS
from tutor.protocol import Verdict
from tutor.ui.watch import FileWatch

if TYPE_CHECKING:
    from tutor.client import Engine
    from tutor.commands.keyboard import Keyboard
    from tutor.course.outline import Course
    from tutor.progress import Store

LOOK_EVERY = 0.3
"""Seconds between two looks at the answer file."""
SETTLE = 0.05
"""Seconds in which a file must not change before it is read: some editors empty it first, then write."""
KINDS = {
    "choice": "question", "predict": "predict", "code": "write code", "fix": "mend code", "order": "put in order",
    "tune": "reach a target",
}  # fmt: skip


class Sitting:
    """Shows a task, notices saves, has answers checked, keeps and shows what came of them. What keys do is the Watcher's."""

    def __init__(
        self,
        setup: Setup,
        course: Course,
        store: Store,
        engine: Engine,
        keyboard: Keyboard,
        paper: Paper,
        route: Route,
    ) -> None:
        self.setup, self.course, self.store, self.engine = setup, course, store, engine
        self.keyboard, self.paper, self.route = keyboard, paper, route
        self.place: Place
        self.file: FileWatch | None = None
        """The answer file; None: this exercise is answered at a prompt."""
        self.unsettled = False
        """Whether the file changed at the last look."""
        self.check: Check | None = None
        self.verdict: Verdict | None = None
        self.hints = 0
        """How many were shown since the exercise was opened."""
        self.done = False
        self.told = ""
        """What the store complained of last."""
        self._key: asyncio.Task[str] | None = None

    @property
    def ids(self) -> tuple[str, str, str]:
        """Course, lesson and exercise."""
        return self.course.id, self.place.lesson.id, self.place.exercise.id

    @property
    def passed(self) -> bool:
        return self.route.passed(self.place)

    # The exercise ---------------------------------------------------------------------------------------------------------

    def open(self, place: Place) -> None:
        """Show an exercise's task, and put its starter into the answer file where there is none."""
        self.place = place
        self.verdict, self.hints, self.unsettled = None, 0, False
        lesson, exercise = place.lesson, place.exercise
        count = f"{place.number}/{len(lesson.exercises)}"
        self.paper.rule(f"{lesson.title} · {count} · {KINDS[exercise.kind]} ")
        parts = [step_markdown(lesson, place.step)]
        if exercise.kind in ("choice", "predict", "order"):
            parts.append(exercise_markdown(exercise))
        self.paper.markdown("\n\n".join(parts))
        kept = self.store.load_answer(*self.ids)
        if exercise.kind == "tune":
            settings = spell(settings_of(exercise, kept))
            self.paper.markdown(f"▶ {exercise.demo.label}\n\n```text\n{settings}\n```")
        if exercise.kind in ("code", "fix"):
            if kept is None:
                self.store.save_answer(*self.ids, exercise.starter.rstrip("\n") + "\n")
            path = self.store.answer_path(*self.ids)
            self.file = FileWatch(path)
            self.paper.say("Your answer, checked whenever you save it:" if kept is None else "Your answer so far:")
            self.paper.say(f"  {path}", "")
            if not path.exists():
                self.paper.say(
                    f"! That file cannot be written; `tutor check {lesson.id} {exercise.id} FILE` takes any."
                )
        else:
            self.file = None
        self.see(place.step.id)

    def see(self, step_id: str) -> None:
        self.store.see(self.course.id, self.place.lesson.id, step_id)
        self.store.update_state(self.course.id, self.place.lesson)
        self.tell_problem()

    def tell_problem(self) -> None:
        """What the store complains of, once."""
        if self.store.problem and self.store.problem != self.told:
            self.paper.say(f"! {self.store.problem}")
        self.told = self.store.problem

    async def go(self, place: Place | None) -> None:
        """To another exercise; None: there is none left."""
        await self.stop_check()
        if place is not None:
            self.open(place)
            return
        left = [other.exercise.id for other in places_of(self.place.lesson) if not self.route.passed(other)]
        self.paper.say("That was the last exercise." + (f" Not passed yet here: {', '.join(left)}." if left else ""))
        self.done = True

    # Waiting --------------------------------------------------------------------------------------------------------------

    async def next_key(self, prompt: str = "") -> str:
        """The next key. While it waits, saves are noticed and verdicts shown."""
        while True:
            self.paper.bottom(prompt or self.bottom_line(), "" if prompt else "dim")
            if self._key is None:
                self._key = asyncio.create_task(self.keyboard.key())
            waiting: set[asyncio.Task[str] | asyncio.Task[Outcome]] = {self._key}
            if self.check is not None:
                waiting.add(self.check.task)
            timeout = SETTLE if self.unsettled else LOOK_EVERY
            await asyncio.wait(waiting, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            await self.look_at_file()
            if self.check is not None and self.check.task.done():
                self.take_outcome(self.check)
            if self._key.done():
                key, self._key = self._key.result(), None
                return key

    async def look_at_file(self) -> None:
        if self.file is None:
            return
        if self.file.changed():
            self.unsettled = True
        elif self.unsettled:
            self.unsettled = False
            await self.begin_check(self.store.load_answer(*self.ids) or "")

    async def ask(self, question: str, typed: str = "") -> str | None:
        """A line from the learner; None: they thought better of it."""
        while True:
            key = await self.next_key(f"{question}: {typed}")
            match key:
                case "\r" | "\n":
                    return typed
                case "\x1b" | "" | "\x04":
                    self.done = self.done or key == ""
                    return None
                case "\x7f" | "\b":
                    typed = typed[:-1]
                case "\x15":
                    typed = ""
                case _ if key.isprintable():
                    typed += key

    def bottom_line(self) -> str:
        if self.check is not None:
            return self.check.words
        typed = "save to check" if self.file is not None else "a answer"
        keys = "n next · o solution" if self.passed else f"{typed} · h hint · s skip"
        detail = " · d details" if self.verdict and self.verdict.detail else ""
        return f"{keys}{detail} · l list · ? keys · q quit"

    # Checking -------------------------------------------------------------------------------------------------------------

    async def begin_check(self, answer: str) -> None:
        """Judge an answer, in place of the one that is being judged."""
        await self.stop_check()
        exercise = self.place.exercise
        try:
            if exercise.kind == "choice":
                self.judge(judge_choice(exercise, answer), answer, "")
                return
            job, device = self.engine.new_job(), self.setup.device
            request = request_for(job, self.course, self.place.lesson, exercise, answer, device)
        except Problem as problem:
            self.paper.say(f"○ {problem.message}")
            return
        self.check = Check(self.engine, request, answer)

    async def stop_check(self) -> bool:
        """Whether there was one to stop."""
        check, self.check = self.check, None
        if check is None:
            return False
        if check.task.done():  # just now: what it said counts
            self.take_outcome(check)
            return False
        await check.stop()
        return True

    def take_outcome(self, check: Check) -> None:
        self.check = None
        self.paper.bottom("")
        outcome = check.task.result()
        if outcome.verdict is not None:
            self.judge(outcome.verdict, check.answer, outcome.printed)
        elif outcome.crashed is not None:
            self.paper.say(f"! {plain(outcome.crashed.message)}")
        else:
            self.paper.say("It gives:", *(f"  {line}" for line in plain(outcome.printed).splitlines()), "")

    def judge(self, verdict: Verdict, answer: str, printed: str) -> None:
        """Keep an attempt, then show its verdict."""
        said, seconds = (verdict.outcome, verdict.message), verdict.seconds
        self.store.record(*self.ids, *said, answer, seconds, verdict.lesson)
        self.store.update_state(self.course.id, self.place.lesson)
        self.verdict = verdict
        tries = sum(attempt.outcome in VERDICTS for attempt in self.store.attempts(*self.ids))
        self.paper.verdict(verdict, tries, printed, self.place.exercise.kind == "choice")
        self.tell_problem()

    async def ask_answer(self, typed: str = "") -> None:
        exercise = self.place.exercise
        answer = await self.ask(ASKS[exercise.kind], typed)
        if not (answer or "").strip():
            return
        try:
            kept = tidy(exercise, answer or "", self.store.load_answer(*self.ids))
        except Problem as problem:
            self.paper.say(f"○ {problem.message}")
            return
        self.store.save_answer(*self.ids, kept)
        self.paper.say("Your answer: " + kept.replace("\n", " "))
        await self.begin_check(kept)
