"""Keys as the person has them: which bindings hold on a screen, and what texts call a key. What may be remapped is in `scenes`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen

from tutor.ui.words import character_of, key_words

_PLACE = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")


Result = TypeVar("Result")


class Keyed(Screen[Result]):
    """What every screen is: the person's keys hold there, also where something is typed, and none that comes too late leads away.

    Textual takes away the letters that a text field wants before it looks at the keymap. So a binding that is a letter by
    itself could not be put on another key for use while one types, and a letter on a binding that comes before the text field
    could not be typed any more. Here the keymap comes first.
    """

    @property
    def _binding_chain(self) -> list[tuple[DOMNode, BindingsMap]]:
        focused = self.focused if self.focused is not None and not self.focused.loading else None
        nodes: list[DOMNode] = [self, self.app] if focused is None else list(focused.ancestors_with_self)
        chain: list[tuple[DOMNode, BindingsMap]] = []
        typing: list[DOMNode] = []
        for node in nodes:
            bindings = held(node)
            for key in list(bindings.key_to_bindings):
                character = character_of(key)
                if any(inner.check_consume_key(key, character) for inner in typing):
                    del bindings.key_to_bindings[key]
            if type(node).check_consume_key is not DOMNode.check_consume_key:
                typing.append(node)
            chain.append((node, bindings))
        return chain

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """A key or click that comes when this screen is no more on top leads nowhere: Textual would take the topmost one away."""
        return super().dismiss(result) if self.app.screen_stack[-1:] == [self] else AwaitComplete()


def held(node: DOMNode) -> BindingsMap:
    """The bindings of a node, on the person's keys."""
    bindings = node._bindings.copy()
    if node.app._keymap:
        bindings.apply_keymap(node.app._keymap)
        places = {binding.id: place for place, (_, binding) in enumerate(reversed(list(node._bindings)))}
        order = sorted(bindings.key_to_bindings.items(), key=lambda item: -places.get(item[1][0].id, -1))
        bindings.key_to_bindings = dict(order)  # as they are written down: the first is the one that is shown
    return bindings


# What a key is called ---------------------------------------------------------------------------------------------------


def keys_of(node: DOMNode, binding_id: str) -> list[str]:
    """The keys of a binding of this node, of what it stands in, or of something else on its screen. KeyError: it has none."""
    changed = node.app._keymap.get(binding_id)
    if changed:
        return changed.split(",")
    for each in _around(node):
        found = [key for key, binding in each._bindings if binding.id == binding_id]
        if found:
            return sorted(found, key=_written(type(each), binding_id).index)
    raise KeyError(f"{node} has no binding {binding_id}")


@cache
def _written(of: type[DOMNode], binding_id: str) -> list[str]:
    """The keys of a binding as the class writes them down: one that it has from another class too comes first otherwise."""
    maps = (BindingsMap(base.__dict__.get("BINDINGS", [])) for base in of.__mro__)
    return [key for each in maps for key, binding in each if binding.id == binding_id]


def _around(node: DOMNode) -> Iterator[DOMNode]:
    yield from node.ancestors_with_self
    yield from node.screen.walk_children()


def key(node: DOMNode, binding_id: str) -> str:
    """The first key of a binding, as a sentence calls it: "F6", "Ctrl-L", "Enter"."""
    return key_words(keys_of(node, binding_id)[0])


def filled(text: str, node: DOMNode) -> str:
    """A text in which {lesson.next} stands for the key of that binding. What is in braces and is no binding stays."""

    def put(found: re.Match[str]) -> str:
        try:
            return key(node, found[1])
        except KeyError:
            return found[0]

    return _PLACE.sub(put, text)
