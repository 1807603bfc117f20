"""Reads the archive of a technology that somebody else may have made: whole or not at all, and nothing of it is run."""

from __future__ import annotations

import contextlib
import os
import posixpath
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from .. import console, files, records
from ..messages import Refusal, counted, printable, shown
from ..tech import stack_view
from ..tech.answers import Technology
from ..tech.loader import load
from ..tech.places import BASES
from . import contents
from .contents import MANIFEST, Manifest

_TOKEN = "%d-%s" % (os.getpid(), os.urandom(3).hex())
_PACKINGS = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


def import_(path: str, folder: str, replace: bool = False) -> int:
    """Makes a folder of an archive, of the technology and what it needs, and says so. Returns 0. Raises Refusal, with nothing changed.

    `replace`: it takes the place of a folder that an earlier import made.
    """
    with _naming(path):
        _require_target(folder, replace)  # before a large archive is read
        held = unpacked(path)
    tech = imported(path, held, folder, replace)
    print(printable("imported: %s: technology %s, rules %s, %s" % (folder, tech.called, tech.checksum(), counted(len(held), "file"))))
    return 0


def looked_into(path: str) -> "dict[str, bytes]":
    """What `imported` would take of an archive, {path in it: content}; nothing is written. Raises Refusal, with the archive's path."""
    with _naming(path):
        return unpacked(path)


def imported(path: str, held: "dict[str, bytes]", folder: str, replace: bool = False) -> Technology:
    """Makes a folder of what an archive holds; see `import_`. Returns the technology in it. Raises Refusal, with nothing changed."""
    with _naming(path):
        _require_target(folder, replace)
        return _into_folder(held, os.path.abspath(folder))


def may_be_replaced(folder: str) -> bool:
    """Whether an earlier import made a folder, so that another one may take its place."""
    return not os.path.islink(folder) and os.path.isfile(os.path.join(folder, MANIFEST))


@contextlib.contextmanager
def _naming(path: str) -> "Iterator[None]":
    """What is refused within is said with the path of the archive."""
    try:
        yield
    except Refusal as error:
        raise Refusal("%s: not imported: %s" % (path, error)) from None


def unpacked(path: str) -> "dict[str, bytes]":
    """{path in the archive: content}, the manifest included, as it says and nothing else. Raises Refusal."""
    held = _read(path)
    if MANIFEST not in held:
        raise Refusal("the archive has no %s: it is none of `postpass tech export`" % MANIFEST)
    manifest = manifest_of(held)
    for name in held:
        if name != MANIFEST and name not in manifest.files:
            raise Refusal("file %s of the archive is not in its %s" % (shown(name), MANIFEST))
    for name, digits in manifest.files.items():
        if name not in held:
            raise Refusal("file %s is missing in the archive" % shown(name))
        if contents.sha256(held[name]) != digits:
            raise Refusal("file %s of the archive is not the one that was exported: its SHA-256 differs from that in %s" % (shown(name), MANIFEST))
    contents.require_data(held)
    _require_bases(held)
    return held


def manifest_of(held: "dict[str, bytes]") -> Manifest:
    """The Manifest of unpacked files. Raises Refusal."""
    return Manifest.of(records.json_of(held[MANIFEST], MANIFEST, Refusal))


def _read(path: str) -> "dict[str, bytes]":
    """{path: content} of an archive whose names, kinds and sizes are in order."""
    try:
        if os.path.getsize(path) > contents.MOST_TOGETHER:
            raise Refusal("the archive is larger than %d MB" % (contents.MOST_TOGETHER // 2 ** 20))
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not _is_folder_of_bases(entry)]
            _require_entries(entries)
            return {entry.orig_filename: _content(archive, entry) for entry in entries}
    except OSError as error:
        raise Refusal("cannot be read (%s)" % files.reason(error)) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, ValueError) as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal("is no sound zip archive (%s)" % files.reason(error)) from None


def _is_folder_of_bases(entry: zipfile.ZipInfo) -> bool:
    return entry.orig_filename == BASES + "/" and entry.file_size == 0


