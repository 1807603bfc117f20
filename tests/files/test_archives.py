"""A technology as an archive: what comes back is what went, always the same bytes; and archives that somebody prepared are refused, with nothing written."""

import json
import os
import stat
import struct
import subprocess
import sys
import zipfile

import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from postpass.archive import contents, unpacking
from postpass.tech import manual
from postpass.tech.differences import differences
from tests.deck.support import ROOT

WLCSP = technologies.load("wlcsp")
LYT = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<technology><name>wlcsp400</name>%s</technology>\n"


def run(capsys, *arguments):
    """(exit code, standard output, standard error)"""
    code = main(["tech", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """{path: content} of the archive of wlcsp400, which is based on another one."""
    path = tmp_path_factory.mktemp("held") / "a.zip"
    assert main(["tech", "export", "wlcsp400", str(path)]) == 0
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path, files, change=lambda entry: None, packing=zipfile.ZIP_STORED):
    """Writes an archive of [(path, content)], whatever the paths are."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name)
            entry.compress_type, entry.filename = packing, name
            change(entry)
            archive.writestr(entry, data)
    return path


def with_manifest(files, /, **changes):
    """[(path, content)] with a manifest that is right about the files, and keys of it changed."""
    manifest = json.loads(files["manifest.json"])
    rest = {name: data for name, data in files.items() if name != "manifest.json"}
    manifest["files"] = {name: contents.sha256(data) for name, data in rest.items()}
    return [*rest.items(), ("manifest.json", json.dumps({**manifest, **changes}).encode())]


def refused(capsys, folder, archive, sentence, *options):
    """An import of the archive changes nothing and says why."""
    before = sorted(os.listdir(folder))
    code, out, err = run(capsys, "import", archive, folder / "new", *options)
    assert (code, out) == (1, "") and sentence in err.replace('"', "") and err.count("\n") == 1 and err.startswith("ERROR: %s: not imported: " % archive), err
    assert sorted(os.listdir(folder)) == before


# round trips

def test_a_lyt_that_somebody_changed_is_found_again_where_the_technology_file_has_another_name(tmp_path, capsys):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "line_1.0.json").write_text(json.dumps({"schema": 1, "based_on": WLCSP.path, "name": "line", "title": "Line"}))
    (tmp_path / "a" / "line_1.0.lyt").write_text("<technology><name>line</name><description>by hand</description></technology>")
    for here, there in ("ab", "bc"):
        assert run(capsys, "export", tmp_path / here / "line_1.0.json", tmp_path / (there + ".zip"))[0] == 0
        assert run(capsys, "import", tmp_path / (there + ".zip"), tmp_path / there)[0] == 0
        assert "by hand" in (tmp_path / there / "line.lyt").read_text()


@pytest.mark.parametrize("name", sorted(technologies.installed()))
def test_what_is_imported_is_what_was_exported(name, tmp_path, capsys):
    tech = technologies.load(name)
    code, out, err = run(capsys, "export", name, tmp_path / "a.zip")
    assert (code, err) == (0, "") and out.startswith("written: %s: technology %s 1.0, rules %s, " % (tmp_path / "a.zip", name, tech.checksum()))
    assert run(capsys, "import", tmp_path / "a.zip", tmp_path / "new")[0] == 0
    found = technologies.load(str(tmp_path / "new" / (name + ".json")))
    assert found.full_checksum() == tech.full_checksum() and differences(tech, found) == []
    assert {"manifest.json", name + ".json", name + ".lyt", name + ".lyp"} <= set(os.listdir(tmp_path / "new"))
    assert run(capsys, "export", tmp_path / "new" / (name + ".json"), tmp_path / "b.zip")[0] == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_the_bytes_do_not_depend_on_time_and_place(tmp_path, monkeypatch, capsys):
    run(capsys, "export", "wlcsp400", tmp_path / "a.zip")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.chdir(tmp_path)
    os.utime(technologies.load("wlcsp400").path)
    run(capsys, "export", technologies.load("wlcsp400").path, "b.zip")
    with zipfile.ZipFile("b.zip") as archive:
        assert {(entry.date_time, entry.compress_type) for entry in archive.infolist()} == {((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED)}
        assert archive.namelist() == sorted(archive.namelist())
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_bases_come_from_the_archive_and_not_from_the_package(tmp_path, capsys):
    """A chain of three over folders, two of one file name, by whole paths; the import needs none of them any more."""
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
    bottom, middle, top = tmp_path / "x" / "wlcsp.json", tmp_path / "y" / "wlcsp.json", tmp_path / "line.json"
    bottom.write_text(json.dumps({**WLCSP.record, "grid_um": 0.01, "$schema": "elsewhere.json"}))
    middle.write_text(json.dumps({"based_on": str(bottom), "name": "middle", "rules": [{"id": "RDL.S.1", "value_um": 7}]}))
    top.write_text(json.dumps({"based_on": "y/wlcsp.json", "name": "line", "version": "3", "rules": [{"id": "RDL.W.1", "value_um": 6}]}))
    tech = technologies.load(str(top))
    assert run(capsys, "export", top, tmp_path / "a.zip")[0] == 0
    for path in (bottom, middle, top):
        path.unlink()
    assert run(capsys, "import", tmp_path / "a.zip", tmp_path / "new")[0] == 0
    found = technologies.load(str(tmp_path / "new" / "line.json"))
    assert found.full_checksum() == tech.full_checksum() and (found.grid_um, found.version) == (0.01, "3")
    assert sorted(os.listdir(tmp_path / "new" / "bases")) == ["wlcsp.json", "wlcsp_2.json"]
    assert [place.name for place in places_of(tmp_path / "new")] == [place.name for place in places_of(tmp_path)] == ["line"]  # its bases are no technologies of their own


def test_the_rule_manual_goes_along_and_is_made_anew_where_it_arrives(held, tmp_path, capsys):
    """What a browser reads follows from the rules, whatever the archive says that they are."""
    page = held["wlcsp400.html"]
    assert page.decode("utf-8") == manual.html(technologies.load("wlcsp400"))
    other = packed(tmp_path / "a.zip", with_manifest({**held, "wlcsp400.html": b"<html><meta http-equiv='refresh' content='0;url=http://a'/>space: at least 1 um</html>"}))
    assert run(capsys, "import", other, tmp_path / "new")[0] == 0
    assert (tmp_path / "new" / "wlcsp400.html").read_bytes() == page


def test_layer_properties_of_another_name_go_along(tmp_path, capsys):
    (tmp_path / "line.json").write_text(json.dumps({**WLCSP.record, "name": "wlcsp400"}))
    (tmp_path / "line.lyt").write_text(LYT % "<layer-properties_file>team.lyp</layer-properties_file><map-file>not_there.map</map-file>")
    (tmp_path / "team.lyp").write_text("<layer-properties/>")
    assert run(capsys, "export", tmp_path / "line.json", tmp_path / "a.zip")[0] == 0 and run(capsys, "import", tmp_path / "a.zip", tmp_path / "new")[0] == 0
    assert (tmp_path / "new" / "team.lyp").read_text() == "<layer-properties/>"


@pytest.mark.parametrize("name, stem", [("a/b", "a_b"), ("../x", "_x"), ("/abs/x", "_abs_x"), ("con", "_con"), ("a:b\\c?", "a_b_c_"), ("Linie \u00e4 2", "Linie \u00e4 2"), ("x" * 900, "x" * 150)])
def test_a_technology_of_any_name_comes_back_and_names_no_path(name, stem, tmp_path, capsys):
    """The name is a text of the record: the files are called by what every system takes of it."""
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "line.json").write_text(json.dumps({**WLCSP.record, "name": name}))
    assert run(capsys, "export", tmp_path / "inside" / "line.json", tmp_path / "inside" / "a.zip")[0] == 0
    assert run(capsys, "import", tmp_path / "inside" / "a.zip", tmp_path / "inside" / "new")[0] == 0
    new = tmp_path / "inside" / "new"
    assert sorted(os.listdir(new)) == sorted(["d25", "line.json", "manifest.json", stem + ".html", stem + ".lyp", stem + ".lyt"]) and os.listdir(new / "d25") == [stem + ".lyd25"]
    assert "<layer-properties_file>%s.lyp</layer-properties_file>" % stem in (new / (stem + ".lyt")).read_text(encoding="utf-8")
    assert os.listdir(tmp_path) == ["inside"]


def test_a_technology_named_by_a_path_writes_nothing_there(held, tmp_path, capsys):
    """The macro that the import makes lies in the folder, too."""
    name = str(tmp_path / "outside" / "x")
    record = json.dumps({**json.loads(held["bases/wlcsp.json"]), "name": name}).encode()
    archive = packed(tmp_path / "a.zip", with_manifest({"w.json": record, "manifest.json": held["manifest.json"]}, technology="w.json", name=name, checksum=WLCSP.full_checksum()))
    assert run(capsys, "import", archive, tmp_path / "new")[0] == 0
    assert sorted(os.listdir(tmp_path)) == ["a.zip", "new"] and len(os.listdir(tmp_path / "new" / "d25")) == 1


def places_of(folder):
    from postpass.tech import places
    places.set_folders([str(folder)])
    try:
        return [place for place in places.known() if place.origin == places.SETTING]
    finally:
        places.set_folders([])


def test_an_existing_folder_stays_unless_it_is_replaced(tmp_path, capsys):
    run(capsys, "export", "wlcsp", tmp_path / "a.zip")
    run(capsys, "export", "postpass", tmp_path / "b.zip")
    assert run(capsys, "import", tmp_path / "a.zip", tmp_path / "new")[0] == 0
    refused(capsys, tmp_path, tmp_path / "b.zip", "%s is there already: give another folder, or --replace" % (tmp_path / "new"))
    assert (tmp_path / "new" / "wlcsp.json").exists()
    assert run(capsys, "import", tmp_path / "a.zip", tmp_path / "new") == (0, "there already: %s: technology wlcsp 1.0, rules %s, 5 files\n" % (tmp_path / "new", WLCSP.checksum()), "")
    assert run(capsys, "import", tmp_path / "b.zip", tmp_path / "new", "--replace")[0] == 0
    assert "postpass.json" in os.listdir(tmp_path / "new") and "wlcsp.json" not in os.listdir(tmp_path / "new")
    assert sorted(os.listdir(tmp_path)) == ["a.zip", "b.zip", "new"]


def test_only_what_an_import_made_is_replaced(tmp_path, capsys):
    run(capsys, "export", "wlcsp", tmp_path / "a.zip")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine.txt").write_text("mine")
    refused(capsys, tmp_path, tmp_path / "a.zip", "is no folder that an import made", "--replace")
    assert (tmp_path / "new" / "mine.txt").read_text() == "mine"
    code, _, err = run(capsys, "import", tmp_path / "a.zip", tmp_path / "nowhere" / "new")
    assert code == 1 and "folder %s does not exist" % (tmp_path / "nowhere") in err


@pytest.mark.parametrize("name", ["", " ", ".", "..", "new/.."])
def test_the_folder_that_one_is_in_is_never_replaced(name, tmp_path, monkeypatch, capsys):
    """An empty name, as of a variable of the shell that is not set, meant it once."""
    (tmp_path / "here" / "new").mkdir(parents=True)
    (tmp_path / "here" / "mine.txt").write_text("mine")
    monkeypatch.chdir(tmp_path / "here")
    run(capsys, "export", "wlcsp", "a.zip")
    for options in ([], ["--replace"]):
        code, out, err = run(capsys, "import", "a.zip", name, *options)
        assert (code, out) == (1, "") and err.startswith("ERROR: a.zip: not imported: ") and err.count("\n") == 1
    assert sorted(os.listdir(tmp_path / "here")) == ["a.zip", "mine.txt", "new"] and os.listdir(tmp_path) == ["here"]


def test_work_in_an_imported_folder_is_not_replaced(tmp_path, capsys):
    run(capsys, "export", "wlcsp", tmp_path / "a.zip")
    run(capsys, "export", "wlcsp400", tmp_path / "b.zip")
    run(capsys, "import", tmp_path / "a.zip", tmp_path / "new")
    (tmp_path / "new" / "variant.json").write_text('{"based_on": "wlcsp.json", "name": "variant"}')
    refused(capsys, tmp_path, tmp_path / "b.zip", "holds what no import made, and is not replaced: move away variant.json", "--replace")
    (tmp_path / "new" / "variant.json").unlink()
    (tmp_path / "new" / "wlcsp.json").write_text(json.dumps({**WLCSP.record, "grid_um": 0.01}))
    refused(capsys, tmp_path, tmp_path / "b.zip", "move away wlcsp.json", "--replace")
    assert technologies.load(str(tmp_path / "new" / "wlcsp.json")).grid_um == 0.01
    (tmp_path / "new" / "wlcsp.json").write_bytes(open(WLCSP.path, "rb").read())
    (tmp_path / "new" / "wlcsp.lyt").write_text("written anew by KLayout")
    assert run(capsys, "import", tmp_path / "b.zip", tmp_path / "new", "--replace")[0] == 0


def test_a_folder_that_comes_in_the_meantime_stays(tmp_path, monkeypatch, capsys):
    run(capsys, "export", "wlcsp", tmp_path / "a.zip")
    real = unpacking._checked

    def checked(*arguments):
        (tmp_path / "new").mkdir()
        return real(*arguments)
    monkeypatch.setattr(unpacking, "_checked", checked)
    code, _, err = run(capsys, "import", tmp_path / "a.zip", tmp_path / "new")
    assert code == 1 and "is there already" in err and os.listdir(tmp_path / "new") == [] and sorted(os.listdir(tmp_path)) == ["a.zip", "new"]


@pytest.mark.skipif(os.name == "nt", reason="no limits of processes")
def test_a_full_disk_leaves_nothing(tmp_path):
    """The first file that is too large for the limit fails as on a disk without room."""
    code = ("import resource, signal, sys\nfrom postpass.__main__ import main\nassert main(['tech', 'export', 'wlcsp', 'a.zip']) == 0\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\nsys.exit(main(['tech', 'import', 'a.zip', 'new']))")
    done = subprocess.run([sys.executable, "-B", "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "pymacros")}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1 and done.stderr.startswith("ERROR: a.zip: not imported: cannot write ") and os.listdir(tmp_path) == ["a.zip"], done


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_place_is_one_sentence(tmp_path, capsys):
    run(capsys, "export", "wlcsp", tmp_path / "a.zip")
    (tmp_path / "ro").mkdir(mode=0o555)
    assert "cannot write" in run(capsys, "import", tmp_path / "a.zip", tmp_path / "ro" / "new")[2]
    assert "cannot write" in run(capsys, "export", "wlcsp", tmp_path / "ro" / "a.zip")[2]


def test_a_read_only_technology_is_exported(tmp_path, capsys):
    path = tmp_path / "line.json"
    path.write_text(json.dumps({**WLCSP.record, "name": "line"}))
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        code, out, _ = run(capsys, "export", path, os.path.join(str(tmp_path), "..", "line.zip"))
        assert code == 0 and "5 files" in out
    finally:
        tmp_path.chmod(0o755)


def test_a_file_that_nobody_may_import_is_not_exported(tmp_path, capsys):
    (tmp_path / "line.json").write_text(json.dumps({**WLCSP.record, "name": "line"}))
    (tmp_path / "line.lyt").write_text(LYT % "<base-path>/home/me</base-path>")
    code, out, err = run(capsys, "export", tmp_path / "line.json", tmp_path / "a.zip")
    assert (code, out) == (1, "") and 'file "line.lyt" of the archive names a base path' in err and not (tmp_path / "a.zip").exists()
    code, _, err = run(capsys, "export", tmp_path / "line.json", tmp_path / "line.json")
    assert code == 1 and "is the technology file" in err


# prepared archives

NAMES = {
    "../evil.json": "leaves its folder", "bases/../../evil.json": "leaves its folder", "/evil.json": "leaves its folder", "C:/evil.json": "leaves its folder", "C:evil.json": "leaves its folder",
    "..\\evil.json": "leaves its folder", "a\\evil.json": "leaves its folder", "macros/evil.json": "lies in a folder that no technology needs", "bases/a/evil.json": "lies in a folder",
    "evil.py": "is of a kind that no technology needs", "evil.lym": "is of a kind", "evil.rb": "is of a kind", "evil.lydrc": "is of a kind", "evil.lyd25": "is of a kind", "evil": "is of a kind",
    "evil.json.exe": "is of a kind", "con.json": "has a name that not every system takes", ".evil.json": "has a name", "evil.json/": "has a name", "a\nb.json": "has a name",
    "con .json": "has a name", "CONIN$.json": "has a name", "com\u00b9.json": "has a name", "nul.tar.json": "has a name", "a?.json": "has a name", 'a"b.json': "has a name", "a|b.json": "has a name",
    "a\u202eb.json": "has a name", "%s.json" % ("x" * 300): "has a name", "bases/evil.lyt": "is of a kind", "bases/evil.html": "is of a kind", "evil.svg": "is of a kind",
    "second.html": "is no rule manual of its technology",
    "bases//evil.json": "has a name", "./evil.json": "has a name", "WLCSP400.JSON": "have one name", "wlcsp400.json": "have one name"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", NAMES)
def test_a_bad_name_is_refused(name, held, tmp_path, capsys):
    (tmp_path / "inside").mkdir()
    archive = packed(tmp_path / "a.zip", [*with_manifest({**held, name: b"{}"} if name not in held else held), *([(name, b"{}")] if name in held else [])])
    before = sorted(os.listdir(tmp_path))
    refused(capsys, tmp_path / "inside", archive, NAMES[name])
    assert sorted(os.listdir(tmp_path)) == before


DATA = {
    "a path to macros": ("wlcsp400.lyt", (LYT % "<base-path>/home/evil</base-path>").encode(), "names a base path"),
    "a path to macros in other words": ("wlcsp400.lyt", (LYT % "<base-path ><![CDATA[/home/evil]]></base-path>").encode(), "names a base path"),
    "the .lyt of another technology": ("wlcsp400.lyt", (LYT % "").replace("wlcsp400", "wlcsp").encode(), "is of technology \\wlcsp\\, not of \\wlcsp400\\"),
    "a .lyt of no technology": ("wlcsp400.lyt", (LYT % "").replace("wlcsp400", "").encode(), "is of technology \\\\, not of"),
    "a second .lyt": ("more.lyt", (LYT % "").encode(), "are both the technology of KLayout"),
    "an expression": ("wlcsp400.lyt", (LYT % "<x>$(File.delete)</x>").encode(), "holds an expression"),
    "an expression in other words": ("wlcsp400.lyp", b"<layer-properties><name>&#36;(1)</name></layer-properties>", "holds an expression"),
    "entities": ("wlcsp400.lyp", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares entities"),
    "no XML": ("wlcsp400.lyt", b"<technology>", "is no sound XML"),
    "a script": ("wlcsp400.html", b"<html><script>alert(1)</script></html>", "holds a script"),
    "a handler": ("wlcsp400.html", b"<html><img src=x onerror=alert(1)></html>", "holds a script"),
    "a path to macros beside an element": ("wlcsp400.lyt", (LYT % "<base-path><x/>/home/evil</base-path>").encode(), "names a base path"),
    "a file outside": ("wlcsp400.lyt", (LYT % "<layer-properties_file>/etc/passwd</layer-properties_file>").encode(), "names \\/etc/passwd\\, which lies outside of its folder"),
    "a file above": ("wlcsp400.lyt", (LYT % "<map-file>a/../../b.map</map-file>").encode(), "which lies outside of its folder"),
    "a file in the net": ("wlcsp400.lyt", (LYT % "<lef-files>http://evil/a.lef</lef-files>").encode(), "which lies outside of its folder"),
    "a file that is a command": ("wlcsp400.lyt", (LYT % "<layer-properties_file>pipe:touch evil</layer-properties_file>").encode(), "which lies outside of its folder"),
    "letters of another code": ("wlcsp400.lyt", (LYT % "").replace("utf-8", "iso-8859-1").encode(), "is no sound XML"),
    "no text": ("a.txt", b"\xff\xfe", "is no text in UTF-8"),
    "another base": ("wlcsp400.json", json.dumps({"based_on": WLCSP.path, "name": "wlcsp400", "version": "1.0"}).encode(), "is based on"),
    "a base outside": ("wlcsp400.json", b'{"based_on": "../wlcsp.json", "name": "wlcsp400", "version": "1.0"}', "is based on"),
    "a base that is none": ("wlcsp400.json", b'{"based_on": 3, "name": "wlcsp400", "version": "1.0"}', "is based on"),
    "other rules": ("bases/wlcsp.json", json.dumps({**WLCSP.record, "grid_um": 0.01}).encode(), "the rules resolve to"),
    "another name": ("wlcsp400.json", b'{"based_on": "bases/wlcsp.json", "name": "other", "version": "1.0"}', "the technology is other 1.0, and not that of manifest.json"),
    "a mistake": ("wlcsp400.json", b'{"based_on": "bases/wlcsp.json", "name": "wlcsp400", "grids": 1}', "wlcsp400.json: technology: unknown key 'grids'"),
    "no JSON": ("bases/wlcsp.json", b"{", "bases/wlcsp.json: not valid JSON, line 1"),
    "a circle": ("bases/wlcsp.json", b'{"based_on": "../wlcsp400.json", "name": "wlcsp"}', "based_on goes round in a circle"),
    "a base in the net": ("bases/wlcsp.json", b'{"based_on": "https://evil/a.json", "name": "wlcsp"}', "is based on"),
    "a base of another kind, which may be based on anything": ("wlcsp400.json", b'{"based_on": "notes.txt", "name": "wlcsp400", "version": "1.0"}', "is based on"),
}


@pytest.mark.parametrize("what", DATA)
def test_bad_content_is_refused_though_its_checksums_are_right(what, held, tmp_path, capsys):
    name, data, sentence = DATA[what]
    refused(capsys, tmp_path, packed(tmp_path / "a.zip", with_manifest({**held, "notes.txt": b"{}", name: data})), sentence.replace("\\", ""))


MANIFESTS = {
    "another file": (lambda files: [(name, data + b" ") if name == "wlcsp400.json" else (name, data) for name, data in files.items()], "wlcsp400.json of the archive is not the one that was exported"),
    "a file more": (lambda files: [*files.items(), ("more.txt", b"")], "more.txt of the archive is not in its manifest.json"),
    "a file less": (lambda files: [(name, data) for name, data in files.items() if name != "wlcsp400.lyp"], "wlcsp400.lyp is missing in the archive"),
    "no manifest": (lambda files: [(name, data) for name, data in files.items() if name != "manifest.json"], "has no manifest.json"),
    "an older form": (lambda files: with_manifest(files, form=0), "in form 1"),
    "no checksum": (lambda files: with_manifest(files, checksum=None), "key 'checksum' must be a text"),
    "another checksum": (lambda files: with_manifest(files, checksum="0" * 64), "the rules resolve to"),
    "another version": (lambda files: with_manifest(files, version="9"), "and not that of manifest.json"),
    "a number as version": (lambda files: with_manifest(files, version=9), "key 'version' must be"),
    "a technology outside": (lambda files: with_manifest(files, technology="../wlcsp.json"), "is no technology file"),
    "a technology that is a base": (lambda files: with_manifest(files, technology="bases/wlcsp.json"), "is no technology file"),
    "a technology that is a note": (lambda files: with_manifest({**files, "a.txt": files["wlcsp400.json"]}, technology="a.txt"), "is no technology file"),
    "a technology that is not there": (lambda files: with_manifest(files, technology="wlcsp.json"), "is none of its files"),
    "files as a list": (lambda files: with_manifest(files, files=[]), "key 'files' must be"),
    "no record": (lambda files: [("manifest.json", b"[]")], "in form 1"),
    "no JSON": (lambda files: [("manifest.json", b"{")], "manifest.json: not valid JSON"),
}


@pytest.mark.parametrize("what", MANIFESTS)
def test_a_manifest_that_is_wrong_is_refused(what, held, tmp_path, capsys):
    files, sentence = MANIFESTS[what]
    refused(capsys, tmp_path, packed(tmp_path / "a.zip", files(held)), sentence)


def test_links_and_devices_are_refused(held, tmp_path, capsys):
    for kind in (stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO):
        def change(entry, kind=kind):
            if entry.filename == "wlcsp400.lyp":
                entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
        refused(capsys, tmp_path, packed(tmp_path / "a.zip", held.items(), change), "wlcsp400.lyp of the archive is a link, a folder or a device")


def test_bombs_are_refused(held, tmp_path, monkeypatch, capsys):
    zeros = with_manifest({**held, "zeros.txt": b" " * 2 ** 20})
    refused(capsys, tmp_path, packed(tmp_path / "a.zip", zeros, packing=zipfile.ZIP_DEFLATED), "zeros.txt of the archive is packed more than 200 times")
    refused(capsys, tmp_path, packed(tmp_path / "a.zip", with_manifest({**held, **{"%d.txt" % n: b"" for n in range(120)}})), "files, more than 100")
    monkeypatch.setattr(contents, "MOST_BYTES", 2 ** 19)
    refused(capsys, tmp_path, packed(tmp_path / "a.zip", zeros), "zeros.txt of the archive is larger than 0 MB")
    monkeypatch.setattr(contents, "MOST_BYTES", 2 ** 30)
    monkeypatch.setattr(contents, "MOST_TOGETHER", 2 ** 20)
    refused(capsys, tmp_path, packed(tmp_path / "a.zip", zeros), "the archive is larger than 1 MB")
    refused(capsys, tmp_path, packed(tmp_path / "a.zip", with_manifest({**held, "zeros.txt": b" \n" * 2 ** 19, "random.txt": b"x"}), packing=zipfile.ZIP_DEFLATED), "the archive")


def test_a_size_that_is_not_the_true_one_is_refused(held, tmp_path, capsys):
    """The list at the end of the archive says less than there is."""
    archive = packed(tmp_path / "a.zip", held.items(), packing=zipfile.ZIP_DEFLATED)
    data = bytearray(archive.read_bytes())
    place = data.rindex(b"bases/wlcsp.json") - 46
    data[place + 24:place + 28] = (100).to_bytes(4, "little")
    archive.write_bytes(data)
    refused(capsys, tmp_path, archive, "")


def test_a_list_without_end_is_not_read(held, tmp_path, capsys):
    """A record of memory for each entry of the list, before anything is known of the files: 1.1 million in 54 MB took 450 MB."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0) + b"bases/"
    many = entry * 10_000
    archive = tmp_path / "a.zip"
    archive.write_bytes(many + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 10_000, 10_000, len(many), 0, 0))
    refused(capsys, tmp_path, archive, "the archive holds more than 100 files")
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(many), 1)
    archive.write_bytes(many + struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 10_000, 10_000, len(many), 0) + locator + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 46, 0, 0))
    refused(capsys, tmp_path, archive, "in the form for more than 4 GB")
    archive.write_bytes(packed(archive, held.items()).read_bytes() + b"more")
    refused(capsys, tmp_path, archive, "is no sound zip archive")


