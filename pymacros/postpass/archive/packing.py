"""Writes a technology with everything it needs into one archive, always of the same bytes."""

from __future__ import annotations

import os
import re
import zipfile
from typing import Any

from .. import documents, files
from ..messages import counted, printable
from ..tech import manual
from ..tech.answers import Technology
from ..tech.commands import text_of
from ..tech.loader import path_of, sound
from ..tech.places import BASES
from ..version import version
from . import contents
from .contents import MANIFEST, Manifest
from .unpacking import unpacked

_DATE = 1980, 1, 1, 0, 0, 0  # the first that an archive can hold
_MODE = 0o100644 << 16
_ORIGINAL_PLACE = re.compile(b"<original-base-path>[^<]*</original-base-path>")  # KLayout's technology manager notes where a .lyt lies on this machine


def export(name_or_path: str, path: str) -> int:
    """Writes the archive of a technology, and says so. Returns 0. Raises Refusal."""
    print(printable("written: %s" % exported(name_or_path, path)))
    return 0


def exported(name_or_path: str, path: str) -> str:
    """Writes the archive of a technology. Returns the words on it. Raises Refusal."""
    source = sound(path_of(name_or_path))
    tech = Technology(source.record, os.path.abspath(source.path))
    inputs = [files.Input("technology file", one.path) for one in source.chain()]
    outputs = files.Outputs([files.Output("archive", path)], inputs)
    held = _held(tech, source)
    manifest = Manifest(tech.name, tech.version, os.path.basename(tech.path), tech.full_checksum(), {name: contents.sha256(data) for name, data in held.items()}, version())
    held[MANIFEST] = manifest.text().encode("utf-8")
    outputs.write({"archive": (lambda part: _write(part, held), unpacked)})
    return "%s: technology %s, rules %s, %s" % (path, tech.called, tech.checksum(), counted(len(held), "file"))


def _held(tech: Technology, source: Any) -> "dict[str, bytes]":
    """{path in the archive: content}"""
    chain = source.chain()
    names = _names([one.path for one in chain])
    held = {name: _with_base(one, names[number + 1:][:1], name) for number, (one, name) in enumerate(zip(chain, names))}
    folder, called = os.path.dirname(tech.path), files.stem_of(tech.name)
    for ending, generated in ((".lyt", documents.technology_xml), (".lyp", documents.layer_properties)):
        held[called + ending] = _beside(documents.beside(tech, ending), generated(tech))
    for path in contents.paths_named(held[called + ".lyt"].decode("utf-8", "replace")):
        if path not in held and os.path.isfile(os.path.join(folder, path)):
            held[path] = contents.of_file(os.path.join(folder, path))
    held[called + ".html"] = manual.html(tech).encode("utf-8")
    return held


def _names(paths: "list[str]") -> "list[str]":
    """Paths in the archive of a technology and its bases; bases of one file name get numbers."""
    found = [os.path.basename(paths[0])]
    for path in paths[1:]:
        stem, ending = os.path.splitext(os.path.basename(path))
        taken, number, name = {one.casefold() for one in found}, 1, "%s/%s%s" % (BASES, stem, ending)
        while name.casefold() in taken:
            number, name = number + 1, "%s/%s_%d%s" % (BASES, stem, number + 1, ending)
        found.append(name)
    return found


def _with_base(source: Any, base: "list[str]", name: str) -> bytes:
    """A technology file whose base is named as it lies in the archive; its own bytes where nothing is to be changed."""
    if not base:
        return contents.of_file(source.path)
    wanted = os.path.relpath(base[0], os.path.dirname(name) or ".").replace(os.sep, "/")
    if source.own["based_on"] == wanted:
        return contents.of_file(source.path)
    return text_of({**{key: value for key, value in source.own.items() if key != "$schema"}, "based_on": wanted}).encode("utf-8")


def _beside(path: str, generated: str) -> bytes:
    """What lies beside the technology file, else what follows from it."""
    return _ORIGINAL_PLACE.sub(b"<original-base-path/>", contents.of_file(path)) if os.path.isfile(path) else generated.encode("utf-8")


def _write(path: str, held: "dict[str, bytes]") -> None:
    """Stored, not packed: packed bytes depend on the library that packs."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(held):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system, entry.external_attr = 3, _MODE
            archive.writestr(entry, held[name])

