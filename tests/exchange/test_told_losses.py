"""What a format cannot hold as the list says it is said on writing, and never breaks the file."""

import pytest

from postpass.exchange import formats
from postpass.exchange.record import CONTACT, PAD, ExchangeError, Options, PadList, Place

ONE = Place("a", 10.0, 20.0, "n", PAD, "", "square", 40.0, 40.0, "top", "C", "p")


def written(name, pads, tmp_path, ending, **options):
    """(notes, the list that is read again) of a list."""
    format_, path = formats.named(name), str(tmp_path / ("w." + ending))
    lef = str(tmp_path / "w.bumps.lef")
    notes = format_.write(pads, path, Options(**options), **({"lef_path": lef} if name == "def" else {}))
    return notes, format_.read(path, Options(tech=options.get("tech"), lefs=(lef,) if name == "def" else (), layer="1/0" if name == "labels" else None))[0]


@pytest.mark.parametrize("name, ending, title, other", [
    ("def", "def", "my (chip);#", "my_chip_"), ("lef", "lef", 'a "b" c', "a_b_c"), ("aif", "aif", "a; b", "a_b"), ("amkor", "txt", "a#;b", "a_b"),
    ("labels", "gds", "chip \u03a9 1", "chip_1"), ("layout", "oas", "chip 1", "chip_1")])
def test_names_of_chips_are_words(name, ending, title, other, tmp_path):
    notes, again = written(name, PadList((ONE,), (0.0, 0.0, 100.0, 100.0), title), tmp_path, ending, tech="wlcsp")
    assert again.title == other and "the name %s is written as %s" % (title, other) in notes


@pytest.mark.parametrize("name, ending, step", [("kicad", "kicad_pcb", "steps of 0.001 um"), ("pos", "pos", "steps of 0.001 um"), ("labels", "gds", "the database unit of 0.001 um"),
                                                ("layout", "gds", "the database unit of 0.001 um")])
def test_rounded_places(name, ending, step, tmp_path):
    pads = PadList((ONE, ONE._replace(name="b", x_um=500.12345)))
    assert "1 place rounded to " + step in written(name, pads, tmp_path, ending, tech="wlcsp")[0]
    assert not any("rounded" in note for note in written(name, pads._replace(places=pads.places[:1]), tmp_path, ending, tech="wlcsp")[0])


def test_cells_of_aif(tmp_path):
    """A place without a size does not get that of its cell; one of another shape gets a cell of its own, which is said."""
    bare = ONE._replace(name="c", x_um=190.0, cell="D", shape="", width_um=0.0, height_um=0.0)
    pads = PadList((ONE, ONE._replace(name="b", x_um=90.0, shape="circle"), bare, ONE._replace(name="d", x_um=290.0, cell="D")))
    notes, again = written("aif", pads, tmp_path, "aif")
    found = [(place.name, place.cell, place.shape, place.width_um) for place in again.places]
    assert found == [("a", "C", "square", 40.0), ("b", "C1", "circle", 40.0), ("c", "D", "", 0.0), ("d", "D1", "square", 40.0)]
    assert "places of one cell have different shapes: further lines of [PADS] for C, D" in notes


@pytest.mark.parametrize("name, ending", [("aif", "aif"), ("amkor", "txt")])
def test_dies_as_large_as_boards(name, ending, tmp_path):
    die = (-150000.0, -100000.0, 150000.0, 100000.0)
    assert written(name, PadList((ONE._replace(name="1"),), die), tmp_path, ending)[1].die == die
    path = tmp_path / ("w." + ending)
    path.write_text(path.read_text().replace("200000", "-1"))
    with pytest.raises(ExchangeError, match=r"line \d+: (HEIGHT|DIE_Y) must be more than 0, not -1"):
        formats.to_read(str(path)).read(str(path))


def test_a_port_without_a_net_in_def(tmp_path):
    """DEF asks a net of the pin: on another one than its place's it would be read as a second place."""
    notes, again = written("def", PadList((ONE._replace(net=""),)), tmp_path, "def")
    assert [(place.name, place.net, place.port) for place in again.places] == [("a", "p", "p")] and "1 place with a port and no net: the net is called as the port" in notes


@pytest.mark.parametrize("name, ending, what, word", [("def", "def", "name", "PIN"), ("def", "def", "net", "+"), ("lef", "lef", "name", "*"), ("bmap", "bmap", "net", "-")])
def test_words_that_mean_something_else(name, ending, what, word, tmp_path):
    with pytest.raises(ExchangeError, match="the %s '[%s]" % (what, word[0])):
        written(name, PadList((ONE._replace(**{what: word}),)), tmp_path, ending)


def test_functions_and_kinds_that_are_not_told(tmp_path):
    pads = PadList((ONE, ONE._replace(name="b", x_um=500.0, kind=CONTACT, function="power"), ONE._replace(name="c", x_um=900.0, kind="")))
    notes = written("layout", pads, tmp_path, "gds", tech="wlcsp")[0]
    assert {"2 pads without a function in the list, drawn by the names of their nets", "1 place of no kind, drawn as pads",
            "functions of 1 contact point are not drawn: they are those of pads"} <= set(notes)
    assert "2 places of another function than power, ground and signal, or of none, written as USE SIGNAL" in written("lef", pads, tmp_path, "lef")[0]
