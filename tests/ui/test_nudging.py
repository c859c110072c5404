"""How controls move."""

from __future__ import annotations

import pytest

from tutor.course.model import Control, Value
from tutor.ui.nudging import nudge, spell

LR = Control("lr", "float", 0.05, 1e-4, 10.0, log=True)
EPOCHS = Control("epochs", "int", 100, 1, 1000)
SHARE = Control("share", "float", 0.5, 0.0, 1.0)
OPTIMIZER = Control("optimizer", "choice", "SGD", choices=("SGD", "Adam", "RMSprop"))
NOISE = Control("noise", "bool", False)
DEPTH = Control("depth", "int", 2, 1, 4)
WIDTH = Control("width", "int", 8, 1, 512, log=True)


@pytest.mark.parametrize(
    ("control", "value", "up", "down"),
    [
        (LR, 0.05, 0.1, 0.02),
        (LR, 0.03, 0.05, 0.02),
        (LR, 10.0, 10.0, 5.0),
        (LR, 1e-4, 2e-4, 1e-4),
        (EPOCHS, 100, 150, 50),
        (EPOCHS, 1, 50, 1),
        (EPOCHS, 120, 150, 100),
        (SHARE, 0.5, 0.55, 0.45),
        (OPTIMIZER, "SGD", "Adam", "RMSprop"),
        (NOISE, False, True, True),
        (DEPTH, 2, 3, 1),
        (DEPTH, 4, 4, 3),
        (WIDTH, 8, 10, 5),
        (WIDTH, 1, 2, 1),
    ],
)
def test_one_notch_up_and_down(control: Control, value: Value, up: Value, down: Value) -> None:
    assert nudge(control, value, 1) == up
    assert nudge(control, value, -1) == down


@pytest.mark.parametrize("control", [LR, EPOCHS, SHARE, DEPTH, WIDTH])
def test_every_value_can_be_reached_and_none_outside(control: Control) -> None:
    value: Value = control.default
    assert control.low is not None and control.high is not None
    for direction, end in ((1, control.high), (-1, control.low)):
        for _ in range(200):
            value = nudge(control, value, direction)
            assert control.low <= float(value) <= control.high
        assert value == end
        assert isinstance(value, int) == (control.kind == "int")


def test_spelling() -> None:
    assert [spell(value) for value in (True, False, 0.05, 1e-05, 100, "Adam")] == [
        "on", "off", "0.05", "1e-05", "100", "Adam",
    ]  # fmt: skip
