"""All bindings of the program, and which of them hold at the same time. Imports every screen: not at the start."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode

import tutor.ui
from tutor.ui.keynames import named_keys
from tutor.ui.words import character_of, key_words

KeyMap = Mapping[str, str]
"""Binding id -> its keys, separated by commas, by Textual's names."""


@dataclass(frozen=True)
class Scene:
    """What may have the focus, from the inside out: whose bindings hold at the same time."""

    name: str
    """With "in": "in a demo"."""
    parts: tuple[str, ...]
    """Names of classes, the innermost first. The program itself stands behind all of them."""
    typing: bool = False
    """Whether letters are typed there."""


SCENES = (
    Scene("the map", ("Outline", "MapScreen")),
    Scene("a text to read", ("StepText", "LessonScreen")),
    Scene("an example", ("ExampleBox", "StepText", "LessonScreen")),
    Scene("a demo", ("DemoPane", "LessonScreen")),
    Scene("a demo's controls", ("ControlField", "DemoPane", "LessonScreen")),
    Scene("a question", ("Options", "ChoicePane", "LessonScreen")),
    Scene("lines to put in order", ("Lines", "OrderPane", "LessonScreen")),
    Scene("a target to reach", ("ControlField", "DemoPane", "TunePane", "LessonScreen")),
    Scene("a prediction", ("AnswerLine", "PredictPane", "LessonScreen"), True),
    Scene("the editor", ("CodeEditor", "CodePane", "LessonScreen"), True),
    Scene("the editor's search line", ("FindLine", "CodePane", "LessonScreen"), True),
    Scene("a verdict", ("Feedback", "CodePane", "LessonScreen")),
    Scene("the end of a lesson", ("Ending", "LessonScreen")),
    Scene("the scratchpad", ("Prompt", "ScratchpadScreen"), True),
    Scene("the progress page", ("WeakList", "ProgressScreen")),
    Scene("search", ("SearchScreen",), True),
    Scene("the list of actions", ("PaletteScreen",), True),
    Scene("the glossary", ("GlossaryScreen",), True),
    Scene("the list of keys", ("KeysScreen",), True),
    Scene("the settings", ("SettingsList", "SettingsScreen")),
    Scene("a setting that is typed", ("ValueLine", "SettingsList", "SettingsScreen"), True),
    Scene("a question of yes or no", ("Ask",)),
    Scene("a question before a foreign course runs", ("AskFirst",)),
    Scene("the list of attempts", ("Listing", "AttemptsScreen")),
    Scene("what an attempt was", ("Scroll", "AttemptsScreen")),
    Scene("the list of courses", ("Listing", "CoursesScreen")),
    Scene("the list of runs", ("Listing", "RunsScreen")),
    Scene("the solution", ("Scroll", "SolutionScreen")),
    Scene("a text over the screen", ("Scroll", "Viewer")),
    Scene("help", ("Scroll", "HelpScreen")),
)


@cache
def classes() -> dict[str, type[DOMNode]]:
    """Every class of the program's own that has bindings, and every one a scene names, by name."""
    found: dict[str, type[DOMNode]] = {}
    for module in pkgutil.walk_packages(tutor.ui.__path__, "tutor.ui."):
        for each in vars(importlib.import_module(module.name)).values():
            if isinstance(each, type) and issubclass(each, DOMNode) and each.__module__ == module.name:
                found[each.__name__] = each
    return found


def own_bindings(of: type[DOMNode]) -> list[Binding]:
    """What the class adds to the ones it is made from."""
    return list(of.__dict__.get("BINDINGS", []))


@cache
def bindings_of(of: type[DOMNode]) -> dict[str, Binding]:
    """Key -> binding, of the class with all that it is made from in this program."""
    found: dict[str, Binding] = {}
    for base in reversed(of.__mro__):
        if not base.__dict__.get("_inherit_bindings", True):
            found.clear()
        if base.__module__.startswith("tutor.ui"):
            found.update(BindingsMap(own_bindings(base)))
    return found


@cache
def all_bindings() -> dict[str, Binding]:
    """Binding id -> the binding as it is written down, with all its keys. In the order of the scenes."""
    found: dict[str, Binding] = {}
    names = [name for scene in SCENES for name in reversed(scene.parts)]
    for name in dict.fromkeys(["TutorApp", *names, *classes()]):
        for base in reversed(classes()[name].__mro__):
            if base.__module__.startswith("tutor.ui"):
                found.update({each.id: each for each in own_bindings(base) if each.id and each.id not in found})
    return found


