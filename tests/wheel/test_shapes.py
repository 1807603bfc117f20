"""Shapes are exactly as large as asked for, on the grid, and of the shape the deck's rules call by that name."""

import math

import pya
import pytest

from postpass.draw import shapes

GRID, DBU = 0.005, 0.001
STEP = 5  # dbu in a grid step
SIZES = [0.5, 0.505, 0.51, 0.7, 1.18, 2.095, 2.1, 3.0, 10.0, 25.005, 170.0, 250.0]


def drawn(shape, size_um, x_um=0.0, y_um=0.0):
    return shapes.polygon(shape, size_um, x_um, y_um, DBU, GRID)


def corners(polygon):
    return [(point.x, point.y) for point in polygon.each_point_hull()]


@pytest.mark.parametrize("size_um", SIZES)
@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_extents_are_exact_and_corners_on_the_grid(shape, size_um):
    polygon = drawn(shape, size_um, 12.345, -7.89)
    assert (polygon.bbox().width(), polygon.bbox().height()) == (round(size_um / DBU), round(size_um / DBU))
    assert all(x % STEP == 0 and y % STEP == 0 for x, y in corners(polygon))


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_even_sizes_are_centred_and_odd_ones_lie_half_a_step_to_the_upper_right(shape):
    even, odd = drawn(shape, 0.51, 3.0, -3.0).bbox(), drawn(shape, 0.505, 3.0, -3.0).bbox()
    assert (even.left + even.right, even.bottom + even.top) == (6000, -6000)
    assert (odd.left + odd.right, odd.bottom + odd.top) == (6000 + STEP, -6000 + STEP)


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_places_off_the_grid_go_to_the_nearest_grid_point_and_ties_go_up(shape):
    assert corners(drawn(shape, 1.0, 0.0024, 0.0026)) == corners(drawn(shape, 1.0, 0.0, 0.005))
    assert corners(drawn(shape, 1.0, 0.0025, -0.0025)) == corners(drawn(shape, 1.0, 0.005, 0.0))


@pytest.mark.parametrize("size_um", SIZES)
def test_octagon_is_regular_within_a_step_with_edges_at_exactly_45_degrees(size_um):
    edges = list(drawn("octagon", size_um).each_edge())
    assert len(edges) == 8
    for edge in edges:
        assert edge.dx() == 0 or edge.dy() == 0 or abs(edge.dx()) == abs(edge.dy())
    leg = next(abs(edge.dx()) for edge in edges if edge.dx() and edge.dy())
    assert abs(leg - size_um / DBU / (2 + math.sqrt(2))) <= STEP


@pytest.mark.parametrize("size_um", SIZES)
def test_round_corners_share_one_radius_within_a_grid_step(size_um):
    polygon = drawn("round", size_um)
    middle_x = (polygon.bbox().left + polygon.bbox().right) / 2
    middle_y = (polygon.bbox().bottom + polygon.bbox().top) / 2
    radii = [math.hypot(x - middle_x, y - middle_y) for x, y in corners(polygon)]
    assert len(radii) in (32, 64)
    mean = sum(radii) / len(radii)
    assert max(abs(radius - mean) for radius in radii) <= STEP


@pytest.mark.parametrize("size_um", SIZES)
@pytest.mark.parametrize("shape", ["octagon", "round"])
def test_curved_shapes_are_symmetric_and_convex_without_doubled_corners(shape, size_um):
    polygon = drawn(shape, size_um)
    box = polygon.bbox()
    found = set(corners(polygon))
    assert len(found) == len(corners(polygon))
    across, along = box.left + box.right, box.bottom + box.top
    assert found == {(across - x, y) for x, y in found} == {(x, along - y) for x, y in found}
    assert found == {(y - (along - across) // 2, x + (along - across) // 2) for x, y in found}
    assert polygon.is_convex() if hasattr(polygon, "is_convex") else all(turn < 0 for turn in turns(corners(polygon)))


def turns(points):
    for i in range(len(points)):
        (ax, ay), (bx, by), (cx, cy) = points[i - 2], points[i - 1], points[i]
        yield (bx - ax) * (cy - by) - (by - ay) * (cx - bx)


def test_even_the_tiniest_shapes_are_exact():
    for shape in shapes.SHAPES:
        for steps in range(1, 100):
            polygon = drawn(shape, steps * GRID)
            assert polygon.bbox().width() == polygon.bbox().height() == steps * STEP
            assert all(turn < 0 for turn in turns(corners(polygon)))


@pytest.mark.parametrize("shape", shapes.SHAPES)
@pytest.mark.parametrize("enclosure_um, size_um", [(15.0, 220.0), (10.0, 250.0), (15.0, 170.0), (7.5, 35.0), (1.0, 0.5), (0.995, 0.505)])
def test_nested_shapes_keep_an_enclosure_at_its_limit_on_slanted_edges_too(shape, enclosure_um, size_um):
    inner = drawn(shape, size_um)
    outer = shapes.polygon_around([(inner, enclosure_um)], shape, size_um + 2 * enclosure_um, 0.0, 0.0, DBU, GRID)
    assert shapes.enclosure_dbu(outer, inner) >= enclosure_um / DBU - 1e-6
    assert outer.bbox().width() == round((size_um + 2 * enclosure_um) / DBU)
    tighter = shapes.polygon_around([(inner, enclosure_um)], shape, size_um + 2 * enclosure_um - 2 * GRID, 0.0, 0.0, DBU, GRID)
    assert shapes.enclosure_dbu(tighter, inner) < enclosure_um / DBU


def test_enclosure_is_negative_where_the_inner_shape_sticks_out():
    assert shapes.enclosure_dbu(drawn("square", 10.0), drawn("square", 12.0)) == pytest.approx(-1000)


def test_rectangle_has_both_extents_exact():
    box = shapes.rectangle(12.5, 3.0, 1.0, 2.0, DBU, GRID)
    assert box.is_box() and box.bbox() == pya.Box(-5250, 500, 7250, 3500)


@pytest.mark.parametrize("arguments, words", [
    (("star", 1.0, 0, 0, DBU, GRID), "unknown shape 'star': known are square, octagon, round"),
    (("square", 0.001, 0, 0, DBU, GRID), "smaller than one grid step"),
    (("square", -1.0, 0, 0, DBU, GRID), "smaller than one grid step"),
    (("square", 1.0, 0, 0, 0.002, GRID), "no multiple of the layout's database unit"),
    (("square", 1.0, 0, 0, 0.01, GRID), "no multiple of the layout's database unit"),
])
def test_impossible_shapes_are_refused_with_a_sentence(arguments, words):
    with pytest.raises(ValueError, match=words):
        shapes.polygon(*arguments)
