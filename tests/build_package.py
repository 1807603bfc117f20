"""Builds what people install: the package for KLayout's package manager, as an archive, and the wheel.

`./run package [FOLDER]` (default: build/dist). The same files give the same bytes: names in order, fixed modes, and one time for all
files, that of the variable SOURCE_DATE_EPOCH or of hatchling's default. An archive holds one folder with `repository.xml`, an index for
KLAYOUT_SALT_MINE, and `postpass/`, which the package manager copies (docs/install.md). Run with a Python that has pip.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "pymacros"))

from postpass import files  # noqa: E402
from postpass.messages import Refusal, guarded  # noqa: E402

#: what the package for KLayout holds; of docs/ what is read, not what draws its pictures
PARTS = ("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "docs", "drc", "grain.xml", "layouts", "pymacros", "tech")
LEFT_OUT = re.compile(r"(^|/)(\.|__pycache__(/|$))|\.pyc$|^docs/[^/]*\.(py|sh)$")
EPOCH = "1580601600"  # hatchling's default: 2020-02-02
LAST = 4354819199  # 2107-12-31, the last day that an archive can hold
INDEX = """<?xml version="1.0" encoding="utf-8"?>
<salt-mine>
 <salt-grain>
  <name>postpass</name>
  <version>%s</version>
  <url>postpass</url>
 </salt-grain>
</salt-mine>
"""


def main(arguments):
    """Builds both into the folder that is named. Returns the exit code."""
    folder = os.path.abspath(arguments[0] if arguments else os.path.join(ROOT, "build", "dist"))
    os.makedirs(folder, exist_ok=True)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", EPOCH)
    if not (epoch.isdecimal() and int(epoch) <= LAST):
        raise Refusal("SOURCE_DATE_EPOCH=%s: it must be a whole number of seconds, before the year 2108" % epoch)
    with tempfile.TemporaryDirectory() as built:
        wheel = build_wheel(built, epoch)
        archive = os.path.join(built, "postpass-%s.zip" % version())
        write_archive(archive, int(epoch))
        outputs = files.Outputs([files.Output(name, os.path.join(folder, name)) for name in map(os.path.basename, (archive, wheel))])
        outputs.write({os.path.basename(path): (lambda part, path=path: _copy(path, part), None) for path in (archive, wheel)})
    for output in outputs.outputs.values():
        print(os.path.relpath(output.path))
    return 0


def version():
    """The version that grain.xml states."""
    with open(os.path.join(ROOT, "grain.xml"), encoding="utf-8") as file:
        return re.search("<version>([^<]+)</version>", file.read()).group(1)


def build_wheel(folder, epoch):
    """Path of the wheel of this checkout. Raises Refusal."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "-w", folder, ROOT]
    done = subprocess.run(command, env={**os.environ, "SOURCE_DATE_EPOCH": epoch}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refusal("could not build the wheel: %s" % _cause(done.stderr))
    return os.path.join(folder, next(name for name in os.listdir(folder) if name.endswith(".whl")))


def _cause(said):
    """The line of pip's that tells why: the last of what it quotes from the program that failed, below which it speaks of itself."""
    lines = said.split("[end of output]")[0].strip().splitlines()
    return lines[-1].strip() if lines else "no word"


def write_archive(path, epoch):
    """Writes the package for KLayout with its index. epoch: time of its files, seconds."""
    top = "postpass-%s/" % version()
    moment = max(time.gmtime(epoch)[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(path, "w") as archive:
        _add(archive, top + "repository.xml", (INDEX % version()).encode("utf-8"), moment)
        for name in package_files():
            with open(os.path.join(ROOT, *name.split("/")), "rb") as file:
                _add(archive, top + "postpass/" + name, file.read(), moment)


def _add(archive, name, content, moment):
    entry = zipfile.ZipInfo(name, moment)
    entry.create_system, entry.external_attr, entry.compress_type = 3, 0o100644 << 16, zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def package_files():
    """Names of the package's files (with / on every system), in order."""
    found = []
    for part in PARTS:
        place = os.path.join(ROOT, part)
        found += [place] if os.path.isfile(place) else [os.path.join(folder, name) for folder, _, names in os.walk(place) for name in names]
    names = [os.path.relpath(path, ROOT).replace(os.sep, "/") for path in found]
    return sorted(name for name in names if not LEFT_OUT.search(name))


def _copy(path, part):
    with open(path, "rb") as source, open(part, "wb") as target:
        target.write(source.read())
        target.flush()
        os.fsync(target.fileno())


if __name__ == "__main__":
    sys.exit(guarded(main, sys.argv[1:]))
