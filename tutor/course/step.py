"""The parts of one step, sorted by what they are: prose, examples, a demo's link, an exercise's fences, hints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tutor.course.model import Block, Example, Text
from tutor.course.outline import close_names
from tutor.course.parts import Fault, Part

DRAFT_ROLES = ("predict", "starter", "broken", "order")
"""Fences that make an exercise."""
ROLES = {"python": (*DRAFT_ROLES, "before", "solution", "mistake"), "toml": ("solution", "mistake")}
"""What a fence can be, by its language."""
FOLDED_ROLES = ("solution", "mistake")
"""What may stand in a <details> that is no hint."""


@dataclass
class Draft:
    """An exercise in the making."""

    role: str
    """choice, predict, starter, broken, order or tune."""
    name: str
    """Empty for a choice, which is named by its step, and for a tune, which is named by its solution."""
    part: Part
    above: tuple[str, ...]
    """The step's examples above it."""


@dataclass(frozen=True)
class Answer:
    """A solution, what stands before lines to order, or a mistake with the words its feedback must contain."""

    name: str
    language: str
    """python, or toml for a demo's settings."""
    part: Part
    sentence: str = ""


@dataclass(frozen=True)
class Hint:
    """What stands in a <details> whose summary begins with "Hint"."""

    markdown: str
    line: int


@dataclass
class StepParts:
    """What was found in a step, in order."""

    blocks: list[Block] = field(default_factory=list)
    links: list[Part] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    befores: list[Answer] = field(default_factory=list)
    """Code above the lines of an order exercise."""
    solutions: list[Answer] = field(default_factory=list)
    mistakes: list[Answer] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)

    @property
    def examples(self) -> tuple[str, ...]:
        return tuple(block.code for block in self.blocks if isinstance(block, Example))


def gather(body: Sequence[Part], lines: Sequence[str], start: int, end: int, code: str, fault: Fault) -> StepParts:
    """Sort the parts of a step whose body is lines `start` to `end`, from 0. `code`: the name of the lesson's .py."""
    gatherer = _Gatherer(body, lines, start, code, fault)
    for index, part in enumerate(body):
        gatherer.take(index, part)
    return gatherer.close(end)


