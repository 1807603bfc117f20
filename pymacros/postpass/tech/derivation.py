"""Derived layers: one line of text, `(opening & top_metal) - touching(pad, seal_ring)`, read into steps. Pure Python.

The line is parsed by Python's own grammar and never evaluated. Names are layers of the technology; a name that is no
word stands in quotes.
"""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Union

from .. import bounds

LAYER, LENGTH, COUNT = "a layer", "a length in um", "a whole number from 1"


class Layer(NamedTuple):
    """A layer by its name."""

    name: str


class Step(NamedTuple):
    """One operation: "and", "or", "not", "xor", or the name of a function; arguments are layers, steps, lengths (um) and counts."""

    does: str
    arguments: "tuple[Argument, ...]"


Derivation = Union[Layer, Step]
Argument = Union[Layer, Step, float, int]


class DerivationError(ValueError):
    """A line that cannot be understood. args: the sentence, the column (from 1)."""


class Function(NamedTuple):
    """What a function takes, `optional` of them at the end perhaps not, and what it gives."""

    takes: tuple[str, ...]
    optional: int
    gives: str


OPERATORS = {ast.BitAnd: "and", ast.BitOr: "or", ast.Add: "or", ast.Sub: "not", ast.BitXor: "xor"}

_TWO = (LAYER, LAYER)
FUNCTIONS = {
    "sized": Function((LAYER, LENGTH), 0, "the layer with every edge moved out by a length, or in by a negative one"),
    "wider": Function((LAYER, LENGTH), 0, "the parts of its shapes that are at least so wide"),
    "holes": Function((LAYER,), 0, "the holes of its shapes, as shapes"),
    "hulls": Function((LAYER,), 0, "its shapes with their holes filled"),
    "touching": Function(_TWO, 0, "the shapes of A that touch or overlap one of B"),
    "not_touching": Function(_TWO, 0, "the others"),
    "interacting": Function((LAYER, LAYER, COUNT, COUNT), 1, "the shapes of A that touch or overlap at least n shapes of B, and perhaps at most n"),
    "inside": Function(_TWO, 1, "the shapes of A that lie inside B, edges may touch; of one layer, the area inside its shapes"),
    "not_inside": Function(_TWO, 0, "the others"),
    "outside": Function(_TWO, 0, "the shapes of A that lie outside B, edges may touch"),
    "not_outside": Function(_TWO, 0, "the others"),
    "covering": Function(_TWO, 0, "the shapes of A that cover a whole one of B"),
    "not_covering": Function(_TWO, 0, "the others"),
    "extents": Function((LAYER, LENGTH, LENGTH), 1, "the shapes whose width and height both are at least a length, and perhaps at most another one"),
}


def read(text: str) -> Derivation:
    """The steps of a line. Raises DerivationError."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        column = _column(text, error.offset - 1) if error.offset else len(text) + 1  # 0 where something is missing at the end
        raise DerivationError("not understood: %s" % error.msg, column) from None
    except (ValueError, MemoryError, RecursionError):
        raise DerivationError("not understood", 1) from None
    return _Reader(text).layer(tree)


def layers_of(derivation: Derivation) -> "Iterator[str]":
    """Names of the layers that a derivation looks at, in the order of the line."""
    if isinstance(derivation, Layer):
        yield derivation.name
        return
    for argument in derivation.arguments:
        if isinstance(argument, (Layer, Step)):
            yield from layers_of(argument)


class Circle(ValueError):
    """A layer that is derived from itself. args: its name."""


def in_order(derivations: "dict[str, Derivation]", parts: "dict[str, list[str]]") -> "list[str]":
    """Names of derived layers, each after those that it is derived from. parts: of every layer, as unions.parts_of. Raises Circle."""
    needs = {name: [part for other in layers_of(one) for part in parts[other] if part in derivations] for name, one in derivations.items()}
    try:
        return list(graphlib.TopologicalSorter(needs).static_order())
    except graphlib.CycleError as error:
        raise Circle(error.args[1][0]) from None


def _column(text: str, offset: int) -> int:
    return len(text) - len(text.lstrip()) + offset + 1


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text

    def fail(self, node: ast.AST, sentence: str) -> DerivationError:
        before = self.text.strip().encode("utf-8")[:getattr(node, "col_offset", 0)]  # ast counts bytes
        return DerivationError(sentence, _column(self.text, len(before.decode("utf-8"))))

    def layer(self, node: ast.AST) -> Derivation:
        if isinstance(node, ast.Name):
            return Layer(node.id)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return Layer(node.value)
        if isinstance(node, ast.BinOp):
            return self._operation(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        raise self.fail(node, "a layer, an operator (&, |, +, -, ^) or a function is expected here")

    def _operation(self, node: ast.BinOp) -> Step:
        if type(node.op) not in OPERATORS:
            raise self.fail(node, "unknown operator: known are & (and), | or + (or), - (not), ^ (xor)")
        return Step(OPERATORS[type(node.op)], (self.layer(node.left), self.layer(node.right)))

    def _call(self, node: ast.Call) -> Step:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name not in FUNCTIONS:
            raise self.fail(node, "unknown function%s: known are %s" % (" '%s'" % name if name else "", ", ".join(FUNCTIONS)))
        takes, optional, _ = FUNCTIONS[name]
        if node.keywords or not len(takes) - optional <= len(node.args) <= len(takes):
            raise self.fail(node, "%s takes %s" % (name, _in_words(takes, optional)))
        readers: dict[str, Callable[..., Argument]] = {LAYER: self.layer, LENGTH: self._length, COUNT: self._count}
        step = Step(name, tuple(readers[what](argument) for what, argument in zip(takes, node.args)))
        numbers = [float(argument) for argument in step.arguments if isinstance(argument, (int, float))]
        if numbers != sorted(numbers):
            raise self.fail(node, "%s: from %g to %g is no range" % (name, numbers[0], numbers[1]))
        return step

    def _length(self, node: ast.AST) -> float:
        sign, inner = (-1.0, node.operand) if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else (1.0, node)
        value = inner.value if isinstance(inner, ast.Constant) else None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not bounds.keeps(bounds.LIMIT, value):
            raise self.fail(node, "%s is expected here (%s)" % (LENGTH, bounds.words(bounds.LIMIT)))
        return sign * float(value)

    def _count(self, node: ast.AST) -> int:
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= bounds.MOST_RECORDS:
            raise self.fail(node, "%s is expected here" % COUNT)
        return value


def _in_words(takes: Sequence[str], optional: int) -> str:
    said = ", ".join(takes[:len(takes) - optional])
    return said + "".join(" and perhaps " + what for what in takes[len(takes) - optional:])
