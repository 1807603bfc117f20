"""The nets as the screen and the summary show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pya

from ..geometry.box_pairs import BoxIndex, pairs_of, pairs_within
from ..geometry.regions import region_of
from .figures import Columns
from .nets import FUNCTIONS, Nets
from .outlines import Outlines


class NetTable:
    """One record per net, the named ones first. Made row by row: there may be a million."""

    def __init__(self, nets: Nets, dbu: float) -> None:
        self._nets, self._dbu = nets, dbu
        named = sorted(nets.named(), key=lambda index: (nets.names_of(index), index))
        self._order = np.concatenate([np.array(named, dtype=np.int64), np.setdiff1d(np.arange(nets.size), named)])

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> "Iterator[dict[str, Any]]":
        nets, order = self._nets, self._order
        areas = _rounded(areas_of(nets) * self._dbu**2)[order]
        lengths = _rounded(lengths_of(nets) * self._dbu)[order]
        by_layer = [(nets.function_of_layer(layer), nets.pads.counts([layer])[order]) for layer in nets.drawn if nets.technology.kind_of(layer) in ("pad", "ubm")]
        columns = [order, nets.contacts.counts()[order], nets.vias.counts()[order], areas, lengths, nets.functions()[order]]
        for start in range(0, len(order), 10_000):
            part = slice(start, start + 10_000)
            pads = list(zip(*(counts[part].tolist() for _, counts in by_layer))) or [()] * len(order[part])
            for row, counts in zip(zip(*(column[part].tolist() for column in columns)), pads):
                index, contacts, vias, area, length, function = row
                yield {"net": nets.net(index).title, "contact_points": contacts, "vias": vias, "pads": _added((name, count) for (name, _), count in zip(by_layer, counts)),
                       "metal_area_um2": area, "trace_length_um": length, "function": FUNCTIONS[function]}


def _rounded(values: np.ndarray) -> np.ndarray:
    """To three digits."""
    return np.floor(values * 1000.0 + 0.5) / 1000.0


def _added(counts: "Iterator[tuple[str, int]]") -> "dict[str, int]":
    sums: dict[str, int] = {}
    for name, count in counts:
        if count:
            sums[name] = sums.get(name, 0) + count
    return sums


def lengths_of(nets: Nets) -> np.ndarray:
    """Estimated length of the traces of each net, in dbu."""
    return nets.traces.sums(lambda outlines: outlines.trace_lengths)


def areas_of(nets: Nets) -> np.ndarray:
    """Metal area of each net in square dbu; where pads lie on traces the metal counts once."""
    return nets.by_index(_loose_areas(nets), areas_of)


def _loose_areas(nets: Nets) -> np.ndarray:
    (traces, trace_owners), (pads, pad_owners) = nets.traces.all_loose(), nets.pads.all_loose()
    columns = nets.columns(traces), nets.columns(pads)
    areas = np.zeros(nets.loose_count, dtype=np.int64)
    for column, owners in zip(columns, (trace_owners, pad_owners)):
        np.add.at(areas, owners, nets.outlines.areas[column.numbers])
    indexes = BoxIndex(columns[0].boxes), BoxIndex(columns[1].boxes)
    joint = _by_region(nets, indexes[1], trace_owners, pad_owners)
    known: dict[tuple[int, int, int, int], int] = {}
    for ones, others in pairs_of(*indexes):
        owners = trace_owners[ones]
        keep = (owners == pad_owners[others]) & ~joint[owners]
        ones, others, owners = ones[keep], others[keep], owners[keep]
        np.subtract.at(areas, owners, _overlaps(nets.outlines, columns[0].some(ones), columns[1].some(others), known))
    for number in np.flatnonzero(joint).tolist():
        areas[number] = region_of(nets.polygon(id_) for id_ in _of(number, traces, trace_owners) + _of(number, pads, pad_owners)).merged().area()
    return areas


def _of(number: int, ids: np.ndarray, owners: np.ndarray) -> "list[int]":
    """Ids of one net; owners are sorted."""
    return ids[np.searchsorted(owners, number, "left"):np.searchsorted(owners, number, "right")].tolist()


def _by_region(nets: Nets, pads: BoxIndex, trace_owners: np.ndarray, pad_owners: np.ndarray) -> np.ndarray:
    """Loose nets whose metal is merged to measure it: those with pads that may overlap each other, and those with many pairs."""
    found = np.bincount(trace_owners, minlength=nets.loose_count) * np.bincount(pad_owners, minlength=nets.loose_count) > 1000
    for ones, others in pairs_within(pads):
        same = pad_owners[ones] == pad_owners[others]
        found[pad_owners[ones[same]]] = True
    return found


def _overlaps(outlines: Outlines, traces: Columns, pads: Columns, known: "dict[tuple[int, int, int, int], int]") -> np.ndarray:
    """Area that each pair shares. The same two outlines often lie in the same way on each other: `known` is kept for that."""
    keys = np.concatenate([traces.numbers[:, None], pads.numbers[:, None], pads.boxes[:, :2] - traces.boxes[:, :2]], axis=1)
    found = np.zeros(len(keys), dtype=np.int64)
    for number, key in enumerate(map(tuple, keys.tolist())):
        if key not in known:
            trace, pad, dx, dy = key
            known[key] = (pya.Region(outlines.polygon(trace)) & pya.Region(outlines.polygon(pad).moved(dx, dy))).area()
        found[number] = known[key]
    return found
