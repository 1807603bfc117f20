"""Technologies that are asked for again and again, as the panel does: a file is read anew only where it, or one that it is based on, has changed."""

from __future__ import annotations

import os
from typing import NamedTuple

from .answers import Technology
from .loader import sound


class _Read(NamedTuple):
    """What was read of a technology. stamps: {path: stamp} of its file and those it is based on, as they were then."""

    stamps: dict[str, tuple[int, int]]
    technology: Technology


_read: dict[str, _Read] = {}


def technology_in(path: str) -> Technology:
    """The technology in a file, which others may hold, too. Raises TechnologyError."""
    kept = _read.get(path)
    if kept is None or any(_stamp(file) != stamp for file, stamp in kept.stamps.items()):
        source = sound(path)
        kept = _read[path] = _Read({one.path: _stamp(one.path) for one in source.chain()}, Technology(source.record, os.path.abspath(path)))
    return kept.technology


def _stamp(path: str) -> tuple[int, int]:
    """When a file was written, and its size; (0, 0) of none."""
    try:
        found = os.stat(path)
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
