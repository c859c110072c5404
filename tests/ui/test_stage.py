"""The stage, in a small app of its own."""

from __future__ import annotations

import asyncio
import base64
import math
import time

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.geometry import Region

from tests.ui import helpers
from tutor.drawing.packing import pack, unpack
from tutor.drawing.rows import changed_span, plain
from tutor.protocol import (
    Axes,
    Bars,
    Crashed,
    Finished,
    Group,
    Image,
    Picture,
    Points,
    Printed,
    Scatter,
    Started,
    Table,
    TensorShown,
)
from tutor.ui.widgets.stage import FRAME, Stage


class StageApp(App[None]):
    """A stage and nothing else."""

    CSS = "Stage { width: 100%; height: 100%; }"

    def compose(self) -> ComposeResult:
        yield Stage()

    @property
    def stage(self) -> Stage:
        return self.query_one(Stage)


def text(stage: Stage) -> str:
    return "\n".join(stage.render_line(y).text.rstrip() for y in range(stage.size.height))


async def drawn(pilot, stage: Stage) -> str:
    """Waits for the next frame, and returns what it shows."""
    frames = stage.frames
    async with asyncio.timeout(helpers.PATIENCE):
        while stage.frames == frames:
            await pilot.pause()
            await asyncio.sleep(0.002)
    await pilot.pause()
    return text(stage)


def loss(stage: Stage, count: int, chart: str = "loss") -> None:
    stage.feed(Axes(1, chart, "epoch", 0, 100))
    xs = tuple(map(float, range(count)))
    stage.feed(Points(1, chart, "train", xs, tuple(2 * math.exp(-x / 20) for x in xs)))
    stage.feed(Points(1, chart, "test", xs[::2], tuple(2.2 * math.exp(-x / 25) for x in xs[::2])))


def again(stage: Stage, label: str) -> None:
    """What a second run does: a clean stage, with the curves of the first behind."""
    before = unpack(pack(stage.charts))
    stage.clear()
    stage.overlay([(label, before)])


LINE = Scatter(
    1,
    "the line",
    (Group("train", "points", (0.0, 0.5, 1.0), (0.3, 0.6, 1.0)), Group("model", "line", (0.0, 1.0), (0.3, 1.0))),
)
DIGIT = Picture(1, "digit", (Image(8, 8, "L", base64.b64encode(bytes(range(0, 256, 4))).decode(), "7", "wrong"),))


async def test_two_panels_stand_side_by_side_at_80x24():
    app = StageApp()
    async with app.run_test(size=(78, 12)) as pilot:
        loss(app.stage, 60)
        app.stage.feed(LINE)
        first = (await drawn(pilot, app.stage)).splitlines()
        assert first[0].startswith("loss   ── train") and "the line" in first[0]
        assert first[0].endswith("●○○")
        assert "epoch 100" in first[-1]


async def test_next_panel_goes_through_pages_and_single_panels():
    app = StageApp()
    async with app.run_test(size=(78, 12)) as pilot:
        for name in ("one", "two", "three"):
            loss(app.stage, 10, name)
        seen = [(await drawn(pilot, app.stage)).splitlines()[0]]
        for _ in range(4):
            app.stage.next_panel()
            seen.append((await drawn(pilot, app.stage)).splitlines()[0])
        shown = [[name for name in ("one", "two", "three") if f"{name} " in line] for line in seen]
        assert shown == [["one", "two"], ["three"], ["one"], ["two"], ["one", "two"]]
        assert [line.split()[-1] for line in seen] == ["●○○○", "○●○○", "○○●○", "○○○●", "●○○○"]
        assert app.stage.panels == 3


async def test_a_large_terminal_shows_all_kinds_at_once():
    app = StageApp()
    async with app.run_test(size=(198, 54)) as pilot:
        loss(app.stage, 60)
        app.stage.feed(LINE)
        app.stage.feed(DIGIT)
        app.stage.feed(Bars(1, "accuracy", ("a", "b"), (0.5, 1.0)))
        app.stage.feed(Table(1, "shapes", ("layer",), (("Linear",),)))
        app.stage.feed(TensorShown(1, "x", (2,), "int64", "cpu", (("1", "2"),), ((0, 0),)))
        shown = await drawn(pilot, app.stage)
        for words in ("loss ", "the line", "digit", "✗ 7", "accuracy", "shapes", "x  (2,)  int64  cpu"):
            assert words in shown


