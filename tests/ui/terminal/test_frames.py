"""What is written for a frame: the terminal shows what was drawn, and only what is news is written."""

from __future__ import annotations

import random

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from tests.ui.emulator import Emulator
from tutor.ui.terminal.frames import PLAIN, Frames, ink

WIDTH, HEIGHT = 30, 6
STYLES = [
    None,
    Style(),
    Style(bold=True),
    Style(color="#ff0000", bgcolor="#15171b"),
    Style(color="#00ff00", bgcolor="#15171b"),
]


def frames() -> Frames:
    return Frames(ColorSystem.TRUECOLOR)


def draw(target: Frames, *lines: str, y: int = 0, x: int = 0) -> str:
    pieces = [(y + row, x, [Segment(line)]) for row, line in enumerate(lines)]
    return target.draw(pieces, WIDTH, HEIGHT)


def test_the_first_frame_is_written_and_the_same_again_is_not() -> None:
    target = frames()
    assert draw(target, "hello") == "\x1b[1;1Hhello"
    assert draw(target, "hello") == ""


def test_only_what_differs_is_written() -> None:
    target = frames()
    draw(target, "epoch 12 of 100, loss 0.5")
    assert draw(target, "epoch 13 of 100, loss 0.4") == "\x1b[1;8H3\x1b[1;25H4"


def test_small_gaps_are_written_again() -> None:
    target = frames()
    draw(target, "abcdef")
    assert draw(target, "Xbcdef".replace("f", "Y")) == "\x1b[1;1HXbcdeY"


def test_a_look_is_said_once_and_taken_back_at_the_end() -> None:
    target = frames()
    red, green = STYLES[3], STYLES[4]
    out = target.draw(
        [(0, 0, [Segment("ab", red), Segment("cd", green), Segment("e", Style(bold=True))])], WIDTH, HEIGHT
    )
    assert out == "\x1b[1;1H\x1b[38;2;255;0;0;48;2;21;23;27mab\x1b[38;2;0;255;0mcd\x1b[1;39;49me\x1b[0m"


def test_a_look_that_ends_bold_does_not_leave_it_on() -> None:
    target = frames()
    out = target.draw(
        [(0, 0, [Segment("a", Style(bold=True, color="#ff0000")), Segment("b", STYLES[3])])], WIDTH, HEIGHT
    )
    assert out.endswith("\x1b[0;38;2;255;0;0;48;2;21;23;27mb\x1b[0m")


def test_after_another_program_everything_is_written() -> None:
    target = frames()
    draw(target, "hello")
    target.forget()
    assert draw(target, "hello") == "\x1b[1;1Hhello"


def test_no_colours_where_there_are_none() -> None:
    assert ink(Style(bold=True, color="#ff0000"), None) == ("1", "", "")
    assert ink(Style(), ColorSystem.STANDARD) == PLAIN
    assert ink(Style(color="#aa0000"), ColorSystem.STANDARD) == ("", "31", "")


def test_what_lies_outside_is_left_out() -> None:
    target = frames()
    assert draw(target, "x" * 50).count("x") == WIDTH
    assert target.draw([(99, 0, [Segment("x")])], WIDTH, HEIGHT) == ""


def test_random_frames_end_up_on_the_screen() -> None:
    chance = random.Random(0)
    target, screen = frames(), Emulator(HEIGHT, WIDTH)
    shown = [[" "] * WIDTH for _ in range(HEIGHT)]
    draw(target, *[" " * WIDTH] * HEIGHT)
    for _ in range(500):
        y, x = chance.randrange(HEIGHT), chance.randrange(WIDTH)
        text = "".join(chance.choice("ab ─é⠑") for _ in range(chance.randrange(1, 12)))
        text = text[: WIDTH - x]
        shown[y][x : x + len(text)] = text
        screen.feed(target.draw([(y, x, [Segment(text, chance.choice(STYLES))])], WIDTH, HEIGHT).encode())
    assert screen.text == "\n".join("".join(row).rstrip() for row in shown)


def test_a_piece_with_wide_signs_is_written_as_a_whole() -> None:
    target = frames()
    draw(target, "ab漢cd")
    assert draw(target, "ab漢cX") == "\x1b[1;1Hab漢cX"
