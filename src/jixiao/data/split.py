"""Train, validation and test: nobody and no repeated text on two sides, saved and reused.

Sides depend on what the records are, never on the order of the rows: units (a subject, a rater
or a record, together with everything that repeats its text) are ordered by a hash of their
identity. A stored split keeps every record it knows on its side when more rows arrive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts import Contract, Role, SplitSettings
from jixiao.core import json_hash
from jixiao.core.errors import ContractError, DataError
from jixiao.data.split_choice import PART, Choice, choose_method
from jixiao.data.split_quotas import assign, declared_sides, time_sides
from jixiao.data.split_units import Units, make_units, record_hashes, strata

Ints = npt.NDArray[np.int64]

TRAIN, VALIDATION, TEST = 0, 1, 2
_LETTERS = "RVT"
_MIN_ROWS = 3


@dataclass(frozen=True)
class Split:
    """Which row is on which side.

    Attributes:
        train: Positions in the frame, rising.
        validation: Positions in the frame, rising.
        test: Positions in the frame, rising.
        method: subject, rater, stratified, time or column.
        reason: Why, in words.
        seed: Seed of the run that made it.
        units: Hash of each known unit with its side, 0 train, 1 validation, 2 test.
        cuts: First day of validation and of test when the split is by time.
    """

    train: Ints
    validation: Ints
    test: Ints
    method: str
    reason: str
    seed: int
    units: dict[str, int] = field(default_factory=dict)
    cuts: tuple[str, ...] = ()

    @property
    def sides(self) -> Ints:
        """Side of each row: 0 train, 1 validation, 2 test."""
        n = len(self.train) + len(self.validation) + len(self.test)
        sides = np.zeros(n, dtype=np.int64)
        sides[self.validation] = VALIDATION
        sides[self.test] = TEST
        return sides

    @property
    def hash(self) -> str:
        """SHA-256 of who is on which side; the order of the rows does not change it."""
        return json_hash({"method": self.method, "units": self.units, "cuts": list(self.cuts)})

    def to_json(self) -> dict[str, Any]:
        """Return plain keys; rows as one letter each (R train, V validation, T test)."""
        return {
            "method": self.method,
            "reason": self.reason,
            "seed": self.seed,
            "hash": self.hash,
            "sizes": {
                "train": len(self.train),
                "validation": len(self.validation),
                "test": len(self.test),
            },
            "rows": "".join(_LETTERS[side] for side in self.sides),
            "cuts": list(self.cuts),
            "units": {
                letter: sorted(unit for unit, side in self.units.items() if side == at)
                for at, letter in enumerate(_LETTERS)
            },
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Split:
        """Return the split that :meth:`to_json` wrote.

        Raises:
            DataError: If keys are missing or do not belong together.
        """
        try:
            sides = np.asarray([_LETTERS.index(letter) for letter in value["rows"]], dtype=np.int64)
            units = {u: _LETTERS.index(letter) for letter, us in value["units"].items() for u in us}
            split = _of_sides(
                sides,
                Choice(value["method"], value["reason"]),
                seed=int(value["seed"]),
                units=units,
                cuts=tuple(value["cuts"]),
            )
            stored = value["hash"]
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise _damaged(f"{type(error).__name__} while reading it") from error
        if split.hash != stored:
            raise _damaged("another hash")
        return split


def _damaged(got: str) -> DataError:
    return DataError(
        "JX-E223.split",
        "stored split",
        expected="the keys and the hash it was saved with",
        got=got,
        hint="delete the stored split to make a new one; models then have to be trained anew",
    )


def _of_sides(
    sides: Ints, choice: Choice, *, seed: int, units: dict[str, int], cuts: tuple[str, ...] = ()
) -> Split:
    return Split(
        train=np.flatnonzero(sides == TRAIN),
        validation=np.flatnonzero(sides == VALIDATION),
        test=np.flatnonzero(sides == TEST),
        method=choice.method,
        reason=choice.reason,
        seed=seed,
        units=dict(sorted(units.items())),
        cuts=cuts,
    )


def make_split(
    frame: pl.DataFrame,
    contract: Contract,
    settings: SplitSettings,
    *,
    seed: int,
    known: Split | None = None,
) -> Split:
    """Divide the records into train, validation and test.

    Args:
        frame: Typed records; a column ``_part`` (train, test or all) declares parts.
        contract: Says who the subject and rater are, and what time is.
        settings: Method and sizes; ``test`` is a share of all rows, ``validation`` of the rest.
        seed: Seed of the run; another seed gives another split.
        known: A stored split, whose records keep their side; one of another method cannot be kept
            and the reason says that it is replaced.

    Raises:
        ContractError: If the method needs a column that is not there, or sizes are not shares.
        DataError: If there are fewer than three rows.
    """
    _check(frame, settings)
    choice = choose_method(frame, contract, settings)
    replaced = ""
    if known is not None and known.method != choice.method:
        replaced = f"; the stored split by {known.method} is replaced"
        known = None
    if choice.method == "column":
        return _declared(frame, contract, settings, choice=choice, seed=seed)
    units = make_units(frame, contract, by=choice.by, seed=seed)
    fixed = _known_sides(units, known)
    cuts: tuple[str, ...] = ()
    if choice.method == "time":
        stored = known.cuts if known is not None else ()
        by_row, cuts = time_sides(frame[choice.column], _shares(settings), cuts=stored)
        latest = np.zeros(len(units), dtype=np.int64)
        np.maximum.at(latest, units.of_row, by_row)
        sides = np.where(fixed >= 0, fixed, latest)
    else:
        levels = strata(frame, contract)
        sides = assign(units, levels, shares=_shares(settings), fixed=fixed)
    told = Choice(choice.method, choice.reason + units.note + replaced)
    rows = sides[units.of_row]
    return _of_sides(rows, told, seed=seed, units=units.named(sides), cuts=cuts)


def _shares(settings: SplitSettings) -> tuple[float, float, float]:
    validation = (1 - settings.test) * settings.validation
    return (1 - settings.test - validation, validation, settings.test)


def _check(frame: pl.DataFrame, settings: SplitSettings) -> None:
    for name, share in (("split.test", settings.test), ("split.validation", settings.validation)):
        if not 0 < share < 1:
            raise ContractError(
                "JX-E121.share",
                name,
                expected="a share between 0 and 1, both excluded",
                got=f"{share:g}",
                hint="0.2 holds out every fifth row",
            )
    if frame.height < _MIN_ROWS:
        raise DataError(
            "JX-E224.rows",
            "the records",
            expected=f"at least {_MIN_ROWS} rows to train, choose and test",
            got=f"{frame.height}",
            hint="add records, or mend the quarantined ones",
        )


def _known_sides(units: Units, known: Split | None) -> Ints:
    """Return the stored side of each unit; -1 for new ones.

    A unit joined from several known ones takes the most cautious side that it was on: train
    before validation before test, so that nothing learnt from comes up in a test.
    """
    fixed = np.full(len(units), -1, dtype=np.int64)
    if known is None:
        return fixed
    for at, members in enumerate(units.members):
        sides = [known.units[name] for name in members if name in known.units]
        if sides:
            fixed[at] = min(sides)
    return fixed


def _declared(
    frame: pl.DataFrame,
    contract: Contract,
    settings: SplitSettings,
    *,
    choice: Choice,
    seed: int,
) -> Split:
    sides = declared_sides(frame[choice.column], choice.column)
    if not (sides == VALIDATION).any():
        train = np.flatnonzero(sides == TRAIN)
        part = frame[train.tolist()]
        inner = make_units(part, contract, by=_subject(part, contract), seed=seed)
        shares = (1 - settings.validation, settings.validation, 0.0)
        fixed = np.full(len(inner), -1, dtype=np.int64)
        chosen = assign(inner, strata(part, contract), shares=shares, fixed=fixed)
        sides[train] = chosen[inner.of_row]
    records = zip(record_hashes(frame, contract), sides.tolist(), strict=True)
    return _of_sides(sides, choice, seed=seed, units=dict(records))


def _subject(frame: pl.DataFrame, contract: Contract) -> str | None:
    subject = contract.one(Role.SUBJECT)
    return subject.name if subject and subject.name in frame.columns else None


__all__ = ["PART", "Split", "make_split"]