async def test_events_that_draw_nothing_cost_nothing():
    app = StageApp()
    async with app.run_test(size=(78, 12)) as pilot:
        await pilot.pause(2 * FRAME)
        frames = app.stage.frames
        app.stage.feed(Printed(1, "hello"))
        app.stage.feed(Started(1, "cpu", 10))
        assert app.stage._timer is None
        await pilot.pause(3 * FRAME)
        assert app.stage.frames == frames


async def test_the_placeholder_stands_until_something_is_shown():
    app = StageApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.stage.placeholder = "Press r to run [it]"
        assert "Press r to run [it]" in await drawn(pilot, app.stage)
        loss(app.stage, 3)
        assert "Press r" not in await drawn(pilot, app.stage)
        app.stage.clear()
        assert "Press r" in await drawn(pilot, app.stage)


async def test_a_flood_is_drawn_at_most_twenty_times_a_second_and_the_app_answers():
    app = StageApp()
    async with app.run_test(size=(78, 12)) as pilot:
        await pilot.pause(2 * FRAME)
        frames, began, longest = app.stage.frames, time.monotonic(), 0.0
        app.stage.feed(Axes(1, "loss", "step", 0, 10_000))
        for step in range(1000):  # 10,000 points in about a second, 10 an event
            xs = tuple(float(step * 10 + i) for i in range(10))
            app.stage.feed(Points(1, "loss", "train", xs, tuple(math.sin(x) for x in xs)))
            before = time.monotonic()
            await asyncio.sleep(0.001)
            longest = max(longest, time.monotonic() - before)
        lasted = time.monotonic() - began
        assert 3 <= app.stage.frames - frames <= lasted / FRAME + 1
        assert longest < 0.5
        shown = await drawn(pilot, app.stage) if app.stage._timer else text(app.stage)
        assert "train" in shown
        assert "10000 points" in app.stage.describe()


async def test_huge_images_do_not_freeze_it():
    data = base64.b64encode(bytes(16_000_000)).decode()
    app = StageApp()
    async with app.run_test(size=(78, 12)) as pilot:
        longest = 0.0
        for index in range(30):
            app.stage.feed(Picture(1, "image", (Image(4000, 4000, "L", data, str(index)),)))
            before = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - before)
        assert longest < 0.5
        while app.stage._timer:
            await pilot.pause(FRAME)
        assert "29" in text(app.stage), "the newest is shown in the end"


async def test_only_what_changed_is_refreshed(monkeypatch):
    app = StageApp()
    async with app.run_test(size=(78, 12)) as pilot:
        loss(app.stage, 60)
        app.stage.feed(LINE)
        await drawn(pilot, app.stage)
        regions: list[Region] = []
        refresh = app.stage.refresh
        monkeypatch.setattr(
            app.stage, "refresh", lambda *found, **more: (regions.extend(found), refresh(*found, **more))[1]
        )
        app.stage.feed(Points(1, "loss", "train", (60.0,), (0.1,)))
        await drawn(pilot, app.stage)
        assert regions and all(region.right <= 38 and region.height == 1 for region in regions)
        assert sum(region.area for region in regions) < 60


async def test_running_again_keeps_curves_and_drops_the_rest():
    app = StageApp()
    async with app.run_test(size=(120, 16)) as pilot:
        loss(app.stage, 60)
        app.stage.feed(LINE)
        app.stage.feed(Finished(1, 1.0))
        await drawn(pilot, app.stage)
        again(app.stage, "lr 0.1")
        assert app.stage.panels == 1
        shown = await drawn(pilot, app.stage)
        assert "·· lr 0.1" in shown and "the line" not in shown
        loss(app.stage, 3)
        assert "── train" in (await drawn(pilot, app.stage)).splitlines()[0]
        app.stage.clear()
        assert (await drawn(pilot, app.stage)).strip() == ""


async def test_log_scale_redraws():
    app = StageApp()
    async with app.run_test(size=(78, 16)) as pilot:
        loss(app.stage, 60)
        assert "(log)" not in await drawn(pilot, app.stage)
        app.stage.log_scale = True
        assert "loss (log)" in await drawn(pilot, app.stage)


async def test_an_end_settles_the_axes():
    app = StageApp()
    async with app.run_test(size=(78, 16)) as pilot:
        app.stage.feed(Axes(1, "accuracy", "epoch", 0, 10))
        app.stage.feed(Points(1, "accuracy", "test", (0.0,), (0.9,)))
        assert " 0.00┤" in " " + (await drawn(pilot, app.stage)).replace("\n", " ")
        app.stage.feed(Points(1, "accuracy", "test", (1.0, 2.0), (0.93, 0.95)))
        assert " 0.00┤" in " " + (await drawn(pilot, app.stage)).replace("\n", " ")
        app.stage.feed(Crashed(1, "stopped"))
        assert "0.90┤" in await drawn(pilot, app.stage)


