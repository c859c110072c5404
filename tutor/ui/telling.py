"""What the scratchpad's job says, told: in the transcript, on the line that says how it is, and to the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.protocol import LAST, Completions, Crashed, Fed, Finished, JobEvent, Progress, Started
from tutor.ui import prompting
from tutor.ui.keymap import filled
from tutor.ui.pad import SECONDS, Pad
from tutor.ui.pieces import Quoted, Said
from tutor.ui.words import span

if TYPE_CHECKING:
    from tutor.ui.widgets.prompt import Prompt
    from tutor.ui.widgets.runline import RunLine
    from tutor.ui.widgets.transcript import Transcript

WELCOME = (
    "Type Python: {prompt.run} runs it, an empty line ends a block, {prompt.complete} completes, {prompt.earlier} brings back what you "
    "typed before."
)


class Telling:
    """Turns each event into words. What it did to the scratchpad itself, `Pad` knows already."""

    def __init__(self, pad: Pad, transcript: Transcript, line: RunLine, prompt: Prompt) -> None:
        self.pad, self.transcript, self.line, self.prompt = pad, transcript, line, prompt
        self.detail = ""
        """The last error as Python prints it."""

    def take(self, event: JobEvent) -> None:
        """Shows one event of the scratchpad."""
        match event:
            case Started() if not self.pad.used:
                self.line.begin("getting the lesson's names")
            case Fed(number=0):
                self._opened(event)
            case Fed():
                self._ran(event)
            case Completions(words=words):
                self.prompt.offer(words)
            case Progress():
                self.line.take(event)
            case _ if isinstance(event, LAST):
                self._ended(event)
            case _:
                self.transcript.take(event)

    def _opened(self, fed: Fed) -> None:
        if not self.transcript.pieces:
            self.transcript.add(Said(filled(WELCOME, self.prompt)))
        if fed.message:
            self.transcript.add(Said(fed.message, "!"))
        if self.pad.waiting:
            self.begin_clock()
        else:
            self.line.settle("ready")

    def _ran(self, fed: Fed) -> None:
        self.detail = fed.detail
        self.transcript.settle()
        if fed.message and self.pad.interrupted:
            self.transcript.add(Said(fed.message, "■"))
            self.line.settle(f"■ interrupted after {span(fed.seconds)}")
        elif fed.message:
            self.transcript.add(Said(fed.message, "✗", bad=True))
            if quoted := prompting.quoted(self.pad.code, fed.line, fed.detail):
                self.transcript.add(Quoted(quoted))
            self.line.take(Crashed(0, f"an error, after {span(fed.seconds)}"))
        else:
            self.line.take(Finished(0, fed.seconds))

    def _ended(self, event: JobEvent) -> None:
        words = event.message if isinstance(event, Crashed) else "The scratchpad has ended."
        self.detail = event.detail if isinstance(event, Crashed) else ""
        self.transcript.add(Said(words, "✗", bad=True))
        code = self.pad.take_back()
        if code and not self.prompt.text.strip():
            self.prompt.put(code)
        if self.pad.state != "lost":
            self.line.take(Crashed(0, filled("not there; {prompt.run} tries again", self.prompt)))
            return
        gone = "Its names are gone; what you typed is not ({prompt.earlier}). The next key starts it anew."
        self.transcript.add(Said(filled(gone, self.prompt)))
        self.line.take(Crashed(0, "ended; a key starts it anew"))

    def begin_clock(self) -> None:
        """Code was handed over, or runs: its time counts from here."""
        device = self.pad.engine.ready.device if self.pad.engine.ready else ""
        self.line.begin("")
        self.line.take(Started(0, device, SECONDS))
