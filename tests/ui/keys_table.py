"""The table of keys in docs/settings.md, written anew from the bindings: python -m tests.ui.keys_table"""

from __future__ import annotations

import re
from pathlib import Path

from tutor.ui import scenes

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
HEAD = "| name | keys | what it does |\n|---|---|---|\n"


def table() -> str:
    """A row for each binding."""
    rows = []
    for binding_id, binding in scenes.all_bindings().items():
        keys = " ".join(f"`{key.strip()}`" for key in binding.key.split(","))
        rows.append(f"| `{binding_id}` | {keys} | {binding.tooltip} |\n")
    return HEAD + "".join(rows)


def documented() -> str:
    """The table as it stands in the page."""
    found = re.search(re.escape(HEAD) + r"(\|.*\n)*", DOCS.read_text(encoding="utf-8"))
    return found[0] if found else ""


if __name__ == "__main__":
    DOCS.write_text(DOCS.read_text(encoding="utf-8").replace(documented(), table()), encoding="utf-8")
