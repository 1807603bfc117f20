"""A small picture of places, x to the right and y up. Qt widgets, no arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pya

from ..draw import pointlist
from .appearance import ground_colour, is_dark

_SIZE = (200, 150)  # pixels
_POINT, _POINT_IN_THE_DARK = "#2050a0", "#80b0ff"


class PointPicture:
    """`label`: the widget that shows it."""

    def __init__(self, parent: Any) -> None:
        self.label = pya.QLabel(parent)
        self.label.setFixedSize(*_SIZE)
        self.places: Sequence[tuple[float, float]] = ()

    def show(self, places: Sequence[tuple[float, float]]) -> None:
        """Shows places [(x, y)]; an empty ground without any."""
        self.places = places
        points = pointlist.in_picture(places, *_SIZE) if places else []  # in steps, which may be ended: a painter that is left without its end crashes
        picture = pya.QPixmap(*_SIZE)
        picture.fill(ground_colour(self.label))
        if points:
            painter = pya.QPainter(picture)
            colour = pya.QColor(_POINT_IN_THE_DARK if is_dark(self.label) else _POINT)
            for x, y in points:
                painter.fillRect(x - 1, y - 1, 3, 3, colour)
            painter.end()
        self.label.setPixmap(picture)

    def recolour(self) -> None:
        """The application has another palette."""
        self.show(self.places)
