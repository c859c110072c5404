"""What is meant by words that were typed, and how well a text fits them. No widgets here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

WHOLE, WORD, BEGINS, INSIDE = 3.0, 2.0, 1.5, 1.0
"""What is typed is all of the text, a word of it, the beginning of a word, or stands within one."""
EMPTY = frozenset(
    word
    for words in ("a an and are at by do does for how i in is it of on or the to", "vs what when where which why with")
    for word in words.split()
)
"""Words that say nothing of what is sought, where there are others."""
CLOSE = 0.75
"""How alike a word must be to be taken for one that was mistyped."""

_WORD = re.compile(r"[^\W\d_]\w*")


def sought(query: str) -> list[str]:
    """The words that are to be found, without those that say nothing."""
    words = query.casefold().split()
    telling = [word for word in words if word.strip("?!.,") not in EMPTY]
    return telling or words


def grade(text: str, word: str) -> float:
    """How a word stands in a text, both folded: 0 (nowhere) to WHOLE."""
    at, best = text.find(word), 0.0
    if at >= 0 and text == word:
        return WHOLE
    while at >= 0 and best < WORD:
        end = at + len(word)
        begins = at == 0 or not text[at - 1].isalnum() or not word[0].isalnum()
        ends = end == len(text) or not text[end].isalnum() or not word[-1].isalnum()
        best = max(best, WORD if begins and ends else BEGINS if begins else INSIDE)
        at = text.find(word, at + 1)
    return best


def first_place(text: str, words: Sequence[str]) -> int:
    """Where to look first: the first place at which one of the words begins, else the first that holds one; -1: none."""
    beginnings = [found.start() for word in words if (found := re.search(rf"(?<!\w){re.escape(word)}", text))]
    places = beginnings or [at for word in words if (at := text.find(word)) >= 0]
    return min(places, default=-1)


def spots(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand in a text, as (start, end)."""
    folded = text.casefold()
    if len(folded) != len(text):
        return []  # a letter that becomes two: rather no marks than wrong ones
    return [(match.start(), match.end()) for word in words for match in re.finditer(re.escape(word.casefold()), folded)]


def fuzzy(query: str, text: str) -> float:
    """How well a name fits what is typed: every word somewhere, best at the beginning; 0: not at all."""
    folded = text.casefold()
    total = 0.0
    for word in query.casefold().split():
        found = grade(folded, word)
        if not found:
            return 0.0
        total += found + (1.0 if folded.startswith(word) else 0.0)
    return total or 1.0


def words_of(texts: Iterable[str]) -> set[str]:
    """The words of folded texts that someone may have meant to type."""
    return {word for text in texts for word in _WORD.findall(text) if len(word) > 2}


def corrected(query: str, vocabulary: Collection[str]) -> str:
    """The query with each word that is nowhere in the vocabulary replaced by one that looks alike; "": there is none."""
    from difflib import get_close_matches

    words = []
    for word in sought(query):
        if any(word in known for known in vocabulary):
            words.append(word)
            continue
        close = get_close_matches(word, vocabulary, 1, CLOSE)
        if not close:
            return ""
        words.append(close[0])
    return " ".join(words)
