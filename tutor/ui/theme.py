"""The two colour themes, and the styles for code and prose that follow from them."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import Theme

DARK = Theme(
    name="tutor-dark",
    dark=True,
    primary="#f58a5b",
    secondary="#8fb3c9",
    accent="#f58a5b",
    warning="#e3b55f",
    error="#ee7f76",
    success="#93c47d",
    foreground="#d8d9d4",
    background="#15171b",
    surface="#1c1f24",
    panel="#282c33",
    boost="#23272d",
    variables={
        "muted": "#8b9098",
        "faint": "#3a3f47",
        "code-keyword": "#d79bd0",
        "code-string": "#a9c78a",
        "code-number": "#e3b55f",
        "code-comment": "#7d838c",
        "code-function": "#84b7e0",
        "code-type": "#8fd0c4",
        "input-selection-background": "#f58a5b 35%",
        "input-selection-foreground": "#f4f4f0",
        "input-cursor-background": "#d8d9d4",
        "input-cursor-foreground": "#15171b",
        "scrollbar": "#3a3f47",
        "scrollbar-hover": "#4d535c",
        "scrollbar-active": "#f58a5b",
        "scrollbar-background": "#15171b",
        "scrollbar-background-hover": "#15171b",
        "scrollbar-background-active": "#15171b",
    },
)

LIGHT = Theme(
    name="tutor-light",
    dark=False,
    primary="#b8430f",
    secondary="#2b6480",
    accent="#b8430f",
    warning="#8a5a00",
    error="#b3261e",
    success="#2f7232",
    foreground="#24272c",
    background="#fbfaf7",
    surface="#f2f0eb",
    panel="#e4e1da",
    boost="#ebe8e2",
    variables={
        "muted": "#666b73",
        "faint": "#cfcbc2",
        "code-keyword": "#8b2f86",
        "code-string": "#3d6b21",
        "code-number": "#8a5a00",
        "code-comment": "#737780",
        "code-function": "#1f5c94",
        "code-type": "#1b6d62",
        "input-selection-background": "#b8430f 25%",
        "input-selection-foreground": "#24272c",
        "input-cursor-background": "#24272c",
        "input-cursor-foreground": "#fbfaf7",
        "scrollbar": "#cfcbc2",
        "scrollbar-hover": "#b5b0a5",
        "scrollbar-active": "#b8430f",
        "scrollbar-background": "#fbfaf7",
        "scrollbar-background-hover": "#fbfaf7",
        "scrollbar-background-active": "#fbfaf7",
    },
)

THEMES = {"dark": DARK, "light": LIGHT}

_PALETTE = (
    "#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa",
    "#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff",
)  # fmt: skip
"""The 16 colours as rich knows them: each becomes itself, whatever the terminal makes of it."""
_DARK_16 = {
    "primary": 11, "secondary": 14, "accent": 11, "warning": 13, "error": 9, "success": 10, "foreground": 15, "background": 0,
    "surface": 0, "panel": 4, "boost": 0, "muted": 7, "faint": 8, "code-keyword": 13, "code-string": 10, "code-number": 11,
    "code-comment": 7, "code-function": 14, "code-type": 6, "input-selection-background": 6, "input-selection-foreground": 0,
    "input-cursor-background": 15, "input-cursor-foreground": 0, "scrollbar": 8, "scrollbar-hover": 7, "scrollbar-active": 11,
    "scrollbar-background": 0, "scrollbar-background-hover": 0, "scrollbar-background-active": 0,
}  # fmt: skip
_LIGHT_16 = {
    "primary": 5, "secondary": 4, "accent": 5, "warning": 5, "error": 1, "success": 2, "foreground": 0, "background": 15,
    "surface": 15, "panel": 7, "boost": 15, "muted": 8, "faint": 7, "code-keyword": 5, "code-string": 2, "code-number": 1,
    "code-comment": 8, "code-function": 4, "code-type": 4, "input-selection-background": 6, "input-selection-foreground": 0,
    "input-cursor-background": 0, "input-cursor-foreground": 15, "scrollbar": 7, "scrollbar-hover": 8, "scrollbar-active": 5,
    "scrollbar-background": 15, "scrollbar-background-hover": 15, "scrollbar-background-active": 15,
}  # fmt: skip
"""No yellow on white, which many terminals make too light to read; nothing that differs from another only in a shade."""


def in_16_colours(theme: Theme) -> Theme:
    """The theme, under the same name, for a terminal with 16 colours: the nearest ones would be mostly grey."""
    colours = {name: _PALETTE[number] for name, number in (_DARK_16 if theme.dark else _LIGHT_16).items()}
    own = {name: colours.pop(name, value) for name, value in theme.variables.items()}
    return replace(theme, **colours, variables=own)  # type: ignore[arg-type]


"""By their names in the settings."""

FALLBACKS = {
    "muted": "gray",
    "faint": "gray",
    "code-keyword": "magenta",
    "code-string": "green",
    "code-number": "yellow",
    "code-comment": "gray",
    "code-function": "blue",
    "code-type": "cyan",
}
"""What our own variables are under a theme that does not define them."""


def prose_styles(variables: dict[str, str]) -> dict[str, str]:
    """Styles by rich's names for Markdown, in the colours of a theme's variables."""
    return {
        "markdown.code": f"bold {variables['secondary']}",
        "markdown.code_block": variables["foreground"],
        "markdown.block_quote": variables["muted"],
        "markdown.link": f"underline {variables['secondary']}",
        "markdown.link_url": f"underline {variables['secondary']}",
        "markdown.item.bullet": f"bold {variables['primary']}",
        "markdown.item.number": f"bold {variables['primary']}",
        "markdown.hr": variables["faint"],
        "markdown.table.header": "bold",
        "markdown.table.border": variables["faint"],
        "markdown.h3": "bold",
        "markdown.h4": "bold",
    }


def code_styles(variables: dict[str, str]) -> dict[str, str]:
    """Styles by the capture names of `highlighting.QUERY`, in the colours of a theme's variables."""
    names = ("keyword", "string", "number", "comment", "function", "type")
    styles = {name: variables[f"code-{name}"] for name in names}
    styles["comment"] += " italic"
    return styles
