"""An attacker who subtracts: what shown sums tell about a few people, by linear algebra.

Everything shown is a known sum over atoms, groups of people whom no shown figure tells apart. The
attacker knows the sums of ``known`` anyway, such as how many people a unit has, and everything
about the atoms of ``open``.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Atom = Hashable
Sum = Mapping[Atom, float]
"""How often each atom counts in a shown sum."""
_NEAR = 1e-7


@dataclass
class Ledger:
    """What is known of the atoms.

    Attributes:
        sizes: People in each atom.
        shown: Sums that were shown.
        known: Sums that are no secret, such as how many people there are.
        open: Atoms that the attacker may see one by one.
        counts: Whether the sums count people, so that only combinations that count some of them
            once tell anything; otherwise any combination about a few people alone does.
    """

    sizes: Mapping[Atom, int]
    shown: list[Sum] = field(default_factory=list)
    known: list[Sum] = field(default_factory=list)
    open: frozenset[Atom] = frozenset()
    counts: bool = True

    def derivable(self, fewest: int = 5) -> frozenset[Atom]:
        """Return atoms of fewer people than ``fewest`` that can be told of; empty if none."""
        small = [a for a, n in self.sizes.items() if 0 < n < fewest and a not in self.open]
        empty = [a for a, n in self.sizes.items() if n == 0 and a not in self.open]
        told = self._about([*small, *empty], [*self.shown, *self.known])
        plain = self._about([*small, *empty], self.known)
        some = _parts(small, self.sizes, fewest) if len(told) else []
        for atoms in some:
            wanted = np.array([float(a in atoms) for a in small])
            if self._tells(told, wanted) and not self._tells(plain, wanted):
                return frozenset(atoms)
        return frozenset()

    def _tells(self, basis: np.ndarray, wanted: np.ndarray) -> bool:
        """Return whether combinations tell of the small atoms that are wanted, and no others."""
        n = len(wanted)
        if not self.counts:
            outside = basis[:, :n][:, wanted == 0]
            return _rank(basis[:, :n]) > _rank(outside)
        if not len(basis):
            return False
        few = basis[:, :n].T
        weights, *_ = np.linalg.lstsq(few, wanted, rcond=None)
        if np.abs(few @ weights - wanted).max() > _NEAR:
            return False
        return _counts_once(few, wanted, basis[:, n:].T)

    def _about(self, atoms: Sequence[Atom], sums: Sequence[Sum]) -> np.ndarray:
        """Return combinations of sums that are about some atoms, and open ones, alone."""
        rest = [a for a in self.sizes if a not in set(atoms) and a not in self.open]
        rows = np.array([[float(one.get(a, 0.0)) for a in (*atoms, *rest)] for one in sums])
        if not len(rows):
            return np.zeros((0, len(atoms)))
        inside, outside = rows[:, : len(atoms)], rows[:, len(atoms) :]
        if not outside.shape[1]:
            return inside
        left, singular, _ = np.linalg.svd(outside, full_matrices=True)
        return left[:, int((singular > _NEAR).sum()) :].T @ inside


def _counts_once(few: np.ndarray, wanted: np.ndarray, empty: np.ndarray) -> bool:
    """Return whether a combination counts the wanted atoms once, and empty ones once or never."""
    n, m = few.shape[1], len(empty)
    rows = np.vstack([np.hstack([few, np.zeros((len(few), m))]), np.hstack([empty, -np.eye(m)])])
    values = np.concatenate([wanted, np.zeros(m)])
    found = milp(
        np.zeros(n + m),
        constraints=LinearConstraint(rows, values - _NEAR, values + _NEAR),
        integrality=np.array([0] * n + [1] * m),
        bounds=Bounds(np.array([-np.inf] * n + [0] * m), np.array([np.inf] * n + [1] * m)),
    )
    return bool(found.success)


def _rank(matrix: np.ndarray) -> int:
    return int(np.linalg.matrix_rank(matrix, tol=_NEAR)) if matrix.size else 0


def _parts(small: Sequence[Atom], sizes: Mapping[Atom, int], fewest: int) -> list[tuple[Atom, ...]]:
    """Return every choice of atoms with fewer people than ``fewest`` in all."""
    return [
        some
        for count in range(1, fewest)
        for some in combinations(small, count)
        if sum(sizes[a] for a in some) < fewest
    ]