@cache
def default_keys(binding_id: str) -> list[str]:
    """KeyError where there is no such binding."""
    return [key for key, _ in BindingsMap([all_bindings()[binding_id]])]


def keys_with(keymap: KeyMap, binding_id: str) -> list[str]:
    """The keys of a binding under a key map. KeyError where there is no such binding."""
    default = default_keys(binding_id)
    return keymap[binding_id].split(",") if binding_id in keymap else default


# What may be set ----------------------------------------------------------------------------------------------------------


def checked(wanted: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The key map that holds, by Textual's names; and, by binding id, why an entry of it does not: it has its own keys then."""
    held: dict[str, str] = {}
    problems: dict[str, str] = {}
    for binding_id, keys in wanted.items():
        try:
            held[binding_id] = _entry(binding_id, keys)
        except ValueError as error:
            problems[binding_id] = str(error)
    while clash := next(collisions(held), None):
        binding_id, problem = clash
        problems[binding_id] = problem
        del held[binding_id]
    return held, problems


def _entry(binding_id: str, keys: str) -> str:
    if binding_id not in all_bindings():
        from difflib import get_close_matches

        close = get_close_matches(binding_id, all_bindings(), 1)
        raise ValueError(f'there is no key "{binding_id}"' + (f'; did you mean "{close[0]}"?' if close else "."))
    named = named_keys(keys)
    if not named:
        raise ValueError(f"{binding_id} has no key; write one, such as f5 or ctrl+r.")
    for scene in SCENES:
        if scene.typing:
            _check_typing(binding_id, named, scene)
    return ",".join(dict.fromkeys(named))


def _check_typing(binding_id: str, keys: list[str], scene: Scene) -> None:
    """Where letters are typed, a binding that works there needs a key that is none."""
    for name in scene.parts:
        for binding in bindings_of(classes()[name]).values():
            if binding.id != binding_id:
                continue
            letters = [key for key in keys if character_of(key) is not None]
            if binding.priority and letters:
                raise ValueError(f"{binding_id} may not have {key_words(letters[0])}: in {scene.name} that is typed.")
            works = any(_works_while_typing(key) for key in default_keys(binding_id))
            if works and not any(_works_while_typing(key) for key in keys):
                raise ValueError(
                    f"{binding_id} needs a Ctrl or function key: in {scene.name} {key_words(keys[0])} does something else."
                )


def _works_while_typing(key: str) -> bool:
    return key.startswith(("ctrl+", "alt+")) or (key[0] == "f" and key[1:].isdigit())


# Collisions ---------------------------------------------------------------------------------------------------------------


def collisions(keymap: KeyMap) -> Iterator[tuple[str, str]]:
    """The remapped bindings whose key does something else in the same place, each with a sentence."""
    for scene in SCENES:
        for one, other, key in sorted(overlaps(scene, keymap) - _usual(scene)):
            if other in _silent(scene):
                continue
            if one in keymap:
                yield one, f"{key_words(key)} is taken by {other} in {scene.name}."
            elif other in keymap:
                yield other, f"{key_words(key)} is taken by {one} in {scene.name}."


@cache
def _usual(scene: Scene) -> set[tuple[str, str, str]]:
    return overlaps(scene, {})


@cache
def _silent(scene: Scene) -> set[str]:
    """Bindings that never come to their turn in a scene: what lies further in has all of their keys."""
    covered: dict[str, set[str]] = {}
    for _, outer, key in _usual(scene):
        covered.setdefault(outer, set()).add(key)
    return {outer for outer, keys in covered.items() if keys >= set(default_keys(outer))}


def overlaps(scene: Scene, keymap: KeyMap) -> set[tuple[str, str, str]]:
    """Two bindings that do different things, and a key that both have. The inner one comes first, and has the key."""
    taken: dict[str, list[Binding]] = {}
    for name in (*scene.parts, "TutorApp"):
        for binding in {each.id: each for each in bindings_of(classes()[name]).values() if each.id}.values():
            for key in _keys_here(classes()[name], binding, keymap):
                taken.setdefault(key, []).append(binding)
    return {
        (str(one.id), str(other.id), key)
        for key, bindings in taken.items()
        for i, one in enumerate(bindings)
        for other in bindings[i + 1 :]
        if one.action != other.action and one.id != other.id
    }


def _keys_here(of: type[DOMNode], binding: Binding, keymap: KeyMap) -> list[str]:
    """The keys of a binding in a class, less those that the class gives to something else."""
    if binding.id and binding.id in keymap:
        return keymap[binding.id].split(",")
    return [key for key, each in bindings_of(of).items() if each.id == binding.id]
