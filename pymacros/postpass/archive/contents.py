"""What an archive of a technology holds: names, kinds and sizes of its files, and what none of them may hold. Export and import keep to the same."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import xml.etree.ElementTree as xml
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..messages import Refusal, shown
from ..tech.places import BASES

MANIFEST = "manifest.json"
FORM = 1
MOST_FILES = 100
MOST_BYTES = 16 * 2 ** 20        # of one file
MOST_TOGETHER = 64 * 2 ** 20     # of all files, and of the archive
MOST_RATIO = 200                 # unpacked to packed
ENDINGS = (".json", ".lyt", ".lyp", ".html", ".svg", ".txt", ".md", ".map", ".csv")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?\Z", re.IGNORECASE)  # names that Windows keeps for itself
_OF_KLAYOUT, _OF_BROWSERS = (".lyt", ".lyp"), (".html", ".svg", ".md")
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
        if record["technology"] not in files:
            raise Refusal("%s: the technology %s is none of its files" % (MANIFEST, shown(record["technology"])))
        return cls(record["name"], version, record["technology"], record["checksum"], files, record["postpass"])


def sha256(data: bytes) -> str:
    """64 hex digits."""
    return hashlib.sha256(data).hexdigest()


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
    if not name.isprintable() or any(part in ("", ".") or part.startswith(".") or part[-1] in ". " or _DEVICES.match(part) for part in parts):
        return "has a name that not every system takes"
    if len(parts) > 2 or (len(parts) == 2 and parts[0] != BASES):
        return "lies in a folder that no technology needs: KLayout runs macros of some"
    if not name.lower().endswith(ENDINGS):
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
    try:
        elements = list(xml.fromstring(text.lstrip("\ufeff").encode("utf-8")).iter())
    except (xml.ParseError, LookupError, ValueError):
        return "is no sound XML"
    for element in elements:
        said = (element.text or "") + (element.tail or "") + "".join(element.attrib.values())
        if "$(" in said:
            return "holds an expression, $(...), which KLayout would evaluate"
        if element.tag.endswith("base-path") and (element.text or "").strip():
            return "names a base path, whose macros KLayout would run"
    return None


def require_sizes(sizes: "Mapping[str, int]") -> None:
    """Raises Refusal where {path: bytes} are too many or too large."""
    if len(sizes) > MOST_FILES:
        raise Refusal("the archive holds %d files, more than %d" % (len(sizes), MOST_FILES))
    for name, size in sizes.items():
        if size > MOST_BYTES:
            raise Refusal("file %s of the archive is larger than %d MB" % (shown(name), MOST_BYTES // 2 ** 20))
    if sum(sizes.values()) > MOST_TOGETHER:
        raise Refusal("the files of the archive are larger than %d MB together" % (MOST_TOGETHER // 2 ** 20))
