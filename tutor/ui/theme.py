"""The two colour themes, and the styles for code and prose that follow from them."""

from __future__ import annotations

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
