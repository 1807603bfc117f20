"""Telling the caller how far the work is, and asking whether to go on."""

from __future__ import annotations

import time
from typing import Any


class Cancelled(Exception):
    """The caller asked to stop; nothing has been changed or written."""


class Progress:
    """Passes progress on to a reporter, at most ten times and at least twice a second.

    Whatever may take longer than a fraction of a second calls `tick` or, where it does not know the stage, `beat`.

    reporter: any object; `progress(stage, done, total)` is called where it exists, `note(text)` for the log, and
    `cancelled()` is asked: when it returns True, `Cancelled` is raised.
    """

    def __init__(self, reporter: Any = None, pause: float = 0.1) -> None:
        self.reporter = reporter
        self.pause = pause
        self._last = float("-inf")
        self._stage = "preparing", 0, 1
        self.spent = 0
        self.limit = float("inf")

    def spend(self, effort: int) -> None:
        """Count search effort (nodes looked at, times rounds); the same on every machine, unlike time."""
        self.spent += effort

    def allow(self, effort: float) -> None:
        """Set how much effort the next stage may spend."""
        self.limit = self.spent + effort

    def exhausted(self) -> bool:
        """True when the present stage has spent its effort."""
        return self.spent >= self.limit

    def tick(self, stage: str, done: int, total: int) -> None:
        """A step of a stage is done."""
        self._stage = stage, done, total
        self.beat()

    def beat(self) -> None:
        """Called in every inner loop: reports the present stage again when it is time, and asks whether to go on."""
        if self.reporter is None:
            return
        now = time.monotonic()
        if now - self._last < self.pause:
            return
        self._last = now
        report = getattr(self.reporter, "progress", None)
        if report:
            report(*self._stage)
        cancelled = getattr(self.reporter, "cancelled", None)
        if cancelled and cancelled():
            raise Cancelled("routing was cancelled")

    def note(self, text: str) -> None:
        """A line for the log."""
        note = getattr(self.reporter, "note", None)
        if note:
            note(text)


def silent() -> None:
    """A `beat` that tells nobody."""
