"""What the signatures in a lesson's .py say: the controls of its demos, and what its checks take. Read with ast, never imported."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from tutor.course.model import Control, Value
from tutor.course.outline import CourseError, close_names

CHECK = "check_"
FORMS = 'bool, Literal["A", "B"], Annotated[float, Range(low, high)] or Annotated[int, Range(low, high)]'


@dataclass(frozen=True)
class DemoSignature:
    """What the screen needs to know of a demo."""

    question: str
    controls: tuple[Control, ...]
    source: str
    seconds: float
    """0: the engine's default budget."""
    line: int


@dataclass(frozen=True)
class CheckSignature:
    """What a check takes from the learner's namespace."""

    takes: tuple[str, ...]
    seconds: float
    """0: the engine's default budget."""
    line: int


@dataclass(frozen=True)
class Signatures:
    """The functions at the top level of one .py."""

    path: Path
    lines: tuple[str, ...]
    functions: Mapping[str, ast.FunctionDef]

    @property
    def demos(self) -> tuple[str, ...]:
        """Names of the functions whose first parameter is `run`; those that begin with an underscore are helpers."""
        return tuple(n for n, f in self.functions.items() if not n.startswith("_") and _first_parameter(f) == "run")

    @property
    def checks(self) -> tuple[str, ...]:
        """Names of the exercises that have a check."""
        return tuple(name.removeprefix(CHECK) for name in self.functions if name.startswith(CHECK))

    def demo(self, name: str) -> DemoSignature:
        """CourseError where its signature cannot be made into controls; KeyError where there is no such function."""
        function = self.functions[name]
        if _first_parameter(function) != "run":
            raise self._error(function, f"the first parameter of the demo {name} must be `run`")
        question = (ast.get_docstring(function) or "").partition("\n")[0].strip()
        if not question:
            raise self._error(function, f"{name} has no docstring; its first line is the question on the screen")
        controls = self._controls(function)
        return DemoSignature(question, controls, self._source(function), self._budget(function), function.lineno)

    def check(self, exercise: str) -> CheckSignature:
        """CourseError where its parameters are more than names; KeyError where the exercise has no check."""
        function = self.functions[CHECK + exercise]
        args = function.args
        if args.vararg or args.kwarg or args.defaults or any(args.kw_defaults):
            raise self._error(function, f"{function.name} can only have parameters without defaults: what it takes")
        takes = tuple(a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs))
        if not takes:
            raise self._error(function, f"{function.name} takes nothing; name what it judges as its parameters")
        return CheckSignature(takes, self._budget(function), function.lineno)

    def line_of(self, function: str) -> int:
        """Where it begins; KeyError where it is not there."""
        return self.functions[function].lineno

    def _error(self, node: ast.expr | ast.arg | ast.FunctionDef, problem: str) -> CourseError:
        return CourseError(self.path, node.lineno, problem)

    def _source(self, function: ast.FunctionDef) -> str:
        """Its lines, with its decorators: @budget says nothing to a learner, another one may."""
        starts = [d.lineno for d in function.decorator_list if not _is_named(_called(d), "budget")]
        return "\n".join(self.lines[min([*starts, function.lineno]) - 1 : function.end_lineno])

    def _budget(self, function: ast.FunctionDef) -> float:
        for decorator in function.decorator_list:
            if not _is_named(_called(decorator), "budget"):
                continue
            values = (
                [k.value for k in decorator.keywords if k.arg == "seconds"] if isinstance(decorator, ast.Call) else []
            )
            seconds = _literal(values[0]) if values else None
            if not _is_number(seconds) or seconds <= 0:
                raise self._error(decorator, "write the budget as @budget(seconds=60), with a literal number above 0")
            return float(seconds)
        return 0.0

    def _controls(self, function: ast.FunctionDef) -> tuple[Control, ...]:
        args = function.args
        if args.vararg or args.kwarg:
            raise self._error(
                function, f"{function.name} takes *args or **kwargs; each control is a parameter with a name"
            )
        parameters = [*args.posonlyargs, *args.args][1:]
        defaults: list[ast.expr | None] = [None] * len(parameters)
        if args.defaults:
            defaults[len(parameters) - len(args.defaults) :] = args.defaults
        pairs = zip((*parameters, *args.kwonlyargs), (*defaults, *args.kw_defaults), strict=True)
        return tuple(self._control(parameter, default) for parameter, default in pairs)

    def _control(self, parameter: ast.arg, default: ast.expr | None) -> Control:
        name, kind = parameter.arg, parameter.annotation
        if kind is None:
            raise self._error(parameter, f"the control {name} has no type: annotate it as {FORMS}")
        if default is None:
            raise self._error(parameter, f"the control {name} has no default")
        value = _literal(default)
        if value is None:
            raise self._error(default, f"the default of {name} must be written out as a literal, not computed")
        if _is_named(kind, "bool"):
            if not isinstance(value, bool):
                raise self._error(default, f"{name} is a switch: its default is True or False")
            return Control(name, "bool", value)
        if isinstance(kind, ast.Subscript) and _is_named(kind.value, "Literal"):
            return self._select(name, kind, value)
        if isinstance(kind, ast.Subscript) and _is_named(kind.value, "Annotated"):
            return self._number(name, kind, value)
        if _is_named(kind, "float") or _is_named(kind, "int"):
            wanted = f"Annotated[{ast.unparse(kind)}, Range(low, high)]"
            raise self._error(parameter, f"the control {name} has no bounds: annotate it as {wanted}")
        raise self._error(parameter, f"{name} cannot be a control of type {ast.unparse(kind)}; use {FORMS}")

    def _select(self, name: str, kind: ast.Subscript, value: Value) -> Control:
        parts = kind.slice.elts if isinstance(kind.slice, ast.Tuple) else [kind.slice]
        choices = [choice for choice in map(_literal, parts) if isinstance(choice, str)]
        if len(choices) != len(parts) or len(set(choices)) != len(choices):
            raise self._error(kind, f'the choices of {name} must be different texts, written out: Literal["A", "B"]')
        if value not in choices:
            raise self._error(kind, f"the default of {name} is {value!r}, which is none of {', '.join(choices)}")
        return Control(name, "choice", value, choices=tuple(choices))

    def _number(self, name: str, kind: ast.Subscript, value: Value) -> Control:
        parts = kind.slice.elts if isinstance(kind.slice, ast.Tuple) else []
        type_name = parts[0].id if parts and isinstance(parts[0], ast.Name) else ""
        bounds = next((p for p in parts[1:] if isinstance(p, ast.Call) and _is_named(p.func, "Range")), None)
        if type_name not in ("float", "int") or bounds is None:
            raise self._error(kind, f"the control {name} has no bounds: annotate it as {FORMS}")
        low, high, log, live = self._range(name, bounds)
        whole = type_name == "int"
        if whole and not all(isinstance(n, int) for n in (low, high, value)):
            raise self._error(kind, f"{name} is an int: its bounds and its default must be whole numbers")
        if not _is_number(value):
            raise self._error(kind, f"the default of {name} must be a number, not {value!r}")
        if not low <= value <= high:
            raise self._error(kind, f"the default of {name} is {value:g}, outside of its Range({low:g}, {high:g})")
        return Control(name, "int" if whole else "float", int(value) if whole else float(value), low, high, log, live)

    def _range(self, name: str, call: ast.Call) -> tuple[float, float, bool, bool]:
        """Low, high, log and live, as tutor.lesson.Range takes them."""
        names = ("low", "high", "log", "live")
        given = dict(zip(names, call.args, strict=False)) | {k.arg or "**": k.value for k in call.keywords}
        low, high = (_literal(given[n]) if n in given else None for n in names[:2])
        log, live = (_literal(given[n]) if n in given else False for n in names[2:])
        known = len(call.args) <= len(names) and not set(given) - set(names)
        if not (known and _is_number(low) and _is_number(high) and isinstance(log, bool) and isinstance(live, bool)):
            raise self._error(call, f"write the bounds of {name} out: Range(1e-4, 1) or Range(1e-4, 1, log=True)")
        if low >= high or (log and low <= 0):
            need = "a low bound above 0 and below its high bound" if log else "a low bound below its high bound"
            raise self._error(call, f"the Range of {name} needs {need}")
        return low, high, log, live