async def test_text_of_a_job_is_never_markup():
    app = StageApp()
    async with app.run_test(size=(78, 12)) as pilot:
        app.stage.feed(Bars(1, "[/foo] x[1]", ("[red]a[/red]", "\x1b[31mb"), (1.0, 2.0)))
        shown = await drawn(pilot, app.stage)
        assert "[/foo] x[1]" in shown and "[red]a[/red]" in shown and "\x1b" not in shown


async def test_resizing_redraws_to_the_new_size():
    app = StageApp()
    async with app.run_test(size=(78, 12)) as pilot:
        loss(app.stage, 60)
        await drawn(pilot, app.stage)
        for size in ((120, 40), (20, 4), (200, 60), (1, 1), (78, 12)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            strips = [app.stage.render_line(y) for y in range(app.stage.size.height)]
            assert {strip.cell_length for strip in strips} == {size[0]}
            assert len(app.stage._strips) == size[1]


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_colours_follow_the_theme(theme):
    app = StageApp()
    async with app.run_test(size=(78, 12)) as pilot:
        loss(app.stage, 60)
        await drawn(pilot, app.stage)
        app.theme = "nord"
        await drawn(pilot, app.stage)
        app.theme = theme
        await drawn(pilot, app.stage)
        styles = {
            s.style for y in range(1, 10) for s in app.stage.render_line(y) if any("⠀" < c <= "⣿" for c in s.text)
        }
        primary = Color.parse(app.theme_variables["primary"]).rich_color.triplet
        background = app.stage.background_colors[1].rich_color.triplet
        assert primary in {style.color.triplet for style in styles}
        assert {style.bgcolor.triplet for style in styles} == {background}


async def test_without_colour_pictures_are_drawn_in_characters(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = StageApp()
    async with app.run_test(size=(78, 12)) as pilot:
        app.stage.feed(DIGIT)
        shown = await drawn(pilot, app.stage)
        assert "▀" not in shown and "@" in shown and "✗ 7" in shown


async def test_a_hidden_stage_draws_when_it_is_shown():
    app = StageApp()
    async with app.run_test(size=(78, 12)) as pilot:
        app.stage.display = False
        await pilot.pause()
        loss(app.stage, 60)
        await pilot.pause(3 * FRAME)
        app.stage.display = True
        await pilot.pause(3 * FRAME)
        assert "── train" in text(app.stage)


async def test_hundreds_of_panels_do_not_freeze_it():
    app = StageApp()
    async with app.run_test(size=(78, 12)) as pilot:
        began = time.monotonic()
        for index in range(300):
            app.stage.feed(Bars(1, f"bars {index}", ("a",), (1.0,)))
        assert "1/" in (await drawn(pilot, app.stage)).splitlines()[0]
        assert time.monotonic() - began < 2


def test_changed_span_is_in_cells():
    from rich.segment import Segment
    from rich.style import Style

    bold, faint = Style(bold=True), Style(dim=True)
    assert changed_span([Segment("abcdef", bold)], [Segment("ab", bold), Segment("X", bold), Segment("def", bold)]) == (
        2,
        3,
    )
    assert changed_span([Segment("日本ab", bold)], [Segment("日本aX", bold)]) == (5, 6)
    assert changed_span([Segment("日本ab", bold)], [Segment("日a", bold), Segment(" ab", bold)]) == (2, 4)
    assert changed_span([Segment("abc", bold)], [Segment("ab", bold), Segment("c", faint)]) == (2, 3)
    assert plain([[Segment("a ", bold)]]) == ["a"]


def test_the_stage_on_80x24(snap_compare):
    """A loss with an earlier run behind it, and a scatter: 80x12 cells, dark theme."""

    async def run(pilot) -> None:
        stage = pilot.app.stage
        loss(stage, 100)
        again(stage, "lr 0.02")
        loss(stage, 62)
        stage.feed(LINE)
        await drawn(pilot, stage)

    assert snap_compare(StageApp(), terminal_size=(80, 12), run_before=run)


def test_pictures_on_80x24(snap_compare):
    """Images in half blocks with marks, and a tensor with a changed cell: 80x12 cells, dark theme."""

    async def run(pilot) -> None:
        stage = pilot.app.stage
        stage.feed(DIGIT)
        stage.feed(TensorShown(1, "x", (2, 2), "int64", "cpu", (("1", "2"), ("10", "-5")), ((1, 1),), "a view of y"))
        await drawn(pilot, stage)

    assert snap_compare(StageApp(), terminal_size=(80, 12), run_before=run)
