"""Judging a choice. It needs no engine: what is right stands in the lesson."""

from __future__ import annotations

from collections.abc import Collection

from tutor.course.model import Choice, Option


def judge(choice: Choice, picked: Collection[int]) -> tuple[bool, str]:
    """Whether exactly the right options were picked (indices from 0), and why: Markdown made of the options' own reasons.

    An answer that is not right never gives away what would be. IndexError where there is no such option.
    """
    for index in picked:
        if not 0 <= index < len(choice.options):
            raise IndexError(f"there is no option {index + 1}; there are {len(choice.options)}")
    if not picked:
        return False, "Pick an answer first."
    chosen = [option for index, option in enumerate(choice.options) if index in picked]
    wrong = [option for option in chosen if not option.right]
    right = [option for option in chosen if option.right]
    missing = sum(option.right for option in choice.options) - len(right)
    if wrong:
        return False, _reasons(wrong)
    if missing:
        more = "one more answer is" if missing == 1 else f"{missing} more answers are"
        return False, f"Right so far, but {more} right as well."
    return True, _reasons(right)


def _reasons(options: list[Option]) -> str:
    """One reason speaks for itself; several each name their option."""
    if len(options) == 1:
        return options[0].why
    return "\n\n".join(f"{option.text}: {option.why}" for option in options)