def read_signatures(path: Path) -> Signatures:
    """The functions of a lesson's .py. CourseError where it cannot be read or is not Python; FileNotFoundError where it is not there."""
    try:
        source = path.read_text(encoding="utf-8-sig")
        tree = ast.parse(source, str(path))
    except SyntaxError as error:
        raise CourseError(path, error.lineno or 0, f"this is not Python: {error.msg}") from None
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise CourseError(path, 0, f"it cannot be read: {error}") from None
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    return Signatures(path, tuple(source.split("\n")), functions)


def missing_function(signatures: Signatures, name: str) -> str:
    """What to say of a name that is not there, with the close ones."""
    return f"{signatures.path.name} has no function {name}{close_names(name, signatures.demos)}"


def _first_parameter(function: ast.FunctionDef) -> str:
    args = (*function.args.posonlyargs, *function.args.args)
    return args[0].arg if args else ""


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _is_named(node: ast.expr, name: str) -> bool:
    """Whether this is `name` or `anything.name`."""
    return getattr(node, "id", getattr(node, "attr", None)) == name


def _literal(node: ast.expr) -> Value | None:
    """The bool, int, float or str that is written there; None where it is anything else."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None
    return value if isinstance(value, (bool, int, float, str)) else None


def _is_number(value: Value | None) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