class _Gatherer:
    """Walks the parts of one step. What none of them claims stays prose, word for word."""

    def __init__(self, body: Sequence[Part], lines: Sequence[str], start: int, code: str, fault: Fault) -> None:
        self.body, self.lines, self.code, self.fault = body, lines, code, fault
        self.found = StepParts()
        self.prose_from = start
        self.folded: Part | None = None
        """The <details> that is open."""

    def close(self, end: int) -> StepParts:
        if self.folded:
            raise self.fault(
                self.folded.line, "this <details> is never closed: end it with </details> after an empty line"
            )
        self._claim(end, end)
        return self.found

    def take(self, index: int, part: Part) -> None:
        if part.kind == "open":
            self._open(part)
        elif part.kind == "close":
            self._close(part)
        elif part.kind == "fence":
            self._fence(index, part)
        elif part.kind in ("tasks", "link", "paragraph") and not self.folded:
            self._other(part)

    def _claim(self, start: int, end: int) -> None:
        """Lines `start` to `end` are no prose; those since the last claim are."""
        if self.folded is None:
            while self.prose_from < start and not self.lines[self.prose_from].strip():
                self.prose_from += 1
            markdown = "\n".join(self.lines[self.prose_from : start]).rstrip()
            if markdown:
                self.found.blocks.append(Text(markdown, self.prose_from + 1))
        self.prose_from = end

    # Folded text ----------------------------------------------------------------------------------------------------

    def _open(self, part: Part) -> None:
        if self.folded:
            problem = f"this <details> stands in the one of line {self.folded.line}: close that with </details> first"
            raise self.fault(part.line, problem)
        self._claim(part.start, part.end)
        self.folded = part

    def _close(self, part: Part) -> None:
        if self.folded is None:
            raise self.fault(part.line, "this </details> closes nothing: drop it, or open one above")
        if self._in_hint:
            markdown = "\n".join(self.lines[self.folded.end : part.start]).strip()
            if not markdown:
                raise self.fault(self.folded.line, "this hint says nothing")
            self.found.hints.append(Hint(markdown, self.folded.line))
        self._claim(part.start, part.end)
        self.folded = None

    @property
    def _in_hint(self) -> bool:
        return self.folded is not None and self.folded.text.lower().startswith("hint")

    # Fences ---------------------------------------------------------------------------------------------------------

    def _fence(self, index: int, part: Part) -> None:
        language, *words = part.info.split() or [""]
        if language == "output" and not self.folded:
            self._output(index, part)
        elif language in ROLES and words:
            self._role(index, part, language, words)
        elif language == "python" and not self.folded:
            self._claim(part.start, part.end)
            self.found.blocks.append(Example(part.text.rstrip("\n"), None, part.line))
        elif language != "python" and language.lower() in ("py", "python", "python3"):
            raise self.fault(part.line, f"write this fence as ```{' '.join(['python', *words])}, not ```{part.info}")
        elif words and words[0] in ROLES["python"]:
            raise self.fault(
                part.line, f"this {words[0]} is in no language that runs: write ```python {' '.join(words)}"
            )

    def _output(self, index: int, part: Part) -> None:
        before = self.body[index - 1] if index else None
        last = self.found.blocks[-1] if self.found.blocks else None
        if before is None or before.kind != "fence" or before.info != "python" or not isinstance(last, Example):
            raise self.fault(
                part.line, "an output fence states what the python fence right above it prints; there is none"
            )
        self.found.blocks[-1] = Example(last.code, part.text.rstrip("\n"), last.line)
        self._claim(part.start, part.end)

    def _role(self, index: int, part: Part, language: str, words: list[str]) -> None:
        role, name = words[0], words[1] if len(words) == 2 else ""
        if role not in ROLES[language]:
            mend = close_names(role, ROLES[language]) or f"; known are {', '.join(ROLES[language])}"
            raise self.fault(part.line, f"a {language} fence cannot be {role!r}{mend}")
        if not name.isidentifier():
            what = "a name" if len(words) == 1 else "one name, of letters, digits and _"
            raise self.fault(part.line, f"this {role} needs {what}: ```{language} {role} add_batch")
        if not part.text.strip() and language == "python":
            raise self.fault(part.line, f"this {role} is empty")
        if self.folded and (self._in_hint or role not in FOLDED_ROLES):
            where = "a hint" if self._in_hint else "<details>"
            raise self.fault(part.line, f"the {role} of {name} stands in {where}: move it out")
        self._claim(part.start, part.end)
        if role in DRAFT_ROLES:
            self.found.drafts.append(Draft(role, name, part, self.found.examples))
        elif role == "mistake":
            self.found.mistakes.append(Answer(name, language, part, self._quotation(index, part, name)))
        else:
            answers = self.found.solutions if role == "solution" else self.found.befores
            answers.append(Answer(name, language, part))

    def _quotation(self, index: int, part: Part, name: str) -> str:
        """The words that stand below a mistake."""
        following = self.body[index + 1] if index + 1 < len(self.body) else None
        if following is None or following.kind != "quote" or not following.text:
            problem = f"this mistake of {name} needs a quotation below it: > words that its feedback must contain"
            raise self.fault(part.line, problem)
        self._claim(following.start, following.end)
        return following.text

    # Links and lists ------------------------------------------------------------------------------------------------

    def _other(self, part: Part) -> None:
        file, _, name = part.info.partition("#")
        if part.kind == "tasks":
            self._claim(part.start, part.end)
            self.found.drafts.append(Draft("choice", "", part, ()))
        elif file.removeprefix("./") == self.code and part.kind == "paragraph":
            raise self.fault(part.line, f"the link to {part.info} must stand alone in its paragraph to run a demo")
        elif part.kind == "link" and "://" not in file and ((name and file.endswith(".py")) or file == self.code):
            self._claim(part.start, part.end)
            if part.text.lower().startswith("tune:"):
                self.found.drafts.append(Draft("tune", "", part, ()))
            else:
                self.found.links.append(part)
