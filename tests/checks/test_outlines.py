"""Round shapes that were cut and merged again, and how far off a shape is."""

import math

import pya
import pytest

from postpass import tech
from postpass.drc.plan import Wishes
from postpass.drc.run import check_cell
from postpass.geometry import outlines
from tests.bench.worst import ngon
from tests.deck.support import octagon


def turned(corners, size):
    """A circle whose corners lie at heights of their own, so that cuts meet its sides."""
    return (pya.DCplxTrans(1, 3.7, False, 0, 0) * pya.DPolygon(ngon(corners, size))).to_itype(1.0)


def cut_and_merged(polygon):
    """Cut into trapezoids, whose corners move to whole dbu."""
    parts = pya.Region()
    for part in polygon.decompose_trapezoids(pya.Polygon.TD_simple):
        parts.insert(part)
    merged = parts.merged(False, 0)  # alive while its polygon is copied
    return merged[0].dup()


@pytest.mark.parametrize("corners", [16, 32, 36, 64, 128])
@pytest.mark.parametrize("size", [12_000, 40_000, 270_000])
def test_a_cut_circle_is_round(corners, size):
    circle = turned(corners, size)
    cut = cut_and_merged(circle)
    assert outlines.name(circle, 5) == "round" and outlines.name(cut, 5) == "round"
    assert outlines.size(cut) == outlines.size(circle) and outlines.circle(cut) == outlines.circle(circle)


def test_a_cut_circle_of_large_facets_has_more_corners():
    """Else the test above proves nothing."""
    assert cut_and_merged(turned(36, 270_000)).num_points() > 36


def test_a_dented_circle_is_not_round():
    corners = outlines.corners(ngon(32))
    corners[5] = (int(corners[5][0] * 0.95), int(corners[5][1] * 0.95))
    assert outlines.name(pya.Polygon([pya.Point(x, y) for x, y in corners]), 5) == "other"


def text_of(polygon):
    technology = tech.load("postpass")
    technology.rules = [{"check": "shape", "layer": "pad", "shapes": ["square"], "tolerance_um": 0.005, "id": "R", "title": "", "source": ""}]
    layout = pya.Layout()
    layout.dbu = 0.001
    layout.create_cell("TOP").shapes(layout.layer(*technology.layers["pad_signal"]["gds"])).insert(polygon)
    return [finding.text for result in check_cell(layout.top_cell(), technology, Wishes()).results for finding in result.findings]


def test_a_shape_says_how_far_off_it_is():
    corners = outlines.corners(octagon(40_000))
    corners[0] = (corners[0][0] + 41, corners[0][1])
    assert len(text_of(pya.Polygon([pya.Point(x, y) for x, y in corners]))) == 1
    assert "shape other, 8 corners, octagon but for 0.04" in text_of(pya.Polygon([pya.Point(x, y) for x, y in corners]))[0]
    corners = outlines.corners(ngon(32))
    corners[5] = (corners[5][0] - 60, corners[5][1])
    assert ", round but for 0.0" in text_of(pya.Polygon([pya.Point(x, y) for x, y in corners]))[0]
    assert text_of(octagon(40_000)) == ["shape octagon, 8 corners"]
    assert text_of(pya.Polygon([pya.Point(x, y) for x, y in ((0, 0), (0, 30_000), (9_000, 9_000), (30_000, 0))])) == ["shape other, 4 corners"]


@pytest.mark.parametrize("corners", [16, 32, 64, 128])
def test_a_circle_is_known_to_a_dbu_by_its_corners(corners):
    """Whatever its size and turn, and wherever the middle lies between whole dbu; few corners of small circles may all lie on a coarser grid."""
    for turn in (0, 0.5, 0.25, 0.13):
        for diameter in (*range(400, 3000, 37), 5000, 20_001, 99_999, 270_000):
            for middle in (0.0, 0.5, 0.3):
                angles = [2 * math.pi * (number + turn) / corners for number in range(corners)]
                points = [pya.Point(*(math.floor(middle + diameter / 2 * part(angle) + 0.5) for part in (math.cos, math.sin))) for angle in angles]
                known = outlines.diameters(pya.Polygon(points))
                assert known is None or known[0] <= diameter <= known[1] <= diameter + (1 if corners > 16 else 10), (turn, diameter, middle, known)
    assert outlines.diameters(pya.Polygon(pya.Box(0, 0, 10, 10))) is None


def test_contours_are_those_of_the_hull_and_of_the_holes():
    polygon = pya.Polygon(pya.Box(0, 0, 90, 90))
    polygon.insert_hole(pya.Box(10, 10, 20, 20))
    polygon.insert_hole(pya.Box(40, 10, 60, 30))
    hull, *holes = outlines.contours(polygon)
    assert hull == outlines.corners(polygon) and sorted(map(set, holes), key=min) == [
        {(10, 10), (10, 20), (20, 20), (20, 10)}, {(40, 10), (40, 30), (60, 30), (60, 10)}]
