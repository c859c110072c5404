"""Pictures of what a run shows, as rows of styled text. No torch, no textual: screens and command line share it.

panels = Panels()
for event in events:
    panels.feed(event)
for panel in panels.all:
    console.print(printable(panel.draw(80, 16, Look())), end="")
"""

from tutor.drawing.panels import Panel, Panels
from tutor.drawing.rows import Look, Room, Rows, plain, printable

__all__ = ["Look", "Panel", "Panels", "Room", "Rows", "plain", "printable"]
