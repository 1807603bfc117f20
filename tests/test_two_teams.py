"""Two teams: A makes a technology, imports a bump map, fans out, checks and hands everything on; B, who has nothing of A's but the files and the
package as it is installed, gets the identical result; then A changes a rule, and B sees it in words and in the table.

Each plays with a home and folders of its own. Where POSTPASS_HANDED names a folder (.ci/run), A plays on the Debian that comes first and leaves its files
there; the other Debian has B alone. Without it both play on this machine.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

import pya
import pytest

from postpass import tech as technologies
from tests.build_package import write_archive
from tests.deck.support import ROOT, markers
from tests.resident import application

RESULTS = ("again.zip", "chip.gds", "routed.gds", "routed.aif", "routed.def", "routed.bumps.lef", "table.csv", "routed.lyrdb")
HANDED = ("line.zip", "new.zip", "bumps.bmap", *RESULTS)


class Team:
    """A home of its own; the package at `package` runs there, in a folder of its own, with no other technologies than those it was given."""

    def __init__(self, folder, package):
        self.folder, self.techs, self.package = str(folder), os.path.join(str(folder), "techs"), package
        os.makedirs(self.techs)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("POSTPASS_")}
        self.environment = {**kept, "HOME": self.folder, "KLAYOUT_HOME": os.path.join(self.folder, "klayout"), "POSTPASS_TECH_PATH": self.techs,
                            "PYTHONPATH": os.path.join(package, "pymacros"), "PYTHONDONTWRITEBYTECODE": "1"}

    def __call__(self, *words, code=0):
        return self.run(sys.executable, "-m", "postpass", *words, code=code)

    def deck(self, layout, report, code):
        """The deck in the application, by its batch command."""
        self.run(application(), "-b", "-r", os.path.join(self.package, "drc", "postpass.lydrc"), "-rd", "input=" + layout, "-rd", "tech=line", "-rd", "report=" + report, code=code)

    def run(self, *command, code):
        ran = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, encoding="utf-8", timeout=300)
        assert ran.returncode == code, "%s\n%s%s" % (" ".join(command), ran.stdout, ran.stderr)
        return ran.stdout

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)


def technology(version, space_um):
    """What A wrote: wlcsp with another space of traces."""
    return json.dumps({"schema": 1, "name": "line", "version": version, "issued": "2026-11-1%s" % version[-1], "owner": "team A", "based_on": technologies.load("wlcsp").path,
                       "title": "Line of team A", "rules": [{"id": "RDL.S.1", "value_um": space_um}]})


BUMPS = "# chip of team A\n" + "".join("B%d BALL %d %d - n%d\n" % (number, 600 * (number % 3) - 600, 600 * (number // 3) + 400, number) for number in range(6))
CHIP_PADS = "".join("P%d,%d,-900,n%d,chip_pad,,square,70,70,,,,\n" % (number, 300 * place - 750, number) for place, number in enumerate((0, 3, 1, 4, 2, 5)))


def drawn(team):
    """The bump map and the chip's pads in one list, as a layout with vias, fanned out, checked, and written for others."""
    team("convert", "bumps.bmap", "bumps.csv", "--cell", "BALL=circle:280")
    team.write("all.csv", team.read("bumps.csv").decode("utf-8") + CHIP_PADS)
    team("convert", "all.csv", "chip.gds", "--tech", "line", "--vias", "--die", "-1500,-1500,1500,1700")
    team("fan-out", "chip.gds", "routed.gds", "--tech", "line")
    team("convert", "routed.gds", "routed.aif", "--tech", "line")
    team("convert", "routed.gds", "routed.def", "--tech", "line")
    team("check", "routed.gds", "chip.gds", "--tech", "line", "--table", "table.csv", code=2)  # the nets of chip.gds are open
    team.deck("routed.gds", "routed.lyrdb", code=0)
    team("tech", "export", "line", "again.zip")


def first_team(folder):
    """What A does, in a folder of its own; ends with the files that it hands on."""
    a = Team(folder, ROOT)
    a.write("techs/line.json", technology("1.0", 10))
    a("tech", "export", "line", "line.zip")
    a.write("bumps.bmap", BUMPS)
    drawn(a)
    a.write("techs/line.json", technology("1.1", 60))
    a("tech", "export", "line", "new.zip")
    return a.folder