def test_an_encrypted_file_is_refused(held, tmp_path, capsys):
    data = bytearray(packed(tmp_path / "a.zip", held.items()).read_bytes())
    place = data.rindex(b"wlcsp400.lyt") - 46
    data[place + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    refused(capsys, tmp_path, tmp_path / "a.zip", "wlcsp400.lyt of the archive is encrypted")


@pytest.mark.parametrize("data, sentence", [(b"", "is no sound zip archive"), (b"PK\x03\x04", "is no sound zip archive"), (b"no archive", "is no sound zip archive")])
def test_what_is_no_archive_is_refused(data, sentence, tmp_path, capsys):
    (tmp_path / "a.zip").write_bytes(data)
    refused(capsys, tmp_path, tmp_path / "a.zip", sentence)
    refused(capsys, tmp_path, tmp_path / "nowhere.zip", "cannot be read (No such file or directory)")


def test_every_cut_and_every_changed_byte_is_refused_or_changes_nothing(held, tmp_path, capsys):
    """A sample of places; what is still imported is the same technology."""
    whole = packed(tmp_path / "a.zip", held.items()).read_bytes()
    checksum = technologies.load("wlcsp400").full_checksum()
    for place in range(0, len(whole), 211):
        for data in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x15]) + whole[place + 1:]):
            (tmp_path / "b.zip").write_bytes(data)
            code, _, err = run(capsys, "import", tmp_path / "b.zip", tmp_path / "new")
            assert (code == 1 and err.count("\n") == 1 and "the program failed" not in err and not (tmp_path / "new").exists()) or code == 0, (place, err)
            if code == 0:
                assert technologies.load(str(tmp_path / "new" / "wlcsp400.json")).full_checksum() == checksum
                subprocess.run([sys.executable, "-c", "import shutil, sys; shutil.rmtree(sys.argv[1])", str(tmp_path / "new")], check=True)


