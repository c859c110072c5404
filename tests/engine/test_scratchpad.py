"""The scratchpad: a prompt that keeps its names, has the lesson's at hand, and survives what is typed into it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tests.at_hand import Lab
from tutor.protocol import (
    Axes,
    Complete,
    Completions,
    Control,
    Crashed,
    Fed,
    Feed,
    JobEvent,
    OpenScratchpad,
    Picture,
    Points,
    Printed,
    Started,
    Stop,
    Stopped,
    TensorShown,
)

LESSON = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 1)
    def forward(self, x):
        return self.layer(x)

def train(run, lr: float = 0.5):
    model = Net()
    X = torch.ones(3, 2)
    for epoch in run.steps(2, "epoch"):
        run.log(train=1.0)
"""


class Pad:
    """A scratchpad, spoken to one line after the other."""

    def __init__(self, lab: Lab, before: tuple[str, ...] = (), seconds: float = 10) -> None:
        self.lab, self.job, self.number = lab, lab.new_job(), 0
        request = OpenScratchpad(self.job, str(lab.course), lab.lesson, before, seconds=seconds)
        self.events: AsyncIterator[JobEvent] = lab.engine.run(request)
        self.opened = self._until(Fed)

    def feed(self, code: str) -> list[JobEvent]:
        """What comes of a piece of code, up to its Fed or the end of the scratchpad."""
        self.number += 1
        self.lab.wait(self.lab.engine.send(Feed(self.job, self.number, code)))
        return self._until(Fed)

    def complete(self, text: str) -> tuple[str, ...]:
        self.lab.wait(self.lab.engine.send(Complete(self.job, 1, text)))
        (answer,) = [event for event in self._until(Completions) if isinstance(event, Completions)]
        return answer.words

    def close(self) -> list[JobEvent]:
        self.lab.wait(self.lab.engine.send(Stop(self.job)))
        return self._until(Stopped)

    def _until(self, kind: type) -> list[JobEvent]:
        async def collect() -> list[JobEvent]:
            events = []
            async for event in self.events:
                events.append(event)
                if isinstance(event, (kind, Crashed)):
                    break
            return events

        return self.lab.wait(collect())


def printed(events: list[JobEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, Printed))


def last(events: list[JobEvent]) -> Fed:
    assert isinstance(events[-1], Fed), events
    return events[-1]


