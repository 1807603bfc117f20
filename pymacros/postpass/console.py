"""What a batch run does with signals and with its standard output, which may be closed or absent. Pure Python."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)]


def prepare() -> None:
    """For the start of a batch run: signals end it at once, and output that nobody reads does not."""
    for number in _ENDING:
        with contextlib.suppress(ValueError):  # not in the main thread
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup
                signal.signal(number, signal.SIG_DFL)
    sys.stdout, sys.stderr = (stream if stream is None or isinstance(stream, Patient) else Patient(stream) for stream in (sys.stdout, sys.stderr))


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Signals that would end the run wait until the block is done: no partial file is left behind."""
    came, before = [], {}
    for number in _ENDING:
        with contextlib.suppress(ValueError):
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                before[number] = signal.signal(number, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            os.kill(os.getpid(), came[0])


class Patient:
    """A stream that takes no offence when its reader has gone (`| head -1`) or cannot take a letter (LC_ALL=C)."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with self._whatever_comes():
            try:
                self._stream.write(text)
            except UnicodeEncodeError:
                self._stream.write(text.encode("ascii", "backslashreplace").decode("ascii"))
            self._stream.flush()
        return len(text)

    def flush(self) -> None:
        with self._whatever_comes():
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    @contextlib.contextmanager
    def _whatever_comes(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError):  # ValueError: the stream is closed
            with contextlib.suppress(OSError, ValueError):  # what is still in the buffer goes nowhere, at exit, too
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())
                os.close(nowhere)


def said_on_stdout(action: Callable[..., Any]) -> tuple[Any, str]:
    """(the action's result, what KLayout's own code wrote on the standard output of the process meanwhile: text)."""
    _occupy_standard_streams()
    if sys.stdout is not None:
        sys.stdout.flush()
    kept = os.dup(1)
    try:
        with tempfile.TemporaryFile() as file:  # has no name: nothing to leave behind
            os.dup2(file.fileno(), 1)
            try:
                result = action()
            finally:
                os.dup2(kept, 1)
            file.seek(0)
            return result, file.read().decode("utf-8", "backslashreplace")
    finally:
        os.close(kept)


def _occupy_standard_streams() -> None:
    """Opens what is closed of descriptors 0 to 2, so that no other file takes their place and is written to by mistake."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
