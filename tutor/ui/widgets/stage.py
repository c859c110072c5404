"""The stage: where a job's curves, pictures and tensors are drawn while it runs."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from tutor.drawing.curves import Curves
from tutor.drawing.layout import Place, pages
from tutor.drawing.panels import Earlier, Panel, Panels
from tutor.drawing.rows import Look, Rows, centred, changed_span, joined, overlay
from tutor.protocol import LAST, JobEvent
from tutor.signs import only_ascii

FRAME = 1 / 20
"""Seconds between two frames at the least, where the program has no setting for it."""
PATIENCE = 4
"""A frame that takes long to draw is followed by a pause of this many times as long: keys are answered meanwhile."""
BUSY = 3
"""Times its processor time that a frame counts at the most: on a machine with other work it would be drawn ever more seldom."""


class Stage(Widget):
    """Draws what a job shows. Feed it the events of one job; `clear` before the next.

    Costs nothing while nothing arrives. Of each frame only the cells that changed go to the terminal.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "stage--title",
        "stage--text",
        "stage--faint",
        "stage--first",
        "stage--second",
        "stage--third",
        "stage--fourth",
        "stage--right",
        "stage--wrong",
        "stage--changed",
    }
    DEFAULT_CSS = """
    Stage {
        width: 1fr;
        height: 1fr;
        .stage--title { text-style: bold; }
        .stage--faint { color: $text-muted; }
        .stage--first { color: $primary; }
        .stage--second { color: $secondary; }
        .stage--third { color: $success; }
        .stage--fourth { color: $warning; }
        .stage--right { color: $success; }
        .stage--wrong { color: $error; }
        .stage--changed { text-style: bold reverse; }
    }
    """

    log_scale: reactive[bool] = reactive(False, repaint=False)
    """Whether curves stand on a logarithmic y axis."""
    smooth: reactive[bool] = reactive(False, repaint=False)
    """Whether curves are averaged, with what they were faintly behind."""
    placeholder: reactive[str] = reactive("", repaint=False)
    """What stands in the middle while nothing is shown."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._panels = Panels()
        self._view = 0
        self._strips: list[Strip] = []
        self._rows: Rows = []
        self._drawn: dict[int, tuple[tuple[object, ...], Rows]] = {}
        """By a panel's identity: what it was last drawn from, and the rows."""
        self._laid: tuple[tuple[object, ...], list[list[Place]]] = ((), [])
        """What the views were last made from, and the views."""
        self._look: Look | None = None
        self._base = Style()
        self._timer: Timer | None = None
        self._next = 0.0
        """When the next frame may be drawn, by the monotonic clock."""
        self.frames = 0
        """How many were drawn so far."""

    @property
    def panels(self) -> int:
        """How many charts, pictures, tables and tensors there are."""
        return len(self._panels.all)

    def feed(self, event: JobEvent) -> None:
        """Take in an event of the job; it is drawn with the next frame. Events that draw nothing are ignored."""
        if isinstance(event, LAST):
            self._panels.settle()
            self._schedule()
        elif self._panels.feed(event):
            self._schedule()

    def clear(self) -> None:
        """Forget everything, earlier runs too."""
        self._panels.clear()
        self._view = 0
        self._drawn.clear()
        self._laid = ((), [])
        self._schedule()

    def begin(self, earlier: Sequence[tuple[str, Earlier]]) -> None:
        """Another run begins: forget everything, and lay these earlier ones, each named, faintly behind its curves."""
        self.clear()
        self._panels.begin(earlier)

    @property
    def charts(self) -> dict[str, Curves]:
        """The charts of curves, by title."""
        return self._panels.charts

    def overlay(self, earlier: Sequence[tuple[str, Earlier]]) -> None:
        """Lay the curves of these earlier runs behind the present ones, or show them alone, in place of those that lay there."""
        self._panels.overlay(earlier)
        self._drawn.clear()
        self._laid = ((), [])
        self._schedule()

    def next_panel(self) -> None:
        """Show the next view: the pages of panels, then each panel by itself."""
        self._view += 1
        self._schedule()

    def describe(self) -> str:
        """What is shown, in words; a line for each panel."""
        return "\n".join(panel.describe() for panel in self._panels.all)

    def render_line(self, y: int) -> Strip:
        """One line of the last frame."""
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)

    def watch_log_scale(self) -> None:
        self._schedule()

    def watch_smooth(self) -> None:
        self._schedule()

    def watch_placeholder(self) -> None:
        self._schedule()

    def notify_style_update(self) -> None:
        """The theme changed: everything is drawn anew, as soon as the components' styles have followed."""
        super().notify_style_update()
        if self._look is not None:
            self._look = None
            self.call_later(self._draw_all)

    def _on_resize(self, event: events.Resize) -> None:
        self._draw_all()

    def _on_show(self, event: events.Show) -> None:
        self._schedule()

    def _schedule(self) -> None:
        """Have a frame drawn as soon as one may be."""
        if self._timer is None and self.is_attached and self.size:
            self._timer = self.set_timer(max(0.001, self._next - time.monotonic()), self._frame)

    def _frame(self) -> None:
        """Draw, and send what changed."""
        self._timer = None
        if not self.size or not self.is_attached:
            return
        old = self._rows
        self._paint()
        if len(old) != len(self._rows):
            self.refresh()
            return
        regions = []
        for y, (before, after) in enumerate(zip(old, self._rows, strict=False)):
            if before != after:
                start, end = changed_span(before, after)
                regions.append(Region(start, y, end - start, 1))
        if regions:
            self.refresh(*regions)

    def _draw_all(self) -> None:
        if self.size:
            self._paint()
            self.refresh()

    def _paint(self) -> None:
        """Bring rows and strips up to date; measures itself, to leave time for everything else."""
        began, used = time.monotonic(), time.thread_time()
        old, strips = self._rows, self._strips
        width, height = self.size
        self._rows = self._compose_rows(width, height, self._get_look())
        base = self.rich_style
        reuse = len(old) == len(self._rows) and len(strips) == len(old) and self._base == base
        self._base = base
        self._strips = [
            strips[y] if reuse and old[y] == line else Strip(line, width).apply_style(base)
            for y, line in enumerate(self._rows)
        ]
        self.frames += 1
        now = time.monotonic()
        cost = min(now - began, BUSY * (time.thread_time() - used))
        self._next = max(began + self._least, now + PATIENCE * cost)

    @property
    def _least(self) -> float:
        """Seconds between two frames at the least."""
        settings = getattr(self.app, "settings", None)
        return 1 / int(settings["fps"]) if settings is not None else FRAME

    def _compose_rows(self, width: int, height: int, look: Look) -> Rows:
        panels = self._panels.all
        if not panels:
            return centred(self.placeholder, width, height, look.faint)
        views = self._views(panels, width, height)
        self._view %= len(views)
        signs = _signs(self._view, len(views))
        lines: list[list[tuple[int, list[Segment]]]] = [[] for _ in range(height)]
        for place in views[self._view]:
            at_corner = place.y == 0 and place.x + place.width > width - len(signs) - 1
            own = dataclasses.replace(look, reserve=len(signs) + 1) if signs and at_corner else look
            for y, drawn in enumerate(self._draw(panels[place.index], place, own)[: height - place.y]):
                lines[place.y + y].append((place.x, drawn))
        rows = [joined(line, width) for line in lines]
        if len(signs) < width:
            rows[0] = overlay(rows[0], width - len(signs), Segment(signs, look.faint), width) if signs else rows[0]
        return rows

    def _views(self, panels: list[Panel], width: int, height: int) -> list[list[Place]]:
        """Pages that hold all panels; then each panel that shares its page, by itself."""
        key = (width, height, *((id(p), 0 if isinstance(p.content, Curves) else p.version) for p in panels))
        if self._laid[0] != key:
            found = pages([panel.room() for panel in panels], width, height)
            alone = [Place(place.index, 0, 0, width, height) for page in found if len(page) > 1 for place in page]
            self._laid = (key, found + [[place] for place in alone])
        return self._laid[1]

    def _draw(self, panel: Panel, place: Place, look: Look) -> Rows:
        """The panel's rows; those of last time where nothing changed."""
        key = (panel.version, place.width, place.height, look, self.log_scale, self.smooth)
        known = self._drawn.get(id(panel))
        if known and known[0] == key:
            return known[1]
        rows = panel.draw(place.width, place.height, look, self.log_scale, self.smooth)
        self._drawn[id(panel)] = (key, rows)
        return rows

    def _get_look(self) -> Look:
        """The theme's styles."""
        if self._look is None:
            names = ("first", "second", "third", "fourth")
            shades = self.app.is_headless or self.app.console.color_system in ("truecolor", "256")
            self._look = Look(
                title=self._style("title"),
                text=self._style("text"),
                faint=self._style("faint"),
                series=tuple(self._style(name) for name in names),
                right=self._style("right"),
                wrong=self._style("wrong"),
                changed=self._style("changed"),
                color=shades and not self.app.no_color and not only_ascii(),
                dark=self.app.current_theme.dark,
            )
        return self._look

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"stage--{name}")


def _signs(view: int, views: int) -> str:
    """Which of the views is shown; empty where there is only one."""
    if views > 9:
        return f"{view + 1}/{views}"
    return "".join("●" if index == view else "○" for index in range(views)) if views > 1 else ""