def second_team(folder, handed):
    """What B does with A's archive and bump map, by the installed package."""
    archive = os.path.join(str(folder), "postpass.zip")
    write_archive(archive, 10 ** 9)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(str(folder))
    b = Team(folder, next(os.path.join(str(folder), name, "postpass") for name in os.listdir(str(folder)) if name.startswith("postpass-")))
    for name in ("line.zip", "new.zip", "bumps.bmap"):
        shutil.copy(os.path.join(handed, name), b.path(name))
    b("tech", "import", "line.zip", os.path.join("techs", "line"))
    drawn(b)
    return b


@pytest.fixture(scope="module")
def handed(tmp_path_factory):
    """The folder of what A handed on: made here, but where another Debian made it before."""
    shared = os.environ.get("POSTPASS_HANDED")
    if shared and os.path.isdir(shared):
        return shared
    made = first_team(tmp_path_factory.mktemp("a"))
    if shared:
        leave(made, shared)
    return made


def leave(made, shared):
    """Copies what is handed on to a folder that is there whole or not at all; another process may be first."""
    os.makedirs(os.path.dirname(shared), exist_ok=True)
    part = tempfile.mkdtemp(dir=os.path.dirname(shared))
    for name in HANDED:
        shutil.copy(os.path.join(made, name), part)
    try:
        os.rename(part, shared)
    except OSError:
        shutil.rmtree(part)


@pytest.fixture(scope="module")
def b(tmp_path_factory, handed):
    return second_team(tmp_path_factory.mktemp("b"), handed)


def shapes(path):
    """What a layout holds, whatever the order and the dates in its file."""
    layout = pya.Layout()
    layout.read(path)
    found = {}
    for index in layout.layer_indexes():
        region = pya.Region(layout.top_cell().begin_shapes_rec(index))
        region.merged_semantics = False
        found[layout.get_info(index).to_s()] = sorted(polygon.to_s() for polygon in region.each()), sorted(text.to_s() for text in pya.Texts(layout.top_cell().begin_shapes_rec(index)).each())
    return found


def test_what_was_routed_is_right(handed):
    with open(os.path.join(handed, "table.csv"), encoding="utf-8") as file:
        table = file.read().splitlines()
    assert table[1].startswith("routed.gds,TOP,line,1.0,") and not [rule for rule in ("NET.O.1", "NET.S.1", "RDL.S.1", "RDL.W.1") if rule in table[1]]
    assert "NET.O.1" in table[2]


@pytest.mark.parametrize("name", RESULTS)
def test_the_second_team_gets_the_identical_result(b, handed, name):
    its, mine = os.path.join(handed, name), b.path(name)
    if name.endswith(".gds"):
        assert shapes(its) == shapes(mine)
    elif name.endswith(".lyrdb"):
        assert sorted(markers(its), key=str) == sorted(markers(mine), key=str)
    else:
        with open(its, "rb") as one, open(mine, "rb") as other:
            assert one.read() == other.read()


def test_the_files_of_the_first_team_compare_with_its_layout(b, handed):
    layout = os.path.join(handed, "routed.gds")
    b("compare", os.path.join(handed, "routed.aif"), layout, "--tech", "line@1.0")
    b("compare", os.path.join(handed, "routed.def"), layout, "--tech", "line@1.0", "--lef", os.path.join(handed, "routed.bumps.lef"))
    b("compare", "bumps.bmap", layout, "--tech", "line@1.0", "--cell", "BALL=circle:280")


def test_a_changed_rule_is_told_in_words_and_in_the_table(b):
    b("tech", "import", "new.zip", os.path.join("techs", "new"))
    words = b("tech", "diff", "line@1.0", "line@1.1", code=2)
    assert "RDL.S.1 space 10 -> 60 um" in words and words.count("RDL.") == 1
    said = b("check", "routed.gds", "chip.gds", "--tech", "line@1.1", "--table", "table.csv", code=2)
    assert "The last table was made by line 1.0, rules " in said and "RDL.S.1 space 10 -> 60 um" in said and "of RDL.S.1" in said
    assert "drawn under technology line 1.0" in said
