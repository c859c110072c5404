"""An answer as text, in the form that its kind of exercise takes -> the request that has it judged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tutor.commands.setup import Problem, find_name
from tutor.protocol import CheckAnswer, CheckPrediction, CheckTuning, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tutor.course.model import Choice, Code, Demo, Lesson, Order, Predict, Tune, Value
    from tutor.course.outline import Course
    from tutor.protocol import Checked


def judge_choice(choice: Choice, answer: str) -> Verdict:
    """The verdict on the numbers of options. No engine is needed: what is right stands in the lesson."""
    from tutor.course.choice import judge

    picked = _numbers(answer)
    if not picked:
        raise Problem(f"{choice.id} is a choice: answer with an option's number, 1 to {len(choice.options)}.")
    try:
        passed, message = judge(choice, {number - 1 for number in picked})
    except IndexError:
        raise Problem(f"{choice.id} has the options 1 to {len(choice.options)}; not {answer.strip()}.") from None
    return Verdict(0, "passed" if passed else "failed", message)


def request_for(
    job: int, course: Course, lesson: Lesson, exercise: Code | Predict | Order | Tune, answer: str, device: str
) -> Checked:
    """The request to judge an answer. Problem where the text is none of the form that is wanted."""
    place = (job, str(course.path), lesson.id)
    match exercise.kind:
        case "predict":
            return CheckPrediction(*place, exercise.code, answer, exercise.before, device)
        case "tune":
            chosen = [line for line in answer.splitlines() if line.strip() and not line.lstrip().startswith("#")]
            settings = read_settings(exercise.demo, chosen)
            demo, seeds = exercise.demo.id, exercise.seeds
            return CheckTuning(*place, exercise.id, demo, settings, seeds, device, exercise.seconds)
        case "order":
            answer = exercise.assemble(_order(exercise, answer))
    return CheckAnswer(*place, exercise.id, answer, device, exercise.seconds)


def read_settings(demo: Demo, chosen: Iterable[str]) -> dict[str, Value]:
    """The demo's controls at their defaults, but for those that were set, each as "name=value"."""
    controls = {control.name: control for control in demo.controls}
    settings = {control.name: control.default for control in demo.controls}
    for setting in chosen:
        name, equals, text = setting.partition("=")
        if not equals:
            raise Problem(f"A setting is CONTROL=VALUE, such as lr=0.1; not {setting!r}.")
        control = controls[find_name(name.strip(), controls, "control")]
        try:
            settings[control.name] = control.read(text.strip().strip("\"'"))
        except ValueError as error:
            raise Problem(str(error)) from None
    return settings


def _order(order: Order, answer: str) -> list[str]:
    """The exercise's lines as the answer puts them: by their numbers as `tutor show` lists them, or the code itself."""
    shown = order.shuffled()
    numbers = _numbers(answer)
    if sorted(numbers) == list(range(1, len(shown) + 1)):
        return [shown[number - 1] for number in numbers]
    fixed = {line.strip() for line in order.before.splitlines()} - {line.strip() for line in order.lines}
    given = [line.strip() for line in answer.splitlines() if line.strip() and line.strip() not in fixed]
    left = list(order.lines)
    found = []
    for text in given:
        fits = [line for line in left if line.strip() == text]
        if not fits:
            break
        left.remove(fits[0])
        found.append(fits[0])
    if left or len(found) != len(given):
        example = " ".join(str(number) for number in range(len(shown), 0, -1))
        raise Problem(
            f"{order.id} wants its {len(shown)} lines in order, each once, or their numbers, such as {example}."
        )
    return found


def _numbers(text: str) -> list[int]:
    """The numbers that a text consists of; none where it consists of anything else."""
    words = re.split(r"[\s,;]+", text.strip())
    return [int(word) for word in words] if all(word.isascii() and word.isdigit() for word in words) else []
