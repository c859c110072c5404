"""Demos and checks of "Reshape, view, stack and concatenate"."""

import time
from typing import Annotated, Literal

import torch
from judging import call_in_order

from tutor.lesson import Range, expect, fail


def edit_through(
    run,
    made_with: Literal["view", "reshape", "clone"] = "view",
    transpose_first: bool = False,
    slow_motion: Annotated[float, Range(0, 10)] = 5.0,
):
    """We write into z only. Does x change too?

    `slow_motion` is how many seconds the ten edits are spread over.
    """
    x = torch.arange(10, device=run.device).reshape(2, 5)  # (2, 5)
    run.data("the numbers 0 to 9, made here")
    source = x.t() if transpose_first else x  # (5, 2), its elements not in memory order; or x itself

    if made_with == "view":
        try:
            z = source.view(10)  # (10,)
        except RuntimeError as error:
            run.tensor("x.t()", source, note=f"strides {source.stride()}")
            run.note(f"RuntimeError: {error} No edit was made: view never copies. Try made_with = reshape.")
            return
    elif made_with == "reshape":
        z = source.reshape(10)  # (10,): a view where that is possible, else a copy
    else:
        z = source.clone().reshape(10)  # (10,): always a copy

    before = x.clone()
    run.tensor("x", x)
    run.tensor("z", z)
    for i in run.steps(10, "edit"):
        time.sleep(slow_motion / 10)
        z[i] += 100
        run.tensor("z", z)
        run.tensor("x", x)

    changed = int((x != before).sum())
    shared = z.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
    run.result(edits_of_z=10, cells_of_x_changed=changed, same_memory=shared)
    run.note(
        "z is a view: two shapes, one piece of memory." if shared else "z is a copy, with memory of its own: x is safe."
    )


def who_shares(run, start: Literal["as made", "transposed", "every second column"] = "as made"):
    """Which operations give a view of the same memory, and which make a copy?"""
    x = torch.arange(12, device=run.device).reshape(3, 4)  # (3, 4)
    run.data("the numbers 0 to 11, made here")
    if start == "transposed":
        x = x.t()  # (4, 3)
    elif start == "every second column":
        x = x[:, ::2]  # (3, 2)
    run.tensor("x", x, note=f"strides {x.stride()}")

    operations = {
        "x.view(-1)": lambda: x.view(-1),
        "x.reshape(-1)": lambda: x.reshape(-1),
        "x.flatten()": lambda: x.flatten(),
        "x.contiguous().view(-1)": lambda: x.contiguous().view(-1),
        "x.t()": lambda: x.t(),
        "x[0]": lambda: x[0],
        "x.clone()": lambda: x.clone(),
    }
    rows = []
    for name, operation in operations.items():
        try:
            y = operation()
        except RuntimeError:
            rows.append([name, "", "", "RuntimeError"])
            continue
        shared = y.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
        rows.append([name, str(tuple(y.shape)), str(y.stride()), "shared" if shared else "copy"])
    run.table("made from x", ["operation", "shape", "strides", "memory"], rows)
    run.result(
        x_is_contiguous=x.is_contiguous(),
        views=sum(row[3] == "shared" for row in rows),
        copies=sum(row[3] == "copy" for row in rows),
    )


def join(
    run,
    how: Literal["stack", "cat", "vstack", "hstack"] = "stack",
    dim: Annotated[int, Range(-3, 2)] = 0,
    count: Annotated[int, Range(2, 4)] = 3,
    part_shape: Literal["(3,)", "(2, 3)"] = "(2, 3)",
    slow_motion: Annotated[float, Range(0, 10)] = 3.0,
):
    """Where does each tensor end up, and does a dimension appear or grow?

    Each part has its own tens digit, so that you can find it in the result.
    """
    run.data("small tensors of counted numbers, made here")
    ones = torch.arange(3 if part_shape == "(3,)" else 6, device=run.device)
    parts = [10 * (i + 1) + ones for i in range(count)]
    if part_shape == "(2, 3)":
        parts = [part.reshape(2, 3) for part in parts]

    for i in run.steps(count, "part"):
        some = parts[: i + 1]
        try:
            if how == "stack":
                joined = torch.stack(some, dim=dim)
            elif how == "cat":
                joined = torch.cat(some, dim=dim)
            else:
                joined = torch.vstack(some) if how == "vstack" else torch.hstack(some)
        except IndexError as error:
            run.tensor("first part", parts[0])
            run.note(
                f"IndexError: {error}. Dimensions of a part: {parts[0].dim()}. cat joins along one of them; "
                "stack has one place more."
            )
            return
        run.tensor("joined", joined)  # first, so that it stands on top
        run.tensor("this part", parts[i], note=f"part {i + 1} of {count}")
        time.sleep(slow_motion / count)

    grew = joined.dim() > parts[0].dim()
    run.note(
        f"{count} parts of shape {tuple(parts[0].shape)} gave {tuple(joined.shape)}: "
        + ("there is a new dimension." if grew else "a dimension that was there grew.")
    )
    if how in ("vstack", "hstack"):
        run.note(f"{how} takes no dim: the control changes nothing here.")
    run.result(dimensions_of_a_part=parts[0].dim(), dimensions_joined=joined.dim(), elements=joined.numel())


