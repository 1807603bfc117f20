"""Reads a technology file strictly: every mistake is one sentence with file, record and key.

Unknown keys, missing keys, wrong types, a layer or film that is not there, two records of one name are errors.
A file may say `"based_on": "other.json"` (relative to itself) and then holds only the records that differ,
found by `name` (films, layers) or `id` (rules); a key set to null is taken away.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from .. import bounds, records
from ..messages import Refusal
from .answers import Technology
from .checker import Mistake, mistakes_in
from .kinds import GROUPS, ISSUE
from .places import choices, in_folder_of, is_path, known, unknown


class TechnologyError(Refusal):
    """A technology file that cannot be used; the message says what, where and what to do."""


def installed(folder: str | None = None) -> dict[str, str]:
    """Names of the technologies and their files: {name: path}; of several of one name that which the name alone means (places.py).

    `folder`: those of this folder alone, by its files `FOLDER/NAME.json`.
    """
    found: dict[str, str] = {}
    if folder is None:
        for place in known():
            found.setdefault(place.name, place.path)
        return found
    for group in sorted(os.listdir(folder)):
        inner = os.path.join(folder, group)
        for entry in sorted(os.listdir(inner)) if os.path.isdir(inner) else ():
            if entry.endswith(".json"):
                found[entry[:-5]] = os.path.join(inner, entry)
    return found


def load(name_or_path: str) -> Technology:
    """The technology of that name (or NAME@VERSION), or in that file (anything with a path separator or ending in `.json`).

    Raises TechnologyError.
    """
    path = path_of(name_or_path)
    return Technology(sound(path).record, os.path.abspath(path))


def with_checksum(name: str, checksum: str, beside: "str | None" = None) -> "Technology | None":
    """The known technology of that name and that `Technology.checksum`, or None. beside: a technology file, in whose folder others may lie, too."""
    for place in [*known(), *(in_folder_of(beside) if beside else ())]:
        if place.name == name:
            with contextlib.suppress(TechnologyError):
                found = load(place.path)
                if found.checksum() == checksum:
                    return found
    return None


def path_of(name_or_path: str) -> str:
    """The file of a technology. Raises TechnologyError for a name that none has."""
    text = str(name_or_path)
    if is_path(text):
        return text
    places = choices(text)
    if not places:
        raise TechnologyError(unknown(text))
    return places[0].path


class Source(NamedTuple):
    """A technology file. `own`: what it says itself; `base`: what it is based on; `record`: both together, {} where the base has mistakes."""

    path: str
    own: dict[str, Any]
    base: "Source | None"
    record: dict[str, Any]
    mistakes: list[Mistake]

    def chain(self) -> "list[Source]":
        """This file, its base, the base of that ..."""
        return [self, *(self.base.chain() if self.base else [])]


def read(path: str, seen: tuple[str, ...] = ()) -> Source:
    """What a technology file and all it is based on say. Raises TechnologyError where that cannot be read; mistakes raise nothing."""
    own = records.read_json(path, "technology file", TechnologyError)
    if not isinstance(own, dict):
        raise TechnologyError("%s: a technology file is one JSON object" % path)
    base = _base(own, path, seen) if "based_on" in own else None
    if base and not base.record:
        return Source(path, own, base, {}, [])
    record = {key: value for key, value in own.items() if key not in ("based_on", "$schema")}  # the schema is for editors: the same rules are the same technology
    mistakes = []
    if base:
        record, mistakes = _merged(base.record, record)
    mistakes = mistakes or mistakes_in(record, base.record if base else None)
    return Source(path, own, base, {} if mistakes else {"films": [], "connectivity": [], **record}, mistakes)


def sound(path: str) -> Source:
    """A file with its complete record. Raises TechnologyError at the first mistake."""
    source = read(path)
    wrong = next((one for one in reversed(source.chain()) if one.mistakes), None)
    if wrong:
        more = " (the first of %d mistakes: postpass tech validate lists all)" % len(wrong.mistakes) if len(wrong.mistakes) > 1 else ""
        raise TechnologyError("%s: %s%s" % (wrong.path, wrong.mistakes[0], more))
    return source


def _base(own: dict[str, Any], path: str, seen: tuple[str, ...]) -> Source:
    named = own["based_on"]
    if not isinstance(named, str):
        raise TechnologyError("%s: based_on must be the path of a technology file" % path)
    base_path = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(path)), named))
    if base_path in seen:
        raise TechnologyError("%s: based_on goes round in a circle" % path)
    if len(seen) >= bounds.MOST_BASES:
        raise TechnologyError("%s: more than %d technologies, each based on the next" % (path, bounds.MOST_BASES))
    if not os.path.exists(base_path):
        raise TechnologyError("%s: based_on names %s, which is not there: %sgive the path of another file" % (path, base_path, _how_to_copy(base_path, path)))
    return read(base_path, (*seen, base_path))


def _how_to_copy(base_path: str, path: str) -> str:
    """What writes a missing base of a file, where a technology of its name is known."""
    name = os.path.splitext(os.path.basename(base_path))[0]
    known_ones = [place for place in choices(name) if os.path.abspath(place.path) != os.path.abspath(path)]
    return "postpass tech new %s --from %s, in its folder, writes a copy of the known one there, or " % (name, name) if known_ones else ""


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> tuple[dict[str, Any], list[Mistake]]:
    """(the base with the changes, what is no change)"""
    record, mistakes = {key: value for key, value in base.items() if key not in ISSUE}, []
    for key, value in changes.items():
        if key not in GROUPS:
            record[key] = value
        elif isinstance(value, list) and all(isinstance(change, dict) and isinstance(change.get(GROUPS[key]), str) for change in value):
            record[key] = _overridden(base[key], value, GROUPS[key])
        else:
            mistakes.append(Mistake(None, None, key, "%s must be a list of records, each with a text '%s'" % (key, GROUPS[key])))
    return record, mistakes


def _overridden(base: Sequence[dict[str, Any]], changes: Sequence[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    merged = {record[by]: dict(record) for record in base}
    for change in changes:
        if change.get("check", merged.get(change[by], {}).get("check")) != merged.get(change[by], {}).get("check"):
            merged[change[by]] = dict(change)  # another kind of check: nothing of the old record applies
        else:
            merged.setdefault(change[by], {}).update(change)
        merged[change[by]] = {key: value for key, value in merged[change[by]].items() if value is not None}
    return list(merged.values())
