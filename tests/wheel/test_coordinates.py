"""Lengths and places in every sensible writing; what could be read in two ways is refused."""

import pytest

from postpass.draw import coordinates


@pytest.mark.parametrize("text", [
    "3.5, -4", "3.5,-4", "3.5 -4", "3.5;-4", "3,5; -4", "3,5 -4", "3,5, -4", "3.5 , -4", "3.5\t-4", "3,5\t-4", "(3.5, -4)", "[3,5; -4]", "x=3.5 y=-4", "x: 3.5, y: -4", "x=3.5,y=-4",
    "3.5 µm, -4 µm", "3.5um,-4um", "3.5\u03bcm -4\u03bcm", "3.5 um -4 um", "3.5, -4 µm", "0.0035mm,-0.004mm", "0,0035 mm; -0,004 mm", "3500 nm, -4 µm", "3500, -4000 nm", "3.5 \u22124", " 3.50  -4.0 ",
    "3.5\u00a0\u00b5m;\u2009-4"])
def test_one_place_in_many_writings(text):
    if text.endswith("\u2009-4"):
        with pytest.raises(coordinates.Problem, match="a unit behind both"):
            coordinates.pair_um(text)
    else:
        assert coordinates.pair_um(text) == (3.5, -4.0)


@pytest.mark.parametrize("text", ["", "1", "1, 2, 3", "1,2,3,4", "1 2 3", "3;", "; 4"])
def test_what_is_not_two_numbers(text):
    with pytest.raises(coordinates.Problem, match="write two numbers in um, like 120, -35"):
        coordinates.pair_um(text)


@pytest.mark.parametrize("text, words", [
    ("a, b", "x must be a number in um, not 'a'"), ("1, nan", "y must be a number in um, not 'nan'"), ("1.234,5; 2", "not '1.234,5': leave out the thousands separators"),
    ("1 furlong; 2", "'1 furlong' in the unknown unit furlong"), ("3mm, 4", "a unit behind both numbers, or none")])
def test_what_is_wrong_is_said(text, words):
    with pytest.raises(coordinates.Problem) as raised:
        coordinates.pair_um(text)
    assert words in str(raised.value)


def test_units():
    assert [coordinates.length_um(text) for text in ("1mil", "2 mils", "1 mm", "1e3nm", "1 inch", "0.1cm", "7", ".5", "5.")] == [25.4, 50.8, 1000.0, 1.0, 25400.0, 1000.0, 7.0, 0.5, 5.0]
    assert coordinates.length_um("2", "mil") == 50.8 and coordinates.length_um("2um", "mil") == 2.0
