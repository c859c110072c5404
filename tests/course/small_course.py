"""A small course that uses every feature of the format and holds together; tests write it to a folder of their own."""

from __future__ import annotations

from pathlib import Path

TOML = """\
id = "small"
title = "A small course"
preload = ["math"]

[[chapter]]
id = "basics"
title = "Basics"

[[chapter.lesson]]
id = "shapes"
title = "Shapes"
minutes = 5

[[chapter.lesson]]
id = "words"
title = "Only words"
minutes = 2
builds_on = ["basics/shapes"]
teaches = [3, 5]
"""

SHAPES_MD = """\
# Shapes

Read the shape of a tensor,
and change it.

## Six numbers

<!-- a word to authors -->

Six numbers lie in a row; `reshape` gives them *rows*.

```python
import torch

x = torch.arange(6)
x.reshape(2, 3)
```

```output
tensor([[0, 1, 2],
        [3, 4, 5]])
```

They are the same numbers.

```text
python does not run this
```

```python
print("twice the sum:", int(2 * x.sum()))
```

```output
twice the ...: 30
```

## Watch it learn

A weight finds its way.

[Run: watch the weight](shapes.py#descend)

## Which shape?

What is `x.reshape(3, 2).shape`?

- [ ] `(2, 3)`

  That is two rows of three.

- [x] `(3, 2)`

  Three rows of two, as asked.

- [x] `torch.Size([3, 2])`

  That is how PyTorch
  prints it.

<details><summary>Hint</summary>

Rows come first.

</details>

## How many rows?

Say what this gives.

```python
y = x.reshape(3, 2)
```

```python predict rows
y.shape
```

<details>
<summary>Hint</summary>

Count the rows.

</details>
<details><summary>Hint 2: the concept</summary>

`reshape(rows, columns)`.

</details>

## Add a batch

Write `add_batch`: it takes an image of shape (C, H, W) and returns it with a batch dimension of 1 in front.

```python starter add_batch
def add_batch(image):
    ...
```

<details><summary>Hint</summary>

Look at `unsqueeze`.

</details>

<details><summary>Solution and common mistakes</summary>

```python solution add_batch
def add_batch(image):
    return image.unsqueeze(0)
```

```python mistake add_batch
def add_batch(image):
    return image.unsqueeze(-1)
```

> Your batch dimension
> is the last one

</details>

## Mend the sum

The shapes do not go together. Make `total` the matrix plus the bias of each row.

```python broken total
import torch

matrix = torch.ones(3, 4)
bias = torch.arange(3.0)
total = matrix + bias
```

<details><summary>Hint</summary>

Which dimension of `matrix` has as many entries as `bias`?

</details>

<details><summary>Solution</summary>

```python solution total
import torch

matrix = torch.ones(3, 4)
bias = torch.arange(3.0)
total = matrix + bias[:, None]
```

```python mistake total
import torch

matrix = torch.ones(3, 4)
total = matrix + torch.arange(4.0)
```

> total differs

</details>

## One step of training

Put one step of training in order.

```python before train_step
def train_step(weight, optimizer):
```

```python order train_step
loss = (weight - 3) ** 2
optimizer.zero_grad()
loss.backward()
optimizer.step()
```

<details><summary>Hint</summary>

What would `zero_grad` do to gradients that were computed just before?

</details>

<details><summary>Solution and common mistakes</summary>

```python mistake train_step
loss = (weight - 3) ** 2
loss.backward()
optimizer.zero_grad()
optimizer.step()
```

> throws the new gradient away

</details>

## Come near

[Tune: come within 0.01 of the target](shapes.py#descend)

Find settings that come within 0.01 of 3, whatever the seed.

<details><summary>Hint</summary>

Too few steps, or steps of the wrong size?

</details>

```toml solution near
lr = 0.2
steps = 50
```

```toml mistake near
lr = 0.0001
optimizer = "Adam"
```

> hardly moved
"""

SHAPES_PY = '''\
"""What runs in the lesson on shapes."""

from typing import Annotated, Literal

import torch

from tutor.lesson import Range, budget, expect, fail


@budget(seconds=30)
def descend(
    run,
    lr: Annotated[float, Range(1e-4, 1, log=True, live=True)] = 0.1,
    steps: Annotated[int, Range(1, 1000)] = 20,
    optimizer: Literal["SGD", "Adam"] = "SGD",
    noise: bool = False,
):
    """Which learning rate finds the weight?

    The target is 3.
    """
    torch.manual_seed(run.seed)
    run.data("one number, made up")
    weight = torch.zeros(1, device=run.device, requires_grad=True)
    chosen = getattr(torch.optim, optimizer)([weight], lr=lr)
    for _ in run.steps(steps, "step"):
        chosen.param_groups[0]["lr"] = run.now("lr", lr)
        loss = ((weight - 3 + (torch.randn(1, device=run.device) if noise else 0)) ** 2).sum()
        chosen.zero_grad()
        loss.backward()
        chosen.step()
        run.log(train=loss)
    run.result(weight=weight.item())


def _helper(run):
    return run


@budget(seconds=10)
def check_add_batch(add_batch):
    image = torch.arange(6.0).reshape(1, 2, 3)
    got = add_batch(image)
    if isinstance(got, torch.Tensor) and got.shape == (1, 2, 3, 1):
        fail("Your batch dimension is the last one; PyTorch expects it first.", expected=(1, 1, 2, 3), got=got)
    expect(got, image[None], "add_batch(image)")


def check_total(total):
    expect(total, torch.tensor([[1.0], [2.0], [3.0]]).expand(3, 4), "total")


def check_train_step(train_step):
    weight = torch.zeros((), requires_grad=True)
    train_step(weight, torch.optim.SGD([weight], lr=0.1))
    if weight.item() == 0:
        fail("The weight did not move: something throws the new gradient away before the step.", expected=0.6, got=weight)
    for _ in range(3):
        train_step(weight, torch.optim.SGD([weight], lr=0.1))
    expect(weight.detach(), torch.tensor(1.7712), "weight after four steps")


@budget(seconds=60)
def check_near(results):
    worst = max(abs(result["weight"] - 3) for result in results)
    assert worst < 2.9, f"The weight hardly moved: the worst of {len(results)} seeds is {worst:.2f} away from 3."
    assert worst < 0.01, f"The worst of {len(results)} seeds ends {worst:.3f} away from 3."
'''

WORDS_MD = """\
# Only words

A lesson without anything that runs.

## One thought

A step of prose.
"""

WORDS_PY = '"""Nothing runs here."""\n'


def write_small_course(folder: Path) -> Path:
    """Write the course below `folder`; returns its own folder."""
    course = folder / "small"
    (course / "basics").mkdir(parents=True)
    files = {
        "course.toml": TOML,
        "basics/shapes.md": SHAPES_MD,
        "basics/shapes.py": SHAPES_PY,
        "basics/words.md": WORDS_MD,
        "basics/words.py": WORDS_PY,
    }
    for name, text in files.items():
        (course / name).write_text(text, encoding="utf-8")
    return course


def replace_in(file: Path, old: str, new: str) -> int:
    """Replace the one place where `old` stands; its line, from 1. ValueError where there is not exactly one."""
    text = file.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"{old!r} stands {text.count(old)} times in {file.name}")
    file.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1
