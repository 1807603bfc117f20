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
from ..messages import Refusal, counted, named, printable, shown
from ..tech import manual, stack_view
from ..tech.answers import Technology
from ..tech.loader import load
from ..tech.places import BASES
from . import contents
from .contents import MANIFEST, Manifest

_TOKEN = "%d-%s" % (os.getpid(), os.urandom(3).hex())
_PACKINGS = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
_END, _END_64 = 22, 20  # bytes of the last record of an archive, and of the one before it in archives of the 64-bit form


def import_(path: str, folder: str, replace: bool = False) -> int:
    """Makes a folder of an archive, of the technology and what it needs, and says so. Returns 0. Raises Refusal, with nothing changed.

    `replace`: it takes the place of a folder that an earlier import made. A folder that holds all of it already stays as it is.
    """
    with _naming(path):
        if not may_be_replaced(folder):
            _require_target(folder, replace)  # before a large archive is read
        held = unpacked(path)
        there = may_be_replaced(folder) and _is_there(held, os.path.abspath(folder))
        tech = load(os.path.join(os.path.abspath(folder), manifest_of(held).technology)) if there else None
    tech = tech or imported(path, held, folder, replace)
    print(printable("%s: %s: technology %s, rules %s, %s" % ("there already" if there else "imported", folder, tech.called, tech.checksum(), counted(len(held), "file"))))
    return 0


def looked_into(path: str) -> "dict[str, bytes]":
    """What `imported` would take of an archive, {path in it: content}; nothing is written. Raises Refusal, with the archive's path."""
    with _naming(path):
        return unpacked(path)


def imported(path: str, held: "dict[str, bytes]", folder: str, replace: bool = False) -> Technology:
    """Makes a folder of what an archive holds; see `import_`. Returns the technology in it. Raises Refusal, with nothing changed."""
    with _naming(path):
        _require_target(folder, replace)
        return _into_folder(held, os.path.abspath(folder), replace)


def may_be_replaced(folder: str) -> bool:
    """Whether an earlier import made a folder, so that another one may take its place."""
    return bool(folder.strip()) and not os.path.islink(folder) and os.path.isfile(os.path.join(folder, MANIFEST))


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
        if name.endswith(".html") and name != manifest.manual():
            raise Refusal("file %s of the archive is no rule manual of its technology" % shown(name))
    contents.require_data(held)
    contents.require_own(held, manifest.name)
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
        _require_short_list(path)
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


def _require_short_list(path: str) -> None:
    """The list of files at the end of an archive is read whole when it is opened, a record of memory for each: it must be as short as that of a technology."""
    with open(path, "rb") as file:
        file.seek(max(os.path.getsize(path) - _END - _END_64, 0))
        end = file.read()
    if end[-_END:-_END + 4] != b"PK\5\6":
        raise Refusal("is no sound zip archive (it does not end with the list of its files)")
    if end[:4] == b"PK\6\7":
        raise Refusal("is a zip archive in the form for more than 4 GB, which no technology needs")
    if int.from_bytes(end[-10:-6], "little") > contents.MOST_OF_LIST:
        raise Refusal("the archive holds more than %d files" % contents.MOST_FILES)


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
            if not isinstance(base, str) or "\\" in base or not base.endswith(contents.TECHNOLOGY) or posixpath.normpath(posixpath.join(posixpath.dirname(name), base)) not in held:
                raise Refusal("file %s of the archive is based on %s, which is not in it" % (shown(name), shown(base)))


def _is_there(held: "dict[str, bytes]", folder: str) -> bool:
    """Does a folder that an import made hold all files already, those that are made anew here apart?"""
    made = manifest_of(held).manual()
    return all(_holds(os.path.join(folder, *name.split("/")), data) for name, data in held.items() if name != made)


def _holds(path: str, data: bytes) -> bool:
    return os.path.isfile(path) and not os.path.islink(path) and contents.of_file(path) == data


def _require_target(folder: str, replace: bool) -> None:
    if not folder.strip():
        raise Refusal("the folder to make has no name")
    parent = os.path.dirname(os.path.abspath(folder))
    if not os.path.isdir(parent):
        raise Refusal("folder %s does not exist" % parent)
    if not os.path.lexists(folder):
        return
    if not may_be_replaced(folder):
        raise Refusal("%s is no folder that an import made, and is not replaced: give another one" % folder)
    if not replace:
        raise Refusal("%s is there already: give another folder, or --replace" % folder)
    own = _own_files(folder)
    if own:
        raise Refusal("%s holds what no import made, and is not replaced: move away %s" % (folder, named(own)))


def _own_files(folder: str) -> "list[str]":
    """Files of an imported folder that somebody added, and technology files that somebody changed; KLayout itself writes the others anew."""
    known = Manifest.of(records.read_json(os.path.join(folder, MANIFEST), "manifest", Refusal)).files
    paths = sorted(os.path.join(place, name) for place, _, names in os.walk(folder) for name in names if not name.startswith("."))
    named_inside = {os.path.relpath(path, folder).replace(os.sep, "/"): path for path in paths}
    added = [inside for inside in named_inside if inside not in known and inside != MANIFEST and posixpath.dirname(inside) != stack_view.FOLDER]
    changed = [inside for inside, path in named_inside.items() if inside in known and inside.endswith(contents.TECHNOLOGY) and contents.sha256(contents.of_file(path)) != known[inside]]
    return added + changed


def _into_folder(held: "dict[str, bytes]", folder: str, replace: bool) -> Technology:
    """Writes the files into a folder beside, reads the technology there, and gives the folder its name at the end."""
    part = os.path.join(os.path.dirname(folder), ".part-%s" % _TOKEN)
    with console.uninterrupted():
        try:
            _write(held, part)
            tech = _checked(held, part)
            _write_generated(tech, held, part)
            _take_name(part, folder, replace)
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
        if name.endswith(".html"):
            continue  # see _write_generated
        with open(os.path.join(folder, *name.split("/")), "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def _write_generated(tech: Technology, held: "dict[str, bytes]", folder: str) -> None:
    """The macro of the 2.5D view, which is code, and the rule manual, which a browser reads: made here from the record, never taken from an archive."""
    page = manifest_of(held).manual()
    if page in held:
        files.write_text(os.path.join(folder, page), manual.html(tech))
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


def _take_name(part: str, folder: str, replace: bool) -> None:
    older = None
    if os.path.lexists(folder):
        if not replace:  # it came in the meantime
            raise Refusal("%s is there already: give another folder, or --replace" % folder)
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
