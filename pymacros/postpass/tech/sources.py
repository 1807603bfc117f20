"""Which files a technology is read from, so that no run writes over one of them."""

from __future__ import annotations

import os
from typing import Any

from ..messages import Refusal
from ..records import read_json
from .places import choices, is_path


def sources(name_or_path: str) -> list[str]:
    """Paths of a technology's file and of those it is based on, as far as they can be read; [] for an unknown name."""
    text = str(name_or_path)
    places = [] if is_path(text) else choices(text)
    path = text if is_path(text) else places[0].path if places else None
    found = []
    while path is not None and path not in found:
        found.append(path)
        base = _based_on(path)
        path = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(path)), base)) if isinstance(base, str) else None
    return found


def _based_on(path: str) -> Any:
    try:
        record = read_json(path, "technology file", Refusal)
    except Refusal:  # the loader says what is wrong with it
        return None
    return record.get("based_on") if isinstance(record, dict) else None