def _require_entries(entries: "list[zipfile.ZipInfo]") -> None:
    contents.require_sizes({"%d %s" % numbered: 0 for numbered in enumerate(entry.orig_filename for entry in entries)})
    contents.require_names(entry.orig_filename for entry in entries)
    contents.require_sizes({entry.orig_filename: entry.file_size for entry in entries})
    for entry in entries:
        name, kind = shown(entry.orig_filename), stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise Refusal("file %s of the archive is a link, a folder or a device" % name)
        if entry.flag_bits & 1:
            raise Refusal("file %s of the archive is encrypted" % name)
        if entry.compress_type not in _PACKINGS:
            raise Refusal("file %s of the archive is packed in a way that is not read here" % name)
        if entry.file_size > contents.MOST_RATIO * max(entry.compress_size, 1):
            raise Refusal("file %s of the archive is packed more than %d times" % (name, contents.MOST_RATIO))


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        data = file.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise Refusal("file %s of the archive is not as large as it says" % shown(entry.orig_filename))
    return data


def _require_bases(held: "dict[str, bytes]") -> None:
    """What the technology files are based on must be in the archive, so that no other file of the machine is read."""
    for name, data in held.items():
        if name.lower().endswith(".json") and name != MANIFEST:
            own = records.json_of(data, name, Refusal)
            base: Any = own.get("based_on", "") if isinstance(own, dict) else ""
            if base == "":
                continue
            if not isinstance(base, str) or "\\" in base or posixpath.normpath(posixpath.join(posixpath.dirname(name), base)) not in held:
                raise Refusal("file %s of the archive is based on %s, which is not in it" % (shown(name), shown(base)))


def _require_target(folder: str, replace: bool) -> None:
    parent = os.path.dirname(os.path.abspath(folder))
    if not os.path.isdir(parent):
        raise Refusal("folder %s does not exist" % parent)
    if not os.path.lexists(folder):
        return
    if not may_be_replaced(folder):
        raise Refusal("%s is no folder that an import made, and is not replaced: give another one" % folder)
    if not replace:
        raise Refusal("%s is there already: give another folder, or --replace" % folder)


def _into_folder(held: "dict[str, bytes]", folder: str) -> Technology:
    """Writes the files into a folder beside, reads the technology there, and gives the folder its name at the end."""
    part = os.path.join(os.path.dirname(folder), ".part-%s" % _TOKEN)
    with console.uninterrupted():
        try:
            _write(held, part)
            tech = _checked(held, part)
            _write_stack_view(tech, part)
            _take_name(part, folder)
        except OSError as error:
            raise Refusal("cannot write %s: %s" % (folder, files.reason(error))) from None
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return Technology(tech.record, os.path.join(folder, os.path.basename(tech.path)))


def _write(held: "dict[str, bytes]", folder: str) -> None:
    os.mkdir(folder)
    if any("/" in name for name in held):
        os.mkdir(os.path.join(folder, BASES))
    for name, data in held.items():
        with open(os.path.join(folder, *name.split("/")), "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def _write_stack_view(tech: Technology, folder: str) -> None:
    """The macro of the 2.5D view, which is code: made here from the films, never taken from an archive."""
    if stack_view.is_possible(tech):
        path = os.path.join(folder, stack_view.path_in_folder(tech))
        os.mkdir(os.path.dirname(path))
        files.write_text(path, stack_view.macro(tech))


def _checked(held: "dict[str, bytes]", folder: str) -> Technology:
    """The technology as it is read from the folder: that which was exported."""
    manifest = manifest_of(held)
    try:
        tech = load(os.path.join(folder, manifest.technology))
    except Refusal as error:
        raise Refusal(str(error).replace(folder + os.sep, "")) from None
    if (tech.name, tech.version) != (manifest.name, manifest.version):
        raise Refusal("the technology is %s, and not that of %s" % (tech.called, MANIFEST))
    if tech.full_checksum() != manifest.checksum:
        raise Refusal("the rules resolve to %s, not to %s as exported: export them again, with the same version of Postpass" % (tech.checksum(), manifest.checksum[:12]))
    return tech


def _take_name(part: str, folder: str) -> None:
    older = None
    if os.path.lexists(folder):
        older = part + ".old"
        os.replace(folder, older)
    try:
        os.replace(part, folder)
    except OSError:
        if older:
            os.replace(older, folder)
        raise
    if older:
        shutil.rmtree(older, ignore_errors=True)
