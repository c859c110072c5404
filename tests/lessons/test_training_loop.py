"""The lesson workflow/training_loop: right loops pass, wrong ones are told why, and the demos do what the text says."""

from __future__ import annotations

import itertools

from tests.lessons.answers import Wrong, edited, told, whole
from tests.lessons.judge import Judge
from tutor.course.model import Order
from tutor.protocol import Finished, JobEvent, Note, Points, Result, Table, Value

LESSON = "workflow/training_loop"
LINES = (
    "model.train()",
    "pred = model(X)",
    "loss = loss_fn(pred, y)",
    "optimizer.zero_grad()",
    "loss.backward()",
    "optimizer.step()",
)

TRAIN = """
import torch
from torch import nn
def {}(model, X, y, epochs):
    loss_fn = nn.{}()
    optimizer = torch.optim.{}(model.parameters(), lr={})
    for epoch in range(epochs):
        model.train()
        optimizer.zero_grad()
        loss_fn(model(X), y).backward()
        optimizer.step()
    return model
"""
BY_HAND = """
import torch
def train_steadily(model, X, y, epochs):
    model.train()
    for epoch in range(epochs):
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= 0.1 * parameter.grad
                parameter.grad = None
"""
ONE_FORWARD = """
import torch
def train_steadily(model, X, y, epochs):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = torch.nn.functional.mse_loss(model.train()(X), y)
    for epoch in range(epochs):
        optimizer.zero_grad()
        loss.backward(retain_graph=True)
        optimizer.step()
"""
OTHERS = {"mean squared error, SGD": ("MSELoss", "SGD", "0.1"), "mean absolute error, Adam": ("L1Loss", "Adam", "0.01")}
STEP = "def train_step({}):\n    {}\n"
ALL = "model, X, y, loss_fn, optimizer"
RIGHT = {
    "train": whole(TRAIN, {name: ("train", *with_) for name, with_ in OTHERS.items()}),
    "train_steadily": {
        **whole(TRAIN, {name: ("train_steadily", *with_) for name, with_ in OTHERS.items()}),
        "an update by hand": BY_HAND,
    },
    "from_memory": whole(
        "import torch\ndef train_step(model, X, y, loss_fn, optimizer):\n    {}\n",
        {
            "gradients cleared last": (
                "model.train(); loss = loss_fn(model(X), y); loss.backward(); optimizer.step(); optimizer.zero_grad();"
                " return loss.item()"
            ),
            "cleared on the model, float()": (
                "model.train(True); model.zero_grad(); loss = loss_fn(model(X), y); loss.backward(); optimizer.step();"
                " return float(loss)"
            ),
            "arguments by name": (
                "model.train(); loss = loss_fn(target=y, input=model(X)); optimizer.zero_grad(); loss.backward();"
                " optimizer.step(); return loss.item()"
            ),
            "a closure": (
                "model.train(); c = lambda: [optimizer.zero_grad(), (l := loss_fn(model(X), y)), l.backward()][1];"
                " return optimizer.step(c).item()"
            ),
            "forward called by name": (
                "model.train(); loss = loss_fn(model.forward(X), y); optimizer.zero_grad(); loss.backward();"
                " optimizer.step(); return loss.item()"
            ),
            "gradients asked for": (
                "model.train(); loss = loss_fn(model(X), y); ps = list(model.parameters());"
                " gs = torch.autograd.grad(loss, ps); [setattr(p, 'grad', g) for p, g in zip(ps, gs)]; optimizer.step();"
                " return loss.detach().item()"
            ),
        },
    ),
}
WRONG = {
    "train": {
        "stops early": Wrong(
            TRAIN.format("train", "MSELoss", "SGD", 0.1).replace("range(epochs)", "range(3)"),
            "should run 200 times and ran 3",
        ),
        **edited(
            LESSON,
            "train",
            {
                "step after the loop": (
                    "    optimizer.step()",
                    "optimizer.step()",
                    "step() should run 200 times and ran 1",
                ),
                "a copy": (
                    "    optimizer =",
                    "    import copy\n    model = copy.deepcopy(model)\n    optimizer =",
                    "that you were given was never called",
                ),
            },
        ),
    },
    "train_steadily": {
        "crawls": Wrong(TRAIN.format("train_steadily", "MSELoss", "SGD", 1e-5), "learning rate"),
        "one forward pass": Wrong(ONE_FORWARD, "model(X) should run 200 times and ran 1"),
    },
    "from_memory": {
        **told(
            "def train_step(model, X, y, loss_fn, optimizer):\n    {}\n",
            {
                "targets first": (
                    "model.train(); loss = loss_fn(y, model(X)); optimizer.zero_grad(); loss.backward(); optimizer.step();"
                    " return loss.item()",
                    "predictions first",
                ),
                "a loss of its own": (
                    "from torch.nn.functional import mse_loss; model.train(); loss = mse_loss(model(X), y); optimizer.zero_grad();"
                    " loss.backward(); optimizer.step(); return loss.item()",
                    "never calls the loss_fn",
                ),
                "no step": (
                    "model.train(); loss = loss_fn(model(X), y); optimizer.zero_grad(); loss.backward(); return loss.item()",
                    "step() was never called",
                ),
                "step without parentheses": (
                    "model.train(); loss = loss_fn(model(X), y); optimizer.zero_grad(); loss.backward(); optimizer.step;"
                    " return loss.item()",
                    "step() was never called",
                ),
                "no backward": (
                    "model.train(); loss = loss_fn(model(X), y); optimizer.zero_grad(); optimizer.step(); return loss.item()",
                    "loss.backward() does that",
                ),
                "no return": (
                    "model.train(); loss = loss_fn(model(X), y); optimizer.zero_grad(); loss.backward(); optimizer.step()",
                    "is there a `return`?",
                ),
                "two steps": (
                    "model.train(); loss = loss_fn(model(X), y); optimizer.zero_grad(); loss.backward(); optimizer.step();"
                    " optimizer.step(); return loss.item()",
                    "not where three steps lead",
                ),
            },
        ),
        "one argument too few": Wrong("def train_step(model, X, y, optimizer):\n    return 0.0\n", "cannot be called"),
    },
}


