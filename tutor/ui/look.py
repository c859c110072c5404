"""The theme's colours as styles for what is drawn in rows: drawings, transcripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style

from tutor.drawing.rows import Look
from tutor.signs import only_ascii
from tutor.ui.theme import code_styles

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp


@dataclass(frozen=True)
class Inks:
    """Styles by what they say."""

    look: Look
    """For tutor.drawing."""
    code: dict[str, str]
    """By the capture names of `highlighting.QUERY`."""
    mark: Style
    muted: Style
    bad: Style
    warning: Style
    marker: Style
    """Words that were looked for."""


def inks(app: TutorApp) -> Inks:
    """The styles of the present theme, and what this terminal can show."""
    colours = {name: Style.parse(value) for name, value in _colours(app).items()}
    shades = app.is_headless or app.console.color_system in ("truecolor", "256")
    series = tuple(colours[name] for name in ("primary", "secondary", "success", "warning"))
    bold = Style(bold=True)
    look = Look(
        title=bold,
        faint=colours["muted"],
        series=series,
        right=colours["success"],
        wrong=colours["error"],
        changed=Style(bold=True, reverse=True),
        color=shades and not app.no_color and not only_ascii(),
        dark=app.current_theme.dark,
    )
    return Inks(
        look,
        code_styles(app.theme_variables),
        colours["primary"] + bold,
        colours["muted"],
        colours["error"] + bold,
        colours["warning"],
        colours["primary"] + bold,
    )


def _colours(app: TutorApp) -> dict[str, str]:
    names = ("primary", "secondary", "success", "warning", "error", "muted")
    return {name: app.theme_variables[name] for name in names}
