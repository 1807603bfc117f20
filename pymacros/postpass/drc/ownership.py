"""Which window a finding belongs to."""

import pya


def owns(window: pya.Box, x: int, y: int) -> bool:
    """Does a place belong to a window? Windows side by side share none."""
    return window.left <= x < window.right and window.bottom <= y < window.top


def touches(window: pya.Box, shapes: list) -> bool:
    """Does one of the shapes lie in a window, or touch it?"""
    return any(shape.bbox().touches(window) and (not isinstance(shape, pya.Polygon) or shape.is_box() or shape.touches(window)) for shape in shapes)


def place_of(shapes: list) -> tuple[int, int]:
    """The place that tells which window shapes belong to: the lowest of their leftmost corners.

    A window that holds it touches the shapes, which the corner of their box may be far from.
    """
    corners = []
    for shape in shapes:
        corners += shape.each_point_hull() if isinstance(shape, pya.Polygon) else [shape.bbox().p1]
    return min((corner.x, corner.y) for corner in corners)
