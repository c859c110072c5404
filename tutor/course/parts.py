"""A lesson's Markdown as a flat list of parts with line numbers: what the reader puts steps together from."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Kind = Literal["title", "heading", "paragraph", "prose", "fence", "tasks", "link", "quote", "open", "close", "comment"]
Fault = Callable[[int, str], Exception]
"""Makes the error for a problem at a line (from 1)."""

HTML = re.compile(
    r"<details\b[^>]*>\s*<summary\b[^>]*>(?P<summary>.*?)</summary>|(?P<close></details\s*>)", re.DOTALL | re.IGNORECASE
)
TASK = re.compile(r"\[(?P<mark>[ xX])\]\s+(?P<text>\S.*)", re.DOTALL)


@dataclass(frozen=True)
class Task:
    """An item of a task list."""

    text: str
    ticked: bool
    rest: str
    """Markdown of what follows its first paragraph."""
    line: int


@dataclass(frozen=True)
class Part:
    """One block of the file: lines `start` to `end`, from 0, the last not included."""

    kind: Kind
    start: int
    end: int
    text: str = ""
    """title, heading, paragraph, quote: its words. fence: its code. link: its label. open: the summary."""
    info: str = ""
    """fence: what follows the backticks. link: where it leads."""
    tasks: tuple[Task, ...] = ()

    @property
    def line(self) -> int:
        """Its first line, from 1."""
        return self.start + 1


def split(text: str, fault: Fault) -> list[Part]:
    """The parts of a lesson's .md, in order."""
    lines = text.split("\n")
    return [part for group in _top_level(_markdown().parse(text)) for part in _parts(group, lines, fault)]


@functools.cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # 20 ms, needed when the first lesson is opened

    return MarkdownIt("commonmark")


def _top_level(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The tokens of one top-level block after the other."""
    begin = depth = 0
    for i, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[begin : i + 1]
            begin = i + 1


def _parts(group: Sequence[Token], lines: list[str], fault: Fault) -> Iterator[Part]:
    first = group[0]
    start, end = first.map or (0, 0)
    if first.type == "heading_open" and first.tag in ("h1", "h2"):
        yield Part("title" if first.tag == "h1" else "heading", start, end, _words(group[1]))
    elif first.type == "fence":
        yield _fence(first, start, end, lines, fault)
    elif first.type == "html_block":
        yield from _html(start, end, lines, fault)
    elif first.type == "bullet_list_open":
        yield _list(group, start, end, lines, fault)
    elif first.type == "blockquote_open":
        yield Part("quote", start, end, " ".join(" ".join(t.content for t in group if t.type == "inline").split()))
    elif first.type == "paragraph_open":
        yield _paragraph(group[1], start, end)
    else:
        yield Part("prose", start, end)
    if first.type in ("bullet_list_open", "ordered_list_open", "blockquote_open"):
        for token in group:
            if token.type == "fence" and len(token.info.split()) > 1:
                line = (token.map or (start, end))[0] + 1
                raise fault(
                    line, f"the fence {token.info.strip()!r} stands in a list or quotation; begin it at the margin"
                )


def _fence(token: Token, start: int, end: int, lines: list[str], fault: Fault) -> Part:
    closing = lines[end - 1].strip()
    if end - start < 2 or set(closing) != {token.markup[0]} or len(closing) < len(token.markup):
        raise fault(start + 1, f"this fence is never closed: end it with a line {token.markup}")
    return Part("fence", start, end, token.content, token.info.strip())


def _paragraph(inline: Token, start: int, end: int) -> Part:
    children = inline.children or []
    is_link = len(children) >= 2 and children[0].type == "link_open" and children[-1].type == "link_close"
    if is_link and sum(child.type == "link_open" for child in children) == 1:
        return Part("link", start, end, _words(inline), str(children[0].attrs["href"]))
    for child in children:
        if child.type == "link_open" and ".py#" in str(child.attrs["href"]):
            return Part("paragraph", start, end, inline.content, str(child.attrs["href"]))
    return Part("paragraph", start, end, inline.content)


def _html(start: int, end: int, lines: list[str], fault: Fault) -> Iterator[Part]:
    """The beginnings and ends of <details>; any other HTML is prose."""
    source = "\n".join(lines[start:end])
    if source.lstrip().startswith("<!--"):
        yield Part("comment", start, end)
        return
    if not re.search(r"</?(details|summary)\b", source, re.IGNORECASE):
        yield Part("prose", start, end)
        return
    place = 0
    for match in HTML.finditer(source):
        _nothing_between(source, place, match.start(), start, fault)
        place = match.end()
        first = start + source.count("\n", 0, match.start())
        last = start + source.count("\n", 0, match.end())
        yield Part("close" if match["close"] else "open", first, last + 1, (match["summary"] or "").strip())
    _nothing_between(source, place, len(source), start, fault)


def _nothing_between(source: str, begin: int, end: int, start: int, fault: Fault) -> None:
    """Markdown reads what follows a tag without an empty line as HTML, so hints and fences in it would be lost."""
    between = source[begin:end]
    if not between.strip():
        return
    line = start + source.count("\n", 0, begin) + between[: len(between) - len(between.lstrip())].count("\n") + 1
    if between.lstrip().startswith("<details"):
        raise fault(line, "<details> needs a <summary>: <details><summary>Hint</summary>")
    raise fault(line, "leave an empty line between <summary> or </details> and this text")


def _list(group: Sequence[Token], start: int, end: int, lines: list[str], fault: Fault) -> Part:
    items = [(i, t) for i, t in enumerate(group) if t.type == "list_item_open" and t.level == 1]
    tasks = [task for i, item in items if (task := _task(group, i, item, lines))]
    if not tasks:
        return Part("prose", start, end)
    if len(tasks) < len(items):
        plain = next(i for i, item in items if _task(group, i, item, lines) is None)
        line = (group[plain].map or (start, end))[0] + 1
        raise fault(line, "this item of a task list has no box: begin it with [ ] or [x]")
    return Part("tasks", start, end, tasks=tuple(tasks))


def _task(group: Sequence[Token], index: int, item: Token, lines: list[str]) -> Task | None:
    """The item that begins at group[index]; None where it has no box."""
    if index + 2 >= len(group) or group[index + 2].type != "inline":
        return None
    match = TASK.fullmatch(group[index + 2].content)
    if match is None:
        return None
    start, end = item.map or (0, 0)
    after = (group[index + 1].map or (start, start + 1))[1]
    rest = lines[after:end]
    indent = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return Task(
        " ".join(match["text"].split()), match["mark"] != " ", "\n".join(r[indent:] for r in rest).strip(), start + 1
    )


def _words(inline: Token) -> str:
    """Its text without the marks of emphasis, code and links."""
    children = inline.children or []
    return "".join(" " if c.type in ("softbreak", "hardbreak") else c.content for c in children).strip()