def test_a_failure_half_way_leaves_nothing(held, tmp_path, monkeypatch, capsys):
    archive = packed(tmp_path / "a.zip", held.items())
    run(capsys, "export", "wlcsp", tmp_path / "other.zip")
    run(capsys, "import", tmp_path / "other.zip", tmp_path / "old")
    real, calls = os.replace, []

    def fails(source, target):
        calls.append(target)
        if len(calls) == 2:  # the new folder takes its name
            raise PermissionError(13, "Permission denied")
        real(source, target)
    monkeypatch.setattr(os, "replace", fails)
    before = sorted(os.listdir(tmp_path / "old"))
    code, _, err = run(capsys, "import", archive, tmp_path / "old", "--replace")
    assert code == 1 and "cannot write %s: Permission denied" % (tmp_path / "old") in err
    assert sorted(os.listdir(tmp_path / "old")) == before and sorted(os.listdir(tmp_path)) == ["a.zip", "old", "other.zip"]


def test_the_command_line_does_the_same(tmp_path):
    for words, code in ((["export", "wlcsp", "a.zip"], 0), (["import", "a.zip", "new"], 0), (["export", "wlcsp400", "b.zip"], 0), (["import", "b.zip", "new"], 1)):
        done = subprocess.run([sys.executable, "-m", "postpass", "tech", *words], cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "pymacros")}, timeout=60, check=False)
        assert done.returncode == code