def check_flatten_images(flatten_images):
    for shape in ((2, 4, 5, 3), (1, 2, 2, 1)):
        batch = torch.arange(torch.Size(shape).numel(), dtype=torch.float32).reshape(shape)
        before = batch.clone()
        want = batch.permute(0, 3, 1, 2).flatten(1)  # (N, C * H * W)
        got = flatten_images(batch)
        if isinstance(got, torch.Tensor) and got.shape == (want.numel(),) and len(batch) > 1:
            fail(
                "You flattened the batch as well: each image needs a row of its own, so keep the first dimension.",
                expected=tuple(want.shape),
                got=tuple(got.shape),
            )
        if isinstance(got, torch.Tensor) and got.shape == want.shape and not torch.equal(got, want):
            explain_order(batch, got)
        expect(got, want, f"flatten_images(batch) for a batch of shape {shape}")
        expect(batch, before, "the batch after your function ran")


def explain_order(batch, got):
    """Fail with the reason where the numbers are right but in another order."""
    if torch.equal(got, batch.flatten(1).to(got.dtype)):
        fail(
            "The shape is right, but the channels still alternate pixel by pixel: move them to the front of each image "
            "before you flatten.",
            expected="all of channel 0, then all of channel 1, then channel 2",
            got="channel 0, 1, 2, 0, 1, 2, ...",
        )
    if torch.equal(got.sort(dim=1).values, batch.flatten(1).to(got.dtype).sort(dim=1).values):
        fail("The shape is right and every number is there, but not in the order channel, row, column.")


def check_blank_ends(blank_ends):
    for shape in ((6,), (2, 3), (2, 2, 2)):
        x = torch.arange(1.0, torch.Size(shape).numel() + 1).reshape(shape)
        before, want = x.clone(), x.clone()
        want.view(-1)[[0, -1]] = 0
        got = call_in_order(blank_ends, "blank_ends", x)
        if not torch.equal(x, before):
            fail("The zeros went into the caller's x: flat was made before the copy was.", expected=before, got=x)
        if isinstance(got, torch.Tensor) and got.shape == want.shape and not torch.equal(got, want):
            fail("An edit is missing in what you return: what stands after return never runs.", expected=want, got=got)
        expect(got, want, f"blank_ends of a tensor of shape {shape}")


def check_make_batch(make_batch):
    for count, height, width in ((3, 4, 6), (1, 4, 6), (2, 5, 3)):
        images = [torch.rand(height, width) for _ in range(count)]
        want = torch.stack(images)[:, None]  # (N, 1, H, W)
        got = make_batch(list(images))
        if isinstance(got, torch.Tensor) and got.shape != want.shape:
            explain_batch_shape(got, want)
        expect(got, want, f"make_batch of {count} image{'s' if count > 1 else ''} of shape ({height}, {width})")


def explain_batch_shape(got, want):
    """Fail with a sentence for the shapes that people give."""
    count, _, height, width = want.shape
    missing = "Your images are stacked, but the channel dimension is missing: unsqueeze gives a new tensor that has it."
    tall = "cat put the images on top of each other, as one tall image: each needs its own place along a new dimension."
    swapped = "The batch and channel dimensions have changed places: each image has one channel, so 1 comes second."
    inside = "The images lie inside one another: the batch dimension comes first, so stack along dim 0."
    low = "The 1 stands between height and width; the channel dimension comes right after the batch dimension."
    last = "The channel dimension is last; PyTorch expects it right after the batch dimension."
    sentences = {
        (count, height, width): missing,
        (count * height, width): tall,
        (1, count, height, width): swapped,
        (count, height, width, 1): last,
        (count, height, 1, width): low,
        (height, count, width): inside,
        (height, width, count): inside,
    }
    if len({count, 1, height, width}) == 4 and tuple(got.shape) in sentences:
        fail(sentences[tuple(got.shape)], expected=tuple(want.shape), got=tuple(got.shape))
