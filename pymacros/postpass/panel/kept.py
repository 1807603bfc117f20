"""What the user chose, by technology and page, from one session to the next: one text of the application's configuration. No Qt."""

from __future__ import annotations

import json
from typing import Any

CONFIGURATION = "postpass-panel"


class Kept:
    """`application`: answers get_config(name) and set_config(name, text), as the main window does."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.chosen = _read(application.get_config(CONFIGURATION))

    def of(self, technology: str, page: str) -> dict[str, Any]:
        """{field: value} of a page by a technology ("" for what is the same in all); empty when nothing was chosen."""
        return dict(self.chosen.get(technology, {}).get(page, {}))

    def put(self, technology: str, page: str, values: dict[str, Any]) -> None:
        """Keeps the values of a page (texts, numbers, True or False)."""
        if self.of(technology, page) != values:
            self.chosen.setdefault(technology, {})[page] = dict(values)
            self.application.set_config(CONFIGURATION, json.dumps(self.chosen))

    def clear(self) -> None:
        """Forgets everything."""
        self.chosen = {}
        self.application.set_config(CONFIGURATION, "")


def of_kind(values: Any, default: Any) -> Any:
    """A named tuple of kept values: those that are of the default's type, else the default's."""
    found = {key: value for key, value in values.items() if key in default._fields and type(value) is type(getattr(default, key))}
    return default._replace(**found)


def _read(text: str) -> dict[str, dict[str, dict[str, Any]]]:
    """What was kept; nothing of a text that is not what `put` writes (of a later version, or edited by hand)."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    well = isinstance(found, dict) and all(isinstance(pages, dict) and all(isinstance(values, dict) for values in pages.values()) for pages in found.values())
    return found if well else {}
