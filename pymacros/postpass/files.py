"""The door for every file that is written: whole or not at all, and never over a file that the run reads.

A run names all its files first (`Outputs`), so that it is refused before anything is touched. What is written goes to
partial files beside the targets, which take their names together at the end; until then, and when the run fails, a file
that was there stays. One thing more for reports and summaries: an older one may not pass for the result of a failed run,
so it is renamed to `NAME.old` (or `.old2`, ...) while the run goes on, and deleted when its successor is complete.

A symbolic link stays a link: the file it points to is written. Pure Python; every command uses it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from . import console
from .messages import Refusal


class Output(NamedTuple):
    """A file to write."""

    role: str  # "report"
    path: str  # as the user gave it
    result: bool = False  # an older one is set aside while the run goes on


class Input(NamedTuple):
    """A file that is read."""

    role: str  # "input file"
    path: str


_NAME_KEPT = 50  # characters of a long name that its partial file repeats: the end, which tells the format
_TOKEN = "%d-%s" % (os.getpid(), os.urandom(3).hex())  # the number of the process alone may be that of another machine or container
_MOST_OF_A_NAME, _MOST_OF_A_STEM = 200, 150  # bytes: file systems take 255, and partial files have longer names
_NOT_EVERYWHERE = re.compile(r'[\\/:*?"<>|]')  # letters that Windows takes in no name
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\..*)?\Z", re.IGNORECASE)  # names that Windows keeps for itself


def stem_of(name: str) -> str:
    """What the files of something with that name are called, without ending: the name itself where every system takes it, and never a path."""
    return portable(name, _MOST_OF_A_STEM)


def portable(name: str, most: int = _MOST_OF_A_NAME) -> str:
    """The name of a file, of at most so many bytes, that every system takes: the same where it is one, never a path, never hidden."""
    kept = _NOT_EVERYWHERE.sub("_", "".join(letter if letter.isprintable() else "_" for letter in name))
    kept = kept.encode("utf-8")[:most].decode("utf-8", "ignore").strip(" .")
    return "_" + kept if not kept or _DEVICES.match(kept) else kept


class FileError(Refusal):
    """A file that cannot be read or written; one sentence says which and why."""


class Outputs:
    """The files of one run. Raises FileError, with nothing changed, where one cannot be written or is needed otherwise."""

    def __init__(self, outputs: Sequence[Output], inputs: Sequence[Input] = ()) -> None:
        self.outputs = {output.role: output for output in outputs}
        self._targets = {output.role: target(output) for output in outputs}
        self._aside, self._parts = {}, {}
        require_apart(outputs, inputs)
        with console.uninterrupted():
            self._require_possible()

    def set_aside(self) -> None:
        """Renames older results, which may not pass for those of this run; see `aside`."""
        with console.uninterrupted():
            for role, output in self.outputs.items():
                if output.result and os.path.lexists(self._targets[role]):
                    free = free_name(self._targets[role])
                    _or_error(output.path, lambda: os.rename(self._targets[role], free))
                    self._aside[role] = free

    def aside(self) -> list[tuple[str, str, str]]:
        """[(role, path, its name now)] of older results that are set aside."""
        return [(role, self.outputs[role].path, free) for role, free in self._aside.items()]

    @contextlib.contextmanager
    def older_aside(self) -> Iterator[None]:
        """Older results are set aside; when the block fails, standard output tells where they are."""
        self.set_aside()
        try:
            yield
        except Exception:
            print("".join(sentence + "\n" for sentence in self.told()), end="")
            raise

    def told(self) -> list[Any]:
        """Sentences on older results that are still set aside."""
        return ["The older %s %s is now %s." % kept for kept in self.aside()]

    def write(self, writers: dict[str, Any]) -> None:
        """Writes all files or none. writers: {role: (function that writes to the path it is given, function that reads it or None)}.

        Each file is read again before it takes its name: KLayout does not report every failed write.
        """
        with console.uninterrupted():
            try:
                for role, (write, _) in writers.items():
                    _or_error(self.outputs[role].path, lambda: write(self.part(role)))
                self.take_names({role: read_again for role, (_, read_again) in writers.items()})
            finally:
                self.remove_partial()

    def part(self, role: str) -> str:
        """The partial file of an output, to be written."""
        self._parts[role] = partial(self._targets[role])
        return self._parts[role]

    def take_names(self, readers: dict[str, Any]) -> None:
        """All partial files take their names, or none does; older results that were set aside go. readers: {role: function or None}."""
        for role, part in self._parts.items():
            if readers.get(role) is not None:
                _or_error(self.outputs[role].path, lambda: readers[role](part))
            older = self._aside.get(role, self._targets[role])
            with contextlib.suppress(OSError):  # no older one, or a file system without modes
                shutil.copymode(older, part)
        self._replace_all()
        for free in self._aside.values():
            _remove(free)
        self._aside = {}

    def _replace_all(self) -> None:
        new = []
        try:
            for role, part in self._parts.items():
                if not os.path.lexists(self._targets[role]):
                    new.append(self._targets[role])
                _or_error(self.outputs[role].path, lambda: os.replace(part, self._targets[role]))
        except FileError:
            for path in new:
                _remove(path)
            raise

    def remove_partial(self) -> None:
        """Deletes what is left of partial files."""
        for part in self._parts.values():
            _remove(part)
        self._parts = {}

    def _require_possible(self) -> None:
        """Creates every partial file once. Two outputs that are one file meet here, as the file system sees their names."""
        made = []
        try:
            for role, output in self.outputs.items():
                part = partial(self._targets[role])
                try:
                    _or_error(output.path, lambda: os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)))
                except _Taken:
                    raise FileError("%s %s is the same file as another one to write: give another name for the %s" % (role, output.path, role)) from None
                made.append(part)
        finally:
            for part in made:
                _remove(part)


class _Taken(FileError):
    pass


def target(output: Output) -> str:
    """The path that is written for an Output: where a symbolic link leads. Raises FileError where no file can be."""
    path = output.path
    if not path:
        raise FileError("%s= needs the name of a file" % output.role)
    if "\0" in path:
        raise FileError("%s: the name of a file cannot hold a zero byte" % output.role)
    if os.path.islink(path):
        path = os.path.realpath(path)
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise FileError("cannot write %s: folder %s does not exist%s" % (output.path, folder, lost(path)))
    if os.path.isdir(path):
        raise FileError("cannot write %s: it is a folder" % output.path)
    _require_replaceable(output.path, path)
    return path


def _require_replaceable(given: str, path: str) -> None:
    def there() -> Any:
        try:
            return os.stat(path)
        except FileNotFoundError:
            return None
    if _or_error(given, there) is None:
        return
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise FileError("cannot write %s: it is no file but a device, a pipe or the like" % given)
    _or_error(given, lambda: open(path, "r+b").close())


def require_apart(outputs: Sequence[Output], inputs: Sequence[Input]) -> None:
    """Raises FileError where an output is the same file as an input or as another output, by whatever name or link."""
    for number, output in enumerate(outputs):
        for other in list(inputs) + list(outputs[:number]):
            if same(output.path, other.path):
                own = "" if other.path == output.path else " " + output.path
                raise FileError("%s%s is the %s, %s: give another name for the %s, so that the %s stays as it is" % (
                    output.role, own, other.role, other.path, output.role, other.role))


def same(one: str, other: str) -> bool:
    """Are these the same file? Of files that do not exist yet, folders are compared; see also Outputs, which tries the names."""
    if os.path.exists(one) and os.path.exists(other):
        return os.path.samefile(one, other)
    try:
        one, other = os.path.realpath(one), os.path.realpath(other)
    except ValueError:  # a name that cannot be there: a zero byte, letters the locale cannot hold
        return one == other
    folders = os.path.dirname(one), os.path.dirname(other)
    return all(map(os.path.isdir, folders)) and os.path.samefile(*folders) and os.path.basename(one) == os.path.basename(other)


def partial(path: str) -> str:
    """The name of the partial file beside a file. It ends like the file: KLayout tells the format by the ending."""
    folder, name = os.path.split(path)
    beginning = unicodedata.normalize("NFC", name[:-_NAME_KEPT]).casefold()
    if beginning:  # two long names must not share a partial file, but for letters that a file system may take for the same
        name = "%08x-%s" % (zlib.crc32(beginning.encode("utf-8", "surrogateescape")), name[-_NAME_KEPT:])
    return os.path.join(folder, ".part-%s-%s" % (_TOKEN, name))


def free_name(path: str) -> str:
    """`PATH.old`, or `.old2`, `.old3` ... where that is taken: nothing is overwritten."""
    number, free = 1, path + ".old"
    while os.path.lexists(free):
        number += 1
        free = "%s.old%d" % (path, number)
    return free


def require_readable(path: str) -> None:
    """Raises FileError unless there is a layout file of that name."""
    if not path:
        raise FileError("no input: give the layout file with -rd input=FILE")
    if "\0" in path or not os.path.exists(path):
        raise FileError("%s: no such file%s" % (path.replace("\0", "\\x00"), lost(path)))
    if os.path.isdir(path):
        raise FileError("%s: is a folder, not a layout file" % path)


def write_text(path: str, text: str) -> None:
    """Writes a text file in UTF-8 and sees that it is on the disk; for `Outputs.write`."""
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def page(text: str) -> tuple[Callable[[str], None], Callable[..., Any]]:
    """What `Outputs.write` writes a page of HTML by, and by which it is known to be whole."""
    return (lambda path: write_text(path, text)), require_ending(b"</html>")


def require_ending(ending: bytes) -> Callable[..., Any]:
    """A reader for `Outputs.write`: a file that KLayout wrote to its end has this ending (bytes)."""
    def read_again(path: str) -> None:
        with open(path, "rb") as file:
            file.seek(max(0, os.path.getsize(path) - len(ending) - 2))
            if not file.read().rstrip().endswith(ending):
                raise OSError("the end of the file is missing")
    return read_again


def reason(error: Any) -> str:
    """The words of an exception, in one line."""
    if isinstance(error, UnicodeError):
        return "letters of its name are lost in this locale (run with LC_ALL=C.UTF-8)"
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (words.splitlines() or [type(error).__name__])[0]


def _or_error(path: str, action: Callable[..., Any]) -> Any:
    try:
        return action()
    except FileExistsError:
        raise _Taken("cannot write %s: a file of that name came into being" % path) from None
    except (OSError, RuntimeError, UnicodeError) as error:
        raise FileError("cannot write %s: %s" % (path, reason(error))) from None


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.remove(path)


def lost(path: str) -> str:
    """A hint for names that do not pass the locale; "" for others. KLayout puts U+FFFD for what it could not read, Python half a surrogate pair."""
    strange = "\ufffd" in path or any("\ud800" <= letter <= "\udfff" for letter in os.path.abspath(path))
    return " (letters of its name or folder are lost in this locale: run with LC_ALL=C.UTF-8)" if strange else ""
