"""What counts as a term, and the sentence that explains it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui import lessons
from tutor.course.catalog import built_in, open_course
from tutor.course.model import Text
from tutor.course.reader import read_lesson
from tutor.course.terms import Term, bold, check_terms, fitting, plain_text, sorted_terms, terms, terms_of_lesson


def told(markdown: str) -> list[tuple[str, str]]:
    """Term and sentence of a lesson whose only step has this text."""
    lesson = lessons.squeeze()
    step = replace(lesson.steps[0], blocks=(Text(markdown, 7),))
    return [
        (found.term, found.sentence) for found in terms_of_lesson(replace(lesson, steps=(step,), objective=""), "T")
    ]


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("A **seed** is a number.", ["seed"]),
        ("The **`state_dict`** is a dict.", ["state_dict"]),
        ("**Do not do this.** And **why:** so.", []),
        ("**a long sentence that someone stressed** is none", []),
        ("the figure **490** and `a ** b ** c`", []),
        ("a **computational\ngraph** is", ["computational graph"]),
    ],
)
def test_bold_is_a_term_unless_it_cannot_be_one(markdown: str, found: list[str]) -> None:
    assert terms(markdown) == found


def test_the_sentence_is_the_one_with_the_term() -> None:
    markdown = "Numbers come by chance. A **seed** is a number that the generator starts from, and always the same way, e.g. 42. More."
    assert told(markdown) == [
        ("seed", "A seed is a number that the generator starts from, and always the same way, e.g. 42.")
    ]


def test_a_short_sentence_takes_the_next_one_along() -> None:
    assert told("That is a **leaf**. You made it. No operation did.") == [("leaf", "That is a leaf. You made it.")]


def test_list_items_and_table_rows_stand_by_themselves() -> None:
    markdown = "Two kinds:\n\n- **scalar**: one number\n- **vector**: a row\n\n| word | what |\n|---|---|\n| **mask** | a `bool` |"
    assert told(markdown) == [("scalar", "scalar: one number"), ("vector", "vector: a row"), ("mask", "mask: a bool")]


def test_markup_goes_and_stars_in_code_stay() -> None:
    assert plain_text("A **bold** word, `a * b` and [a link](x.md).\n- item") == "A bold word, a * b and a link. item"
    assert bold("`**kwargs` and **x** and `**y`") == ["x"]


def test_a_capital_stays_only_where_the_lesson_writes_it_elsewhere_too() -> None:
    assert told("**Accuracy** is a share.\n\nThe accuracy rises.")[0][0] == "accuracy"
    assert told("**Adam** is an optimizer.\n\nTry Adam.")[0][0] == "Adam"
    assert told("So **ReLU** it is, or relu.")[0][0] == "ReLU"


def test_they_are_sorted_and_those_that_begin_so_come_first() -> None:
    found = [
        Term(name, "", "a/b", "", "", "", 0)
        for name in ("gradient", "Autograd", "grad", "gradient descent", "policy gradient")
    ]
    assert [term.term for term in sorted_terms(found)][:2] == ["Autograd", "grad"]
    assert [term.term for term in fitting(sorted_terms(found), "grad")] == [
        "grad", "gradient", "gradient descent", "policy gradient", "Autograd",
    ]  # fmt: skip
    assert fitting(found, "nowhere") == [] and len(fitting(found, " ")) == 5


def test_the_gate_finds_bold_that_is_no_term_and_one_that_is_told_twice() -> None:
    lesson = lessons.squeeze()
    blocks = (Text("**Never do this.** A **seed** is.", 7), Text("The **Seed** again.", 9))
    findings = list(check_terms(replace(lesson, steps=(replace(lesson.steps[0], blocks=blocks),))))
    assert [(finding.line, finding.warning) for finding in findings] == [(7, False), (9, False)]
    assert "'Never do this.' is none: it ends in '.'" in findings[0].message
    assert "'Seed' is bold in line 7 too" in findings[1].message


def test_our_own_course_has_a_glossary() -> None:
    course = open_course(built_in())
    found = [term for entry in course.lessons for term in terms_of_lesson(read_lesson(course, entry.id), entry.title)]
    names = {term.folded for term in found}
    assert {"gradient", "learning rate", "broadcasting", "logits", "state_dict", "device-agnostic"} <= names
    assert all(term.folded.split()[0] in term.sentence.casefold() for term in found)


def test_our_own_course_has_bold_for_terms_only() -> None:
    course = open_course(built_in())
    assert [str(found) for entry in course.lessons for found in check_terms(read_lesson(course, entry.id))] == []
