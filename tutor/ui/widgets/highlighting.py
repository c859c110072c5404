"""Python code in colour, the same in the editor and where it is only read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from tree_sitter import Language, Node

QUERY = """
(comment) @comment
(string) @string
(interpolation) @none
[(integer) (float)] @number
[(true) (false) (none)] @number
[
  "and" "as" "assert" "async" "await" "break" "class" "continue" "def" "del" "elif" "else" "except" "finally" "for" "from"
  "global" "if" "import" "in" "is" "lambda" "nonlocal" "not" "or" "pass" "raise" "return" "try" "while" "with" "yield"
] @keyword
(function_definition name: (identifier) @function)
(class_definition name: (identifier) @type)
(decorator) @function
(call function: (identifier) @function)
(call function: (attribute attribute: (identifier) @function))
(keyword_argument name: (identifier) @none)
(type (identifier) @type)
"""
"""What is coloured: the capture names are those of `theme.code_styles`."""


@cache
def python() -> Language:
    """The grammar. Imported on first use, not at start."""
    import tree_sitter_python
    from tree_sitter import Language

    return Language(tree_sitter_python.language())


def highlight(code: str, styles: Mapping[str, str]) -> Text:
    """`code` as text with styles by capture name."""
    from tree_sitter import Parser, Query, QueryCursor

    text = Text(code, no_wrap=True, tab_size=4)
    tree = Parser(python()).parse(code.encode())
    captures = QueryCursor(Query(python(), QUERY)).captures(tree.root_node)
    places = _characters(code)
    found = [(node, styles[name]) for name, nodes in captures.items() if name in styles for node in nodes]
    for node, style in sorted(found, key=_widest_first):
        text.stylize(style, places[node.start_byte], places[node.end_byte])
    return text


def with_code(words: str, style: str, code: str) -> Text:
    """A sentence with what stands between backticks as code; nothing else in it is markup."""
    text = Text(style=style)
    for number, piece in enumerate(re.split(r"`([^`\n]+)`", words)):
        text.append(piece, code if number % 2 else "")
    return text


def _widest_first(found: tuple[Node, str]) -> int:
    return found[0].start_byte - found[0].end_byte


def _characters(code: str) -> list[int]:
    """For each byte of the code in UTF-8, the index of its character."""
    places: list[int] = []
    for index, character in enumerate(code):
        places += [index] * len(character.encode())
    return [*places, len(code)]
