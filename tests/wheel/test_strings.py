"""Names that are not UTF-8, in labels and cells, as text that can be shown and told apart."""

import pya
import pytest

from postpass import strings

BYTES = [(b"VDD", "VDD"), ("10 µA".encode(), "10 µA"), (b"10\xb5A", "10\\xb5A"), (b"a\nb\t\x01", "a\\x0ab\\x09\\x01"), (b"it's \\ (x',y)\"", "it's \\ (x',y)\""),
         (b"\\xb5", "\\x5cxb5"), (b"\\xq", "\\xq"), (b"\\\\xb5\xff", "\\\\x5cxb5\\xff"), ("\u2028\x85".encode(), "\\xe2\\x80\\xa8\\xc2\\x85"), (b"\xed\xa0\x80", "\\xed\\xa0\\x80")]


@pytest.mark.parametrize("data, text", BYTES)
def test_labels_and_cell_names(data, text):
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    layout.rename_cell(cell.cell_index(), data)
    shapes = cell.shapes(layout.layer(1, 0))
    shapes.insert(pya.Text(data, pya.Trans(3, 4)))
    assert strings.label(next(shapes.each()).text) == text
    assert strings.cell_name(cell) == text
    assert strings.cell_of_name(layout, text).cell_index() == cell.cell_index()
    assert strings.shown(data) == text


def test_no_two_names_look_the_same():
    parts = [b"\\", b"x", b"b5", b"\xb5", b"\xc2\xb5", b"\n", b"5c"]
    words = {a + b + c + d for a in parts for b in parts for c in parts for d in parts}
    assert len({strings.shown(word) for word in words}) == len(words)


@pytest.mark.parametrize("data, text", BYTES)
def test_a_label_drawn_again_is_the_same(data, text):
    layout = pya.Layout()
    shapes = layout.create_cell("TOP").shapes(layout.layer(1, 0))
    for words in (data, strings.raw(text)):
        shapes.insert(pya.Text(words, pya.Trans(3, 4)))
    one, other = [shape.text for shape in shapes.each()]
    assert one == other and strings.raw("plain") == "plain"


def test_no_cell_of_that_name():
    assert strings.cell_of_name(pya.Layout(), "TOP") is None
