"""What hangs together, told pair by pair."""

from __future__ import annotations

from collections.abc import Iterable


class Pieces:
    """Numbers from 0 that are joined pair by pair; every piece is known by its least number."""

    def __init__(self, count: int, pairs: Iterable[tuple[int, int]] = ()) -> None:
        self._leader = list(range(count))
        for one, other in pairs:
            self.join(one, other)

    def of(self, k: int) -> int:
        """The least number of the piece that a number belongs to."""
        leader = self._leader
        while leader[k] != k:
            leader[k] = leader[leader[k]]
            k = leader[k]
        return k

    def join(self, one: int, other: int) -> None:
        """Make the pieces of two numbers one."""
        a, b = self.of(one), self.of(other)
        self._leader[max(a, b)] = min(a, b)

    def groups(self) -> list[list[int]]:
        """The numbers of each piece, pieces by their least numbers."""
        found: dict[int, list[int]] = {}
        for k in range(len(self._leader)):
            found.setdefault(self.of(k), []).append(k)
        return list(found.values())
