"""The list that every screen with rows to choose from is made of."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from rich.text import Text
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from tutor.ui.widgets.listing import Listing


class Rows(App[None]):
    """Numbers, listed; what the list says is kept."""

    def __init__(self, items: Sequence[int], *, within: bool = False) -> None:
        super().__init__()
        self.listing = Listing[int](lambda item, here: Text(f"row {item}{' here' if here else ''}"))
        self.items, self.within = items, within
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        if not self.within:
            yield self.listing
            return
        with VerticalScroll(can_focus=False):
            yield Static("\n".join(f"above {line}" for line in range(8)))
            yield self.listing

    def on_mount(self) -> None:
        if self.within:
            self.listing.styles.height = "auto"
        self.listing.show(self.items)
        self.listing.focus(scroll_visible=False)

    def on_listing_moved(self) -> None:
        self.said.append(f"moved to {self.listing.item}")

    def on_listing_again(self) -> None:
        self.said.append(f"again {self.listing.item}")

    @property
    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        ("down", 1), ("j j", 2), ("j k", 0), ("up", 0), ("end", 29), ("G", 29), ("G j", 29), ("G home", 0), ("G g", 0),
        ("pagedown", 9), ("pagedown pageup", 0), ("ctrl+d ctrl+d", 18), ("G ctrl+u", 20),
    ],
)  # fmt: skip
async def test_keys_move_the_cursor_and_the_row_is_seen(keys: str, row: int) -> None:
    app = Rows(range(30))
    async with app.run_test(size=(30, 10)) as pilot:
        await pilot.press(*keys.split())
        await pilot.pause()
        assert app.listing.item == row
        assert [line.split("  ")[0].rstrip("▂▃▄▅▆▇█ ") for line in app.lines if "▸" in line] == [f"▸ row {row} here"]


async def test_a_click_moves_and_a_second_one_is_as_the_first_key() -> None:
    app = Rows(range(3))
    async with app.run_test(size=(30, 10)) as pilot:
        await pilot.click(Listing, offset=(4, 2))
        await pilot.click(Listing, offset=(4, 2))
        await pilot.click(Listing, offset=(4, 7))
        assert app.said == ["moved to 2", "again 2"]


async def test_nothing_to_list_is_no_error() -> None:
    app = Rows([])
    async with app.run_test(size=(30, 10)) as pilot:
        await pilot.press("j", "G", "pagedown", "k", "g", "pageup")
        await pilot.click(Listing)
        assert app.listing.item is None and app.said == []


async def test_the_cursor_stays_within_what_is_left_and_goes_where_it_is_told() -> None:
    app = Rows(range(30))
    async with app.run_test(size=(30, 10)) as pilot:
        await pilot.press("G")
        app.listing.show(range(5))
        await pilot.pause()
        assert app.listing.item == 4 and app.lines[4] == "▸ row 4 here"
        app.listing.show(range(30), 17)
        await pilot.pause()
        assert app.listing.item == 17 and any("▸ row 17 here" in line for line in app.lines)


async def test_what_a_list_stands_in_scrolls_with_the_cursor_and_back_to_the_top() -> None:
    app = Rows(range(12), within=True)
    async with app.run_test(size=(30, 10)) as pilot:
        await pilot.pause()
        assert "above 0" in app.lines[0] and "▸ row 0 here" in app.lines[8]
        await pilot.press("G")
        await pilot.pause()
        assert "▸ row 11 here" in app.lines[-1]
        await pilot.press("g")
        await pilot.pause()
        assert "above 0" in app.lines[0] and "▸ row 0 here" in app.lines[8]
