"""The steps in which a drawing is read: a window is drawn, and Cancel heard, between them. Without numpy, whose import is one of the steps."""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterable
from typing import Any

from ..draw.choices import CommandError


class Reading:
    """reporter: see routing.progress, None where nobody waits; cancelled: the sentence for the user who cancels; pause: seconds from one
    report to the next at least; stage: what the reporter is told; expected: about how many steps there will be, 0 where nobody knows."""

    def __init__(self, reporter: Any, cancelled: str, pause: float = 0.0, stage: str = "reading", expected: int = 0) -> None:
        self.reporter, self.sentence, self.pause, self.stage, self.expected = reporter, cancelled, pause, stage, expected
        self.steps, self._last = 0, float("-inf")

    def step(self) -> None:
        """One more step is done. Raises CommandError when the reporter wants to stop."""
        self.steps += 1
        now = time.monotonic()
        if self.reporter is None or now - self._last < self.pause:
            return
        progress, cancelled = getattr(self.reporter, "progress", None), getattr(self.reporter, "cancelled", None)
        if progress is not None:
            progress(self.stage, self.steps, self.expected or self.steps + 2)
        self._last = time.monotonic()  # what the reporter does takes its time, too
        if cancelled is not None and cancelled():
            raise CommandError(self.sentence)

    def modules(self, names: Iterable[str]) -> None:
        """Imports what takes long to import, for the first time in a session."""
        for name in names if self.reporter is not None else ():
            importlib.import_module(name)
            self.step()

    def end(self) -> None:
        """Nobody waits any more."""
        self.reporter = None
