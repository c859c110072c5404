"""The four things a job can be asked to do. Each returns the message that says what came of it."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tutor.engine import checking, diagnosis, prediction
from tutor.engine.blame import learners_call
from tutor.engine.devices import is_out_of_memory
from tutor.engine.guard import stop_tracing, watch
from tutor.engine.namespace import (
    ANSWER,
    CourseFault,
    course_at_hand,
    execute,
    fresh_main,
    gap,
    lesson_file,
    load_lesson,
    not_attempted,
    run_examples,
    seed,
)
from tutor.engine.run import Run
from tutor.engine.suspicions import Suspicion, Watch
from tutor.protocol import (
    CheckAnswer,
    CheckPrediction,
    CheckTuning,
    Crashed,
    Message,
    Progress,
    RunCode,
    RunDemo,
    Verdict,
)


def run_demo(request: RunDemo, run: Run) -> Crashed | None:
    """Run a demo; None: it came to its end."""
    try:
        lesson = load_lesson(request.course, request.lesson)
        demo = getattr(lesson, request.demo, None)
        if not callable(demo):
            return Crashed(request.job, f"{request.lesson}.py has no demo named {request.demo}.")
        _on_a_device_with_room(run, lambda: demo(run, **request.settings))
    except CourseFault as fault:
        return Crashed(request.job, str(fault))
    except BaseException as error:
        found = diagnosis.diagnose(error, lesson_file(request.course, request.lesson))
        return Crashed(request.job, found.message, found.detail, found.line, found.lesson)
    return None


def _on_a_device_with_room(run: Run, demo: Callable[[], Any]) -> None:
    """Run it; on the CPU where an accelerator's memory is full, as it is where others use it too."""
    seed()
    try:
        demo()
        return
    except Exception as error:
        if run.device.type == "cpu" or run.shown or not is_out_of_memory(error):
            raise
        full = f"The memory of {run.device} is full, so this runs on the CPU; other programs may use it."
    # out here, where the error and with it the frames that hold the tensors are gone
    run.move("cpu", full)
    seed()
    demo()


def run_code(request: RunCode, device: str) -> Crashed | None:
    """Run code as a prompt would: the value of a last expression is shown."""
    namespace = fresh_main()
    seed()
    with course_at_hand(request.course):
        try:
            run_examples(request.before, namespace)
            value = execute(request.code, namespace, ANSWER)
            if value is not None:
                print(repr(value))
        except BaseException as error:
            found = diagnosis.diagnose(error, ANSWER)
            return Crashed(request.job, found.message, found.detail, found.line, found.lesson)
    return None


def check_answer(request: CheckAnswer, device: str) -> Verdict:
    """Run the learner's code, then the lesson's check on what it defines."""
    began = time.perf_counter()

    def verdict(outcome: Any, message: str, **more: Any) -> Verdict:
        return Verdict(request.job, outcome, message, seconds=time.perf_counter() - began, **more)

    try:
        lesson = load_lesson(request.course, request.lesson)
        check = getattr(lesson, f"check_{request.exercise}", None)
        if check is None:
            raise CourseFault(f"{request.lesson}.py has no check_{request.exercise}. Your answer is saved.")
    except CourseFault as fault:
        return verdict("unjudged", str(fault))
    noticed = Watch()
    noticed.begin()
    verify = watch(lesson)
    judged = _judge(request.answer, check, verify, verdict)
    noticed.end()
    judged = with_gap(with_suspicions(judged, noticed.found), request.answer)
    try:
        verify()  # also where it did not pass: the way to the engine must be as it was
    except checking.Mismatch as mismatch:
        return judged if judged.outcome == "error" else verdict("failed", str(mismatch))
    return judged


def _judge(answer: str, check: Any, verify: Callable[[], None], verdict: Callable[..., Verdict]) -> Verdict:
    """What the check says of the answer."""
    names = list(inspect.signature(check).parameters)
    namespace = fresh_main()
    seed()
    try:
        execute(answer, namespace, ANSWER)
        stop_tracing()
        verify()
        absent = not_attempted(answer, names, namespace)
        if absent:
            return verdict("not_attempted", absent)
        seed()
        check(*[namespace[name] for name in names])
    except checking.Mismatch as mismatch:
        return verdict("failed", str(mismatch), expected=mismatch.expected, got=mismatch.got)
    except BaseException as error:
        stop_tracing()
        return _verdict_of(error, check, namespace, verdict)
    return verdict("passed", "Right.")


