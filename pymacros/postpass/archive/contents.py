"""What an archive of a technology holds: names, kinds and sizes of its files, and what none of them may hold. Export and import keep to the same."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import xml.etree.ElementTree as xml
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..files import portable, reason, stem_of
from ..messages import Refusal, shown
from ..tech.places import BASES

MANIFEST = "manifest.json"
FORM = 1
MOST_FILES = 100
MOST_BYTES = 16 * 2 ** 20        # of one file
MOST_TOGETHER = 64 * 2 ** 20     # of all files, and of the archive
MOST_RATIO = 200                 # unpacked to packed
MOST_OF_LIST = 1000 * MOST_FILES  # bytes of the list of files at the end of an archive
TECHNOLOGY = ".json"
ENDINGS = (TECHNOLOGY, ".lyt", ".lyp", ".html", ".txt", ".map", ".lef", ".csv")
_OF_KLAYOUT, _OF_BROWSERS = (".lyt", ".lyp"), ".html"
_NAMING = ("file", "files")  # ends of elements of a .lyt that name files: layer-properties_file, map-file, lef-files
_ENCODING = re.compile("""\\A\\s*<\\?xml[^>]*encoding\\s*=\\s*["'](?!utf-8["'])""", re.IGNORECASE)
_SCRIPT = re.compile(r"<\s*(script|iframe|object|embed|foreignObject)\b|javascript:|<[^>]*[\s/\"']on[a-z]+\s*=", re.IGNORECASE)


class Manifest(NamedTuple):
    """What an archive says of itself. `checksum`: of the resolved rules, 64 digits; `files`: {path: SHA-256} of all other files."""

    name: str
    version: "str | None"
    technology: str
    checksum: str
    files: "dict[str, str]"
    postpass: str

    def text(self) -> str:
        """As JSON."""
        record = {"form": FORM, "name": self.name, "version": self.version, "technology": self.technology, "checksum": self.checksum, "postpass": self.postpass,
                  "files": dict(sorted(self.files.items()))}
        return json.dumps(record, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def of(cls, record: Any) -> Manifest:
        """From its JSON value. Raises Refusal."""
        if not isinstance(record, dict) or record.get("form") != FORM:
            raise Refusal("%s is none of a technology in form %d: export it again" % (MANIFEST, FORM))
        for key in ("name", "technology", "checksum", "postpass"):
            if not isinstance(record.get(key), str):
                raise Refusal("%s: key '%s' must be a text" % (MANIFEST, key))
        files, version = record.get("files"), record.get("version")
        if not isinstance(files, dict) or not all(isinstance(digits, str) for digits in files.values()):
            raise Refusal("%s: key 'files' must be a record of paths and their SHA-256" % MANIFEST)
        if version is not None and not isinstance(version, str):
            raise Refusal("%s: key 'version' must be a text or null" % MANIFEST)
        if "/" in record["technology"] or not record["technology"].endswith(TECHNOLOGY):
            raise Refusal("%s: the technology %s is no technology file" % (MANIFEST, shown(record["technology"])))
        if record["technology"] not in files:
            raise Refusal("%s: the technology %s is none of its files" % (MANIFEST, shown(record["technology"])))
        return cls(record["name"], version, record["technology"], record["checksum"], files, record["postpass"])

    def manual(self) -> str:
        """The path of the rule manual."""
        return stem_of(self.name) + _OF_BROWSERS


def sha256(data: bytes) -> str:
    """64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def of_file(path: str) -> bytes:
    """What a file holds that is packed or was unpacked; of one that is too large, more than may be. Raises Refusal."""
    try:
        with open(path, "rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refusal("%s: cannot be read (%s)" % (path, reason(error))) from None


def require_names(names: "Iterable[str]") -> None:
    """Raises Refusal unless these are paths of files that may be in an archive, on every system and no two the same."""
    seen: "dict[str, str]" = {}
    for name in names:
        problem = _name_problem(name)
        if problem:
            raise Refusal("file %s of the archive %s" % (shown(name), problem))
        same = unicodedata.normalize("NFC", name).casefold()
        if same in seen:
            raise Refusal("files %s and %s of the archive have one name" % (shown(seen[same]), shown(name)))
        seen[same] = name


def _name_problem(name: str) -> "str | None":
    parts = name.split("/")
    if "\\" in name or ":" in name or name.startswith("/") or ".." in parts:
        return "leaves its folder"
    if any(part != portable(part) for part in parts):
        return "has a name that not every system takes"
    if len(parts) > 2 or (len(parts) == 2 and parts[0] != BASES):
        return "lies in a folder that no technology needs: KLayout runs macros of some"
    if not name.lower().endswith(ENDINGS if len(parts) == 1 else TECHNOLOGY):
        return "is of a kind that no technology needs (kinds: %s)" % ", ".join(ENDINGS)
    return None


def require_data(files: "Mapping[str, bytes]") -> None:
    """Raises Refusal where a file, {path: content}, is no text or holds what would be run."""
    for name, data in files.items():
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refusal("file %s of the archive is no text in UTF-8" % shown(name)) from None
        problem = None
        if name.lower().endswith(_OF_KLAYOUT):
            problem = _klayout_problem(text)
        elif name.lower().endswith(_OF_BROWSERS) and _SCRIPT.search(text):
            problem = "holds a script"
        if problem:
            raise Refusal("file %s of the archive %s" % (shown(name), problem))


def _klayout_problem(text: str) -> "str | None":
    """What KLayout would run, or evaluate, of a technology or of layer properties."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return "declares entities"
    root = _xml(text)
    if root is None:
        return "is no sound XML"
    if "$(" in "".join(root.itertext()) or any("$(" in value for element in root.iter() for value in element.attrib.values()):
        return "holds an expression, $(...), which KLayout would evaluate"
    if any(element.tag.endswith("base-path") and "".join(element.itertext()).strip() for element in root.iter()):
        return "names a base path, whose macros KLayout would run"
    outside = next((path for path in _paths_in(root) if "\\" in path or ":" in path or path.startswith("/") or ".." in path.split("/")), None)
    return None if outside is None else "names %s, which lies outside of its folder: name a file beside it" % shown(outside)


def _xml(text: str) -> "xml.Element | None":
    """The root of an XML text, None where it is no sound one in UTF-8."""
    if _ENCODING.search(text):
        return None  # another reader would see other letters
    try:
        return xml.fromstring(text.lstrip("\ufeff").encode("utf-8"))
    except (xml.ParseError, LookupError, ValueError):
        return None


def require_own(files: "Mapping[str, bytes]", name: str) -> None:
    """Raises Refusal unless the one .lyt of {path: content}, which are sound (require_data), is that of the technology: KLayout would know two of one name."""
    found = {path: _xml(data.decode("utf-8-sig")) for path, data in files.items() if path.lower().endswith(".lyt")}
    for path, root in found.items():
        of = root.findtext("name") if root is not None else ""
        if of != name:
            raise Refusal("file %s of the archive is of technology %s, not of %s" % (shown(path), shown(of or ""), shown(name)))
    if len(found) > 1:
        raise Refusal("files %s of the archive are both the technology of KLayout" % " and ".join(map(shown, sorted(found))))


def paths_named(text: str) -> "list[str]":
    """The files that the text of a .lyt names: layer properties, maps of layers, LEF files."""
    root = _xml(text)
    return [] if root is None else _paths_in(root)


def _paths_in(root: xml.Element) -> "list[str]":
    found = ["".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith(_NAMING)]
    return [path for path in found if path]


def require_sizes(sizes: "Mapping[str, int]") -> None:
    """Raises Refusal where {path: bytes} are too many or too large."""
    if len(sizes) > MOST_FILES:
        raise Refusal("the archive holds %d files, more than %d" % (len(sizes), MOST_FILES))
    for name, size in sizes.items():
        if size > MOST_BYTES:
            raise Refusal("file %s of the archive is larger than %d MB" % (shown(name), MOST_BYTES // 2 ** 20))
    if sum(sizes.values()) > MOST_TOGETHER:
        raise Refusal("the files of the archive are larger than %d MB together" % (MOST_TOGETHER // 2 ** 20))