def test_names_stay_from_one_piece_of_code_to_the_next(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    assert isinstance(pad.opened[0], Started)
    pad.feed("x = 20")
    events = pad.feed("x + 1")
    assert printed(events) == "21\n"
    assert last(events).message == ""
    assert isinstance(pad.close()[-1], Stopped)


def test_torch_and_the_lessons_examples_are_at_hand(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab, before=("images = torch.zeros(2, 1)", "print('not shown')"))
    assert printed(pad.opened) == ""
    assert printed(pad.feed("print(images.shape, nn.Linear(1, 2)(images).shape, device)")) == (
        "torch.Size([2, 1]) torch.Size([2, 2]) cpu\n"
    )
    pad.close()


def test_what_the_last_demo_ended_with_is_at_hand(lab: Lab) -> None:
    lab.write(LESSON)
    lab.demo("train", lr=0.25)
    pad = Pad(lab)
    assert printed(pad.feed("print(lr, epoch, model(X).shape, type(model).__name__)")) == (
        "0.25 1 torch.Size([3, 1]) Net\n"
    )
    pad.close()


def test_a_tensor_is_shown_with_its_facts_and_as_a_picture(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    events = pad.feed("torch.zeros(8, 8)")
    (shown,) = [event for event in events if isinstance(event, TensorShown)]
    assert (shown.shape, shown.dtype, shown.device) == ((8, 8), "float32", "cpu")
    assert [event.title for event in events if isinstance(event, Picture)] == ["torch.zeros(8, 8)"]
    assert not [event for event in pad.feed("torch.zeros(3)") if isinstance(event, Picture)]
    pad.close()


def test_an_error_is_explained_and_costs_nothing(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    pad.feed("x = torch.ones(2, 3)")
    fed = last(pad.feed("x @ x"))
    assert "(2, 3) @ (2, 3)" in fed.message and fed.line == 1
    assert printed(pad.feed("print(x.shape)")) == "torch.Size([2, 3])\n"
    pad.close()


def test_an_endless_loop_can_be_interrupted_and_names_stay(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    pad.feed("x = 7")
    lab.wait(lab.engine.send(Feed(pad.job, 5, "print('begun', flush=True)\nwhile True: pass")))
    assert printed(pad._until(Printed)) == "begun\n"
    lab.wait(lab.engine.send(Control(pad.job, "interrupt")))
    assert "Interrupted" in last(pad._until(Fed)).message
    assert printed(pad.feed("x")) == "7\n"
    pad.close()


def test_a_loop_that_nobody_interrupts_ends_with_its_budget(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab, seconds=1)
    events = pad.feed("while True: pass")
    assert isinstance(events[-1], Crashed)
    assert "Stopped after 1 s" in events[-1].message


def test_waiting_for_the_next_line_costs_no_budget(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab, seconds=0.5)
    lab.code("import time; time.sleep(1)")  # the pad waits meanwhile
    assert printed(pad.feed("1 + 1")) == "2\n"
    pad.close()


def test_a_crash_ends_only_the_scratchpad(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    assert isinstance(pad.feed("import os; os._exit(3)")[-1], Crashed)
    again = Pad(lab)
    assert printed(again.feed("1")) == "1\n"
    again.close()


def test_names_and_attributes_are_completed(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    pad.feed("learning_rate = 0.1")
    assert "learning_rate" in pad.complete("x = learn")
    assert "torch.arange(" in pad.complete("y = torch.ara")
    assert pad.complete("nothing_like_this") == ()
    pad.close()


def test_a_sleep_can_be_interrupted(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    lab.wait(lab.engine.send(Feed(pad.job, 5, "print('begun')\nimport time; time.sleep(9)")))
    assert printed(pad._until(Printed)) == "begun\n"
    lab.wait(lab.engine.send(Control(pad.job, "interrupt")))
    fed = last(pad._until(Fed))
    assert "Interrupted" in fed.message and fed.seconds < 5
    pad.close()


def test_an_interrupt_that_comes_when_nothing_runs_changes_nothing(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    pad.feed("x = 7")
    lab.wait(lab.engine.send(Control(pad.job, "interrupt")))
    assert printed(pad.feed("x")) == "7\n"
    pad.close()


def test_it_says_which_names_are_there(lab: Lab) -> None:
    lab.write(LESSON)
    lab.demo("train", lr=0.25)
    pad = Pad(lab, before=("import math\nimages = torch.zeros(2)", "1 / 0", "def grow(x): return x"))
    opened = last(pad.opened)
    assert {"model Net", "X (3, 2)", "lr", "epoch", "images (2,)", "grow()"} == set(opened.names)
    assert "ZeroDivisionError" in opened.message
    pad.close()


def test_run_draws_as_in_a_demo_and_each_piece_of_code_begins_anew(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    for count in (2, 3):
        events = pad.feed(f"for i in run.steps({count}, 'epoch'): run.log(train=i)")
        assert [(e.chart, e.x_label, e.x_high) for e in events if isinstance(e, Axes)] == [("loss", "epoch", count)]
        assert [y for e in events if isinstance(e, Points) for y in e.y] == list(range(count))
    pictures = [e for e in pad.feed("run.images('noise', torch.rand(2, 8, 8))") if isinstance(e, Picture)]
    assert [len(picture.images) for picture in pictures] == [2]
    pad.close()


def test_an_interrupt_while_it_draws_cuts_no_message_in_two(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    code = "print('begun')\nwhile True: run.tensor('x', torch.ones(30, 30))"
    for number in range(5, 8):
        lab.wait(lab.engine.send(Feed(pad.job, number, code)))
        pad._until(TensorShown)
        lab.wait(lab.engine.send(Control(pad.job, "interrupt")))
        assert "Interrupted" in last(pad._until(Fed)).message
    assert printed(pad.feed("1 + 1")) == "2\n"
    pad.close()


def test_the_beginning_and_the_end_of_very_long_output_are_shown(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    text = printed(pad.feed("for i in range(100_000): print(i)"))
    assert text.startswith("0\n1\n2\n")
    assert text.endswith("99998\n99999\n")
    assert "characters left out" in text
    assert len(text) < 200_000
    assert printed(pad.feed("print(1)")) == "1\n"
    pad.close()


def test_exit_ends_nothing_and_says_how_to_leave(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    pad.feed("x = 7")
    assert "Esc leads back" in last(pad.feed("exit()")).message
    assert printed(pad.feed("x")) == "7\n"
    pad.close()


def test_an_error_in_a_function_of_an_earlier_piece_names_that_function(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    pad.feed("def square(a):\n    b = a\n    return b @ a")
    fed = last(pad.feed("# a\n# b\nsquare(torch.ones(2, 3))"))
    assert fed.message.startswith("In square: ")
    assert (fed.line, "return b @ a" in fed.detail) == (0, True)
    pad.close()


def test_colour_images_are_recognised_whichever_way_round(lab: Lab) -> None:
    lab.write(LESSON)
    pad = Pad(lab)
    for shape, count in (("3, 20, 30", 1), ("20, 30, 3", 1), ("4, 3, 20, 30", 4), ("5, 20, 30", 5)):
        (picture,) = [e for e in pad.feed(f"torch.rand({shape})") if isinstance(e, Picture)]
        assert [(image.width, image.height) for image in picture.images] == [(30, 20)] * count
    pad.close()
