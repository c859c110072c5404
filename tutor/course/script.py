"""A demo as a script that runs by itself: its function, what that needs of the course, and a Run that prints. Never imports any of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tutor.course.model import Demo, Lesson, Value
from tutor.course.outline import Course

OURS = "tutor.lesson"
RUN = Path(__file__).with_name("script_run.txt")
"""The source of the Run that prints."""


def make_script(course: Course, lesson: Lesson, demo: Demo, settings: Mapping[str, Value]) -> str:
    """The text of a script that runs the demo with these settings."""
    sources = _Sources(course.path)
    sources.add(lesson.path.with_suffix(".py"))
    pieces = sources.needed_by(demo.id)
    arguments = "".join(f", {name}={value!r}" for name, value in settings.items())
    head = f'"""{demo.question}\n\nA demo of the lesson "{lesson.title}", as a script of its own.\n"""'
    main = f'if __name__ == "__main__":\n    {demo.id}(Run(){arguments})'
    parts = [
        f"{head}\n\nfrom __future__ import annotations",
        "\n".join(pieces.imports),
        RUN.read_text(encoding="utf-8").strip(),
        *pieces.definitions,
        main,
    ]
    return "\n\n\n".join(parts) + "\n"


@dataclass(frozen=True)
class _Pieces:
    """What goes into the script, in an order that works."""

    imports: list[str]
    definitions: list[str]


@dataclass(frozen=True)
class _Definition:
    """A function, class or assignment at the top level of a file."""

    node: ast.stmt
    source: str


class _Sources:
    """The lesson's .py and the files of the course that it imports, by the names that they define."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.definitions: dict[str, _Definition] = {}
        self.imports: dict[str, str] = {}
        """The name that an import brings in -> the import."""
        self._renamed: dict[str, str] = {}
        """A name under which something of the course is known -> the name it is defined under."""
        self._read: set[Path] = set()

    def add(self, path: Path) -> None:
        """Take up a file, after the files of the course that it imports."""
        if path in self._read:
            return
        self._read.add(path)
        source = path.read_text(encoding="utf-8")
        lines = source.splitlines()
        for node in ast.parse(source).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
            else:
                for name in _defines(node):
                    self.definitions[name] = _Definition(node, _source(node, lines))

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        own = self.folder / f"{module.replace('.', '/')}.py"
        if module == OURS or module == "__future__":
            return
        if module and own.is_file():
            self.add(own)
            self._renamed.update({alias.asname: alias.name for alias in node.names if alias.asname})
            return
        for alias in node.names:
            one = ast.ImportFrom(module, [alias], 0) if isinstance(node, ast.ImportFrom) else ast.Import([alias])
            self.imports[(alias.asname or alias.name).split(".")[0]] = ast.unparse(one)

    def needed_by(self, name: str) -> _Pieces:
        """What a definition needs, it included."""
        needed = self._closure(name)
        imports = sorted({self.imports[each] for each in needed if each in self.imports}, key=_import_order)
        written: dict[int, str] = {}
        for each, definition in self.definitions.items():
            if each in needed:
                written[id(definition.node)] = definition.source
        aliases = [f"{new} = {old}" for new, old in self._renamed.items() if new in needed]
        return _Pieces(
            ["import torch", *(line for line in imports if line != "import torch")], [*written.values(), *aliases]
        )

    def _closure(self, name: str) -> set[str]:
        """The names that a definition uses, and those that they use in turn."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            each = waiting.pop()
            if each in found:
                continue
            found.add(each)
            if each in self._renamed:
                waiting.append(self._renamed[each])
            elif each in self.definitions:
                waiting += _uses(self.definitions[each].node)
        return found


def _defines(node: ast.stmt) -> Iterator[str]:
    """The names that a statement at the top level defines."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    for target in targets:
        yield from (each.id for each in ast.walk(target) if isinstance(each, ast.Name))


def _uses(node: ast.AST) -> Iterator[str]:
    """The names in the code of a node; those in a control's annotation do not count."""
    if isinstance(node, ast.FunctionDef) and _is_demo(node):
        node = ast.parse(ast.unparse(_plain(node)))
    yield from (each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def _is_demo(node: ast.FunctionDef) -> bool:
    return bool(node.args.args) and node.args.args[0].arg == "run"


def _plain(node: ast.FunctionDef) -> ast.FunctionDef:
    """A demo without what only the screens read: bounds, choices and budgets."""
    plain = ast.parse(ast.unparse(node)).body[0]
    assert isinstance(plain, ast.FunctionDef)
    plain.decorator_list = []
    for argument in (*plain.args.args, *plain.args.kwonlyargs):
        argument.annotation = None
    return plain


def _source(node: ast.stmt, lines: list[str]) -> str:
    """The statement as it is written, comments included; of a demo, the signature without what only the screens read."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    if not (isinstance(node, ast.FunctionDef) and _is_demo(node)):
        return "\n".join(lines[first - 1 : node.end_lineno])
    signature = ast.unparse(_plain(node)).splitlines()[0]
    return "\n".join([signature, *lines[node.body[0].lineno - 1 : node.end_lineno]])


def _import_order(line: str) -> tuple[bool, str]:
    """Plain imports first, then by name."""
    return line.startswith("from"), line