def with_gap(verdict: Verdict, answer: str) -> Verdict:
    """A wrong answer's verdict; where a `...` of the starter was left in it, that comes first."""
    line = gap(answer) if verdict.outcome in ("failed", "error") else 0
    if not line:
        return verdict
    return replace(verdict, message=f"Line {line} is still a `...`: your lines go there. {verdict.message}")


def with_suspicions(verdict: Verdict, found: list[Suspicion]) -> Verdict:
    """A wrong answer's verdict, with what was noticed on the way."""
    if verdict.outcome not in ("failed", "error") or not found:
        return verdict
    unsaid = [each.message for each in found if not each.about or each.about not in verdict.message]
    message = " ".join([verdict.message, *unsaid[:2]])
    return replace(verdict, message=message, lesson=verdict.lesson or found[0].lesson)


def _verdict_of(
    error: BaseException, check: Any, namespace: dict[str, Any], verdict: Callable[..., Verdict]
) -> Verdict:
    """What an exception says: the learner's own, an assert of the check, or a fault of the check."""
    found = diagnosis.diagnose(error, ANSWER)
    own = {"detail": found.detail, "line": found.line, "lesson": found.lesson}
    if found.line:
        return verdict("error", found.message, **own)
    if isinstance(error, AssertionError):
        return verdict("failed", str(error) or "The check says no, without saying why.")
    line = diagnosis.line_of_call(error, namespace, ANSWER)
    if line:
        return verdict(
            "error", f"Line {line}: {error}. Does it take what the task says?", detail=found.detail, line=line
        )
    call = learners_call(error, check)
    if call:
        found = diagnosis.diagnose(error, ANSWER, f"The check calls `{call}`: ")
        return verdict("error", found.message, detail=found.detail, lesson=found.lesson)
    where = f"{check.__module__.removeprefix('lesson:')}.py, {check.__name__}"
    message = (
        f"The check itself failed ({where}): {type(error).__name__}. That is the course's fault; your answer is saved."
    )
    return verdict("unjudged", message, detail=found.detail)


def check_prediction(request: CheckPrediction, device: str) -> Verdict:
    """Run the code and compare what it gives with what the learner said."""
    began = time.perf_counter()
    namespace = fresh_main()
    seed()
    with course_at_hand(request.course):
        run_examples(request.before, namespace)
        truth = prediction.truth_of(lambda: execute(request.code, namespace, "<the code>"))
    right, message = prediction.judge(request.answer, truth)
    outcome: Any = "not_attempted" if right is None else "passed" if right else "failed"
    expected = truth.shown if right or request.reveal else ""
    seconds = time.perf_counter() - began
    return Verdict(request.job, outcome, message, expected=expected, got=request.answer.strip(), seconds=seconds)


def check_tuning(request: CheckTuning, device: str, send: Callable[[Message], None]) -> Verdict:
    """Run a demo once for each seed, showing only how far it is, then the check on the list of what each run measured."""
    began = time.perf_counter()

    def verdict(outcome: Any, message: str, **more: Any) -> Verdict:
        return Verdict(request.job, outcome, message, seconds=time.perf_counter() - began, **more)

    results = []
    check = None
    try:
        lesson = load_lesson(request.course, request.lesson)
        check = getattr(lesson, f"check_{request.exercise}")
        for i, number in enumerate(request.seeds):
            send(Progress(request.job, i, len(request.seeds), "seed", 0.0, -1.0, 0))
            run = Run(request.job, device, lambda *messages: None, number)
            seed(number)
            getattr(lesson, request.demo)(run, **request.settings)
            results.append(run.figures)
        check(results)
    except checking.Mismatch as mismatch:
        return verdict("failed", str(mismatch), expected=mismatch.expected, got=mismatch.got)
    except AssertionError as error:
        return verdict("failed", str(error) or "The target is not reached.")
    except CourseFault as fault:
        return verdict("unjudged", str(fault))
    except Exception as error:
        found = diagnosis.diagnose(error, lesson_file(request.course, request.lesson))
        return verdict("unjudged", f"The demo failed with these settings: {found.message}", detail=found.detail)
    return verdict("passed", "Right.")
