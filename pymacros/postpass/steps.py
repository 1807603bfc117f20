"""The steps in which a list is read or written: what waits for it is called between them, and may end it by an exception. Pure Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_Item = TypeVar("_Item")
_waiting: list[Callable[[], None]] = []


@contextmanager
def calling(step: Callable[[], None]) -> Iterator[None]:
    """Within, `step` is called again and again."""
    _waiting.append(step)
    try:
        yield
    finally:
        _waiting.pop()


def step() -> None:
    """One step is done."""
    if _waiting:
        _waiting[-1]()


def each(items: Iterable[_Item]) -> Iterable[_Item]:
    """The items, with a step before each; they themselves where nobody waits."""
    return _stepped(items) if _waiting else items


def _stepped(items: Iterable[_Item]) -> Iterator[_Item]:
    for item in items:
        step()
        yield item
