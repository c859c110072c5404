"""Code in colour, and code within a sentence."""

from __future__ import annotations

from tutor.ui.widgets.highlighting import highlight, with_code


def test_what_stands_between_backticks_is_code_and_nothing_else_is_markup() -> None:
    text = with_code("`x` has [bold]no[/bold] shape; `y` has", "bold", "red")
    assert text.plain == "x has [bold]no[/bold] shape; y has"
    assert [(text.plain[span.start : span.end], span.style) for span in text.spans] == [("x", "red"), ("y", "red")]


def test_a_lone_backtick_stays_as_it_is() -> None:
    assert with_code("a ` alone", "", "red").plain == "a ` alone"


def test_places_count_characters_and_not_bytes() -> None:
    text = highlight("# ü\nx = 1", {"comment": "green", "number": "blue"})
    assert [(text.plain[span.start : span.end], span.style) for span in text.spans] == [("# ü", "green"), ("1", "blue")]