def demo(judge: Judge, **settings: Value) -> tuple[dict[str, Value], str]:
    events = judge.demo(LESSON, "six_lines", slow_motion=0.0, **settings)
    return result(events), " ".join(event.text for event in events if isinstance(event, Note))


def result(events: list[JobEvent]) -> dict[str, Value]:
    assert isinstance(events[-1], Finished), events[-1]
    (found,) = [event for event in events if isinstance(event, Result)]
    return found.figures


def test_every_order_that_trains_is_right_and_no_other(judge: Judge) -> None:
    """zero_grad may go anywhere but between backward and step; other swaps break the loop."""
    order = judge.exercise(LESSON, "loop_order")
    assert isinstance(order, Order) and order.lines == LINES
    rest = [line for line in LINES if "zero_grad" not in line]
    for place in (0, 1, 2, 3, 4, 5):
        lines = [*rest[:place], "optimizer.zero_grad()", *rest[place:]]
        verdict = judge.check(LESSON, "loop_order", order.assemble(lines))
        assert (verdict.outcome == "passed") == (place != 4), (lines, verdict.message)
    for i in (0, 1, 4):
        lines = list(LINES)
        lines[i : i + 2] = reversed(lines[i : i + 2])
        assert judge.check(LESSON, "loop_order", order.assemble(lines)).outcome == "failed", lines


def test_without_step_the_weight_stays(judge: Judge) -> None:
    assert judge.predict(LESSON, "without_step", "2").outcome == "passed"
    assert judge.predict(LESSON, "without_step", "0.7").outcome == "failed"


SWITCHES = {
    "`model.train()`": "call_train",
    "`pred = model(X)`": "make_pred",
    "`optimizer.zero_grad()`": "call_zero_grad",
    "`loss.backward()`": "call_backward",
    "`optimizer.step()`": "call_step",
}


def test_the_choice_says_which_lines_fail_in_silence_as_the_demo_shows(judge: Judge) -> None:
    options = judge.choice(LESSON, "which-lines-fail-in-silence").options
    assert {option.text for option in options} == set(SWITCHES)
    for option in options:
        figures, notes = demo(judge, **{SWITCHES[option.text]: False})
        silent = figures["first_loss"] == figures["last_loss"] and "RuntimeError" not in notes
        assert option.right == silent, option.text


def test_each_missing_line_shows_the_symptom_that_the_text_names(judge: Judge) -> None:
    whole, notes = demo(judge)
    assert float(whole["last_loss"]) < 0.001 and "found the line" in notes
    swings, notes = demo(judge, call_zero_grad=False)
    assert int(swings["epochs_that_made_it_worse"]) > 30 and "swings" in notes
    for off in ("make_pred", "compute_loss"):
        _, notes = demo(judge, **{off: False})
        assert "Trying to backward through the graph a second time" in notes
    assert "no gradient was ever computed" in demo(judge, call_backward=False)[1]
    assert "nothing used them" in demo(judge, call_step=False)[1]


def test_the_mode_matters_to_batch_norm_only(judge: Judge) -> None:
    assert demo(judge, call_train=False) == demo(judge)
    learned, _ = demo(judge, model="batch norm")
    assert float(learned["last_loss"]) < 0.001
    _, notes = demo(judge, model="batch norm", call_train=False)
    assert "overshot" in notes


def test_the_loss_curve_has_a_point_for_each_epoch(judge: Judge) -> None:
    events = judge.demo(LESSON, "six_lines", slow_motion=0.2)
    losses = [y for event in events if isinstance(event, Points) for y in event.y]
    assert len(losses) == 100
    assert all(after < before for before, after in itertools.pairwise(losses))


def test_the_table_shows_which_line_changes_what(judge: Judge) -> None:
    events = judge.demo(LESSON, "one_pass", slow_motion=1.0)
    tables = [event.rows for event in events if isinstance(event, Table)]
    first = next(rows for rows in reversed(tables) if rows[0][0] == "(before pass 1)")
    last = tables[-1]
    assert last[0][0] == "(before pass 2)"
    for rows in (first, last):
        moved = [after[0] for before, after in itertools.pairwise(rows) if before[5] != after[5]]
        filled = [after[0] for before, after in itertools.pairwise(rows) if after[4] not in (before[4], "None")]
        assert moved in ([], ["optimizer.step()"]) and filled in ([], ["loss.backward()"])
    assert [row[0] for row in last[1:]] == list(LINES)
    assert last[5][4] != last[4][4] == "None", "cleared by zero_grad, filled by the next line"
    assert last[6][5] != last[5][5], "moved by step"
    assert float(result(events)["weight_after"]) < float(result(events)["weight_before"])
