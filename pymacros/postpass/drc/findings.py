"""What a check says."""

from typing import Any, NamedTuple


class Finding(NamedTuple):
    """One violation: what to draw (polygons, boxes, edges in dbu; may be empty) and the measured value in words."""

    shapes: list[Any]
    text: str


class CannotCheck(Exception):
    """Something that makes checking impossible; the message is one sentence for the user."""
